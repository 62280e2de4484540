import Operations
package import Replica
import SQLite

// What the operations made: messages, reactions, fields, profiles.
extension StoreRecords {
    // MARK: Messages

    enum Flags {
        static let counts = 1
        static let hasContent = 2
        static let isPinned = 4
        static let isDeleted = 8
        // Of what it says, so that whoever shows it looks only for what is there.
        static let isSystem = 16
        static let hasAttachments = 32
        static let hasMentions = 64
        static let isAnswer = 128
        /// There are reactions to it.
        static let hasReactions = 256
        // Of its type, where that is neither `text` nor `system`.
        static let isImage = 512
        static let isFile = 1024
        static let isCode = 1536
    }

    static func flags(of message: Message) -> Int {
        var flags =
            (message.counts ? Flags.counts : 0) | (message.isPinned ? Flags.isPinned : 0)
            | (message.isDeleted ? Flags.isDeleted : 0)
        guard let content = message.content else { return flags }
        flags |= Flags.hasContent
        switch content.type {
        case "system": flags |= Flags.isSystem
        case "image": flags |= Flags.isImage
        case "file": flags |= Flags.isFile
        case "code": flags |= Flags.isCode
        default: break
        }
        flags |= content.attachments.isEmpty ? 0 : Flags.hasAttachments
        return flags | (content.mentions.isEmpty ? 0 : Flags.hasMentions)
            | (content.replyTo == nil ? 0 : Flags.isAnswer)
    }

    /// Of a deleted message the time of its deletion.
    func lastChange(of message: Message) -> HybridTime? {
        message.deletions.first.map { kept(at: $0).time } ?? message.edited
    }

    private enum Tag {
        // Below: the fields of a message.
        static let deletion: UInt8 = 16
        static let lastEdit: UInt8 = 17
    }

    package func message(at position: Position) -> Message? {
        let entry = entry(at: position)
        guard entry.kept.kind == .messagePost else { return nil }
        return failure.attempt(else: nil) {
            var row = try connection.statement(
                """
                SELECT m.flags, m.edited, m.detail, t.bytes, m.shown IS NULL AND o.payload_hash IS NOT NULL
                FROM message m JOIN operation o ON o.serial = m.serial
                LEFT JOIN text t ON t.number = coalesce(m.shown, m.text, m.serial) WHERE m.serial = ?1
                """)
            row.bind(1, entry.serial)
            guard try row.step() else { return nil }
            var message = Message(
                position: position, id: entry.kept.id, author: try names.user(entry.kept.author), time: entry.kept.time)
            let flags = row.int(0)
            message.counts = flags & Flags.counts != 0
            message.isPinned = flags & Flags.isPinned != 0
            if !row.isNull(1), flags & Flags.isDeleted == 0 { message.edited = try row.time(1) }
            for (tag, writer) in try PositionList(row.bytes(2)).entries {
                switch tag {
                case Tag.deletion: message.deletions.append(writer)
                case Tag.lastEdit: message.lastEdit = writer
                default: Message.Field(rawValue: Int(tag)).map { message.writers[$0] = writer }
                }
            }
            if flags & Flags.hasContent != 0 {
                // Between the erasure of a payload and that of its message, what it said can't be told any more.
                message.content = row.bool(4) ? MessageContent(content: "") : try MessageContent(payload: row.bytes(3))
            }
            return message
        }
    }

    package func keep(_ message: Message) {
        let entry = entry(at: message.position)
        let flags = Self.flags(of: message)
        if let post = pendingPost, post.position == message.position {
            pendingPost = nil
            failure.attempt { try insert(message, flags, post) }
            return
        }
        failure.attempt {
            let shown = try keepShown(Self.shown(of: message), ofMessage: entry.serial)
            var row = try connection.statement(
                "UPDATE message SET flags = ?2 | (flags & 256), edited = ?3, detail = ?4, shown = ?5 WHERE serial = ?1")
            row.bind(1, entry.serial)
            row.bind(2, flags)
            row.bind(3, lastChange(of: message))
            row.bind(4, copying: Self.detail(of: message))
            row.bind(5, shown)
            try row.run()
        }
    }

    /// What stands in place of the payload, where edits have made something else of it.
    static func shown(of message: Message) -> [UInt8]? {
        message.writers.contains { $0.key != .pinned } ? message.content?.encoded : nil
    }

    /// What was before is erased.
    private func keepShown(_ bytes: [UInt8]?, ofMessage serial: Int64) throws -> Int64? {
        var row = try connection.statement(
            "SELECT t.number, t.bytes FROM message m JOIN text t ON t.number = m.shown WHERE m.serial = ?1")
        row.bind(1, serial)
        if try row.step() {
            if let bytes, row.array(1) == bytes { return row.int64(0) }
            try erase(text: row.int64(0))
        }
        return try bytes.map { try keep(text: $0) }
    }

