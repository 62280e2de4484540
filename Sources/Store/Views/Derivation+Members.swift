import Operations
import Replica
import SQLite

extension Derivation {
    mutating func stand(
        _ user: UserID, _ before: Standing, _ standing: Standing, in transaction: borrowing Transaction
    ) throws {
        let person = try person(user)
        let isLocal = try isLocal(user)
        switch (before, standing) {
        case (.out, .out): return
        case (.out, _):
            let change = MemberChange(person: person, role: Role(standing))
            let actor = try actor(of: change, in: transaction)
            if !(isLocal && view.localMembers == 0) { tell(.member(person, .joined(Role(standing)), by: actor)) }
            view.members += 1
            view.localMembers += isLocal ? 1 : 0
            try MembershipTable.insert(
                person, in: RoomNumber(number), isLocal: isLocal, role: Role(standing), joined: joined(user), view,
                in: transaction)
            // Who is the first of this node's was not told of what came before, and is told of this.
            if isLocal, view.localMembers == 1 { tell(.member(person, .joined(Role(standing)), by: actor)) }
            if !isLocal { try read(of: user.node, in: transaction) }
        case (_, .out):
            let actor = try actor(of: MemberChange(person: person, role: nil), in: transaction)
            tell(.member(person, actor == person ? .left : .removed, by: actor))
            view.members -= 1
            view.localMembers -= isLocal ? 1 : 0
            try MembershipTable.remove(person, from: RoomNumber(number), in: transaction)
        case (.admin, .member), (.member, .admin), (.admin, .admin), (.member, .member):
            let role = Role(standing)
            try MembershipTable.update(
                person, in: RoomNumber(number), role: role, joined: joined(user), in: transaction)
            guard before != standing else { return }
            let actor = try actor(of: MemberChange(person: person, role: role), in: transaction)
            tell(.member(person, .role(role), by: actor))
        }
    }

    /// Hybrid time of the grant.
    private func joined(_ user: UserID) -> Int64 {
        guard let person = records.person(of: user), let entry = room.room.entry(of: person) else {
            return view.created
        }
        return Int64(records.kept(at: entry).time.value)
    }

    private struct MemberChange {
        let person: PersonNumber
        /// Nil for out.
        let role: Role?
    }

    /// Who has written what comes last, in time, of what could have made it so. Nobody where a verdict alone did.
    private func actor(of change: MemberChange, in transaction: borrowing Transaction) throws -> PersonNumber? {
        var rows = try transaction.statement(
            """
            SELECT author FROM (
                SELECT author, time FROM operation
                WHERE room = ?1 AND target_key = ?2 AND target_role IS NOT NULL AND counts
                    AND (kind IN (13, 14) AND target_role = ?3 OR kind = 15 AND ?3 = 0)
                UNION ALL
                SELECT author, time FROM operation
                WHERE room = ?1 AND kind = 16 AND kind >= 10 AND author = ?2 AND counts AND ?3 = 0
            ) ORDER BY time DESC LIMIT 1
            """)
        rows.bind(1, number)
        rows.bind(2, change.person)
        rows.bind(3, change.role?.code ?? 0)
        guard try rows.step() else { return nil }
        // A node that acts for itself is nobody.
        let author = rows.int64(0)
        return author > 0 ? PersonNumber(author) : nil
    }
}

extension Role {
    init(_ standing: Standing) {
        self = standing == .admin ? .admin : .member
    }

    /// As it stands in the file.
    package var code: Int64 {
        switch self {
        case .member: 1
        case .admin: 2
        }
    }

    package init(code: Int64) {
        self = code == 2 ? .admin : .member
    }
}
