import Bytes
import Configuration
import JSON
import Keys
import Operations
import SQLite
import Store

/// `operations ROOM`: what was signed, as it was signed.
enum OperationsCommand {
    private static let portionBytes = 65_536

    static func run(_ context: Commands.Context) throws {
        guard let operand = context.settings.operand("ROOM") else { preconditionFailure("the table asks for it") }
        let asLines = context.settings.text("format") == "jsonl"
        var portion: [UInt8] = []
        try context.node.reader().read { connection in
            let room = try RoomOperand.room(operand, on: connection)
            try LoggedRooms(connection).forEachOperation(of: room.id) { envelope in
                portion += asLines ? line(envelope) : envelope.encoded
                guard portion.count >= portionBytes else { return }
                try context.terminal.write(portion)
                portion.removeAll(keepingCapacity: true)
            }
        }
        if !portion.isEmpty { try context.terminal.write(portion) }
    }

    private static func line(_ envelope: Envelope) -> [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        writer.key("id")
        writer.string(envelope.operation.id.description)
        writer.key("header")
        writer.string(Hex.encode(envelope.operation.headerBytes))
        for (key, bytes) in [
            ("signature", envelope.operation.signature?.bytes.array), ("payload", envelope.operation.payload),
            ("certificate", envelope.certificate),
        ] {
            writer.key(key)
            if let bytes { writer.string(Hex.encode(bytes)) } else { writer.null() }
        }
        writer.endObject()
        return writer.finish() + [UInt8(ascii: "\n")]
    }
}
