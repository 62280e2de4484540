import Testing

/// What is kept in a file is what would be kept in memory, whenever the file is closed, and whatever it had to undo.
struct StoreLawTests {
    @Test func `a room in a file is the room in memory after every arrival`() throws {
        for seed in UInt64(1)...12 {
            if let complaint = try ReplayedStore.complaint(seed: seed, operations: 4...14, afterEach: true) {
                Issue.record("\(complaint)")
                return
            }
        }
    }

    @Test func `a room in a file is the room in memory at the end`() throws {
        for seed in UInt64(1)...12 {
            if let complaint = try ReplayedStore.complaint(seed: seed &+ 1 << 40, operations: 15...40, afterEach: false)
            {
                Issue.record("\(complaint)")
                return
            }
        }
    }
}
