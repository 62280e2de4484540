@testable import RoomModel

extension ModelHistory {
    /// An order in which everything comes after its past, otherwise by chance.
    func causalOrder(_ random: inout Seeded) -> [Int] {
        var order: [Int] = []
        var done = IDs()
        while order.count < operations.count {
            let ready = operations.indices.filter { !done.contains($0) && pasts[$0].isSubset(of: done) }
            let next = ready.randomElement(using: &random)!
            order.append(next)
            done.insert(next)
        }
        return order
    }
}