    private func insert(
        _ message: Message, _ flags: Int,
        _ post: PendingPost
    ) throws {
        let tie = message.author.node.tie
        var row = try connection.statement(
            """
            INSERT INTO message (serial, room, time, tie, sender, flags, is_filed) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
            """)
        row.bind(1, post.serial)
        row.bind(2, room)
        row.bind(3, message.time)
        row.bind(4, tie)
        row.bind(5, post.sender)
        row.bind(6, flags)
        row.bind(7, post.isFiled)
        try row.run()
        if !post.isFiled { filedMessages.note() }
    }

    static func detail(of message: Message) -> [UInt8]? {
        var entries = message.writers.map { (tag: UInt8($0.key.rawValue), position: $0.value) }
        entries += message.deletions.map { (Tag.deletion, $0) }
        if let lastEdit = message.lastEdit { entries.append((Tag.lastEdit, lastEdit)) }
        return PositionList(entries).encoded
    }

    // MARK: Reactions

    package func reaction(of person: Person, to message: Position) -> Reaction? {
        let serial = serial(at: message)
        return failure.attempt(else: nil) {
            var row = try connection.statement(
                "SELECT value, line, seq FROM reaction WHERE message = ?1 AND person = ?2")
            row.bind(1, serial)
            row.bind(2, person.row)
            guard try row.step() else { return nil }
            return Reaction(
                message: message, person: person, value: row.isNull(0) ? nil : row.string(0),
                writer: Position(Line(row.int(1)), row.int(2)))
        }
    }

    package func reactions(to message: Position) -> [Reaction] {
        let serial = serial(at: message)
        return failure.attempt(else: []) {
            var rows = try connection.statement(
                "SELECT person, value, line, seq FROM reaction WHERE message = ?1")
            rows.bind(1, serial)
            var reactions: [Reaction] = []
            while try rows.step() {
                reactions.append(
                    Reaction(
                        message: message, person: try names.person(numbered: rows.int64(0)),
                        value: rows.isNull(1) ? nil : rows.string(1), writer: Position(Line(rows.int(2)), rows.int(3))))
            }
            return reactions
        }
    }

    package func keep(_ reaction: Reaction) {
        let serial = serial(at: reaction.message)
        failure.attempt {
            var row = try connection.statement("INSERT OR REPLACE INTO reaction VALUES (?1, ?2, ?3, ?4, ?5)")
            row.bind(1, serial)
            row.bind(2, reaction.person.row)
            if let value = reaction.value { row.bind(3, value) }
            row.bind(4, reaction.writer, and: 5)
            try row.run()
            try noteReactions(to: serial)
        }
    }

    package func removeReaction(of person: Person, to message: Position) {
        let serial = serial(at: message)
        failure.attempt {
            var row = try connection.statement("DELETE FROM reaction WHERE message = ?1 AND person = ?2")
            row.bind(1, serial)
            row.bind(2, person.row)
            try row.run()
            try noteReactions(to: serial)
        }
    }

    private func noteReactions(to message: Int64) throws {
        var row = try connection.statement(
            """
            UPDATE message SET flags = flags & ~256
                | 256 * EXISTS (SELECT 1 FROM reaction WHERE message = ?1 AND value IS NOT NULL)
            WHERE serial = ?1
            """)
        row.bind(1, message)
        try row.run()
    }

    // MARK: Fields

    package var fields: RoomFields {
        get { knownFields }
        set {
            guard newValue != knownFields else { return }
            knownFields = newValue
            failure.attempt { try write(newValue) }
        }
    }

    func write(_ fields: RoomFields) throws {
        var row = try connection.statement(
            """
            UPDATE room SET name = ?2, details = ?3, type = ?4, school = ?5, is_group = ?6, client = ?7, property = ?8,
                extra = ?9, avatar = ?10, is_archived = ?11, is_deleted = ?12, deleted = ?13, is_erased = ?14, writers = ?15
            WHERE number = ?1
            """)
        row.bind(1, room)
        row.bind(2, fields.name)
        row.bind(3, fields.details)
        row.bind(4, fields.type)
        row.bind(5, fields.school)
        row.bind(6, fields.isGroup)
        row.bind(7, fields.client)
        row.bind(8, fields.property)
        row.bind(9, copying: fields.extra?.encoded)
        row.bind(10, copying: fields.avatar?.encoded)
        row.bind(11, fields.isArchived)
        row.bind(12, fields.isDeleted)
        row.bind(13, fields.deleted)
        row.bind(14, fields.isErased)
        let writers = fields.writers.map { (tag: $0.key.tag, position: $0.value) }
        row.bind(15, copying: PositionList(writers).encoded)
        try row.run()
    }

