import Chat
import Operations
import Store
import Testing

/// Each use case asks the one table.
struct PermissionUseTests {
    private let node: ChatNode
    private let admin: PersonNumber
    private let member: PersonNumber
    private let outsider: PersonNumber
    private let group: RoomNumber
    private let direct: RoomNumber

    init() throws {
        node = try ChatNode()
        (admin, member, outsider) = (try node.add("ada"), try node.add("bo"), try node.add("cy"))
        group = try node.found("Harbour", by: admin, with: [member])
        direct = try node.openDirect(admin, member).room
    }

    private func use(_ action: RoomAction, _ room: RoomNumber, by person: PersonNumber) throws {
        let other = person == member ? admin : member
        let message = try node.post("hello", in: room, by: other)
        let membership = try node.read { try MembershipTable.membership(of: person, in: room, on: $0) }
        let anybody = try #require(try node.read { try MembershipTable.membership(of: other, in: room, on: $0) })
        var archiving = GroupChange()
        archiving.isArchived = true
        var renaming = GroupChange()
        renaming.name = "Quay"
        try node.command { transaction, state in
            let occasion = node.by(person)
            switch action {
            case .read: _ = try Reading.markAll(in: room, on: occasion, in: transaction, state)
            case .post: _ = try Messages.post(MessageDraft("x"), in: room, on: occasion, in: transaction, state)
            case .react: _ = try Reactions.give("like", to: message, on: occasion, in: transaction, state)
            case .mute:
                let number = (membership ?? anybody).number
                _ = try Members.toggleMute(number, on: occasion, in: transaction, state)
            case .leave: try Members.leave(room, on: occasion, in: transaction, state)
            case .archive: try Rooms.change(room, archiving, on: occasion, in: transaction, state)
            case .change: try Rooms.change(room, renaming, on: occasion, in: transaction, state)
            case .setAvatar: try Rooms.setAvatar(of: room, to: nil, on: occasion, in: transaction, state)
            case .delete: try Rooms.delete(room, on: occasion, in: transaction, state)
            case .addMember: _ = try Members.add(outsider, to: room, on: occasion, in: transaction, state)
            case .removeMember: try Members.remove(other, from: room, on: occasion, in: transaction, state)
            case .changeRole:
                try Members.changeRole(anybody.number, to: .member, on: occasion, in: transaction, state)
            case .pin: try Messages.pin(message, true, on: occasion, in: transaction, state)
            case .postSystem:
                _ = try Messages.post(MessageDraft("x", type: "system"), in: room, on: occasion, in: transaction, state)
            }
        }
    }

    @Test(arguments: RoomAction.allCases, RoomPlace.allCases)
    func `a use case is refused as the table says`(_ action: RoomAction, _ place: RoomPlace) throws {
        let (room, person) =
            switch place {
            case .outsider: (group, outsider)
            case .member: (group, member)
            case .admin: (group, admin)
            case .direct: (direct, member)
            }
        // The one admin can't go: that is another refusal.
        if place == .admin, action == .leave {
            #expect(refusal { try use(action, room, by: person) } == .conflict(.lastAdmin))
            return
        }
        let expected: ChatFault? =
            switch RoomPermission(to: action, for: place) {
            case .allowed: nil
            case .hidden: .notFound
            case .notAllowed: .notAllowed
            case .impossible: .conflict(.directRoom)
            }
        #expect(refusal { try use(action, room, by: person) } == expected)
    }
}
