import JSON
import SQLite
import Store

/// What a query asks of a list of receipts.
private struct ReceiptQuestion: Sendable {
    let viewer: PersonNumber
    let base: String
    let filter: ReceiptFilter
    let window: ListWindow

    func answer(on connection: Connection) throws -> ReceiptPage {
        try connection.snapshot {
            let count = try ReceiptList.count(filter, on: connection)
            var shapes = ShapeWriter(JSONWriter(), for: viewer, base: base)
            shapes.json.beginArray()
            if window.offset < count { try ReceiptList.page(filter, window, on: connection, &shapes) }
            shapes.json.endArray()
            return ReceiptPage(count: count, elements: shapes.finish())
        }
    }
}

private struct ReceiptPage: Sendable {
    let count: Int
    /// A JSON array.
    let elements: [UInt8]
}

/// Who has read what (Spec/api/channels.md, section 4).
enum ReceiptRoutes {
    static func list(_ call: Call) throws -> Answer {
        let window = call.query.window()
        let message = call.query.reference("message")
        let person = call.query.person("user")
        try call.query.check()
        let question = try call.read { connection in
            ReceiptQuestion(
                viewer: call.person, base: call.base,
                filter: ReceiptFilter(
                    in: try call.visibleRooms(on: connection),
                    message: try message.map { try call.number(of: $0, on: connection) },
                    person: try person.map { try call.numberOfFilter($0, on: connection) }),
                window: window)
        }
        func answer(_ page: ReceiptPage) -> Answer {
            call.page(window, count: page.count) { json in
                let inside = page.elements.indices.dropFirst().dropLast()
                if !inside.isEmpty { json.raw(page.elements.span.extracting(inside)) }
            }
        }
        guard question.filter.message == nil else {
            return answer(try call.read { try question.answer(on: $0) })
        }
        // Of whole rooms every member's own messages are counted: nothing that others on this loop should wait for.
        return try call.work { reader in
            try reader.read { try question.answer(on: $0) }
        } then: {
            answer($0)
        }
    }

    static func show(_ call: Call) throws -> Answer {
        let number = try call.number()
        guard let message = MessageReader.message(of: number) else { throw APIFault.notFound() }
        return try call.read { connection in
            _ = try call.visible(message, on: connection)
            guard let receipt = try ReceiptList.receipt(numbered: number, on: connection) else {
                throw APIFault.notFound()
            }
            return try .thing { try call.write(receipt, to: &$0, on: connection) }
        }
    }
}

extension Call {
    /// The caller's own receipt. Of one's own message there is none in lists: it counts as read since it was written.
    func writeReceipt(of message: StoredMessage, to json: inout JSONWriter) throws {
        try read { connection in
            let own = ReceiptRow(message: message.number, room: message.room, person: person, read: message.time)
            let receipt =
                message.sender == person
                ? own : try ReceiptList.receipt(of: message.number, by: person, on: connection)
            guard let receipt else { throw APIFault.notFound() }
            try write(receipt, to: &json, on: connection)
        }
    }

    fileprivate func write(_ receipt: ReceiptRow, to json: inout JSONWriter, on connection: Connection) throws {
        try shapes(&json, on: connection) {
            _ = try Store.People.introduce(receipt.person, on: connection, to: &$0)
            $0.receipt(receipt)
        }
    }
}
