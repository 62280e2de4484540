import Replica
import Testing

@testable import RoomModel

/// A room told as a story. Everybody has seen everything, unless it is said otherwise, and goes on in the
/// feed of their node.
struct Scenario {
    /// What an operation says that it has seen, besides what its own feed had seen before.
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
        case freshUnderKey(Int)
        /// Behind this operation, whatever else is there.
        case onto(Int)
        /// A second first operation beside this one.
        case beside(Int)
    }

    /// The founding node itself.
    static let office = ModelPerson(node: 0, handle: 0)
    /// The room's creator.
    static let carol = ModelPerson(node: 0, handle: 1)
    static let alice = ModelPerson(node: 1, handle: 1)
    static let bob = ModelPerson(node: 2, handle: 1)
    static let mia = ModelPerson(node: 3, handle: 1)
    static let dan = ModelPerson(node: 4, handle: 1)

    static let genesis = 0

    private(set) var history = ModelHistory()
    private var feeds: [Int: Int] = [:]
    private var epochs = 0

    init() {
        history.append(HistoryGenerator.genesis)
        feeds[0] = Self.genesis
    }

    /// Writes an operation and says its number. A time may be claimed that is earlier than others' or later.
    @discardableResult
    mutating func write(
        _ person: ModelPerson, _ kind: ModelKind, seeing: Seeing = .everything, in feed: Feed = .goingOn,
        at time: Int? = nil
    ) -> Int {
        var operation = ModelOperation(
            id: history.operations.count, origin: person.node, epoch: 0, seq: 0, time: 0, handle: person.handle,
            kind: kind)
        operation.tie = operation.id
        place(&operation, feed)
        let before = operation.prev.map { history.pasts[$0].union(IDs([$0])) } ?? IDs([Self.genesis])
        let known = seen(seeing).union(before)
        if case .allBut(let unseen) = seeing {
            precondition(known.isDisjoint(with: IDs(unseen)), "the feed had seen it before")
        }
        operation.deps = history.heads(of: known).filter { operation.prev == nil || !before.contains($0) }
        operation.time = time ?? history.time(after: known)
        precondition(operation.time >= history.time(after: known), "nobody's time is before their own past")
        history.append(operation)
        feeds[person.node] = operation.id
        return operation.id
    }

    private mutating func place(_ operation: inout ModelOperation, _ feed: Feed) {
        let tip = feeds[operation.origin].map { history.operations[$0] }
        operation.key = tip?.key ?? 0
        switch feed {
        case .goingOn:
            operation.prev = tip?.id
        case .fresh:
            break
        case .freshUnderKey(let key):
            operation.key = key
        case .onto(let prev):
            operation.prev = prev
        case .beside(let first):
            operation.epoch = history.operations[first].epoch
            return
        }
        if let prev = operation.prev.map({ history.operations[$0] }) {
            (operation.epoch, operation.seq, operation.key) = (prev.epoch, prev.seq + 1, prev.key)
        } else {
            epochs += 1
            operation.epoch = epochs
        }
    }

    private func seen(_ seeing: Seeing) -> IDs {
        switch seeing {
        case .everything:
            history.all
        case .only(let ids):
            ids.reduce(into: IDs([Self.genesis])) { seen, id in
                seen.insert(id)
                seen.formUnion(history.pasts[id])
            }
        case .allBut(let unseen):
            IDs(history.all.filter { id in !unseen.contains(id) && history.pasts[id].isDisjoint(with: IDs(unseen)) })
        }
    }

    // MARK: How it ends

    /// The outcome, which the fold and the naive model agree on in thirty orders of arrival.
    func end(sourceLocation: SourceLocation = #_sourceLocation) -> Ending {
        for seed in 0..<30 as Range<UInt64> {
            if let complaint = ReplayedHistory.complaint(history, seed: seed, feedsMax: 64) {
                Issue.record("\(complaint)\n\(self.history)", sourceLocation: sourceLocation)
            }
        }
        return Ending(model: NaiveAuthority(history))
    }

    /// What an operation that arrives last of all is told to change.
    func changes(when late: Int, sourceLocation: SourceLocation = #_sourceLocation) -> [Int: Bool] {
        var replayed = ReplayedHistory(history)
        precondition(!history.pasts.contains { $0.contains(late) }, "something has seen it, and cannot come first")
        for id in history.all where id != late {
            #expect(replayed.take(id) == nil, sourceLocation: sourceLocation)
        }
        #expect(replayed.take(late) == nil, sourceLocation: sourceLocation)
        return replayed.told
    }

    struct Ending {
        let model: NaiveAuthority

        func counts(_ id: Int) -> Bool { model.verdict(id) == .counts }
        func isCarried(_ id: Int) -> Bool { model.verdict(id) == .carried }
        func isSetAside(_ id: Int) -> Bool { model.verdict(id) == .void }
        func isAdmin(_ person: ModelPerson) -> Bool { model.standing(of: person) == .admin }
        func isMember(_ person: ModelPerson) -> Bool { model.standing(of: person) == .member }
        func isOut(_ person: ModelPerson) -> Bool { model.standing(of: person) == .out }
    }
}
