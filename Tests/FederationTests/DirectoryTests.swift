import Bytes
import EventLoop
import Gossip
import Operations
import RoomModel
import Store
import Testing

@testable import Federation

/// Who is told of whom.
struct DirectoryTests {
    let mallory: HostilePeer
    let north: TestNode

    init() throws {
        north = try TestNode(PlannedNode.all[0]) { $0.givesDirectory = false }
        mallory = try HostilePeer(PlannedNode.all[3], against: north)
        try mallory.befriend()
        for handle in 1...2 {
            var change = ProfileChange()
            change.name = .to("Somebody \(handle)")
            let (user, payload, id) = (north.user(handle), change.encoded, north.id)
            _ = try north.writer.performLogged { _, log in
                try log.write(
                    LocalDraft(by: user.handle, .userPut, about: .user(user), payload: payload),
                    in: RoomID(directoryOf: id), nature: .directory(id), at: Timestamp.now().milliseconds)
            }
        }
        let room = try north.found()
        try north.admit(mallory.planned.user(1), to: room)
    }

    private func profiles(_ handle: Int) throws -> [Operation] {
        try mallory.pull([.profiles(north.id, [north.user(handle).handle])]).compactMap { item in
            guard case .operation(_, let bytes) = item else { return nil }
            return try Envelope(decoding: bytes.span).operation
        }
    }

    @Test func `D46 a closed directory goes to nobody as a room, and single profiles to who has met them`() throws {
        let directory = RoomID(directoryOf: north.id)
        let nowhere = RoomID(directoryOf: PlannedNode.all[4].id)
        #expect(
            try mallory.pull([.room(directory, RoomClock())]) == mallory.pull([.room(nowhere, RoomClock())]))
        let changes = try ChangesAnswer(decoding: mallory.ask("GET", "/federation/v1/changes").body.span)
        #expect(!changes.items.contains { $0.room == directory })
        // North's Ada is in a room with somebody of mallory's, Bo is not.
        #expect(try profiles(1).map(\.header.target) == [.user(north.user(1))])
        #expect(try profiles(2).isEmpty)
    }
}
