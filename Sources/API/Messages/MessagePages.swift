import Chat
import JSON
import SQLite
import Store

// Lists of messages, with their cursors (Spec/api, section 5).

/// What a query asks of a list of messages.
struct MessageQuestion {
    var filter: MessageFilter
    var cursors: MessageCursors
    var window: ListWindow
    var order: MessageOrder

    var hasBothCursors: Bool { cursors.before != nil && cursors.after != nil }
}

extension Call {
    /// A page of a room's messages, or of all that the caller sees, newest first.
    func messages(of room: RoomNumber? = nil) throws -> Answer {
        let parameters = try messageParameters()
        return try read { connection in
            let question = try question(parameters, in: room, .newestFirst, on: connection)
            let page = try messagePage(question, on: connection)
            return .ok { json in
                json.object {
                    $0.member("count", page.count)
                    $0.member("next", page.next)
                    $0.member("previous", page.previous)
                    $0.key("results")
                    $0.raw(page.elements.span)
                }
            }
        }
    }

    /// A room's messages as a plain array, oldest first.
    func messageArray(of room: RoomNumber) throws -> Answer {
        let parameters = try messageParameters(limit: Query.limitMax)
        return try read { connection in
            let question = try question(parameters, in: room, .oldestFirst, on: connection)
            let page = try messagePage(question, on: connection)
            var answer = Answer.ok { $0.raw(page.elements.span) }
            let limit = "\(question.window.limit)"
            let count = try MessageList.count(question.filter, on: connection)
            let lastOffset = ListWindow(limit: question.window.limit).lastOffset(count: count)
            let whole: [(name: String, value: String?)] = [("before", nil), ("after", nil), ("limit", limit)]
            answer.add([
                ("first", link(whole + [("offset", nil)])), ("prev", page.previous), ("next", page.next),
                ("last", link(whole + [("offset", "\(lastOffset)")])),
            ])
            return answer
        }
    }

    private struct Page {
        let count: Int
        let next: String?
        let previous: String?
        /// An array.
        let elements: [UInt8]
    }

    private func messagePage(_ question: MessageQuestion, on connection: Connection) throws -> Page {
        let count = try MessageList.count(question.filter, question.cursors, on: connection)
        var json = JSONWriter()
        json.beginArray()
        var shown: MessagePageEnds?
        try shapes(&json, on: connection) {
            shown = try MessageList.page(
                question.filter, question.cursors, question.window, question.order, to: person, on: connection, &$0)
        }
        json.endArray()
        guard let ends = shown else { preconditionFailure("a page has ends") }
        let isReversed = question.order == .newestFirst
        let (oldest, newest) = isReversed ? (ends.last, ends.first) : (ends.first, ends.last)
        // Between two cursors a page lies at the older one: nothing is left before it.
        let older = ends.hasOlder && !question.hasBothCursors ? oldest.map { link("before", $0, question) } : nil
        let newer = ends.hasNewer ? newest.map { link("after", $0, question) } : nil
        return Page(
            count: count, next: isReversed ? older : newer, previous: isReversed ? newer : older,
            elements: json.finish())
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

    private struct Parameters {
        var sender: PersonReference?
        var type: String?
        var answering: Reference?
        var search: String?
        var times: TimeWindow
        var before: Reference?
        var after: Reference?
        var window: ListWindow
    }

    private func messageParameters(limit: Int = 50) throws -> Parameters {
        let parameters = Parameters(
            sender: query.person("sender"), type: query.messageType(), answering: query.reference("reply_to"),
            search: query.text("search"), times: query.times(), before: query.reference("before"),
            after: query.reference("after"), window: query.window(limit: limit))
        return parameters
    }

    /// `room`: that of the path; else the query may name one.
    private func question(
        _ parameters: Parameters, in room: RoomNumber?, _ order: MessageOrder, on connection: Connection
    ) throws -> MessageQuestion {
        let rooms = try room.map { MessageFilter.Rooms.room($0) } ?? visibleRooms(on: connection)
        try query.check()
        let filter = MessageFilter(
            in: rooms, sender: try parameters.sender.map { try numberOfFilter($0, on: connection) },
            type: parameters.type, answering: try parameters.answering.map { try number(of: $0, on: connection) },
            search: parameters.search, times: parameters.times)
        let cursors = MessageCursors(
            before: try parameters.before.map { try message($0, in: "before", on: connection).number },
            after: try parameters.after.map { try message($0, in: "after", on: connection).number })
        return MessageQuestion(filter: filter, cursors: cursors, window: parameters.window, order: order)
    }

    /// All that the caller sees, or the one that the query names; room 0, which there isn't, for one that they don't see.
    func visibleRooms(on connection: Connection) throws -> MessageFilter.Rooms {
        guard let room = try roomFilter(on: connection) else { return .all(of: person) }
        return .room(try RoomPlace(of: person, in: room, on: connection) != .outsider ? room : RoomNumber(0))
    }
}

extension Query {
    fileprivate func messageType() -> String? {
        choice("message_type") { MessageDraft.types.contains($0) ? $0 : nil }
    }
}
