import Keys
import Operations
import Replica
import RoomModel

/// A room told with real operations: who writes what on which node, having seen what. Everybody has seen everything,
/// unless it is said otherwise, and goes on in the feed of their node.
///
/// The storyteller holds a replica of their own, from which the deps are told; `Reader`s take the operations in any order.
struct Story {
    struct Node {
        let name: String
        var certificate: Certificate
        var key: SigningKey
        let recoveryKey: SigningKey
        /// The last operation of the feed in which it goes on.
        var last: Int?

        var id: NodeID { certificate.node }

        init(_ name: String) {
            self.name = name
            key = Self.key("\(name) first")
            recoveryKey = Self.key("\(name) recovery")
            guard let first = try? Certificate(firstKey: key.publicKey, recoveryKey: recoveryKey.publicKey) else {
                preconditionFailure("the two keys differ")
            }
            certificate = first
        }

        static func key(_ label: String) -> SigningKey {
            SigningKey(seed: SecretBytes(copying: Hash(of: Array(label.utf8).span).bytes.array.span))!  // of 32 bytes
        }

        func user(_ handle: String) -> UserID { UserID(node: id, handle: Handle(handle)!) }
    }

    enum Seeing {
        case everything
        /// These and what they had seen.
        case only([Int])
        /// All but these and what has seen them.
        case allBut([Int])
    }

    enum Feed {
        case goingOn
        case fresh
        /// Behind this operation, whatever else is there.
        case onto(Int)
    }

    var nodes: [Node]
    let nature: RoomNature
    private(set) var room: RoomID?
    /// By number, as they were written. Unsigned, save where it matters.
    private(set) var operations: [Operation] = []
    private(set) var ranks: [KeyRank] = []
    private var pasts: [Set<Int>] = []
    private var time: Int64 = 1_000_000
    private var numbers: [OperationID: Int] = [:]

    /// `ada` of north founds a group, in which `bo` of south is an admin, and `cy` of east and `di` of west are members.
    static func group() -> Story {
        var story = Story(nodes: [Node("north"), Node("south"), Node("east"), Node("west")], nature: .group, room: nil)
        story.write(0, "ada", .roomCreate, saying: RoomCreation(name: "Harbour", school: "North").encoded)
        story.write(0, "ada", .memberAdd, .grant(story.bo, .admin))
        story.write(0, "ada", .memberAdd, .grant(story.cy, .member))
        story.write(0, "ada", .memberAdd, .grant(story.di, .member))
        return story
    }

    static func direct() -> Story {
        let nodes = [Node("north"), Node("south")]
        let pair = DirectPair(nodes[0].user("ada"), nodes[1].user("bo"))
        return Story(nodes: nodes, nature: .direct(pair), room: RoomID(direct: pair))
    }

    static func directory() -> Story {
        let node = Node("north")
        return Story(nodes: [node], nature: .directory(node.id), room: RoomID(directoryOf: node.id))
    }

    init(nodes: [Node], nature: RoomNature, room: RoomID?) {
        self.nodes = nodes
        self.nature = nature
        self.room = room
    }

    var ada: UserID { nodes[0].user("ada") }
    var bo: UserID { nodes[1].user("bo") }
    var cy: UserID { nodes[2].user("cy") }
    var di: UserID { nodes[3].user("di") }

    func id(_ number: Int) -> OperationID { operations[number].id }
    func number(_ id: OperationID) -> Int { numbers[id]! }
    func past(_ number: Int) -> Set<Int> { pasts[number] }

    // MARK: Writing

    /// Writes an operation of node number `node` and says its number.
    @discardableResult
    mutating func write(
        _ node: Int, _ handle: String, _ kind: KnownKind, _ target: OperationTarget = .none,
        saying payload: [UInt8]? = nil,
        seeing: Seeing = .everything, in feed: Feed = .goingOn, at when: Int64? = nil
    ) -> Int {
        var draft = OperationDraft(
            author: handle.isEmpty ? .node : Handle(handle)!, kind: kind, target: target, payload: payload,
            time: HybridTime(milliseconds: 0))
        return write(node, &draft, seeing: seeing, in: feed, at: when)
    }

