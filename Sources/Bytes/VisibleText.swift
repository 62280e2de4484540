// Text from outside, shown on a terminal or written to a log, must not move the cursor, begin a line or
// turn the reading direction round. What can't be seen is written as an escape.

extension Unicode.Scalar {
    /// Whether this is something to be seen, or a plain space. No control and no format character is, no
    /// separator of lines, and nothing that Unicode has not assigned.
    package var isVisible: Bool {
        if isASCII { return value >= 0x20 && value != 0x7F }
        return switch properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse, .unassigned: false
        default: true
        }
    }
}

extension [UInt8] {
    /// Appends `text` with `\n`, `\r`, `\t` and `\u{1b}` in place of what is not visible.
    package mutating func append(visible text: some StringProtocol) {
        for scalar in text.unicodeScalars {
            if scalar.isVisible {
                append(contentsOf: UTF8.encode(scalar)!)  // A scalar always has an encoding.
            } else {
                append(escapeOf: scalar)
            }
        }
    }

    /// Appends how a scalar that can't be seen is written.
    package mutating func append(escapeOf scalar: Unicode.Scalar) {
        switch scalar {
        case "\n": append(literal: "\\n")
        case "\r": append(literal: "\\r")
        case "\t": append(literal: "\\t")
        default:
            append(literal: "\\u{")
            append(contentsOf: String(scalar.value, radix: 16).utf8)
            append(literal: "}")
        }
    }
}

extension StringProtocol {
    /// The text with escapes in place of what is not visible.
    package var visible: String {
        var bytes: [UInt8] = []
        bytes.append(visible: self)
        return String(decoding: bytes, as: UTF8.self)
    }
}

extension Substring {
    /// Its first `count` bytes at most, cut between two scalars.
    package func prefix(utf8Bytes count: Int) -> Substring {
        guard utf8.count > count else { return self }
        var end = utf8.index(startIndex, offsetBy: Swift.max(count, 0))
        // Continuation bytes belong to the scalar that began before them.
        while end > startIndex, utf8[end] & 0xC0 == 0x80 { end = utf8.index(before: end) }
        return self[..<end]
    }
}
