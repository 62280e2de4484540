import Chat
import JSON
import Operations
import SQLite
import Store

/// Who is in which room (Spec/api/channels.md, sections 1 and 2).
enum MemberRoutes {
    static func list(_ call: Call) throws -> Answer {
        let window = call.query.window()
        let role = call.query.choice("role") { Role(name: $0) }
        let person = call.query.person("user")
        try call.query.check()
        return try call.read { connection in
            let filter = MemberFilter(
                room: try call.roomFilter(on: connection), role: role,
                person: try person.map { try call.numberOfFilter($0, on: connection) })
            let count = try MemberList.count(filter, for: call.person, on: connection)
            return try call.page(window, count: count) { json in
                try call.shapes(&json, on: connection) {
                    try MemberList.page(filter, window, to: call.person, on: connection, &$0)
                }
            }
        }
    }

    static func show(_ call: Call) throws -> Answer {
        let member = MembershipNumber(try call.number())
        return try .thing { try call.write(member, to: &$0) }
    }

    static func changeRole(_ call: Call) throws -> Answer {
        let member = try call.member()
        _ = try call.read { try call.room(.number(member.room.value), to: .changeRole, on: $0) }
        let fields = try call.fields()
        let role = fields.role() ?? fields.missing("role", .member)
        try fields.check()
        let occasion = call.occasion
        return try call.write { transaction, state in
            try Members.changeRole(member.number, to: role, on: occasion, in: transaction, state)
        } then: { _ in
            try .ok { try call.write(member.number, to: &$0) }
        }
    }

    static func toggleMute(_ call: Call) throws -> Answer {
        let member = try call.member()
        guard member.person == call.person else { throw ChatFault.notAllowed }
        let occasion = call.occasion
        return try call.write { transaction, state in
            try Members.toggleMute(member.number, on: occasion, in: transaction, state)
        } then: { _ in
            try .ok { try call.write(member.number, to: &$0) }
        }
    }

    /// By an administrator of the node, who need not be in the room (Spec/api/accounts.md, "Appoint").
    static func appoint(_ call: Call) throws -> Answer {
        let room = try call.read { connection in
            guard let room = try call.number(ofRoom: call.reference(), on: connection),
                try Names.isRoom(room, on: connection)
            else { throw APIFault.notFound() }
            return room
        }
        let fields = try call.fields()
        let person = try call.person(in: fields, among: ["user"])
        let occasion = call.occasion
        return try call.write { transaction, state in
            try Members.appoint(person, in: room, on: occasion, in: transaction, state)
        } then: {
            try call.read { connection in
                guard let member = try MembershipTable.membership(of: person, in: room, on: connection) else {
                    throw APIFault.notFound()
                }
                return try .ok { try call.write(member, to: &$0, on: connection) }
            }
        }
    }

    // MARK: From a channel

    static func add(_ call: Call) throws -> Answer {
        let room = try call.room(to: .addMember)
        let fields = try call.fields()
        let role = fields.role() ?? .member
        let person = try call.person(in: fields)
        let occasion = call.occasion
        return try call.make { transaction, state in
            let isNew = try Members.add(person, to: room, as: role, on: occasion, in: transaction, state)
            return Made(person.value, isNew: isNew)
        }
    }

    static func showMade(_ call: Call, _ made: Made) throws -> Answer {
        let room = try call.room()
        let member = try call.read {
            try MembershipTable.membership(of: PersonNumber(made.number), in: room, on: $0)
        }
        guard let member else { throw APIFault.notFound() }
        return try .made(at: "/api/messaging/members/\(member.number)/", isNew: made.isNew) {
            try call.write(member.number, to: &$0)
        }
    }

    /// Anybody may leave in this way, too.
    static func remove(_ call: Call) throws -> Answer {
        let room = try call.room()
        let fields = try call.fields()
        let person: PersonNumber
        do {
            person = try call.person(in: fields)
        } catch {
            // What is wrong with the body, only who may remove somebody is told.
            _ = try call.room(to: .removeMember)
            throw error
        }
        if person != call.person { _ = try call.room(to: .removeMember) }
        let occasion = call.occasion
        return try call.write { transaction, state in
            try Members.remove(person, from: room, on: occasion, in: transaction, state)
        } then: {
            .done
        }
    }

    static func leave(_ call: Call) throws -> Answer {
        let room = try call.room(to: .leave)
        let occasion = call.occasion
        return try call.write { transaction, state in
            try Members.leave(room, on: occasion, in: transaction, state)
        } then: {
            .done
        }
    }
}

extension Fields {
    fileprivate func role() -> Role? {
        word("role", among: ["admin", "member"]).flatMap { Role(name: $0) }
    }
}

extension Call {
    /// The membership that the path names, in a room that the caller is in.
    fileprivate func member() throws -> Membership {
        let number = MembershipNumber(try number())
        return try read { connection in
            guard let member = try MembershipTable.membership(number, on: connection),
                try RoomPlace(of: person, in: member.room, on: connection) != .outsider
            else { throw APIFault.notFound() }
            return member
        }
    }

    /// Whom a body names as `user_id` or `user`; both must be the same.
    fileprivate func person(in fields: Fields, among names: [String] = ["user_id", "user"]) throws -> PersonNumber {
        let named = names.compactMap { name in fields.person(name).map { (name, $0) } }
        if named.isEmpty, !names.contains(where: { fields.has($0) }) { _ = fields.missing(names[0], 0) }
        try fields.check()
        guard let first = named.first else { throw APIFault.notFound() }
        fieldNames["user"] = first.0
        let numbers = try read { connection in
            try named.map { try person($0.1, field: $0.0, on: connection).number }
        }
        guard numbers.allSatisfy({ $0 == numbers[0] }) else {
            throw APIFault.invalid([FieldProblem("user", "Names another person than user_id.")])
        }
        return numbers[0]
    }
}
