package import Bytes
import Operations
package import SQLite
package import Store

/// Accounts as the log knows them: a person's number, their entry in the node's directory, and the rooms that they are in.
package struct LoggedAccounts: AccountLife {
    let state: ChatState
    let now: Timestamp

    package func open(
        _ handle: String, displayName: String, in transaction: borrowing Transaction
    ) throws -> PersonNumber {
        guard let handle = Handle(handle) else { throw ChatFault.invalid([FieldFault(.username, "No user name.")]) }
        let user = UserID(node: state.node, handle: handle)
        let number = try state.logState.number(for: user)
        var profile = ProfileChange()
        profile.name = .to(displayName)
        try state.put(profile, of: user, at: now)
        return number
    }

    package func close(_ person: PersonNumber, erasing: Bool, in transaction: borrowing Transaction) throws {
        let user = try state.user(person)
        try state.leaveGroups(user, person, at: now, in: transaction)
        try state.writeInDirectory(.userClose, about: user, at: now)
        if erasing { try ErasureTable.begin(person, in: transaction) }
    }
}

extension ChatState {
    /// How accounts begin and end in the log.
    package func accounts(at now: Timestamp) -> LoggedAccounts { LoggedAccounts(state: self, now: now) }
}
