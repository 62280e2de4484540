@testable import RoomModel

extension ModelHistory {
    /// The history without one operation: what followed it follows what it followed.
    func splicing(_ gone: Int) -> ModelHistory {
        let removed = operations[gone]
        var smaller = ModelHistory()
        for var operation in operations where operation.id != gone {
            var deps = operation.deps.filter { $0 != gone }
            if operation.deps.contains(gone) { deps += removed.deps + [removed.prev].compactMap(\.self) }
            if operation.prev == gone {
                deps += removed.deps
                operation.prev = removed.prev
            }
            let number = { (id: Int) in id > gone ? id - 1 : id }
            operation.id = number(operation.id)
            operation.prev = operation.prev.map(number)
            operation.deps = Set(deps.map(number)).filter { $0 != operation.prev }.sorted()
            operation.seq = operation.prev.map { smaller.operations[$0].seq + 1 } ?? 0
            smaller.append(operation)
        }
        return smaller
    }

    /// The history without one of an operation's dependencies; nil where nothing would be left of its past.
    func forgetting(_ dep: Int, of id: Int) -> ModelHistory? {
        var smaller = ModelHistory()
        for var operation in operations {
            if operation.id == id { operation.deps.removeAll { $0 == dep } }
            if operation.prev == nil, operation.deps.isEmpty, operation.kind != .create { return nil }
            smaller.append(operation)
        }
        return smaller
    }

    /// A history that still fails, from which no operation and no dependency can be taken away.
    func shrunk(while fails: (ModelHistory) -> Bool) -> ModelHistory {
        var smallest = self
        var isShrinking = true
        while isShrinking {
            isShrinking = false
            for id in stride(from: smallest.operations.count - 1, to: 0, by: -1) {
                let smaller = smallest.splicing(id)
                if fails(smaller) {
                    smallest = smaller
                    isShrinking = true
                }
            }
            for (id, dep) in smallest.operations.flatMap({ one in one.deps.map { (one.id, $0) } }) {
                if let smaller = smallest.forgetting(dep, of: id), fails(smaller) {
                    smallest = smaller
                    isShrinking = true
                }
            }
        }
        return smallest
    }
}
