import Glibc

/// For how many commands the writer waits before it begins a group.
///
/// People who wait for their answers come back when they have them: sixteen of them who always ask again would be split by
/// chance into two groups that take turns, and each of them would wait for both. What a group costs hardly depends on how
/// much is in it. So a group waits for as many as were about at the last one, those in it and those who came meanwhile, but
/// for half as long as that one took at most. Who is alone waits for nobody.
struct Gathering {
    private(set) var count = 1
    private(set) var nanoseconds: Int64 = 0
    /// More than this are no group.
    let countMax: Int

    private static let nanosecondsMax: Int64 = 1_000_000

    init(countMax: Int) {
        self.countMax = countMax
    }

    var isWorthwhile: Bool { count > 1 }

    /// A group of `done` took so long, and so many came meanwhile.
    mutating func finished(_ done: Int, whileCame came: Int, nanoseconds taken: Int64) {
        count = min(done + came, countMax)
        nanoseconds = min(taken / 2, Self.nanosecondsMax)
    }

    static func now() -> Int64 {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }
}
