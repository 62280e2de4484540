package import Operations
import Replica
import SQLite

// People of nodes that give their directory to nobody as a room: what their node says of those whom ours have met.

extension LogKeeper {
    /// The users of a node who are in a room with somebody of this one, save those whom its directory shows.
    package func met(of peer: NodeID) -> [Handle] {
        log.failure.attempt(else: []) {
            guard let origin = try log.names.origin(of: peer) else { return [] }
            var rows = try log.connection.statement(
                """
                SELECT DISTINCT p.handle FROM participant theirs
                JOIN participant ours ON ours.room = theirs.room AND ours.node = 1
                JOIN membership m ON m.room = theirs.room AND m.node = ?1 JOIN person p ON p.number = m.person
                LEFT JOIN profile f ON f.person = p.number
                WHERE theirs.node = ?1 AND (f.person IS NULL OR f.is_known = 1 AND f.writers IS NULL)
                ORDER BY p.handle
                """)
            rows.bind(1, origin.number)
            var handles: [Handle] = []
            while try rows.step() { if let handle = Handle(rows.string(0)) { handles.append(handle) } }
            return handles
        }
    }
}

extension LogState {
    /// Takes over what operations say of users, all that stands of each; who calls has proved that their node says so. Within one
    /// command.
    package func meet(_ operations: [Operation]) throws {
        var ofUsers: [UserID: [Operation]] = [:]
        for operation in operations {
            if case .user(let user) = operation.header.target { ofUsers[user, default: []].append(operation) }
        }
        for (user, operations) in ofUsers.sorted(by: { $0.key < $1.key }) {
            let room = try rooms.room(RoomID(directoryOf: user.node), nature: .directory(user.node))
            let person = try log.names.person(for: user)
            // What its directory says, that says.
            guard room.records.profile(of: person) == nil else { continue }
            var profile = Profile(person: person, user: user)
            profile.isKnown = true
            for operation in operations.sorted(by: { $0.header.time < $1.header.time }) { profile.take(operation) }
            room.keep(met: profile)
        }
    }
}

extension Profile {
    fileprivate mutating func take(_ operation: Operation) {
        if operation.header.knownKind == .userClose {
            (isClosed, name, avatar, extra) = (true, "", nil, nil)
        }
        guard !isClosed, let payload = operation.payload, let change = try? ProfileChange(payload: payload.span) else {
            return
        }
        if case .to(let value) = change.name { name = value }
        if case .to(let value) = change.avatar { avatar = value }
        if case .to(let value) = change.extra { extra = value }
    }
}
