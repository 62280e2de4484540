import Keys
import Operations
import Replica
import Testing

extension Story {
    /// Takes the story in in many orders, with payloads that come late, and with restarts: all must end the same. Returns one
    /// of the ends.
    @discardableResult
    func told(orders: Int = 24, sourceLocation: SourceLocation = #_sourceLocation) -> Reader {
        let first = reader()
        for (index, order) in causalOrders(orders).enumerated() {
            var other = Reader(self)
            var late: [Int] = []
            for (step, number) in order.enumerated() {
                let isLate = index % 3 == 1 && operations[number].header.knownKind != .directOpen && number % 2 == 0
                other.take(number, withPayload: !isLate)
                if isLate, operations[number].payload != nil { late.append(number) }
                if index % 3 == 2, step % 3 == 2 { other.restart() }
            }
            for number in late.reversed() { other.takePayload(of: number) }
            expect(other, isLike: first, "order \(order)", sourceLocation)
            var restarted = other
            restarted.restart()
            expect(restarted, isLike: first, "restarted after \(order)", sourceLocation)
        }
        return first
    }

    private func expect(
        _ reader: Reader, isLike first: Reader, _ how: String, _ sourceLocation: SourceLocation
    ) {
        let comment = Comment(rawValue: how)
        #expect(reader.state == first.state, comment, sourceLocation: sourceLocation)
        #expect(reader.dump == first.dump, comment, sourceLocation: sourceLocation)
        #expect(reader.heads == first.heads, comment, sourceLocation: sourceLocation)
        #expect(reader.clock == first.clock, comment, sourceLocation: sourceLocation)
        #expect(reader.wanted == first.wanted, comment, sourceLocation: sourceLocation)
        for number in operations.indices {
            #expect(reader.counts(number) == first.counts(number), comment, sourceLocation: sourceLocation)
            #expect(reader.isPassedOn(number) == first.isPassedOn(number), comment, sourceLocation: sourceLocation)
            #expect(reader.hasPayload(number) == first.hasPayload(number), comment, sourceLocation: sourceLocation)
        }
        for node in nodes {
            for teller in nodes {
                #expect(
                    reader.view(of: node.id, toldBy: teller.id) == first.view(of: node.id, toldBy: teller.id),
                    comment, sourceLocation: sourceLocation)
            }
        }
    }
}
