import Bytes

/// Serialisation in the one canonical form (RFC 9651, section 4.1). What could not have been parsed is the
/// caller's to keep out: `isStructuredString`, `isStructuredKey`.
extension [UInt8] {
    mutating func append(structured dictionary: StructuredDictionary) {
        for (index, entry) in dictionary.entries.enumerated() {
            if index > 0 { append(contentsOf: ", ".utf8) }
            append(contentsOf: entry.key.utf8)
            if case .item(let item) = entry.member, item.value == .boolean(true) {
                append(structured: item.parameters)
            } else {
                append(UInt8(ascii: "="))
                append(structured: entry.member)
            }
        }
    }

    mutating func append(structured member: StructuredMember) {
        switch member {
        case .item(let item): append(structured: item)
        case .innerList(let list): append(structured: list)
        }
    }

    mutating func append(structured list: StructuredInnerList) {
        append(UInt8(ascii: "("))
        for (index, item) in list.items.enumerated() {
            if index > 0 { append(UInt8(ascii: " ")) }
            append(structured: item)
        }
        append(UInt8(ascii: ")"))
        append(structured: list.parameters)
    }

    mutating func append(structured item: StructuredItem) {
        append(structured: item.value)
        append(structured: item.parameters)
    }

    mutating func append(structured parameters: [StructuredParameter]) {
        for parameter in parameters {
            append(UInt8(ascii: ";"))
            append(contentsOf: parameter.key.utf8)
            if parameter.value != .boolean(true) {
                append(UInt8(ascii: "="))
                append(structured: parameter.value)
            }
        }
    }

    mutating func append(structured value: StructuredValue) {
        switch value {
        case .integer(let integer): append(decimal: integer)
        case .string(let text):
            append(UInt8(ascii: "\""))
            for character in text.utf8 {
                if character == UInt8(ascii: "\"") || character == UInt8(ascii: "\\") { append(UInt8(ascii: "\\")) }
                append(character)
            }
            append(UInt8(ascii: "\""))
        case .token(let text): append(contentsOf: text.utf8)
        case .bytes(let bytes):
            append(UInt8(ascii: ":"))
            append(contentsOf: Base64.padded.encode(bytes).utf8)
            append(UInt8(ascii: ":"))
        case .boolean(let isTrue): append(contentsOf: (isTrue ? "?1" : "?0").utf8)
        }
    }
}

extension String {
    /// Whether a structured field can hold it as a string, and our parser would read it back.
    var isStructuredString: Bool {
        utf8.count <= StructuredFieldLimits.valueBytesMax && utf8.allSatisfy { (0x20...0x7E).contains($0) }
    }

    /// Whether it can be a key: a dictionary's or a parameter's.
    var isStructuredKey: Bool {
        guard let first = utf8.first, first.isLowercaseLetter || first == UInt8(ascii: "*") else { return false }
        return utf8.count <= StructuredFieldLimits.keyBytesMax && utf8.allSatisfy(\.isStructuredKeyCharacter)
    }
}
