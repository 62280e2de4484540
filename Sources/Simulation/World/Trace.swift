import Gossip
import Operations

/// What happened, for people to read. Nothing is kept of it unless it is asked for.
struct Trace: Sendable {
    let isOn: Bool
    /// With every message.
    let isDetailed: Bool
    private(set) var lines: [String] = []

    init(isOn: Bool, isDetailed: Bool) {
        self.isOn = isOn
        self.isDetailed = isDetailed
    }

    mutating func send(
        _ now: Int64, _ request: PeerSession.Request, _ bytes: Int, from: Int, to: Int, isAnswer: Bool
    ) {
        guard isDetailed else { return }
        let what =
            switch request {
            case .push(let plan): "push of \(plan.items.map { Self.short($0.room.description) }.joined(separator: " "))"
            case .pull(let pull): "pull of \(pull.asks.map(Self.describe).joined(separator: ", "))"
            case .changes(_, let wait): "changes, waiting \(wait) s"
            case .rooms: "comparison of all rooms"
            }
        let direction = isAnswer ? "answers to" : "asks"
        note(now, "  \(World.name(of: from)) \(direction) \(World.name(of: to)): \(what), \(bytes) bytes")
    }

    private static func describe(_ ask: PullRequest.Ask) -> String {
        switch ask {
        case .room(let room, _): short(room.description)
        case .feeds(let room, let places): "\(places.count) feeds of \(short(room.description))"
        case .operations(let room, let ids): "\(ids.count) operations of \(short(room.description))"
        case .payloads(let room, let ids): "\(ids.count) payloads of \(short(room.description))"
        case .profiles(_, let handles): "\(handles.count) profiles"
        }
    }

    mutating func note(_ now: Int64, _ text: @autoclosure () -> String) {
        guard isOn else { return }
        let milliseconds = now - World.beginning
        let seconds = String(milliseconds / 1_000)
        let rest = String(1_000 + milliseconds % 1_000).dropFirst()
        lines.append(String(repeating: " ", count: max(0, 5 - seconds.count)) + "\(seconds).\(rest)  \(text())")
    }

    mutating func act(
        _ now: Int64, _ name: String, _ act: String, _ written: Operation?, _ numbers: [NodeID: Int]
    ) {
        note(now, written.map { "\(name) \(Self.describe($0, numbers))" } ?? "\(name): \(act), which comes to nothing")
    }

    static func describe(_ operation: Operation, _ numbers: [NodeID: Int]) -> String {
        let header = operation.header
        func user(_ user: UserID) -> String { "\(user.handle)@\(numbers[user.node].map(World.name) ?? "nowhere")" }
        let target =
            switch header.target {
            case .none: ""
            case .operation(let id): " about \(short(id.description))"
            case .user(let other): " \(user(other))"
            case .grant(let other, let role): " \(user(other)) as \(role)"
            }
        let author = header.author.isNode ? "the node itself" : user(header.authorID)
        return "\(author): \(header.kind.name)\(target) in \(short(operation.room.description)), "
            + "\(short(operation.id.description)) at seq \(header.seq)"
    }

    static func short(_ name: String) -> String { String(name.prefix(6)) }
}
