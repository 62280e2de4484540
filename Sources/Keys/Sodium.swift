import CSodium

/// The library below this target. It must be initialised before its first use: that is when it chooses
/// the fastest code for this processor and opens its source of random bytes.
enum Sodium {
    /// Initialises libsodium, once in the life of the process, from whichever thread comes first; the
    /// others wait for it. A machine without a source of random bytes can have no keys, so there is
    /// nobody to throw to.
    @inline(__always)
    static func prepare() {
        _ = isPrepared
    }

    private static let isPrepared: Bool = {
        guard sodium_init() >= 0 else {
            fatalError("libsodium can't be initialised: the system gives no random bytes")
        }
        return true
    }()
}
