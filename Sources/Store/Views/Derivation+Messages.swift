import Operations
import Replica
import SQLite

extension Derivation {
    mutating func appear(
        _ message: Message, from former: Message.Visibility, in transaction: borrowing Transaction
    ) throws {
        guard let content = message.content else { return }
        let spot = spot(message)
        let sender = try person(message.author)
        let isNewest = try place(spot, former, in: transaction)
        if content.isCountable {
            try count(1, spot, of: sender, isLocal: try isLocal(message.author), isNewest, in: transaction)
        }
        let mentions = try add(mentions: content.mentions, of: spot, in: transaction)
        var people = MessagePeople(mentions: mentions, answers: nil, isSystem: content.type == "system")
        if let target = content.replyTo { people.answers = try add(answerTo: target, by: spot, in: transaction) }
        if !content.attachments.isEmpty {
            try set(attachments: content.attachments, of: message, spot, sender, in: transaction)
        }
        words.note(SearchDocument(spot, room: number, sender: sender), before: nil, now: content.content)
        tell(.appeared(spot.number, by: sender, people))
        if former == .hidden { try readNaming(message, in: transaction) }
    }

    mutating func vanish(_ before: Message, in transaction: borrowing Transaction) throws {
        let spot = spot(before)
        let sender = try person(before.author)
        if before.visibility == .shown { try hide(before, spot, sender, in: transaction) }
        view.messages -= 1
        try MessageBlocks.change(by: -1, at: spot, &view.open, of: number, in: transaction)
        if view.last?.serial == spot.serial { hasLostLast = true }
        tell(.vanished(spot.number, by: sender))
        try readNaming(before, in: transaction)
    }

    mutating func delete(_ message: Message, before: Message, in transaction: borrowing Transaction) throws {
        let spot = spot(message)
        let sender = try person(message.author)
        if before.visibility == .shown { try hide(before, spot, sender, in: transaction) }
        _ = try place(spot, before.visibility, in: transaction)
        tell(.deleted(spot.number, by: sender))
        if before.visibility == .hidden { try readNaming(message, in: transaction) }
    }

    mutating func edit(_ message: Message, before: Message, in transaction: borrowing Transaction) throws {
        guard let content = message.content, let former = before.content else { return }
        let spot = spot(message)
        let sender = try person(message.author)
        if content.isCountable != former.isCountable {
            try count(
                content.isCountable ? 1 : -1, spot, of: sender, isLocal: try isLocal(message.author), false,
                in: transaction)
        }
        var newMentions: [PersonNumber] = []
        if content.mentions != former.mentions {
            let known = try removeMentions(of: spot, in: transaction)
            newMentions = try add(mentions: content.mentions, of: spot, in: transaction).filter { !known.contains($0) }
        }
        if content.attachments != former.attachments {
            try set(attachments: content.attachments, of: message, spot, sender, in: transaction)
        }
        if content.content != former.content {
            words.note(
                SearchDocument(spot, room: number, sender: sender), before: former.content, now: content.content)
        }
        tell(.edited(spot.number, by: sender, newMentions: newMentions))
    }

    /// It is shown no more.
    private mutating func hide(
        _ before: Message, _ spot: MessageSpot, _ sender: PersonNumber, in transaction: borrowing Transaction
    ) throws {
        guard let content = before.content else { return }
        if content.isCountable {
            try count(-1, spot, of: sender, isLocal: try isLocal(before.author), false, in: transaction)
        }
        if !content.mentions.isEmpty { _ = try removeMentions(of: spot, in: transaction) }
        if content.replyTo != nil { try removeAnswer(by: spot, in: transaction) }
        try set(attachments: [], of: before, spot, sender, in: transaction)
        words.note(SearchDocument(spot, room: number, sender: sender), before: content.content, now: nil)
    }

    // MARK: Counts

    /// It is there, shown or as a grave, and was not where it was hidden before. Whether it came after all others.
    private mutating func place(
        _ spot: MessageSpot, _ former: Message.Visibility, in transaction: borrowing Transaction
    ) throws(SQLiteError) -> Bool {
        let isNewest = spot.serial > view.newest
        guard former == .hidden else { return isNewest }
        view.messages += 1
        try MessageBlocks.change(by: 1, at: spot, &view.open, of: number, in: transaction)
        view.newest = max(view.newest, spot.serial)
        if view.last.map({ $0 < spot }) ?? true { view.last = spot }
        return isNewest
    }

    /// What somebody has read, or written, is counted as read: one row of the sender's, or of all who read up to here before.
    private mutating func count(
        _ difference: Int, _ spot: MessageSpot, of sender: PersonNumber, isLocal: Bool, _ isNewest: Bool,
        in transaction: borrowing Transaction
    ) throws(SQLiteError) {
        view.countable += difference
        // Of a room whose contents are erased everything goes: nobody is told of each message, but once that nothing is left.
        guard !records.fields.isErased else {
            hasLostAll = true
            return
        }
        guard isNewest else {
            var rows = try transaction.statement(
                """
                UPDATE membership SET read = read + ?3 WHERE room = ?1 AND node = 1 AND (position >= ?2 OR person = ?4
                    OR EXISTS (SELECT 1 FROM reading_apart a WHERE a.room = ?1 AND a.message = ?2 AND a.person = membership.person))
                """)
            rows.bind(1, number)
            rows.bind(2, spot.serial)
            rows.bind(3, difference)
            rows.bind(4, sender)
            return try rows.run()
        }
        guard isLocal else { return }
        var row = try transaction.statement(
            "UPDATE membership SET read = read + ?3 WHERE room = ?1 AND person = ?2")
        row.bind(1, number)
        row.bind(2, sender)
        row.bind(3, difference)
        try row.run()
    }

    // MARK: Mentions and answers

    /// In their order, each once.
    private func add(
        mentions: [UserID], of spot: MessageSpot, in transaction: borrowing Transaction
    ) throws -> [PersonNumber] {
        var people: [PersonNumber] = []
        for user in mentions where !user.handle.isNode {
            let person = try person(user)
            if !people.contains(person) { people.append(person) }
        }
        try Mentions.add(people, to: spot.serial, in: number, in: transaction)
        return people
    }

    private func removeMentions(
        of spot: MessageSpot, in transaction: borrowing Transaction
    ) throws(SQLiteError) -> [PersonNumber] {
        let people = try Mentions.people(in: spot.number, on: transaction.connection)
        var delete = try transaction.statement("DELETE FROM mention WHERE message = ?1")
        delete.bind(1, spot.serial)
        try delete.run()
        return people
    }

    /// The sender of what is answered, where that is here.
    private func add(
        answerTo target: OperationID, by spot: MessageSpot, in transaction: borrowing Transaction
    ) throws -> PersonNumber? {
        try Answers.add(spot.serial, to: target.bytes.prefix, in: number, in: transaction)
        guard let position = records.position(of: target) else { return nil }
        let kept = records.kept(at: position)
        return kept.kind == .messagePost ? PersonNumber(kept.author.row) : nil
    }

    private func removeAnswer(
        by spot: MessageSpot, in transaction: borrowing Transaction
    ) throws(SQLiteError) {
        var row = try transaction.statement("DELETE FROM answer WHERE message = ?1")
        row.bind(1, spot.serial)
        try row.run()
    }
}

extension MessageContent {
    /// Whether it makes a difference to what is unread.
    var isCountable: Bool { type != "system" }
}

extension SearchDocument {
    init(_ spot: MessageSpot, room: Int64, sender: PersonNumber) {
        self.init(room: room, message: spot.serial, time: spot.time >> 16, sender: sender.value)
    }
}
