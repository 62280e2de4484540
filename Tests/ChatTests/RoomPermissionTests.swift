import Chat
import Testing

/// Spec/api/README.md, section 12, as it is read: the status for each action and each place.
struct RoomPermissionTests {
    private static let table: [RoomAction: [Int]] = [
        //              outsider, member, admin, direct
        .read: [404, 200, 200, 200],
        .post: [404, 200, 200, 200],
        .react: [404, 200, 200, 200],
        .mute: [404, 200, 200, 200],
        .leave: [404, 200, 200, 409],
        .archive: [404, 403, 200, 200],
        .change: [404, 403, 200, 409],
        .setAvatar: [404, 403, 200, 409],
        .delete: [404, 403, 200, 409],
        .addMember: [404, 403, 200, 409],
        .removeMember: [404, 403, 200, 409],
        .changeRole: [404, 403, 200, 409],
        .pin: [404, 403, 200, 409],
        .postSystem: [404, 403, 200, 409],
    ]

    @Test(arguments: RoomAction.allCases)
    func `each action is answered by place`(_ action: RoomAction) {
        let statuses = RoomPlace.allCases.map { place in
            switch RoomPermission(to: action, for: place) {
            case .allowed: 200
            case .hidden: 404
            case .notAllowed: 403
            case .impossible: 409
            }
        }
        #expect(statuses == Self.table[action])
    }
}
