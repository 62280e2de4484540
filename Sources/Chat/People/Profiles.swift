import Bytes
package import Operations
import Replica
package import SQLite
import Store

/// What people show of themselves, also on other nodes: it stands in their node's directory.
package enum Profiles {
    /// An empty name is the user name again; nil stays as it is, and `avatar` to nil takes the picture away. False where nothing
    /// would be other than it is.
    @discardableResult
    package static func change(
        displayName: String? = nil, avatar: Change<Attachment?> = .none, on occasion: Occasion,
        in transaction: borrowing Transaction, _ state: ChatState
    ) throws -> Bool {
        let user = try state.actor(occasion)
        var faults: [FieldFault] = []
        faults.check(.displayName, name: displayName)
        try faults.throwIfAny()
        let profile = try state.profile(of: user)
        guard profile?.isClosed != true else { throw ChatFault.accountClosed }
        var change = ProfileChange()
        if let displayName {
            let name = displayName.isEmpty ? user.handle.text : displayName
            if name != profile?.name { change.name = .to(name) }
        }
        if case .to(let picture) = avatar, picture != profile?.avatar { change.avatar = avatar }
        guard change != ProfileChange() else { return false }
        try state.put(change, of: user, at: occasion.now)
        return true
    }
}

extension ChatState {
    fileprivate func profile(of user: UserID) throws -> Profile? {
        guard let directory = try logState.look(at: RoomID(directoryOf: node)) else { return nil }
        return directory.profile(of: user)
    }

    func put(_ change: ProfileChange, of user: UserID, at now: Timestamp) throws {
        try writeInDirectory(.userPut, about: user, change.encoded, at: now)
    }

    func writeInDirectory(
        _ kind: KnownKind, about user: UserID, _ payload: [UInt8]? = nil, at now: Timestamp
    ) throws {
        let draft = LocalDraft(by: user.handle, kind, about: .user(user), payload: payload)
        _ = try logState.write(
            draft, in: RoomID(directoryOf: node), nature: .directory(node), at: now.milliseconds)
    }
}
