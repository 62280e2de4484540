import Bytes
import Chat
import JSON
import SQLite
import Store

// Lists of messages, with their cursors (Spec/api, section 5).

/// What a query asks of a list of messages, as somebody sees it. Whatever thread answers it writes the whole answer: nothing of a
/// page is copied on its way.
struct MessageQuestion: Sendable {
    enum Form {
        /// `{count, next, previous, results}`.
        case list
        case array
    }

    let form: Form
    let viewer: PersonNumber
    /// What stands before the path of a URL.
    let base: String
    let link: RequestLink
    var filter: MessageFilter
    var cursors: MessageCursors
    var window: ListWindow
    var order: MessageOrder

    private var hasBothCursors: Bool { cursors.before != nil && cursors.after != nil }
    /// Whether others will mostly ask for the same messages.
    var isNewest: Bool { cursors == MessageCursors() && window.offset == 0 && order == .newestFirst }

    func answer(
        on connection: Connection, naming people: PeopleBook, keeping messages: MessageBook? = nil
    ) throws -> MessageAnswer {
        try connection.snapshot {
            let naming = try Store.People.version(on: connection)
            people.open(naming: naming)
            messages?.open(naming: naming, base: base)
            let count = try MessageList.count(filter, cursors, on: connection)
            let page = try MessageList.find(filter, cursors, window, order, on: connection)
            let links = links(page.ends)
            var shapes = ShapeWriter(
                JSONWriter(room: 1_024 * min(window.limit, 64)), for: viewer, base: base, people: people,
                messages: messages)
            if form == .list {
                shapes.json.beginObject()
                shapes.json.member("count", count)
                shapes.json.member("next", links.older)
                shapes.json.member("previous", links.newer)
                shapes.json.key("results")
            }
            shapes.json.beginArray()
            try MessageList.show(page, to: viewer, on: connection, &shapes)
            shapes.json.endArray()
            if form == .list { shapes.json.endObject() }
            return MessageAnswer(older: links.older, newer: links.newer, content: shapes.finishInPlace())
        }
    }

    /// Between two cursors a page lies at the older one: nothing is left before it.
    private func links(_ ends: MessagePageEnds) -> (older: String?, newer: String?) {
        let (oldest, newest) = order == .newestFirst ? (ends.last, ends.first) : (ends.first, ends.last)
        return (
            ends.hasOlder && !hasBothCursors ? oldest.map { link("before", $0) } : nil,
            ends.hasNewer ? newest.map { link("after", $0) } : nil
        )
    }

    /// This list from another cursor on. Where the request has both, the other one stays.
    private func link(_ cursor: String, _ message: MessageNumber) -> String {
        var changes: [(name: String, value: String?)] = [
            (cursor, "\(message)"), ("offset", nil), ("limit", "\(window.limit)"),
        ]
        if !hasBothCursors { changes.append((cursor == "before" ? "after" : "before", nil)) }
        return link.changed(changes)
    }
}

struct MessageAnswer: Sendable {
    /// Where the pages beside it lie.
    let older: String?
    let newer: String?
    let content: SharedBytes
}

extension Call {
    /// A page of a room's messages, or of all that the caller sees, newest first.
    func messages(of room: RoomNumber? = nil) throws -> Answer {
        try answer(try question(.list, in: room, .newestFirst)) { _, answer in .ok(answer.content) }
    }

    /// A room's messages as a plain array, oldest first.
    func messageArray(of room: RoomNumber) throws -> Answer {
        let whole = try question(.array, in: room, .oldestFirst, limit: Query.limitMax)
        return try answer(whole) { question, written in
            let count = try self.read { try MessageList.count(question.filter, MessageCursors(), on: $0) }
            let lastOffset = ListWindow(limit: question.window.limit).lastOffset(count: count)
            let all: [(name: String, value: String?)] = [
                ("before", nil), ("after", nil), ("limit", "\(question.window.limit)"),
            ]
            var answer = Answer.ok(written.content)
            answer.add([
                ("first", self.link(all + [("offset", nil)])), ("prev", written.older), ("next", written.newer),
                ("last", self.link(all + [("offset", "\(lastOffset)")])),
            ])
            return answer
        }
    }

    /// To search takes its time, and is done on a thread for that.
    private func answer(
        _ question: MessageQuestion, then: @escaping (MessageQuestion, MessageAnswer) throws -> Answer
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

    // MARK: What the query says

    /// `room`: that of the path; else the query may name one.
    private func question(
        _ form: MessageQuestion.Form, in room: RoomNumber?, _ order: MessageOrder, limit: Int = 50
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
                form: form, viewer: person, base: base, link: ownLink, filter: filter, cursors: cursors,
                window: window, order: order)
        }
    }

    /// All that the caller sees, or the one that the query names; room 0, which there isn't, for one that they don't see.
    func visibleRooms(on connection: Connection) throws -> MessageFilter.Rooms {
        guard let room = try roomFilter(on: connection) else { return .all(of: person) }
        return .room(try RoomPlace(of: person, in: room, on: connection) != .outsider ? room : RoomNumber(0))
    }
}
