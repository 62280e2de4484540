import Chat
import EventLoop
import SQLite
import Store

// What was committed, to those whom it concerns.

extension Hub {
    func tell(_ news: ChatNews) throws {
        for ended in news.ended { end(ended) }
        try tellEvents()
        for (person, rooms) in news.read {
            guard let listener = listeners[person] else { continue }
            listener.noticed.subtract(rooms)
            unread.add(person, rooms, at: loop.now)
        }
        for person in news.notices {
            guard let listener = listeners[person] else { continue }
            listener.noticed = []
            let feeds = listener.feeds.filter { $0.scope == .notifications }
            guard !feeds.isEmpty else { continue }
            let frame = try noticeCount(of: person)
            for feed in feeds { deliver(frame, to: feed) }
        }
    }

    private func end(_ ended: EndedSessions) {
        for feed in listeners[ended.person]?.feeds ?? [] where ended.sessions.contains(feed.session) {
            end(feed, code: 1_008, "the session has ended")
        }
    }

    private func tellEvents() throws {
        while true {
            let entries = try reader.read { connection in
                try connection.snapshot {
                    try EventJournal.entries(after: last, limit: Self.entriesMax, on: connection)
                        .map { ($0.seq, $0.entry, try frame($0.seq, $0.entry, on: connection)) }
                }
            }
            for (seq, entry, frame) in entries {
                last = seq
                try tell(entry, seq, frame)
            }
            if entries.count < Self.entriesMax { return }
        }
    }

    /// The frame of an event; nil where nobody listens whom it concerns, or nothing is left to be told.
    func frame(_ seq: EventNumber, _ entry: JournalEntry, on connection: Connection) throws -> Frame? {
        if let known = recent[seq] { return known }
        guard try concernsSomebody(entry, on: connection) else { return nil }
        guard let frame = try frames.frame(seq, entry, on: connection) else { return nil }
        recent.keep(frame)
        return frame
    }

    private func concernsSomebody(_ entry: JournalEntry, on connection: Connection) throws -> Bool {
        if let person = entry.person, listeners[person] != nil { return true }
        guard let room = entry.room else { return false }
        if audiences[room] != nil { return true }
        guard entry.kind == .roomCreated else { return false }
        return try MembershipTable.localMembers(of: room, on: connection).contains { listeners[$0] != nil }
    }

    private func tell(_ entry: JournalEntry, _ seq: EventNumber, _ frame: Frame?) throws {
        if entry.kind == .notification {
            guard let frame, let listener = entry.person.flatMap({ listeners[$0] }) else { return }
            for feed in listener.feeds where feed.isLive && feed.scope.includesNotifications {
                deliver(frame, to: feed)
            }
            return
        }
        guard let room = entry.room else { return }
        try comeIn(entry, room)
        if let frame {
            if entry.kind == .roomCreated, let person = entry.person {
                for feed in listeners[person]?.feeds ?? [] where feed.isLive && feed.scope.includes(room) {
                    deliver(frame, to: feed)
                }
            } else if let audience = audiences[room] {
                deliver(frame, to: audience.targets)
            }
        }
        switch entry.kind {
        case .message, .messageDeleted: messageCame(entry, in: room)
        case .left, .removed: if let person = entry.person { goOut(person, of: room) }
        case .roomDeleted: for person in audiences[room]?.listeners.keys.map(\.self) ?? [] { goOut(person, of: room) }
        case .messageEdited, .reaction, .readReceipt, .joined, .role, .roomCreated, .roomUpdated, .roomAvatar,
            .roomArchived, .roomUnarchived, .notification:
            break
        }
    }

    /// Who was added is in the room before the frame that says so is told.
    private func comeIn(_ entry: JournalEntry, _ room: RoomNumber) throws {
        switch entry.kind {
        case .joined, .roomCreated:
            // To somebody who comes it is told by itself; a direct room, or one that is there again, to all.
            let people =
                try entry.person.map { [$0] }
                ?? reader.read { try MembershipTable.localMembers(of: room, on: $0) }
            for person in people { if let listener = listeners[person] { enter(listener, room) } }
        case .message, .messageEdited, .messageDeleted, .reaction, .readReceipt, .left, .removed, .role, .roomUpdated,
            .roomAvatar, .roomArchived, .roomUnarchived, .roomDeleted, .notification:
            break
        }
    }

    /// Somebody has lost the room; a connection that carries nothing else ends.
    private func goOut(_ person: PersonNumber, of room: RoomNumber) {
        guard let listener = listeners[person], listener.rooms.remove(room) != nil else { return }
        leave(listener, room)
        for feed in listener.feeds where feed.scope == .room(room) { end(feed, code: 1_008, "the room is lost") }
    }
}
