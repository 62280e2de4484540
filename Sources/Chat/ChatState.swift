import Bytes
package import Operations
package import SQLite
package import Store

/// What the writer's thread keeps for this node's people: the log with its rooms, and what is to be told once the commit
/// is done. Made on that thread, and never leaving it.
package final class ChatState: LogWriterState {
    package let connection: Connection
    package let logState: LogState
    package let start: LogStart
    package let node: NodeID
    package let settings: ChatSettings
    package var random: any RandomNumberGenerator

    /// What follows from the command that runs; use cases add to it.
    package var news = ChatNews()
    /// What follows from the commands before it, which are not committed yet.
    private var committing = ChatNews()
    private let tell: @Sendable (ChatNews) -> Void

    package init(
        _ connection: Connection, databaseAt path: String, as identity: NodeIdentity, _ settings: ChatSettings,
        random: any RandomNumberGenerator = SystemRandomNumberGenerator(),
        telling tell: @escaping @Sendable (ChatNews) -> Void = { _ in }
    ) throws {
        self.connection = connection
        logState = try LogState(connection)
        start = try logState.start(databaseAt: path, as: identity)
        node = identity.node
        self.settings = settings
        self.random = random
        self.tell = tell
        try connection.transaction { transaction in
            try NodeTable.setName(settings.name, of: node, in: transaction)
        }
    }

    package var sending: Sending { settings.sending }

    // MARK: LogWriterState

    package func finish(in transaction: borrowing Transaction) throws {
        let events = try logState.derive(at: Timestamp(milliseconds: logState.clock), in: transaction)
        if !events.isEmpty {
            try follow(events, at: Timestamp(milliseconds: logState.clock), in: transaction)
        }
    }

    package func commandBegins() {
        logState.commandBegins()
        keepNews()
    }

    package func commandRolledBack() {
        logState.commandRolledBack()
        news = ChatNews()
    }

    package func groupEnds() throws {
        try logState.groupEnds()
        keepNews()
    }

    /// The command before can't be undone by itself any more.
    private func keepNews() {
        committing.add(news)
        news = ChatNews()
    }

    package func groupCommitted() {
        logState.groupCommitted()
        guard !committing.isEmpty else { return }
        let news = committing
        committing = ChatNews()
        tell(news)
    }

    package func groupRolledBack() {
        logState.groupRolledBack()
        (news, committing) = (ChatNews(), ChatNews())
    }
}

extension ChatState {
    /// Whoever does something. A session that ended while the command waited, or of which a connection has not heard yet, lets
    /// nobody in any more: whether the account is open is asked here, in the transaction.
    func actor(_ occasion: Occasion) throws -> UserID {
        let person = try occasion.person
        let user = try user(person)
        guard try AccountTable.isActive(person, on: connection) else { throw ChatFault.notAllowed }
        return user
    }

    /// Somebody of this node, as the log calls them. Nobody else does anything here.
    func user(_ person: PersonNumber) throws -> UserID {
        guard let user = try logState.user(person), user.node == node else { throw ChatFault.notFound }
        return user
    }

    @discardableResult
    func write(
        _ kind: KnownKind, about target: OperationTarget = .none, _ payload: [UInt8]? = nil, by author: Handle,
        in room: StoredRoom, at now: Timestamp
    ) throws -> WrittenOperation {
        let draft = LocalDraft(by: author, kind, about: target, payload: payload)
        return try logState.write(draft, in: room.id, at: now.milliseconds)
    }

    /// A room that was changed in this command, as it is now.
    func reread(_ room: StoredRoom) throws -> StoredRoom {
        guard let now = try logState.look(at: room.id) else { throw ChatFault.notFound }
        return now
    }
}

extension Occasion {
    /// Who does it: what people do in rooms nobody else can.
    var person: PersonNumber {
        get throws(ChatFault) {
            guard let actor else { throw .notAllowed }
            return actor
        }
    }
}
