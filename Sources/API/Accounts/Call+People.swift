import Chat
package import JSON
package import SQLite
package import Store

// People in requests and in answers.

extension Call {
    /// Whom a path or a field names; `field`: where, save in the path. Throws 404 where it is nobody that this node knows.
    package func person(
        _ reference: PersonReference, field: String? = nil, on connection: Connection
    ) throws -> PersonCard {
        let number =
            switch reference {
            case .number(let number): PersonNumber(number) as PersonNumber?
            case .uuid(let uuid): try PersonTable.number(of: uuid, on: connection)
            case .address(let handle, let node):
                try PersonTable.number(ofHandle: handle, node: node, on: connection)
            }
        guard let number, let card = try PersonTable.card(of: number, on: connection) else {
            throw APIFault.notFound(field: field)
        }
        return card
    }

    /// The person whom the path names.
    func personOfPath(_ parameter: String = "id", on connection: Connection) throws -> PersonCard {
        guard let reference = PersonReference(text(parameter)) else { throw APIFault.notFound() }
        return try person(reference, on: connection)
    }

    /// The number of whom a filter names; 0, which nobody has, for somebody unknown.
    func numberOfFilter(_ reference: PersonReference, on connection: Connection) throws -> PersonNumber {
        do {
            return try person(reference, on: connection).number
        } catch let fault as APIFault where fault == .notFound() {
            return PersonNumber(0)
        }
    }

    package func write(_ card: PersonCard, to json: inout JSONWriter, on connection: Connection) throws {
        json.user(card, try presence(of: card.number, on: connection), base: base)
    }

    func presence(of person: PersonNumber, on connection: Connection) throws -> Presence {
        guard let access else { return .unknown }
        return try shared.parts.presence.presence(of: person, for: access.person, on: connection)
    }
}
