/// The values of structured fields (RFC 9651, RFC 8941 before) that signatures and digests are made of.
/// Decimals, dates and display strings never occur there, so they have no case and are refused.
package enum StructuredValue: Hashable, Sendable {
    /// At most 15 digits.
    case integer(Int64)
    /// Printable ASCII.
    case string(String)
    case token(String)
    case bytes([UInt8])
    case boolean(Bool)
}

/// `;key=value`, or `;key` alone for true.
package struct StructuredParameter: Hashable, Sendable {
    package let key: String
    package let value: StructuredValue
}

/// A value with its parameters, in their order.
package struct StructuredItem: Hashable, Sendable {
    package let value: StructuredValue
    package let parameters: [StructuredParameter]
}

/// `(item item);key=value`.
package struct StructuredInnerList: Hashable, Sendable {
    package let items: [StructuredItem]
    package let parameters: [StructuredParameter]
}

package enum StructuredMember: Hashable, Sendable {
    case item(StructuredItem)
    case innerList(StructuredInnerList)
}

/// A field of the form `key=member, key=member`. No key occurs twice.
package struct StructuredDictionary: Hashable, Sendable {
    package let entries: [Entry]

    package struct Entry: Hashable, Sendable {
        package let key: String
        package let member: StructuredMember
    }

    package subscript(key: String) -> StructuredMember? {
        entries.first { $0.key == key }?.member
    }
}

/// How much of a structured field is read. Everything is checked before memory is taken for it.
package enum StructuredFieldLimits {
    /// All lines of the field together.
    package static let fieldBytesMax = 8_192
    package static let entriesMax = 16
    package static let itemsMax = 32
    package static let parametersMax = 16
    package static let keyBytesMax = 64
    /// Of a string or token, and of a byte sequence as it is written.
    package static let valueBytesMax = 1_024
}

package enum StructuredFieldFault: Error, Equatable, Sendable {
    /// Not of the grammar, or a type that is not read here. `offset` is where it was seen.
    case malformed(offset: Int)
    /// A key twice in one dictionary, or twice among one item's parameters. The RFC lets the last one win;
    /// where signatures are concerned, no two readers may see different values.
    case repeatedKey(offset: Int)
    case tooLarge
}
