import Bytes

extension PasswordHash {
    /// What the hash in this text costs to check; nil where libsodium could not check it or should not.
    ///
    /// libsodium would parse the text itself, but only after that does one know how much memory it takes.
    static func cost(of text: String) -> PasswordCost? {
        guard text.utf8.count <= textBytesMax else { return nil }
        let parts = text.utf8.split(separator: UInt8(ascii: "$"), maxSplits: 6, omittingEmptySubsequences: false)
        guard parts.count == 6, parts[0].isEmpty, parts[1].elementsEqual("argon2id".utf8),
            parts[2].elementsEqual("v=19".utf8)
        else { return nil }
        let numbers = parts[3].split(separator: UInt8(ascii: ","), maxSplits: 3, omittingEmptySubsequences: false)
        guard numbers.count == 3, let memory = number(numbers[0], named: "m"),
            let passes = number(numbers[1], named: "t"), let lanes = number(numbers[2], named: "p"),
            (1...16).contains(lanes), memory >= 8 * lanes,
            let cost = PasswordCost(checking: passes, memory),
            let salt = unpaddedBase64Count(parts[4]), (8...64).contains(salt),
            let result = unpaddedBase64Count(parts[5]), (16...64).contains(result)
        else { return nil }
        return cost
    }

    /// `m=19456`: no sign, no leading zero, at most seven digits.
    private static func number(_ text: Substring.UTF8View, named name: Unicode.Scalar) -> Int? {
        let digits = text.dropFirst(2)
        guard text.starts(with: [UInt8(ascii: name), UInt8(ascii: "=")]), (1...7).contains(digits.count),
            digits.first != UInt8(ascii: "0"), digits.allSatisfy(\.isASCIIDigit)
        else { return nil }
        return digits.reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) }
    }

    /// How many bytes this is in base 64 without padding, or nil.
    private static func unpaddedBase64Count(_ text: Substring.UTF8View) -> Int? {
        guard !text.contains(UInt8(ascii: "=")) else { return nil }
        let padding = String(repeating: "=", count: (4 - text.count % 4) % 4)
        return Base64.padded.decode(String(Substring(text)) + padding)?.count
    }

    static func unpaddedBase64(_ bytes: Span<UInt8>) -> String {
        let text = Base64.padded.encode(bytes)
        return String(text.prefix { $0 != "=" })
    }
}
