import JSON
import SQLite
import Store

/// Who has read what (Spec/api/channels.md, section 4).
enum ReceiptRoutes {
    static func list(_ call: Call) throws -> Answer {
        let window = call.query.window()
        let message = call.query.reference("message")
        let person = call.query.person("user")
        try call.query.check()
        return try call.read { connection in
            let filter = ReceiptFilter(
                in: try call.visibleRooms(on: connection),
                message: try message.map { try call.number(of: $0, on: connection) },
                person: try person.map { try call.numberOfFilter($0, on: connection) })
            let count = try ReceiptList.count(filter, on: connection)
            return try call.page(window, count: count) { json in
                try call.shapes(&json, on: connection) {
                    try ReceiptList.page(filter, window, on: connection, &$0)
                }
            }
        }
    }

    static func show(_ call: Call) throws -> Answer {
        guard let (message, reader) = MessageReader.parts(of: try call.number()) else { throw APIFault.notFound() }
        return try call.read { connection in
            _ = try call.visible(message, on: connection)
            guard let receipt = try ReceiptList.receipt(of: message, by: reader, on: connection) else {
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
            _ = try Store.People.show(receipt.person, on: connection, to: &$0)
            $0.receipt(receipt)
        }
    }
}
