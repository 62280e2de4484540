package import Chat
import EventLoop
package import Log
package import SQLite
package import Store
import Synchronization

/// Real time (Spec/api/events.md), as the rest of the node knows it.
///
/// A commit leaves rows in the journal of events. One thread, the *hub*, reads them, makes a frame of each, once, and knows
/// who listens and who is in which room; so the frames of all connections have one order. It hands each frame to the loops
/// with the numbers of the connections that get it, and the loops write the same bytes to all of them.
///
/// Whoever comes back with `since` is *behind*: the hub gives them the journal in pieces, each when the one before has
/// left, and takes them among the others when they have all of it. So nothing is lost in between and nothing comes twice,
/// and nobody who missed much holds up those who missed nothing.
package final class RealTime: Sendable {
    package let presence: PresenceBook
    let connections = ConnectionCount()
    let inbox: Mailbox<HubMessage>
    let signals: Mailbox<HubSignal>
    let databasePath: String
    let log: Log
    private let news = Mutex(ChatNews())
    private let loops = Mutex<[Mailbox<LoopMessage>]>([])
    private let thread = Mutex<Thread?>(nil)

    package init(databaseAt path: String, log: Log) throws {
        databasePath = path
        self.log = log
        presence = PresenceBook()
        inbox = try Mailbox(messagesMax: 1 << 18)
        signals = try Mailbox(messagesMax: 4_096)
    }

    /// Begins to tell what is committed from now on. `settings` and `writer` are those of the API.
    package func start(_ settings: APISettings, writer: Writer<ChatState>, signalling: any SignalSending) throws {
        let running = try Thread(name: "hub") { [self] in
            do {
                let loop = try EventLoop()
                let hub = try Hub(self, settings, writer, signalling, on: loop)
                try withExtendedLifetime(hub) { try loop.run() }
            } catch {
                log.error("hub-failed", [.text("error", ShortText(String(describing: error)))])
            }
        }
        thread.withLock { $0 = running }
    }

    /// After the loops have ended.
    package func stop() {
        let running = thread.withLock { thread in
            defer { thread = nil }
            return thread
        }
        guard let running else { return }
        _ = inbox.post(.stop)
        running.join()
    }

    /// What a commit has made true. From the writer's thread, before anybody is answered.
    package func hear(_ news: ChatNews) {
        let isFirst = self.news.withLock { waiting in
            defer { waiting.add(news) }
            return waiting.isEmpty
        }
        if isFirst { _ = inbox.post(.news) }
    }

    func takeNews() -> ChatNews {
        news.withLock { waiting in
            defer { waiting = ChatNews() }
            return waiting
        }
    }

    /// WebSockets and event streams that are open.
    package var connectionCount: Int { connections.total }

    // MARK: From other nodes

    /// Somebody of another node is typing, or has stopped.
    package func typing(_ person: PersonNumber, in room: RoomNumber, _ isTyping: Bool) {
        _ = signals.post(.typing(person, room, isTyping: isTyping, isLocal: false))
    }

    /// How somebody of another node is.
    package func presence(_ person: PersonNumber, _ presence: Presence) {
        _ = signals.post(.elsewhere(person, presence))
    }

    /// Somebody of this node did something.
    func active(_ person: PersonNumber) {
        _ = signals.post(.active(person))
    }

    // MARK: Loops

    /// A loop's number, and how it is told.
    func join(_ inbox: Mailbox<LoopMessage>) -> Int {
        loops.withLock { loops in
            loops.append(inbox)
            return loops.count - 1
        }
    }

    var loopInboxes: [Mailbox<LoopMessage>] { loops.withLock { $0 } }
}

/// Tells other nodes of the moment: who types, who is here.
package protocol SignalSending: Sendable {
    func typing(_ person: PersonNumber, in room: RoomNumber, _ isTyping: Bool)
    func presence(_ person: PersonNumber, _ presence: Presence)
}

/// A node without others.
package struct NoSignals: SignalSending {
    package init() {}
    package func typing(_ person: PersonNumber, in room: RoomNumber, _ isTyping: Bool) {}
    package func presence(_ person: PersonNumber, _ presence: Presence) {}
}

/// How many connections each account has. For all loops.
final class ConnectionCount: Sendable {
    static let perAccountMax = 64

    private let counts = Mutex<[PersonNumber: Int]>([:])

    /// False where the account has as many as it may.
    func add(_ person: PersonNumber) -> Bool {
        counts.withLock { counts in
            guard counts[person, default: 0] < Self.perAccountMax else { return false }
            counts[person, default: 0] += 1
            return true
        }
    }

    func remove(_ person: PersonNumber) {
        counts.withLock { counts in
            let left = counts[person, default: 1] - 1
            counts[person] = left > 0 ? left : nil
        }
    }

    var total: Int { counts.withLock { $0.values.reduce(0, +) } }
}
