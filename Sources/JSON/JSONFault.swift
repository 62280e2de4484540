/// Why a text is not JSON (RFC 8259), or not what the caller asked for.
package struct JSONFault: Error, Equatable, Sendable {
    package let kind: Kind
    /// Which byte is at fault, counted from the first that the reader was given.
    package let offset: Int
    /// The member of the outermost object whose value was being read, if there was one: what an answer's
    /// `errors` are listed under.
    package let member: String?

    package init(kind: Kind, offset: Int, member: String? = nil) {
        self.kind = kind
        self.offset = offset
        self.member = member
    }

    package enum Kind: Equatable, Sendable {
        case endOfInput
        /// No JSON goes on like this.
        case unexpectedByte(UInt8)
        /// Something other than white space follows the value.
        case trailingBytes
        case byteOrderMark
        case invalidUTF8
        /// A byte below 0x20 inside a string.
        case controlCharacter(UInt8)
        case invalidEscape
        /// Half a surrogate pair, as an escape.
        case loneSurrogate
        /// U+0000 as an escape. It is JSON, but no text here may hold it.
        case nul
        case invalidNumber
        case duplicateKey
        case tooDeep(limit: Int)
        /// More bytes or items than the caller takes.
        case tooLong(limit: Int)
        /// Well-formed, and not what the caller asked for.
        case wrongType(found: JSONType)
        /// A number with a fraction or an exponent, or -0, where an integer was asked for.
        case notAnInteger
        /// An integer beyond 64 bits with sign, or a number too large for a `Double`.
        case numberOutOfRange
    }
}

/// What a value is, before anybody looks into it.
package enum JSONType: Sendable {
    case null
    case bool
    case number
    case string
    case array
    case object

    /// Told by a value's first byte.
    init?(initial byte: UInt8) {
        switch byte {
        case UInt8(ascii: "{"): self = .object
        case UInt8(ascii: "["): self = .array
        case UInt8(ascii: "\""): self = .string
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): self = .number
        case UInt8(ascii: "t"), UInt8(ascii: "f"): self = .bool
        case UInt8(ascii: "n"): self = .null
        default: return nil
        }
    }
}
