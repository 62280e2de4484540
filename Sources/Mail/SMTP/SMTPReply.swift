import Bytes

/// What a relay answered to one command (RFC 5321, section 4.2).
package struct SMTPReply: Equatable, Sendable {
    package let code: Int
    /// What stands behind the code, line by line, as it was sent.
    package let lines: [[UInt8]]

    package init(code: Int, lines: [[UInt8]]) {
        self.code = code
        self.lines = lines
    }

    var isPositive: Bool { code / 100 == 2 }
    var isTransient: Bool { code / 100 == 4 }
    var isPermanent: Bool { code / 100 == 5 }

    /// The enhanced code (RFC 3463), where the first line begins with one that fits the code.
    package var enhancedCode: EnhancedCode? {
        guard let line = lines.first else { return nil }
        let word = line.prefix { $0 != UInt8(ascii: " ") }
        guard let code = EnhancedCode(word), code.status == self.code / 100 else { return nil }
        return code
    }

    /// The text for people, in one line of at most 200 bytes; control characters are escaped.
    package var text: String {
        let joined = lines.lazy.map { String(decoding: $0, as: UTF8.self) }.joined(separator: " ")
        return String(joined.visible[...].prefix(utf8Bytes: 200))
    }
}

/// `5.1.1`: what went well or wrong, finer than the three digits can say.
package struct EnhancedCode: Hashable, Sendable, CustomStringConvertible {
    package let status: Int
    package let subject: Int
    package let detail: Int

    package init(_ status: Int, _ subject: Int, _ detail: Int) {
        self.status = status
        self.subject = subject
        self.detail = detail
    }

    init?(_ text: some Collection<UInt8>) {
        let parts = text.split(separator: UInt8(ascii: "."), maxSplits: 3, omittingEmptySubsequences: false)
        guard parts.count == 3 else { return nil }
        var numbers: [Int] = []
        for part in parts {
            guard (1...3).contains(part.count), part.allSatisfy(\.isASCIIDigit) else { return nil }
            numbers.append(part.reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) })
        }
        guard [2, 4, 5].contains(numbers[0]) else { return nil }
        self.init(numbers[0], numbers[1], numbers[2])
    }

    package var description: String { "\(status).\(subject).\(detail)" }
}
