import Bytes
import Chat
import Operations
import SQLite
import Store

// Rooms in requests.

/// A room to write in.
struct RoomToWrite {
    let number: RoomNumber
    /// The field that names it, of which the answer speaks where the caller turns out not to see the room; nil where that is known.
    let field: String?

    init(_ number: RoomNumber, by field: String? = nil) {
        self.number = number
        self.field = field
    }
}

extension Call {
    static let roomNames = ["room", "channel", "chat", "conversation"]

    // MARK: In paths

    /// The room that the path names, where the caller may do this. What can't be done to such a room at all is said by
    /// the use case, after all that is wrong with the body.
    func room(_ parameter: String = "id", to action: RoomAction = .read) throws -> RoomNumber {
        try read { try room(reference(parameter), to: action, on: $0) }
    }

    func room(_ reference: Reference, to action: RoomAction, on connection: Connection) throws -> RoomNumber {
        guard let room = try number(ofRoom: reference, on: connection) else { throw APIFault.notFound() }
        switch RoomPermission(to: action, for: try RoomPlace(of: person, in: room, on: connection)) {
        case .allowed, .impossible: return room
        case .hidden: throw APIFault.notFound()
        case .notAllowed: throw ChatFault.notAllowed
        }
    }

    func number(ofRoom reference: Reference, on connection: Connection) throws -> RoomNumber? {
        switch reference {
        case .number(let number): RoomNumber(number)
        case .uuid(let uuid): try Names.room(uuid, on: connection)
        }
    }

    // MARK: In bodies

    /// The room that a body names in one or several fields; they must say the same.
    func room(in fields: Fields, among names: [String] = roomNames) throws -> RoomNumber {
        try room(try named(in: fields, among: names))
    }

    /// The same, to write in. Where nothing has to be looked up, the use case alone judges whether the caller sees the room.
    func roomToWrite(in fields: Fields, among names: [String] = roomNames) throws -> RoomToWrite {
        let named = try named(in: fields, among: names)
        guard files.isEmpty, case .number(let number) = named[0].1, named.allSatisfy({ $0.1 == named[0].1 }) else {
            return RoomToWrite(try room(named))
        }
        return RoomToWrite(RoomNumber(number), by: named[0].0)
    }

    /// At least one.
    private func named(in fields: Fields, among names: [String]) throws -> [(String, Reference)] {
        let named = fields.references(among: names)
        if named.isEmpty, !names.contains(where: { fields.has($0) }) {
            _ = fields.missing(names == Self.roomNames ? "channel" : names[0], 0)
        }
        try fields.check()
        guard let first = named.first else { throw APIFault.notFound() }
        fieldNames["room"] = first.0
        return named
    }

    private func room(_ named: [(String, Reference)]) throws -> RoomNumber {
        try read { connection in
            let rooms = try named.map { name, reference in
                do {
                    return try room(reference, to: .read, on: connection)
                } catch let fault as APIFault where fault == .notFound() {
                    throw APIFault.notFound(field: name)
                }
            }
            if let index = rooms.firstIndex(where: { $0 != rooms[0] }) {
                throw APIFault.invalid([FieldProblem(named[index].0, "Names another room than \(named[0].0).")])
            }
            return rooms[0]
        }
    }

    // MARK: In queries

    /// The room that a list is of; nil for all. One that the caller doesn't see has nothing to show.
    func roomFilter(on connection: Connection) throws -> RoomNumber? {
        let named = query.references(among: Self.roomNames)
        try query.check()
        let rooms = try named.map { name, reference in
            try number(ofRoom: reference, on: connection) ?? RoomNumber(0)
        }
        if let index = rooms.firstIndex(where: { $0 != rooms[0] }) {
            throw APIFault.invalid([FieldProblem(named[index].name, "Names another room than \(named[0].name).")])
        }
        return rooms.first
    }

    // MARK: People

    /// The numbers of those whom a list names; the first whom nobody knows is 404 on that field.
    func numbers(
        of people: [PersonReference], _ field: String, on connection: Connection
    ) throws -> [PersonNumber] {
        try people.map { try person($0, field: field, on: connection).number }
    }
}
