import Testing

@testable import RoomModel

/// The fold, compared with the naive model after every arrival.
///
/// `PARLEY_SEEDS=1-300000 swift test -c release --filter AuthorityFoldTests` compares more of them.
struct AuthorityFoldTests {
    @Test func `the fold agrees with the naive model after every arrival, in any causal order`() {
        for seed in Seeds.range(or: 1...1_200) {
            if let complaint = ReplayedHistory.complaint(seed: seed) {
                Issue.record("\(complaint)")
                return
            }
        }
    }
}
