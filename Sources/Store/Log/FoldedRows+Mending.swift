import Operations
import Replica
import SQLite

extension FoldedRows {
    /// Makes of each row that is wrong what it would be, and leaves the others as they are.
    func mend(in transaction: borrowing Transaction) throws {
        for finding in findings {
            switch finding {
            case .verdict(let id): mendVerdict(of: id)
            case .index(let id): try mendIndex(of: id)
            // All of a kind at once, below.
            case .message, .stray, .reactions: continue
            case .passedOn(let feed):
                for line in lines(of: feed) { stored.keep(passedEnd: passedEnd(of: line), of: line) }
            case .past(let feed): for line in lines(of: feed) { try mendPast(of: line) }
            case .wantedPayloads: try mendWantedPayloads()
            case .fields: try stored.write(records.fields)
            case .participants: try mendParticipants()
            case .profiles: try mendProfiles()
            }
        }
        for stray in try strayMessages() { try removeStray(stray) }
        try mendMessages()
        try mendReactions()
        try log.failure.check()
    }

    private func lines(of feed: Feed) -> [Line] {
        (0..<records.lineCount).map(Line.init).filter { stored.feed(of: $0) == feed }
    }

    private func run(_ sql: StaticString, _ bind: (inout Statement) throws -> Void) throws {
        var row = try connection.statement(sql)
        try bind(&row)
        try row.run()
    }

    // MARK: Operations

    private func mendVerdict(of id: OperationID) {
        guard let position = records.position(of: id) else { return }
        stored.set(counts: records.counts(at: position), at: position)
    }

    private func mendIndex(of id: OperationID) throws {
        guard let position = records.position(of: id) else { return }
        let target: OperationID? =
            if case .operation(let target) = records.header(at: position).target { target } else { nil }
        try run(
            """
            UPDATE operation SET id_prefix = ?4, target_line = ?5, target_seq = ?6, target_key = coalesce(?7, target_key)
            WHERE room = ?1 AND line = ?2 AND seq = ?3
            """
        ) { row in
            row.bind(1, stored.room)
            row.bind(2, position.line.index)
            row.bind(3, position.seq)
            row.bind(4, id.bytes.prefix)
            row.bind(5, records.kept(at: position).target, and: 6)
            row.bind(7, target?.bytes.prefix)
        }
    }

    // MARK: Messages

    private func mendMessages() throws {
        var wrong: [Post] = []
        try forEachPost { if !$0.isSound { wrong.append($0) } }
        for post in wrong {
            let shown = try keepShown(post)
            try run(
                """
                INSERT INTO message (serial, room, time, tie, sender, flags, edited, detail, text, shown)
                VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)
                ON CONFLICT (serial) DO UPDATE SET room = ?2, time = ?3, tie = ?4, sender = ?5, flags = ?6, edited = ?7,
                    detail = ?8, text = ?9, shown = ?10
                """
            ) { row in
                row.bind(1, post.serial)
                row.bind(2, post.expected.room)
                row.bind(3, post.expected.time)
                row.bind(4, post.expected.tie)
                row.bind(5, post.expected.sender)
                row.bind(6, post.expected.flags)
                row.bind(7, post.expected.edited)
                row.bind(8, copying: post.expected.detail)
                row.bind(9, post.expected.text)
                row.bind(10, shown)
            }
        }
    }

    /// The text that holds what is shown: the one that is named, or another that nobody names, or a new one. What it named instead is
    /// erased, unless it is somebody's.
    private func keepShown(_ post: Post) throws -> Int64? {
        if let former = post.shown, try isFree(former, butFor: post.serial) {
            if post.found?.shown == post.expected.shown { return former }
            // Rows of texts keep their size.
            if let bytes = post.expected.shown, bytes.count == post.found?.shown?.count {
                try run("UPDATE text SET bytes = ?2 WHERE number = ?1") { row in
                    row.bind(1, former)
                    row.bind(2, copying: bytes.span)
                }
                return former
            }
            try stored.erase(text: former)
        }
        guard let bytes = post.expected.shown else { return nil }
        var same = try connection.statement("SELECT number FROM text WHERE bytes = ?1 ORDER BY number")
        same.bind(1, copying: bytes.span)
        while try same.step() {
            if try isFree(same.int64(0), butFor: post.serial) { return same.int64(0) }
        }
        return try stored.keep(text: bytes)
    }

    /// Whether a text is neither a payload, nor a name, nor what another message shows.
    private func isFree(_ number: Int64, butFor message: Int64) throws -> Bool {
        var row = try connection.statement(
            """
            SELECT NOT EXISTS (SELECT 1 FROM operation WHERE serial = ?1)
                AND NOT EXISTS (SELECT 1 FROM operation WHERE text = ?1)
                AND NOT EXISTS (SELECT 1 FROM message WHERE shown = ?1 AND serial <> ?2)
                AND NOT EXISTS (SELECT 1 FROM attachment WHERE name = ?1)
            """)
        row.bind(1, number)
        row.bind(2, message)
        return try row.step() && row.bool(0)
    }

    private func removeStray(_ message: Int64) throws {
        try run("DELETE FROM reaction WHERE message = ?1") { $0.bind(1, message) }
        try run("DELETE FROM message WHERE serial = ?1") { $0.bind(1, message) }
    }

    private func mendReactions() throws {
        let (expected, found) = (try expectedReactions(), try foundReactions())
        for message in Set(expected.keys).union(found.keys).sorted() where expected[message] != found[message] {
            try run("DELETE FROM reaction WHERE message = ?1") { $0.bind(1, message) }
            for reaction in expected[message] ?? [] {
                try run("INSERT INTO reaction (message, person, value, line, seq) VALUES (?1, ?2, ?3, ?4, ?5)") { row in
                    row.bind(1, message)
                    row.bind(2, reaction.person)
                    if let value = reaction.value { row.bind(3, value) }
                    row.bind(4, reaction.line)
                    row.bind(5, reaction.seq)
                }
            }
        }
    }

    // MARK: Lines

    private func mendPast(of line: Line) throws {
        for sql: StaticString in [
            "DELETE FROM step WHERE room = ?1 AND line = ?2", "DELETE FROM checkpoint WHERE room = ?1 AND line = ?2",
        ] {
            try run(sql) { row in
                row.bind(1, stored.room)
                row.bind(2, line.index)
            }
        }
        for step in records.ancestry.steps(of: line) { stored.steps.keep(step, of: line) }
        for (seq, clock) in records.ancestry.checkpoints(of: line) {
            stored.steps.keep(clock, at: Position(line, seq))
        }
    }

    // MARK: The room as a whole

    private func mendWantedPayloads() throws {
        try run("DELETE FROM wanted WHERE room = ?1") { $0.bind(1, stored.room) }
        for position in records.wantedPayloads { stored.set(isWanted: true, at: position) }
    }

    private func mendParticipants() throws {
        let expected = try expectedParticipants()
        try run("DELETE FROM participant WHERE room = ?1") { $0.bind(1, stored.room) }
        for node in expected.sorted() {
            try run("INSERT INTO participant (room, node) VALUES (?1, ?2)") { row in
                row.bind(1, stored.room)
                row.bind(2, node)
            }
        }
    }

    private func mendProfiles() throws {
        try run("DELETE FROM profile WHERE room = ?1 AND (is_known = 0 OR writers IS NOT NULL)") { row in
            row.bind(1, stored.room)
        }
        for profile in try expectedProfiles() { stored.keep(profile) }
    }
}