    func loadFields() throws -> RoomFields {
        var fields = RoomFields()
        var row = try connection.statement(
            """
            SELECT name, details, type, school, is_group, client, property, extra, avatar, is_archived, is_deleted, deleted,
                is_erased, writers FROM room WHERE number = ?1
            """)
        row.bind(1, room)
        guard try row.step() else { throw StoreFault.damaged("room \(room)") }
        fields.name = row.string(0)
        fields.details = row.string(1)
        fields.type = row.string(2)
        fields.school = row.string(3)
        fields.isGroup = row.bool(4)
        fields.client = row.reference(5)
        fields.property = row.reference(6)
        if !row.isNull(7) { fields.extra = try Extra(encoded: row.bytes(7)) }
        fields.avatar = try Attachment(encoded: row.bytes(8))
        fields.isArchived = row.bool(9)
        fields.isDeleted = row.bool(10)
        if !row.isNull(11) { fields.deleted = try row.time(11) }
        fields.isErased = row.bool(12)
        for (tag, writer) in try PositionList(row.bytes(13)).entries {
            guard Int(tag) < RoomFields.Field.allCases.count else {
                throw StoreFault.damaged("writers of room \(room)")
            }
            fields.writers[RoomFields.Field.allCases[Int(tag)]] = writer
        }
        return fields
    }

    // MARK: Profiles

    package func profile(of person: Person) -> Profile? {
        failure.attempt(else: nil) {
            var row = try connection.statement(
                """
                SELECT person, name, avatar, extra, is_closed, is_known, writers FROM profile
                WHERE person = ?1 AND room = ?2 AND (is_known = 0 OR writers IS NOT NULL)
                """)
            row.bind(1, person.row)
            row.bind(2, room)
            return try row.step() ? try profile(row) : nil
        }
    }

    package var profiles: [Profile] {
        failure.attempt(else: []) {
            var rows = try connection.statement(
                """
                SELECT person, name, avatar, extra, is_closed, is_known, writers FROM profile
                WHERE room = ?1 AND (is_known = 0 OR writers IS NOT NULL)
                """)
            rows.bind(1, room)
            var profiles: [Profile] = []
            while try rows.step() { profiles.append(try profile(rows)) }
            return profiles
        }
    }

    /// What was told of users of a node that gives its directory to nobody as a room (`LogState.meet`). No operation here has
    /// written that, by which it is known.
    var metProfiles: [Profile] {
        failure.attempt(else: []) {
            var rows = try connection.statement(
                """
                SELECT person, name, avatar, extra, is_closed, is_known, writers FROM profile
                WHERE room = ?1 AND is_known = 1 AND writers IS NULL
                """)
            rows.bind(1, room)
            var profiles: [Profile] = []
            while try rows.step() { profiles.append(try profile(rows)) }
            return profiles
        }
    }

    func metProfile(of person: Person) -> Profile? {
        failure.attempt(else: nil) {
            var row = try connection.statement(
                """
                SELECT person, name, avatar, extra, is_closed, is_known, writers FROM profile
                WHERE person = ?1 AND room = ?2 AND is_known = 1 AND writers IS NULL
                """)
            row.bind(1, person.row)
            row.bind(2, room)
            return try row.step() ? try profile(row) : nil
        }
    }

    private func profile(_ row: borrowing Statement) throws -> Profile {
        let person = try names.person(numbered: row.int64(0))
        var profile = Profile(person: person, user: try names.user(person))
        profile.name = row.string(1)
        profile.avatar = try Attachment(encoded: row.bytes(2))
        if !row.isNull(3) { profile.extra = try Extra(encoded: row.bytes(3)) }
        profile.isClosed = row.bool(4)
        profile.isKnown = row.bool(5)
        for (tag, writer) in try PositionList(row.bytes(6)).entries {
            switch tag {
            case 0: profile.writers.name = writer
            case 1: profile.writers.avatar = writer
            default: profile.writers.extra = writer
            }
        }
        return profile
    }

    package func keep(_ profile: Profile) {
        failure.attempt {
            let writers = [profile.writers.name, profile.writers.avatar, profile.writers.extra].enumerated().compactMap
            {
                index, writer in writer.map { (tag: UInt8(index), position: $0) }
            }
            var row = try connection.statement(
                "INSERT OR REPLACE INTO profile VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)")
            row.bind(1, profile.person.row)
            row.bind(2, room)
            row.bind(3, profile.name)
            row.bind(4, copying: profile.avatar?.encoded)
            row.bind(5, copying: profile.extra?.encoded)
            row.bind(6, profile.isClosed)
            row.bind(7, profile.isKnown)
            row.bind(8, copying: PositionList(writers).encoded)
            try row.run()
        }
    }
}

extension RoomFields.Field {
    var tag: UInt8 {
        // Every field is among all of them.
        UInt8(Self.allCases.firstIndex(of: self)!)
    }
}

extension Statement {
    fileprivate mutating func bind(_ parameter: Int32, _ reference: Reference?) {
        switch reference {
        case .text(let text): bind(parameter, text)
        case .integer(let number): bind(parameter, number)
        case nil: break
        }
    }

    func reference(_ column: Int32) -> Reference? {
        guard !isNull(column) else { return nil }
        return isInteger(column) ? .integer(int64(column)) : .text(string(column))
    }
}
