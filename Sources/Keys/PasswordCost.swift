/// What one Argon2id computation takes; its time is proportional to `passes` × `memoryKibibytes`
/// (0.4 to 0.5 ms for each MiB and pass).
package struct PasswordCost: Hashable, Sendable {
    package let passes: Int
    package let memoryKibibytes: Int

    package init(passes: Int, memoryKibibytes: Int) {
        let cost = Self(checking: passes, memoryKibibytes)
        precondition(cost != nil, "A password's cost lies outside of PasswordCost's bounds")
        self = cost!
    }

    init?(checking passes: Int, _ memoryKibibytes: Int) {
        guard (1...Self.passesMax).contains(passes),
            (Self.memoryKibibytesMin...Self.memoryKibibytesMax).contains(memoryKibibytes),
            passes * memoryKibibytes <= Self.productMax
        else { return nil }
        self.passes = passes
        self.memoryKibibytes = memoryKibibytes
    }

    /// 2 passes over 19 MiB: about 18 ms. It is OWASP's recommended floor, which they hold to be as hard
    /// to attack as one pass over 46 MiB. Twice or thrice that would be harder still, but the memory is
    /// taken for every sign-in under way, on machines that run the whole node in a few dozen MiB, and
    /// the time is what a flood of sign-ins costs us. Where a machine has more to give, raise it in the
    /// configuration: hashes say what they cost, and `needsRehash` tells the old ones at the next sign-in.
    package static let standard = PasswordCost(passes: 2, memoryKibibytes: 19_456)

    /// What a hash may ask of us that came from elsewhere (an import, a restored database): 256 MiB, and
    /// half a second.
    private static let memoryKibibytesMin = 8
    private static let memoryKibibytesMax = 262_144
    private static let passesMax = 64
    private static let productMax = 1_048_576
}
