import Operations
import Replica

/// The rows of a room, as they are, or with one planted bug. Everything that the fold knows goes through here, so a bug
/// of the fold's can be planted without a line in the product.
struct FaultyRecords: RoomRecords, Sendable {
    private var rows = MemoryRecords()
    private let sabotage: Sabotage?
    private var arrivals: [OperationID: UInt64] = [:]

    init(sabotage: Sabotage?) {
        self.sabotage = sabotage
    }

    // MARK: Where bugs are planted

    mutating func append(
        _ operation: Operation, by author: Person, rank: KeyRank, prev: Position?, deps: [Position],
        about message: Position?, isWanted: Bool
    ) -> Position {
        arrivals[operation.id] = UInt64(arrivals.count) + 1
        let seen = sabotage == .forgetsDependencies ? [] : deps
        return rows.append(
            operation, by: author, rank: rank, prev: prev, deps: seen, about: message, isWanted: isWanted)
    }

    func kept(at position: Position) -> KeptOperation {
        var kept = rows.kept(at: position)
        if sabotage == .ordersByArrival { kept.time = arrivals[kept.id].flatMap { HybridTime($0) } ?? kept.time }
        return kept
    }

    func counts(at position: Position) -> Bool { sabotage == .ignoresVoid || rows.counts(at: position) }

    mutating func set(counts: Bool, at position: Position) {
        rows.set(counts: sabotage == .ignoresVoid || counts, at: position)
    }

    mutating func erasePayload(at position: Position) {
        if sabotage != .keepsErased { rows.erasePayload(at: position) }
    }

    // MARK: As it is

    func operation(at position: Position) -> Operation { rows.operation(at: position) }
    mutating func origin(for node: NodeID) -> Origin { rows.origin(for: node) }
    mutating func person(for user: UserID) -> Person { rows.person(for: user) }
    func origin(of node: NodeID) -> Origin? { rows.origin(of: node) }
    func person(of user: UserID) -> Person? { rows.person(of: user) }
    func node(_ origin: Origin) -> NodeID { rows.node(origin) }
    func user(_ person: Person) -> UserID { rows.user(person) }
    func position(of id: OperationID) -> Position? { rows.position(of: id) }
    func header(at position: Position) -> OperationHeader { rows.header(at: position) }
    func payload(at position: Position) -> [UInt8]? { rows.payload(at: position) }
    mutating func keep(payload: [UInt8], at position: Position) { rows.keep(payload: payload, at: position) }
    mutating func set(isWanted: Bool, at position: Position) { rows.set(isWanted: isWanted, at: position) }
    var wantedPayloads: [Position] { rows.wantedPayloads }
    func operations(by author: Person?, on line: Line, in seqs: ClosedRange<Int>) -> [Position] {
        rows.operations(by: author, on: line, in: seqs)
    }
    func operations(_ kind: KnownKind) -> [Position] { rows.operations(kind) }
    func operations(_ kind: KnownKind, about target: OperationID) -> [Position] {
        rows.operations(kind, about: target)
    }
    func operations(_ kind: KnownKind, about user: Person) -> [Position] { rows.operations(kind, about: user) }
    func message(at position: Position) -> Message? { rows.message(at: position) }
    mutating func keep(_ message: Message) { rows.keep(message) }
    func reaction(of person: Person, to message: Position) -> Reaction? { rows.reaction(of: person, to: message) }
    func reactions(to message: Position) -> [Reaction] { rows.reactions(to: message) }
    mutating func keep(_ reaction: Reaction) { rows.keep(reaction) }
    mutating func removeReaction(of person: Person, to message: Position) {
        rows.removeReaction(of: person, to: message)
    }
    var fields: RoomFields {
        get { rows.fields }
        set { rows.fields = newValue }
    }
    func profile(of person: Person) -> Profile? { rows.profile(of: person) }
    mutating func keep(_ profile: Profile) { rows.keep(profile) }
    var profiles: [Profile] { rows.profiles }
    func register(of origin: Origin) -> SignedRegister? { rows.register(of: origin) }
    mutating func keep(_ register: SignedRegister, of origin: Origin) { rows.keep(register, of: origin) }
    var registers: [SignedRegister] { rows.registers }
    var forks: [Feed: UInt64] { rows.forks }
    mutating func keep(forkOf feed: Feed, at seq: UInt64) { rows.keep(forkOf: feed, at: seq) }

    var lineCount: Int { rows.lineCount }
    func facts(of line: Line) -> LineFacts { rows.facts(of: line) }
    func tip(of line: Line) -> Int { rows.tip(of: line) }
    func seen(_ line: Line, by position: Position) -> Int { rows.seen(line, by: position) }
    func clock(of position: Position) -> LineClock { rows.clock(of: position) }
    func isInPast(_ earlier: Position, of later: Position) -> Bool { rows.isInPast(earlier, of: later) }
    func first(on line: Line, seeing position: Position) -> Int? { rows.first(on: line, seeing: position) }
    func last(by person: Person, on line: Line, in seqs: ClosedRange<Int>) -> Int? {
        rows.last(by: person, on: line, in: seqs)
    }
}