    /// The same of any draft, a kind that nobody knows included.
    @discardableResult
    mutating func write(
        _ node: Int, _ draft: inout OperationDraft, seeing: Seeing = .everything, in feed: Feed = .goingOn,
        at when: Int64? = nil
    ) -> Int {
        let prev: Int? =
            switch feed {
            case .goingOn: nodes[node].last
            case .fresh: nil
            case .onto(let number): number
            }
        let before = prev.map { pasts[$0].union([$0]) } ?? []
        let seen = seen(seeing).union(before)
        let heads = seen.filter { one in !seen.contains { pasts[$0].contains(one) } }
        draft.dependencies = heads.filter { !before.contains($0) }.map { operations[$0].id }
        time += 1_000
        let past = HybridTime.next(
            after: seen.map { operations[$0].header.time }.max(), clockMilliseconds: when ?? time)!
        draft.time = past
        var writer =
            prev.map { FeedWriter(goingOnAfter: operations[$0].header, id: operations[$0].id) }
            ?? FeedWriter(beginningIn: room, under: nodes[node].certificate)
        guard let operation = try? writer.write(draft, signingWith: nil) else {
            preconditionFailure("what a story tells is well-formed")
        }
        let number = operations.count
        operations.append(operation)
        ranks.append(prev.map { ranks[$0] } ?? nodes[node].certificate.rank)
        pasts.append(seen)
        numbers[operation.id] = number
        nodes[node].last = number
        if room == nil { room = operation.room }
        return number
    }

    private func seen(_ seeing: Seeing) -> Set<Int> {
        let all = Set(operations.indices)
        switch seeing {
        case .everything: return all
        case .only(let ids): return ids.reduce(into: []) { $0.formUnion(pasts[$1].union([$1])) }
        case .allBut(let unseen):
            return all.filter { !unseen.contains($0) && pasts[$0].isDisjoint(with: unseen) }
        }
    }

    /// From now on the node writes under a new key, in a new feed.
    mutating func handOver(_ node: Int, to label: String) {
        let key = Node.key(label)
        let before = nodes[node]
        guard let after = try? before.certificate.handingOver(to: key.publicKey, signedBy: before.key) else {
            preconditionFailure("it is signed by the key in force")
        }
        nodes[node].certificate = after
        nodes[node].key = key
        nodes[node].last = nil
    }

    // MARK: Reading

    /// Orders in which everything comes after its past: as it was written, and by chance.
    func causalOrders(_ count: Int) -> [[Int]] {
        [Array(operations.indices)]
            + (1..<UInt64(max(count, 2))).map { seed in
                var random = Seeded(seed)
                var order: [Int] = []
                var rest = Set(operations.indices)
                while !rest.isEmpty {
                    let ready = rest.filter { pasts[$0].isDisjoint(with: rest) }.sorted()
                    let next = ready.randomElement(using: &random)!
                    order.append(next)
                    rest.remove(next)
                }
                return order
            }
    }

    /// A node that has taken in everything, or the first so many.
    func reader(_ order: [Int]? = nil, upTo count: Int? = nil) -> Reader {
        var reader = Reader(self)
        for number in (order ?? Array(operations.indices)).prefix(count ?? .max) { reader.take(number) }
        return reader
    }
}

/// Somebody who takes in a story.
struct Reader {
    let story: Story
    private(set) var room: Room
    var records = MemoryRecords()
    /// What the last thing taken in changed.
    private(set) var changes: [StateChange] = []

    init(_ story: Story) {
        self.story = story
        room = Room(story.room!, nature: story.nature)
    }

    mutating func take(_ number: Int, withPayload: Bool = true) {
        let operation = story.operations[number]
        changes = []
        room.take(
            withPayload ? operation : operation.with(checkedPayload: nil), rank: story.ranks[number], into: &records,
            changes: &changes)
    }

