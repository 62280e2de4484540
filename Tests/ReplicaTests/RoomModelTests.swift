import Keys
import Operations
import Testing

@testable import RoomModel

/// The sentences of Spec/rooms.md, tried on generated histories before anything leans on them.
///
/// `PARLEY_SEEDS=1-300000 swift test -c release --filter RoomModelTests` tries more of them.
struct RoomModelTests {
    @Test func `what is passed on is enough to agree`() {
        for seed in Seeds.range(or: 1...60) {
            if let complaint = RoomProperties.complaint(seed: seed) {
                Issue.record("\(complaint)")
                return
            }
        }
    }

    @Test func `what is generated is worth trying`() {
        let rooms = (1...60).map { RoomGenerator.plan(seed: $0) }.map { ($0, NaiveRoom(whole: $0)) }
        func count(_ isSo: (NaiveRoom) -> Bool) -> Int { rooms.count { isSo($0.1) } }
        #expect(count { !$0.messages.isEmpty } > 25)
        #expect(count { $0.messages.contains { $0.edited != nil } } > 4)
        #expect(count { $0.messages.contains { $0.isPinned } } > 1)
        #expect(count { $0.messages.contains { !$0.reactions.isEmpty } } > 8)
        #expect(count { !$0.graves.isEmpty } > 12)
        #expect(count { !$0.forks.isEmpty } > 8)
        #expect(count { $0.passedOn.count < $0.operations.count } > 10)
        #expect(count { $0.fields != NaiveRoom.Fields() } > 20)
        #expect(count { !$0.profiles.isEmpty } > 2)
        #expect(count { room in PlannedNode.all.contains { room.view(of: $0.id, toldBy: $0.id) != nil } } > 8)
    }
}
