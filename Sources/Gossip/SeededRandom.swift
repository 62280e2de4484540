/// Random numbers that are the same for the same seed (SplitMix64): for jitter and for the choice of peers,
/// never for secrets. A node seeds it from the kernel, a test from its own number.
package struct SeededRandom: RandomNumberGenerator, Sendable {
    private var state: UInt64

    package init(seed: UInt64) {
        state = seed
    }

    package mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// Somewhere between three quarters of `duration` and all of it, so that those who lost a link together
    /// do not come back together.
    package mutating func jittered(_ duration: Int64) -> Int64 {
        guard duration >= 4 else { return duration }
        return duration - Int64.random(in: 0...duration / 4, using: &self)
    }
}
