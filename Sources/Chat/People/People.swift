import Operations
import SQLite
import Store

/// People as others name them.
package enum People {
    /// So many may be named in one request.
    package static let namedMax = 1_000
}

extension ChatState {
    /// Somebody whom a request names, who can be brought into a room.
    func person(
        _ number: PersonNumber, _ field: FieldFault.Field, in transaction: borrowing Transaction
    ) throws -> UserID {
        guard let user = try logState.user(number) else { throw ChatFault.unknown(field) }
        if user.node == node {
            // A name that others use for somebody who has no account here is nobody's.
            guard let account = try AccountTable.account(of: number, on: transaction.connection) else {
                throw ChatFault.unknown(field)
            }
            if account.closed != nil { throw ChatFault.conflict(.closedAccount, field) }
        } else if try ProfileTable.isClosed(number, on: transaction.connection) {
            throw ChatFault.conflict(.closedAccount, field)
        }
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
