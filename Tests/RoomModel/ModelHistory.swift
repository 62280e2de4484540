/// A set of operations, by number. A model's history has at most 128.
package struct IDs: Hashable, Sequence {
    private(set) var bits: UInt128 = 0

    package init() {}

    package init(_ ids: some Sequence<Int>) {
        for id in ids { insert(id) }
    }

    package var isEmpty: Bool { bits == 0 }
    package var count: Int { bits.nonzeroBitCount }

    package func contains(_ id: Int) -> Bool {
        bits & 1 << UInt128(id) != 0
    }

    package mutating func insert(_ id: Int) {
        precondition((0..<128).contains(id), "a model's history has at most 128 operations")
        bits |= 1 << UInt128(id)
    }

    package mutating func remove(_ id: Int) {
        bits &= ~(1 << UInt128(id))
    }

    package mutating func formUnion(_ other: IDs) {
        bits |= other.bits
    }

    package func union(_ other: IDs) -> IDs {
        var all = self
        all.formUnion(other)
        return all
    }

    package func subtracting(_ other: IDs) -> IDs {
        var rest = self
        rest.bits &= ~other.bits
        return rest
    }

    package func isDisjoint(with other: IDs) -> Bool {
        bits & other.bits == 0
    }

    package func isSubset(of other: IDs) -> Bool {
        bits & ~other.bits == 0
    }

    package struct Iterator: IteratorProtocol {
        var rest: UInt128

        package mutating func next() -> Int? {
            guard rest != 0 else { return nil }
            defer { rest &= rest - 1 }
            return rest.trailingZeroBitCount
        }
    }

    package func makeIterator() -> Iterator {
        Iterator(rest: bits)
    }
}

/// Somebody of a node; handle 0 is the node itself.
package struct ModelPerson: Hashable, Comparable, CustomStringConvertible {
    package var node: Int
    package var handle: Int

    package init(node: Int, handle: Int) {
        self.node = node
        self.handle = handle
    }

    package static func < (left: ModelPerson, right: ModelPerson) -> Bool {
        (left.node, left.handle) < (right.node, right.handle)
    }

    package var description: String { "\(node).\(handle)" }
}

/// What an operation is, as far as authority sees it.
enum ModelKind: Hashable {
    case create
    case add(ModelPerson, admin: Bool)
    case promote(ModelPerson)
    case demote(ModelPerson)
    case stepDown
    case remove(ModelPerson)
    case leave
    /// `room.set` and pins.
    case settings
    /// Messages, edits, reactions and whatever else any member may write.
    case message
}

/// An operation without bytes: Spec/operations.md names the fields, numbers stand for ids.
struct ModelOperation: Hashable, CustomStringConvertible {
    var id: Int
    var origin: Int
    var epoch: Int
    var seq: Int
    var key = 0
    var prev: Int?
    var deps: [Int] = []
    var time: Int
    var handle: Int
    var kind: ModelKind
    /// Stands for the id's bytes where the canonical order comes down to them.
    var tie = 0

    var author: ModelPerson { ModelPerson(node: origin, handle: handle) }

    static func isCanonicallyBefore(_ left: ModelOperation, _ right: ModelOperation) -> Bool {
        (left.time, left.origin, left.epoch, left.seq, left.tie)
            < (right.time, right.origin, right.epoch, right.seq, right.tie)
    }

    var description: String {
        "#\(id) \(author) epoch \(epoch) seq \(seq) key \(key) prev \(prev.map { "#\($0)" } ?? "-") "
            + "deps \(deps.map { "#\($0)" }) time \(time): \(kind)"
    }
}

/// Operations in a causal order, the genesis first, each with its past as a plain set.
struct ModelHistory: CustomStringConvertible {
    private(set) var operations: [ModelOperation] = []
    private(set) var pasts: [IDs] = []

    var all: IDs { IDs(operations.map(\.id)) }

    mutating func append(_ operation: ModelOperation) {
        precondition(operation.id == operations.count)
        var past = IDs()
        for before in operation.deps + [operation.prev].compactMap(\.self) {
            past.insert(before)
            past.formUnion(pasts[before])
        }
        operations.append(operation)
        pasts.append(past)
    }

    /// The members of `ids` that no other has in its past.
    func heads(of ids: IDs) -> [Int] {
        var covered = IDs()
        for id in ids { covered.formUnion(pasts[id]) }
        return ids.filter { !covered.contains($0) }
    }

    func time(after ids: IDs) -> Int {
        (ids.map { operations[$0].time }.max() ?? 0) + 1
    }

    /// The same operations, numbered as they came in another order.
    func renumbered(_ order: [Int]) -> ModelHistory {
        let number = Dictionary(uniqueKeysWithValues: order.enumerated().map { ($1, $0) })
        var other = ModelHistory()
        for id in order {
            var operation = operations[id]
            operation.id = number[id]!
            operation.prev = operation.prev.map { number[$0]! }
            operation.deps = operation.deps.map { number[$0]! }
            other.append(operation)
        }
        return other
    }

    var description: String {
        operations.map(\.description).joined(separator: "\n")
    }
}
