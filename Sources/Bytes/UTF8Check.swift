/// Checks UTF-8 (RFC 3629) as it arrives in pieces: text that is cut in the middle of a character is
/// fine, and the first byte that no valid text could have there is refused at once.
///
/// Three numbers are the whole state: how many continuation bytes are still to come, and between
/// which bounds the next one must lie. The bounds are what shuts out overlong forms, surrogates
/// and values above U+10FFFF (Unicode, table 3-7).
package struct UTF8Check: Sendable {
    private var awaited: UInt8 = 0
    private var lowest: UInt8 = 0x80
    private var highest: UInt8 = 0xBF

    package init() {}

    /// Whether all that came so far ends at a character's end.
    package var isComplete: Bool { awaited == 0 }

    /// False as soon as the text can no longer become valid.
    package mutating func accept(_ bytes: Span<UInt8>) -> Bool {
        var index = 0
        let count = bytes.count
        while index < count {
            if awaited == 0 {
                // Eight ASCII bytes at a time: chat is mostly that.
                while index &+ 8 <= count,
                    bytes.bytes.unsafeLoadUnaligned(fromByteOffset: index, as: UInt64.self) & 0x8080_8080_8080_8080 == 0
                {
                    index &+= 8
                }
                if index == count { return true }
            }
            guard accept(bytes[index]) else { return false }
            index &+= 1
        }
        return true
    }

    package mutating func accept(_ byte: UInt8) -> Bool {
        if awaited > 0 {
            guard byte >= lowest, byte <= highest else { return false }
            awaited -= 1
            lowest = 0x80
            highest = 0xBF
            return true
        }
        switch byte {
        case 0x00...0x7F: return true
        case 0xC2...0xDF: awaited = 1
        case 0xE0...0xEF:
            awaited = 2
            if byte == 0xE0 { lowest = 0xA0 }
            if byte == 0xED { highest = 0x9F }
        case 0xF0...0xF4:
            awaited = 3
            if byte == 0xF0 { lowest = 0x90 }
            if byte == 0xF4 { highest = 0x8F }
        default: return false
        }
        return true
    }

    /// Whether these bytes are one whole valid text.
    package static func isValid(_ bytes: Span<UInt8>) -> Bool {
        var check = UTF8Check()
        return check.accept(bytes) && check.isComplete
    }
}
