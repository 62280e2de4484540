import Bytes
import Chat
import SQLite
import Store

// Messages in requests.

extension Call {
    /// The message that the path names, where the caller sees it.
    func message(_ parameter: String = "id") throws -> StoredMessage {
        try read { try message(reference(parameter), on: $0) }
    }

    func message(_ reference: Reference, on connection: Connection) throws -> StoredMessage {
        try visible(try number(of: reference, on: connection), on: connection)
    }

    func visible(_ number: MessageNumber, on connection: Connection) throws -> StoredMessage {
        guard let message = try MessageTable.message(number, on: connection),
            try RoomPlace(of: person, in: message.room, on: connection) != .outsider
        else { throw APIFault.notFound() }
        return message
    }

    /// Where nobody has such a uuid it is 0, which no message has.
    func number(of reference: Reference, on connection: Connection) throws -> MessageNumber {
        switch reference {
        case .number(let number): MessageNumber(number)
        case .uuid(let uuid): try Names.message(uuid, on: connection) ?? MessageNumber(0)
        }
    }

    /// A message that the request is about, and that a field or a parameter names.
    func message(_ reference: Reference, in field: String, on connection: Connection) throws -> StoredMessage {
        do {
            return try message(reference, on: connection)
        } catch let fault as APIFault where fault == .notFound() {
            throw APIFault.notFound(field: field)
        }
    }

    /// The message of the path, which only who sent it may change.
    func ownMessage() throws -> StoredMessage {
        let message = try message()
        guard message.sender == person else { throw ChatFault.notAllowed }
        return message
    }
}
