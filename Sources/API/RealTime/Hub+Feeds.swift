import Bytes
import EventLoop
import SQLite
import Store

// Who listens, and from where on.

extension Hub {
    func open(_ opening: FeedOpening) throws {
        let feed = Feed(opening)
        feeds[feed.name] = feed
        expectExpiry(of: feed)
        try listen(feed)
        var since = EventNumber(opening.since ?? last.value)
        let isResumed = try opening.since == nil ? false : canResume(from: since)
        if !isResumed { since = last }
        deliver(try frames.hello(since, to: feed.person, isResumed: isResumed), to: feed)
        if opening.since != nil, !isResumed { deliver(frames.resync(), to: feed) }
        if case .notifications = feed.scope { deliver(try noticeCount(of: feed.person), to: feed) }
        guard since < last else {
            becomeLive(feed)
            return
        }
        feed.fallBehind(after: since, joined: try reader.read { try joined(feed.person, after: since, on: $0) })
        try goOn(feed)
    }

    private func listen(_ feed: Feed) throws {
        if let listener = listeners[feed.person] {
            listener.feeds.append(feed)
            return
        }
        let rooms = try reader.read { try MembershipTable.openRooms(of: feed.person, on: $0) }
        let listener = Listener(feed.person, rooms: Set(rooms))
        listener.feeds = [feed]
        listeners[feed.person] = listener
        for room in rooms { audience(of: room).add(listener) }
        comings.came(feed.person, at: loop.now)
    }

    func close(_ name: FeedName) {
        guard let feed = feeds.removeValue(forKey: name), let listener = listeners[feed.person] else { return }
        listener.feeds.removeAll { $0 === feed }
        guard listener.feeds.isEmpty else {
            forgetTargets(of: listener)
            return
        }
        listeners[feed.person] = nil
        unread.forget(feed.person)
        for room in listener.rooms { leave(listener, room) }
        comings.went(feed.person, at: loop.now)
    }

    func forgetTargets(of listener: Listener) {
        for room in listener.rooms { audiences[room]?.forgetTargets() }
    }

    // MARK: Rooms

    func audience(of room: RoomNumber) -> Audience {
        if let known = audiences[room] { return known }
        let audience = Audience(room)
        audiences[room] = audience
        return audience
    }

    func enter(_ listener: Listener, _ room: RoomNumber) {
        guard listener.rooms.insert(room).inserted else { return }
        audience(of: room).add(listener)
    }

    /// They are in it no longer, or don't listen.
    func leave(_ listener: Listener, _ room: RoomNumber) {
        guard let audience = audiences[room] else { return }
        audience.remove(listener.person)
        if audience.listeners.isEmpty { audiences[room] = nil }
    }

    // MARK: Those who are behind

    private func canResume(from seq: EventNumber) throws -> Bool {
        guard seq <= last, last.value - seq.value <= Self.missedMax else { return false }
        return try reader.read { try EventJournal.reaches(back: seq, on: $0) }
    }

    private func joined(
        _ person: PersonNumber, after seq: EventNumber, on connection: Connection
    ) throws -> [RoomNumber: EventNumber] {
        try EventJournal.joined(by: person, after: seq, on: connection)
    }

    /// Gives a connection the next part of what it missed.
    func goOn(_ feed: Feed) throws {
        feed.isWaiting = false
        guard let place = feed.place else { return }
        let entries = try reader.read { connection in
            try connection.snapshot {
                try EventJournal.entries(after: place.seq, limit: Self.entriesMax, on: connection)
                    .filter { $0.seq <= last }
                    .map { ($0.seq, $0.entry, try frame($0.seq, $0.entry, on: connection)) }
            }
        }
        var shown: [Frame] = []
        for (seq, entry, frame) in entries where isShown(entry, seq, to: feed, place) {
            if let frame { shown.append(frame) }
        }
        if let end = entries.last?.0 { feed.advance(to: end) }
        let isEnd = entries.isEmpty || feed.place?.seq == last
        for (index, frame) in shown.enumerated() {
            deliver(frame, to: feed, isPart: !isEnd && index == shown.count - 1)
        }
        if isEnd {
            becomeLive(feed)
        } else if shown.isEmpty {
            // Nothing leaves, so nobody would ask.
            _ = realTime.inbox.post(.more(feed.name))
        } else {
            feed.isWaiting = true
        }
    }

    private func becomeLive(_ feed: Feed) {
        feed.catchUp()
        if let listener = listeners[feed.person] { forgetTargets(of: listener) }
    }

    private func isShown(
        _ entry: JournalEntry, _ seq: EventNumber, to feed: Feed, _ place: Feed.Behind
    ) -> Bool {
        if entry.kind == .notification { return entry.person == feed.person && feed.scope.includesNotifications }
        guard let room = entry.room, feed.scope.includes(room) else { return false }
        if entry.person == feed.person, entry.kind == .left || entry.kind == .removed { return true }
        guard listeners[feed.person]?.rooms.contains(room) == true else { return false }
        // That somebody comes into a room is told to them just before they are seen to join.
        if entry.kind == .roomCreated, let person = entry.person { return person == feed.person }
        return place.joined[room].map { $0 <= seq } ?? true
    }

}
