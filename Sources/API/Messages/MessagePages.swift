import Chat
import JSON
import SQLite
import Store

// Lists of messages, with their cursors (Spec/api, section 5).

/// What a query asks of a list of messages, as somebody sees it.
struct MessageQuestion: Sendable {
    let viewer: PersonNumber
    /// What stands before the path of a URL.
    let base: String
    var filter: MessageFilter
    var cursors: MessageCursors
    var window: ListWindow
    var order: MessageOrder

    var hasBothCursors: Bool { cursors.before != nil && cursors.after != nil }

    /// Whether others will mostly ask for the same messages.
    var isNewest: Bool { cursors == MessageCursors() && window.offset == 0 && order == .newestFirst }

    func answer(
        on connection: Connection, naming people: PeopleBook, keeping messages: MessageBook? = nil
    ) throws -> MessagePage {
        try connection.snapshot {
            let naming = try Store.People.version(on: connection)
            people.open(naming: naming)
            messages?.open(naming: naming, base: base)
            let count = try MessageList.count(filter, cursors, on: connection)
            var shapes = ShapeWriter(
                JSONWriter(room: 1_024 * min(window.limit, 64)), for: viewer, base: base, people: people,
                messages: messages)
            shapes.json.beginArray()
            let ends = try MessageList.page(filter, cursors, window, order, to: viewer, on: connection, &shapes)
            shapes.json.endArray()
            return MessagePage(count: count, ends: ends, elements: shapes.finish())
        }
    }
}

struct MessagePage: Sendable {
    let count: Int
    let ends: MessagePageEnds
    /// A JSON array.
    let elements: [UInt8]
}

extension Call {
    /// A page of a room's messages, or of all that the caller sees, newest first.
    func messages(of room: RoomNumber? = nil) throws -> Answer {
        try answer(try question(in: room, .newestFirst)) { question, page in
            let links = self.links(question, page)
            return .ok(room: page.elements.count + 512) { json in
                json.object {
                    $0.member("count", page.count)
                    $0.member("next", links.older)
                    $0.member("previous", links.newer)
                    $0.key("results")
                    $0.raw(page.elements.span)
                }
            }
        }
    }

    /// A room's messages as a plain array, oldest first.
    func messageArray(of room: RoomNumber) throws -> Answer {
        let whole = try question(in: room, .oldestFirst, limit: Query.limitMax)
        return try answer(whole) { question, page in
            let links = self.links(question, page)
            let count = try self.read { try MessageList.count(question.filter, MessageCursors(), on: $0) }
            let lastOffset = ListWindow(limit: question.window.limit).lastOffset(count: count)
            let all: [(name: String, value: String?)] = [
                ("before", nil), ("after", nil), ("limit", "\(question.window.limit)"),
            ]
            var answer = Answer.ok { $0.raw(page.elements.span) }
            answer.add([
                ("first", self.link(all + [("offset", nil)])), ("prev", links.older), ("next", links.newer),
                ("last", self.link(all + [("offset", "\(lastOffset)")])),
            ])
            return answer
        }
    }

    /// To search takes its time, and is done on a thread for that.
    private func answer(
        _ question: MessageQuestion, then: @escaping (MessageQuestion, MessagePage) throws -> Answer
    ) throws -> Answer {
        guard question.filter.search != nil else {
            let messages = question.isNewest ? context.messages : nil
            return try then(
                question, try read { try question.answer(on: $0, naming: context.people, keeping: messages) })
        }
        return try work { reader in
            try reader.read { try question.answer(on: $0, naming: PeopleBook()) }
        } then: {
            try then(question, $0)
        }
    }

    /// Between two cursors a page lies at the older one: nothing is left before it.
    private func links(_ question: MessageQuestion, _ page: MessagePage) -> (older: String?, newer: String?) {
        let ends = page.ends
        let (oldest, newest) = question.order == .newestFirst ? (ends.last, ends.first) : (ends.first, ends.last)
        return (
            ends.hasOlder && !question.hasBothCursors ? oldest.map { link("before", $0, question) } : nil,
            ends.hasNewer ? newest.map { link("after", $0, question) } : nil
        )
    }

    /// This list from another cursor on. Where the request has both, the other one stays.
    private func link(_ cursor: String, _ message: MessageNumber, _ question: MessageQuestion) -> String {
        var changes: [(name: String, value: String?)] = [
            (cursor, "\(message)"), ("offset", nil), ("limit", "\(question.window.limit)"),
        ]
        if !question.hasBothCursors { changes.append((cursor == "before" ? "after" : "before", nil)) }
        return link(changes)
    }

    // MARK: What the query says

    /// `room`: that of the path; else the query may name one.
    private func question(
        in room: RoomNumber?, _ order: MessageOrder, limit: Int = 50
    ) throws -> MessageQuestion {
        let sender = query.person("sender")
        let type = query.choice("message_type") { MessageDraft.types.contains($0) ? $0 : nil }
        let answered = query.reference("reply_to")
        let search = query.text("search")
        let times = query.times()
        let (before, after) = (query.reference("before"), query.reference("after"))
        let window = query.window(limit: limit)
        return try read { connection in
            let rooms = try room.map { MessageFilter.Rooms.room($0) } ?? visibleRooms(on: connection)
            try query.check()
            let filter = MessageFilter(
                in: rooms, sender: try sender.map { try numberOfFilter($0, on: connection) }, type: type,
                answering: try answered.map { try number(of: $0, on: connection) }, search: search, times: times)
            let cursors = MessageCursors(
                before: try before.map { try message($0, in: "before", on: connection).number },
                after: try after.map { try message($0, in: "after", on: connection).number })
            return MessageQuestion(
                viewer: person, base: base, filter: filter, cursors: cursors, window: window, order: order)
        }
    }

    /// All that the caller sees, or the one that the query names; room 0, which there isn't, for one that they don't see.
    func visibleRooms(on connection: Connection) throws -> MessageFilter.Rooms {
        guard let room = try roomFilter(on: connection) else { return .all(of: person) }
        return .room(try RoomPlace(of: person, in: room, on: connection) != .outsider ? room : RoomNumber(0))
    }
}
