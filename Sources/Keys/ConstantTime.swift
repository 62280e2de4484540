import CSodium

extension Span<UInt8> {
    /// Whether both hold the same bytes, found in a time that does not depend on where they differ: for
    /// tokens and codes, which an attacker could otherwise guess byte by byte. The lengths are no secret.
    package func equalsInConstantTime(_ other: Span<UInt8>) -> Bool {
        guard count == other.count else { return false }
        guard count > 0 else { return true }
        return withUnsafeBytes { left in
            // Neither is empty, so both have a base address.
            other.withUnsafeBytes { right in sodium_memcmp(left.baseAddress!, right.baseAddress!, left.count) == 0 }
        }
    }
}
