/// Why bytes are not deterministic CBOR (RFC 8949, section 4.2.1), or not what the caller asked for.
/// A fact about the bytes: everybody who reads them with the same limits comes to the same verdict.
package struct CBORFault: Error, Equatable, Sendable {
    package let kind: Kind
    /// Where the value at fault begins, counted from the first byte that the reader was given.
    package let offset: Int

    package init(kind: Kind, offset: Int) {
        self.kind = kind
        self.offset = offset
    }

    package enum Kind: Equatable, Sendable {
        /// The bytes end inside a value, or a length promises more than there is.
        case truncated
        /// Something follows where nothing may.
        case trailingBytes
        /// An integer, a length or a float for which a shorter encoding exists.
        case notShortest
        /// A string, array or map without a length in front, or the break that would end one.
        case indefiniteLength
        /// An initial byte to which the RFC gives no meaning.
        case reserved
        case unsortedKeys
        case duplicateKey
        /// A map's key that is neither an integer nor a string.
        case keyType(CBORType)
        /// A float, a tag or a simple value, where the caller did not allow it.
        case notAllowed(CBORType)
        case invalidUTF8
        case tooDeep(limit: Int)
        /// More bytes, items or entries than the caller takes.
        case tooLong(limit: Int)
        /// Well-formed, and not what the caller asked for.
        case wrongType(found: CBORType)
        /// An array or a byte string of a fixed size has another one.
        case wrongCount(expected: Int, found: Int)
        /// An integer that the type asked for can't hold.
        case outOfRange
        /// The caller was done before the array or map that it had opened was.
        case itemsLeft
    }
}

/// What a value is, before anybody looks into it.
package enum CBORType: Sendable {
    case unsigned
    /// An integer below zero.
    case negative
    case bytes
    case text
    case array
    case map
    case tag
    case bool
    case null
    case float
    /// `undefined`, and all simple values without a name.
    case simple
}

/// What a reader lets through beyond integers, strings, arrays, maps, booleans and null.
package struct CBORAllowance: OptionSet, Sendable {
    package let rawValue: UInt8

    package init(rawValue: UInt8) {
        self.rawValue = rawValue
    }

    package static let floats = CBORAllowance(rawValue: 1)
    package static let tags = CBORAllowance(rawValue: 2)
}
