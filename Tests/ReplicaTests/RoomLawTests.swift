import Testing

@testable import RoomModel

/// The real fold against the sentences of Spec/rooms.md, on generated histories.
///
/// `PARLEY_SEEDS=1-300000 swift test -c release --filter RoomLawTests` tries more of them.
struct RoomLawTests {
    @Test func `a room is the same in whatever order it arrives`() {
        for seed in Seeds.range(or: 1...80) {
            if let complaint = ReplayedRoom.complaint(seed: seed, operations: 10...40, afterEach: false) {
                Issue.record("\(complaint)")
                return
            }
        }
    }

    @Test func `a room is right after every arrival`() {
        for seed in Seeds.range(or: 1...80) {
            if let complaint = ReplayedRoom.complaint(seed: seed &+ 1 << 40, operations: 4...14, afterEach: true) {
                Issue.record("\(complaint)")
                return
            }
        }
    }
}