    @discardableResult
    mutating func takePayload(of number: Int) -> Bool {
        changes = []
        return room.take(
            payload: story.operations[number].payload!, of: story.id(number), into: &records, changes: &changes)
    }

    @discardableResult
    mutating func take(_ register: SignedRegister) -> Bool {
        changes = []
        return room.take(register, into: &records, changes: &changes)
    }

    @discardableResult
    mutating func take(forkOf feed: Feed, at seq: UInt64) -> Bool {
        changes = []
        return room.take(forkOf: feed, at: seq, into: &records, changes: &changes)
    }

    mutating func eraseContents() {
        changes = []
        room.eraseContents(from: &records, changes: &changes)
    }

    mutating func restart() {
        room = Room(room.id, nature: room.nature, restoredFrom: &records)
    }

    // MARK: Questions

    func message(_ number: Int) -> Message { room.message(story.id(number), in: records)! }
    func text(_ number: Int) -> String? { message(number).content?.content }
    func counts(_ number: Int) -> Bool { records.counts(at: position(number)) }
    func position(_ number: Int) -> Position { records.position(of: story.id(number))! }
    func isPassedOn(_ number: Int) -> Bool { room.isPassedOn(position(number)) }
    func hasPayload(_ number: Int) -> Bool { records.payload(at: position(number)) != nil }
    var wanted: Set<Int> { Set(room.wantedPayloads(in: records).map(story.number)) }
    var heads: Set<Int> { Set(room.heads(in: records).map(story.number)) }
    var clock: Operations.Clock { room.clock(in: records) }
    var fields: RoomFields { records.fields }
    var state: Hash { room.state(in: records) }
    var dump: [UInt8] { room.dump(in: records) }

    func view(of node: NodeID, toldBy teller: NodeID) -> Operations.Clock? {
        room.view(of: node, toldBy: teller, in: records)
    }
    func standing(_ user: UserID) -> Standing { room.standing(of: user, in: records) }

    func reactions(to number: Int) -> [UserID: String] {
        let rows = records.reactions(to: position(number)).compactMap { reaction in
            reaction.value.map { (records.user(reaction.person), $0) }
        }
        return Dictionary(uniqueKeysWithValues: rows)
    }

    func profile(_ user: UserID) -> Profile? {
        records.person(of: user).flatMap { records.profile(of: $0) }
    }
}

extension Story {
    // MARK: Common sayings

    mutating func post(
        _ node: Int, _ handle: String, _ text: String, seeing: Seeing = .everything, in feed: Feed = .goingOn
    ) -> Int {
        write(
            node, handle, .messagePost, saying: MessageContent(content: text).encoded, seeing: seeing, in: feed)
    }

    mutating func edit(
        _ node: Int, _ handle: String, _ message: Int, _ text: String, seeing: Seeing = .everything,
        in feed: Feed = .goingOn, at when: Int64? = nil
    ) -> Int {
        var change = MessageChange()
        change.content = .to(text)
        return write(
            node, handle, .messageEdit, .operation(id(message)), saying: change.encoded, seeing: seeing, in: feed,
            at: when)
    }

    mutating func delete(
        _ node: Int, _ handle: String, _ message: Int, seeing: Seeing = .everything, in feed: Feed = .goingOn
    ) -> Int {
        write(node, handle, .messageDelete, .operation(id(message)), seeing: seeing, in: feed)
    }

    mutating func react(
        _ node: Int, _ handle: String, _ message: Int, _ value: String?, seeing: Seeing = .everything,
        in feed: Feed = .goingOn, at when: Int64? = nil
    ) -> Int {
        write(
            node, handle, .reactionSet, .operation(id(message)), saying: ReactionChange(value).encoded, seeing: seeing,
            in: feed, at: when)
    }

    mutating func remove(
        _ node: Int, _ handle: String, _ user: UserID, seeing: Seeing = .everything, in feed: Feed = .goingOn
    ) -> Int {
        write(node, handle, .memberRemove, .user(user), seeing: seeing, in: feed)
    }
}
