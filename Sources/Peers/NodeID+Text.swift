import Keys
package import Operations

extension NodeID {
    /// KEY, as commands and routes take it: 64 hexadecimal digits, in either case.
    package init?(key text: String) {
        guard let bytes = Bytes32(hex: text) else { return nil }
        self.init(bytes)
    }

    /// What two people read to each other: the first 16 bytes in groups of four digits. To make another pair of keys
    /// with the same takes 2¹²⁸ hashes.
    package var fingerprint: String {
        var text = ""
        for (index, digit) in description.prefix(32).enumerated() {
            if index > 0, index % 4 == 0 { text.append(" ") }
            text.append(digit)
        }
        return text
    }
}
