import Bytes
import Operations
import SQLite
import Store

/// The room that an operand means: by its integer id, its uuid, or a name that only one room has.
enum RoomOperand {
    static func room(_ text: String, on connection: Connection) throws -> LoggedRooms.Name {
        let names = try LoggedRooms(connection).names()
        if let number = Int64(text), let room = names.first(where: { $0.number.value == number }) { return room }
        if let uuid = UUID(text), let room = names.first(where: { $0.id.uuid == uuid }) { return room }
        let named = try numbers(named: text, on: connection)
        let rooms = names.filter { named.contains($0.number) }
        guard rooms.count <= 1 else { throw NodeFault("\(rooms.count) rooms are called \(text.visible): give the id") }
        guard let room = rooms.first else { throw NodeFault("there is no room \(text.visible)") }
        return room
    }

    private static func numbers(named name: String, on connection: Connection) throws -> Set<RoomNumber> {
        var rows = try connection.statement("SELECT number FROM room WHERE name = ?1 AND is_deleted = 0")
        rows.bind(1, name)
        var numbers: Set<RoomNumber> = []
        while try rows.step() { numbers.insert(RoomNumber(rows.int64(0))) }
        return numbers
    }
}
