package import Operations

/// What is kept of a room's operations and of what they made: in memory (`MemoryRecords`) or in a store.
///
/// `Room` holds the rules, and asks for one row or writes one row at a time; so there is one implementation of
/// merging, whatever keeps the rows. Nothing here throws: a store remembers its first failure, answers as best
/// it can from then on, and rolls back what it was asked to write.
package protocol RoomRecords: Ancestry {
    // MARK: Names, as numbers that are good for these records alone

    /// The node's number; a new one where it was not known.
    mutating func origin(for node: NodeID) -> Origin
    mutating func person(for user: UserID) -> Person
    /// Nil where the node was never heard of here.
    func origin(of node: NodeID) -> Origin?
    func person(of user: UserID) -> Person?
    func node(_ origin: Origin) -> NodeID
    func user(_ person: Person) -> UserID

    // MARK: Operations

    /// Gives the operation its place (`Ancestry`), and keeps it and its payload, if it has one here.
    ///
    /// `message` is the place of the message that it is about, if that is here; `kept(at:)` tells it as the target where it
    /// is in the operation's past. `isWanted`: whether its payload is to be asked for.
    mutating func append(
        _ operation: Operation, by author: Person, rank: KeyRank, prev: Position?, deps: [Position],
        about message: Position?, isWanted: Bool
    ) -> Position

    func position(of id: OperationID) -> Position?
    func kept(at position: Position) -> KeptOperation
    func header(at position: Position) -> OperationHeader
    func payload(at position: Position) -> [UInt8]?

    /// What came later; it is no longer wanted.
    mutating func keep(payload: [UInt8], at position: Position)
    /// Takes the payload away, wherever it is kept. It is not wanted.
    mutating func erasePayload(at position: Position)
    mutating func set(isWanted: Bool, at position: Position)
    /// Those whose payload is wanted, in any order.
    var wantedPayloads: [Position] { get }

    /// Whether the operation counts, as it was told last; true until then.
    func counts(at position: Position) -> Bool
    mutating func set(counts: Bool, at position: Position)

    /// The operations of `author` (nil: of everybody) on `line` with these seqs, ascending.
    func operations(by author: Person?, on line: Line, in seqs: ClosedRange<Int>) -> [Position]
    /// All of a kind, in any order. Asked for kinds of which a room has few: `member.*`, `room.*`.
    func operations(_ kind: KnownKind) -> [Position]
    /// Those of a kind whose target is that operation, in its past or not, in any order.
    func operations(_ kind: KnownKind, about target: OperationID) -> [Position]
    /// Those of a kind whose target is that user, in any order.
    func operations(_ kind: KnownKind, about user: Person) -> [Position]

    // MARK: What they made

    func message(at position: Position) -> Message?
    mutating func keep(_ message: Message)

    func reaction(of person: Person, to message: Position) -> Reaction?
    func reactions(to message: Position) -> [Reaction]
    /// In place of the one that the person had.
    mutating func keep(_ reaction: Reaction)
    mutating func removeReaction(of person: Person, to message: Position)

    var fields: RoomFields { get set }

    func profile(of person: Person) -> Profile?
    mutating func keep(_ profile: Profile)
    var profiles: [Profile] { get }

    func register(of origin: Origin) -> SignedRegister?
    mutating func keep(_ register: SignedRegister, of origin: Origin)
    /// In any order.
    var registers: [SignedRegister] { get }

    /// Of each feed that is proved to be forked the lowest seq with two operations.
    var forks: [Feed: UInt64] { get }
    mutating func keep(forkOf feed: Feed, at seq: UInt64)
}

/// Of an operation that is kept, what the fold asks for again.
package struct KeptOperation: Hashable, Sendable {
    package var id: OperationID
    package var author: Person
    /// Nil for one that we don't know.
    package var kind: KnownKind?
    package var time: HybridTime
    /// The message that it is about, where that is in its past.
    package var target: Position?
    /// Whether its header names a payload.
    package var hasPayload: Bool

    package init(
        id: OperationID, author: Person, kind: KnownKind?, time: HybridTime, target: Position?, hasPayload: Bool
    ) {
        self.id = id
        self.author = author
        self.kind = kind
        self.time = time
        self.target = target
        self.hasPayload = hasPayload
    }
}

extension RoomRecords {
    package func feed(of line: Line) -> Feed {
        let facts = facts(of: line)
        return Feed(origin: node(facts.origin), epoch: facts.epoch)
    }

    /// Whether one operation comes before another in the order that is the same on every node.
    package func isBefore(_ left: Position, _ right: Position) -> Bool {
        guard left != right else { return false }
        let (one, other) = (kept(at: left), kept(at: right))
        if one.time != other.time { return one.time < other.time }
        let (first, second) = (feed(of: left.line), feed(of: right.line))
        if first != second { return first < second }
        return left.seq != right.seq ? left.seq < right.seq : one.id < other.id
    }

    /// The later one of two, of which one may be none.
    func later(_ left: Position?, _ right: Position) -> Position {
        guard let left else { return right }
        return isBefore(left, right) ? right : left
    }
}
