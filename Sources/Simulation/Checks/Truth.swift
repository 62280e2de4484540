import Operations

/// What really happened, which no node knows: who made what, and what its author was promised.
struct Truth: Sendable {
    struct Promise: Hashable, Sendable {
        let id: OperationID
        let room: RoomID
        let node: Int
    }

    /// By whom each operation was made. Whoever holds a stolen key makes the owner's.
    private(set) var makers: [OperationID: Int] = [:]
    private(set) var operations: [OperationID: Operation] = [:]
    /// Acknowledged, and on the author's disk ever since.
    private(set) var promises: Set<Promise> = []
    /// Nodes whose feeds were forked, whose key was handed over or stolen: not all that they sign counts.
    var troubled: Set<Int> = []

    mutating func made(_ operation: Operation, by node: Int) {
        makers[operation.id] = node
        operations[operation.id] = operation
    }

    mutating func acknowledge(_ id: OperationID, in room: RoomID, by node: Int) {
        promises.insert(Promise(id: id, room: room, node: node))
    }

    /// The node's disk is that of an earlier day. What nobody else has is gone with it.
    mutating func forget(of node: Int) {
        promises = promises.filter { $0.node != node }
    }

    /// All that these operations reach through `prev` and deps, and themselves.
    func closure(of ids: some Sequence<OperationID>) -> Set<OperationID> {
        var reached: Set<OperationID> = []
        var open = Array(ids)
        while let id = open.popLast() {
            guard reached.insert(id).inserted, let header = operations[id]?.header else { continue }
            if header.seq > 0 { open.append(OperationID(header.previous)) }
            open += header.dependencies
        }
        return reached
    }
}

/// A law of Spec that did not hold.
package struct Violation: Error, Hashable, Sendable, CustomStringConvertible {
    /// Of Spec, and which side of it.
    package let law: String
    package let what: String

    package var description: String { "\(law): \(what)" }
}

/// What went over the network.
struct Traffic: Sendable {
    private(set) var bytes = 0
    private(set) var messages = 0
    /// Of the bytes those that honest nodes sent.
    private(set) var honestBytes = 0

    mutating func count(_ bytes: Int, isHonest: Bool) {
        self.bytes += bytes
        if isHonest { honestBytes += bytes }
        messages += 1
    }
}
