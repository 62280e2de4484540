import Bytes
import Configuration
import JSON
import Keys
import Operations
import SQLite
import Store

/// `digest [ROOM]`.
enum DigestCommand {
    static func run(_ context: Commands.Context) throws {
        let digests = try context.node.reader().read { connection in
            try connection.snapshot {
                let rooms = try LoggedRooms(connection)
                let names =
                    try context.settings.operand("ROOM").map { [try RoomOperand.room($0, on: connection)] }
                    ?? rooms.names()
                return try names.map { (uuid: $0.id.uuid.description, digest: try rooms.digest(of: $0.id).description) }
            }
        }
        try context.print { writer in
            writer.beginObject()
            for (uuid, digest) in digests {
                writer.key(uuid)
                writer.string(digest)
            }
            writer.endObject()
        } text: {
            var table = TablePrinter([.init("ROOM"), .init("DIGEST")])
            for (uuid, digest) in digests { table.add([uuid, digest]) }
            return table.text(width: nil)
        }
    }
}
