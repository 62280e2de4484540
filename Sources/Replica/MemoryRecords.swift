package import Operations

/// A room's records in memory: for the simulator, and for rooms that are only looked at.
package struct MemoryRecords: RoomRecords, Sendable {
    /// In a place of its own, so that rows are small when they move.
    private final class Arrived: Sendable {
        let operation: Operation

        init(_ operation: Operation) { self.operation = operation }
    }

    private struct Entry {
        var arrived: Arrived
        var kept: KeptOperation
        var message: Int32 = -1
        var counts = true
    }

    private struct About<Target: Hashable & Sendable>: Hashable, Sendable {
        var kind: KnownKind
        var target: Target
    }

    private struct Reactor: Hashable, Sendable {
        var message: Position
        var person: Person
    }

    private var names = MemoryNames()
    private var lines = Lines()
    /// By line, from its start on.
    private var entries: [[Entry]] = []
    private var positions = PositionTable()
    private var wanted: Set<Position> = []
    private var byKind: [KnownKind: [Position]] = [:]
    private var aboutOperations: [About<OperationID>: [Position]] = [:]
    private var aboutUsers: [About<Person>: [Position]] = [:]
    private var messages: [Message] = []
    private var reactions: [Reactor: Reaction] = [:]
    private var reactors: [Position: [Person]] = [:]
    private var profilesByPerson: [Person: Profile] = [:]
    private var registersByOrigin: [Origin: SignedRegister] = [:]
    package private(set) var forks: [Feed: UInt64] = [:]
    package var fields = RoomFields()

    package init() {}

    private subscript(position: Position) -> Entry {
        _read { yield entries[position.line.index][position.seq - lines.start(of: position.line)] }
        _modify { yield &entries[position.line.index][position.seq - lines.start(of: position.line)] }
    }

    // MARK: Names

    package mutating func origin(for node: NodeID) -> Origin { names.origin(for: node) }
    package mutating func person(for user: UserID) -> Person { names.person(for: user) }
    package func origin(of node: NodeID) -> Origin? { names.origin(of: node) }
    package func person(of user: UserID) -> Person? { names.person(of: user) }
    package func node(_ origin: Origin) -> NodeID { names.node(origin) }
    package func user(_ person: Person) -> UserID { names.user(person) }

    // MARK: Operations

    package mutating func append(
        _ operation: Operation, by author: Person, rank: KeyRank, prev: Position?, deps: [Position],
        about message: Position?, isWanted: Bool
    ) -> Position {
        let header = operation.header
        let position = lines.append(author: author, epoch: header.epoch, rank: rank, prev: prev, deps: deps)
        if position.line.index == entries.count { entries.append([]) }
        let kept = KeptOperation(
            id: operation.id, author: author, kind: header.knownKind, time: header.time,
            target: message.flatMap { lines.isInPast($0, of: position) ? $0 : nil }, hasPayload: header.payload != nil)
        entries[position.line.index].append(Entry(arrived: Arrived(operation), kept: kept))
        positions.insert(operation.id, at: position)
        if isWanted { wanted.insert(position) }
        index(header, at: position)
        return position
    }

    private mutating func index(_ header: OperationHeader, at position: Position) {
        guard let kind = header.knownKind else { return }
        switch kind {
        case .messagePost, .join: break
        case .messageEdit, .messageDelete, .reactionSet, .pinSet:
            guard case .operation(let target) = header.target else { return }
            aboutOperations[About(kind: kind, target: target), default: []].append(position)
        case .userPut, .userClose:
            guard case .user(let user) = header.target else { return }
            aboutUsers[About(kind: kind, target: names.person(for: user)), default: []].append(position)
        case .roomCreate, .roomSet, .directOpen, .memberAdd, .memberRole, .memberRemove, .memberLeave:
            byKind[kind, default: []].append(position)
        }
    }

    package func position(of id: OperationID) -> Position? {
        positions.position(of: id) { self[$0].kept.id == id }
    }

    package func kept(at position: Position) -> KeptOperation { self[position].kept }

    /// As it came, with its payload if that is here.
    package func operation(at position: Position) -> Operation { self[position].arrived.operation }

    package func header(at position: Position) -> OperationHeader { self[position].arrived.operation.header }

    package func payload(at position: Position) -> [UInt8]? { self[position].arrived.operation.payload }

    package mutating func keep(payload: [UInt8], at position: Position) {
        self[position].arrived = Arrived(operation(at: position).with(checkedPayload: payload))
        wanted.remove(position)
    }

    package mutating func erasePayload(at position: Position) {
        self[position].arrived = Arrived(operation(at: position).with(checkedPayload: nil))
        wanted.remove(position)
    }

    package mutating func set(isWanted: Bool, at position: Position) {
        if isWanted { wanted.insert(position) } else { wanted.remove(position) }
    }

    package var wantedPayloads: [Position] { Array(wanted) }

    package func counts(at position: Position) -> Bool { self[position].counts }

    package mutating func set(counts: Bool, at position: Position) { self[position].counts = counts }

    package func operations(by author: Person?, on line: Line, in seqs: ClosedRange<Int>) -> [Position] {
        let all = lines.start(of: line)...lines.tip(of: line)
        guard seqs.overlaps(all) else { return [] }
        return seqs.clamped(to: all).compactMap { seq in
            let position = Position(line, seq)
            return author == nil || self[position].kept.author == author ? position : nil
        }
    }

    package func operations(_ kind: KnownKind) -> [Position] { byKind[kind] ?? [] }

    package func operations(_ kind: KnownKind, about target: OperationID) -> [Position] {
        aboutOperations[About(kind: kind, target: target)] ?? []
    }

    package func operations(_ kind: KnownKind, about user: Person) -> [Position] {
        aboutUsers[About(kind: kind, target: user)] ?? []
    }

    // MARK: What they made

    package func message(at position: Position) -> Message? {
        let index = self[position].message
        return index < 0 ? nil : messages[Int(index)]
    }

    package mutating func keep(_ message: Message) {
        let index = self[message.position].message
        if index < 0 {
            self[message.position].message = Int32(messages.count)
            messages.append(message)
        } else {
            messages[Int(index)] = message
        }
    }

    package func reaction(of person: Person, to message: Position) -> Reaction? {
        reactions[Reactor(message: message, person: person)]
    }

    package func reactions(to message: Position) -> [Reaction] {
        (reactors[message] ?? []).compactMap { reaction(of: $0, to: message) }
    }

    package mutating func keep(_ reaction: Reaction) {
        let reactor = Reactor(message: reaction.message, person: reaction.person)
        if reactions.updateValue(reaction, forKey: reactor) == nil {
            reactors[reaction.message, default: []].append(reaction.person)
        }
    }

    package mutating func removeReaction(of person: Person, to message: Position) {
        guard reactions.removeValue(forKey: Reactor(message: message, person: person)) != nil else { return }
        reactors[message]?.removeAll { $0 == person }
    }

    package func profile(of person: Person) -> Profile? { profilesByPerson[person] }
    package mutating func keep(_ profile: Profile) { profilesByPerson[profile.person] = profile }
    package var profiles: [Profile] { Array(profilesByPerson.values) }

    package func register(of origin: Origin) -> SignedRegister? { registersByOrigin[origin] }
    package mutating func keep(_ register: SignedRegister, of origin: Origin) { registersByOrigin[origin] = register }
    package var registers: [SignedRegister] { Array(registersByOrigin.values) }

    package mutating func keep(forkOf feed: Feed, at seq: UInt64) { forks[feed] = seq }

    // MARK: Ancestry

    /// Of whom the lines had seen what.
    package var ancestry: Lines { lines }
    package var lineCount: Int { lines.lineCount }
    package func facts(of line: Line) -> LineFacts { lines.facts(of: line) }
    package func tip(of line: Line) -> Int { lines.tip(of: line) }
    package func clock(of position: Position) -> LineClock { lines.clock(of: position) }
    package func seen(_ line: Line, by position: Position) -> Int { lines.seen(line, by: position) }
    package func isInPast(_ earlier: Position, of later: Position) -> Bool { lines.isInPast(earlier, of: later) }
    package func first(on line: Line, seeing position: Position) -> Int? { lines.first(on: line, seeing: position) }
    package func last(by person: Person, on line: Line, in seqs: ClosedRange<Int>) -> Int? {
        lines.last(by: person, on: line, in: seqs)
    }
}
