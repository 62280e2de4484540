import Operations
package import SQLite
package import Store

/// People as others name them.
package enum People {
    /// So many may be named in one request.
    package static let namedMax = 1_000

    /// Names as people know each other by them: an address, else the display name of exactly one person, else the user name of
    /// somebody of this node. All that fit nobody, or more than one, are at fault together.
    package static func named(_ names: [String], on connection: Connection) throws -> [PersonNumber] {
        var people: [PersonNumber] = []
        var faults: [FieldFault] = []
        faults.check(.displayNames, names.count <= namedMax, "At most 1,000 people.")
        try faults.throwIfAny()
        var seen: Set<String> = []
        for name in names where seen.insert(name).inserted {
            switch try named(name, on: connection) {
            case .one(let person): if !people.contains(person) { people.append(person) }
            case .nobody: faults.append(FieldFault(.displayNames, "Nobody is called \"\(name)\"."))
            case .several:
                faults.append(
                    FieldFault(.displayNames, "More than one person is called \"\(name)\": use an address."))
            }
        }
        try faults.throwIfAny()
        return people
    }

    private enum Named {
        case nobody
        case one(PersonNumber)
        case several
    }

    private static func named(_ name: String, on connection: Connection) throws -> Named {
        let bytes = name.utf8
        if let at = bytes.firstIndex(of: UInt8(ascii: "@")) {
            let node = String(name[bytes.index(after: at)...])
            return try known(
                PersonTable.number(ofHandle: String(name[..<at]), node: node, on: connection), on: connection)
        }
        let people = name.isEmpty ? [] : try PersonNames.people(called: name, on: connection)
        if people.count > 1 { return .several }
        if let person = people.first { return .one(person) }
        return try known(PersonTable.number(ofHandle: name, node: nil, on: connection), on: connection)
    }

    private static func known(_ person: PersonNumber?, on connection: Connection) throws -> Named {
        guard let person, let card = try PersonTable.card(of: person, on: connection), !card.isClosed else {
            return .nobody
        }
        return .one(person)
    }
}

extension ChatState {
    /// Somebody whom a request names, who can be brought into a room.
    func person(
        _ number: PersonNumber, _ field: FieldFault.Field, in transaction: borrowing Transaction
    ) throws -> UserID {
        guard let user = try logState.user(number),
            let card = try PersonTable.card(of: number, on: transaction.connection)
        else { throw ChatFault.unknown(field) }
        guard !card.isClosed else { throw ChatFault.conflict(.closedAccount, field) }
        return user
    }

    /// Each once.
    func people(
        _ numbers: [PersonNumber], _ field: FieldFault.Field, in transaction: borrowing Transaction
    ) throws -> [UserID] {
        var seen: Set<PersonNumber> = []
        var users: [UserID] = []
        for number in numbers where seen.insert(number).inserted {
            users.append(try person(number, field, in: transaction))
        }
        return users
    }
}
