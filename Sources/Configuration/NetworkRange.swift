import Bytes

/// A range of addresses, `ADDRESS/BITS`.
package struct NetworkRange: Hashable, Sendable, CustomStringConvertible {
    /// Four bytes or sixteen, those behind the prefix all zero.
    package let bytes: [UInt8]
    package let bits: Int
    package let description: String

    /// Nil for anything else, such as an address with bits set behind its prefix: `10.0.0.1/8` means either
    /// more or less than its writer thinks. An address alone is a range of one.
    package init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count <= 2, let address = IPAddress(String(parts[0])) else { return nil }
        let width = address.bytes.count * 8
        var bits = width
        if parts.count == 2 {
            guard (1...3).contains(parts[1].utf8.count), parts[1].utf8.allSatisfy(\.isASCIIDigit),
                let number = Int(parts[1]),
                number <= width
            else { return nil }
            bits = number
        }
        guard address.bytes == Self.masked(address.bytes, bits: bits) else { return nil }
        bytes = address.bytes
        self.bits = bits
        description = text
    }

    /// Whether an address, of four bytes or sixteen in the order they are written, lies in it.
    package func contains(_ address: [UInt8]) -> Bool {
        address.count == bytes.count && Self.masked(address, bits: bits) == bytes
    }

    private static func masked(_ bytes: [UInt8], bits: Int) -> [UInt8] {
        bytes.indices.map { index in
            let kept = min(max(bits - index * 8, 0), 8)
            return bytes[index] & UInt8(truncatingIfNeeded: 0xFF00 >> kept)
        }
    }
}
