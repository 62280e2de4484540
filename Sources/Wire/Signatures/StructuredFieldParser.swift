import Bytes

/// Reads a structured field strictly: what it accepts, `append(structured:)` writes again with the same
/// meaning. Dictionaries hold lists and lists hold items, so nothing here recurses.
package struct StructuredFieldParser {
    private var at = 0

    private init() {}

    /// A dictionary (RFC 9651, section 4.2.2); an empty text is an empty one.
    package static func dictionary(_ text: Span<UInt8>) throws(StructuredFieldFault) -> StructuredDictionary {
        guard text.count <= StructuredFieldLimits.fieldBytesMax else { throw .tooLarge }
        var parser = StructuredFieldParser()
        return try parser.dictionary(text)
    }

    private mutating func dictionary(_ text: Span<UInt8>) throws(StructuredFieldFault) -> StructuredDictionary {
        var entries: [StructuredDictionary.Entry] = []
        skipSpaces(text)
        while at < text.count {
            let start = at
            let key = try key(text)
            guard !entries.contains(where: { $0.key == key }) else { throw .repeatedKey(offset: start) }
            guard entries.count < StructuredFieldLimits.entriesMax else { throw .tooLarge }
            if skip("=", text) {
                entries.append(.init(key: key, member: try member(text)))
            } else {
                let item = StructuredItem(value: .boolean(true), parameters: try parameters(text))
                entries.append(.init(key: key, member: .item(item)))
            }
            skipSpacesAndTabs(text)
            if at == text.count { break }
            guard skip(",", text) else { throw .malformed(offset: at) }
            skipSpacesAndTabs(text)
            guard at < text.count else { throw .malformed(offset: at) }
        }
        return StructuredDictionary(entries: entries)
    }

    private mutating func member(_ text: Span<UInt8>) throws(StructuredFieldFault) -> StructuredMember {
        if skip("(", text) {
            return .innerList(try restOfInnerList(text))
        }
        return .item(try item(text))
    }

    private mutating func restOfInnerList(_ text: Span<UInt8>) throws(StructuredFieldFault) -> StructuredInnerList {
        var items: [StructuredItem] = []
        while true {
            skipSpaces(text)
            if skip(")", text) {
                return StructuredInnerList(items: items, parameters: try parameters(text))
            }
            guard items.count < StructuredFieldLimits.itemsMax else { throw .tooLarge }
            items.append(try item(text))
            // Two items have a space between them.
            guard let next = peek(text), next == UInt8(ascii: " ") || next == UInt8(ascii: ")") else {
                throw .malformed(offset: at)
            }
        }
    }

    private mutating func item(_ text: Span<UInt8>) throws(StructuredFieldFault) -> StructuredItem {
        let value = try value(text)
        return StructuredItem(value: value, parameters: try parameters(text))
    }

    private mutating func parameters(_ text: Span<UInt8>) throws(StructuredFieldFault) -> [StructuredParameter] {
        var parameters: [StructuredParameter] = []
        while skip(";", text) {
            skipSpaces(text)
            let start = at
            let key = try key(text)
            guard !parameters.contains(where: { $0.key == key }) else { throw .repeatedKey(offset: start) }
            guard parameters.count < StructuredFieldLimits.parametersMax else { throw .tooLarge }
            let value = skip("=", text) ? try value(text) : .boolean(true)
            parameters.append(StructuredParameter(key: key, value: value))
        }
        return parameters
    }

    private mutating func key(_ text: Span<UInt8>) throws(StructuredFieldFault) -> String {
        let start = at
        guard let first = peek(text), first.isLowercaseLetter || first == UInt8(ascii: "*") else {
            throw .malformed(offset: at)
        }
        while let next = peek(text), next.isStructuredKeyCharacter { at += 1 }
        guard at - start <= StructuredFieldLimits.keyBytesMax else { throw .tooLarge }
        return String(ascii: text.extracting(start..<at))
    }

    private mutating func value(_ text: Span<UInt8>) throws(StructuredFieldFault) -> StructuredValue {
        guard let first = peek(text) else { throw .malformed(offset: at) }
        switch first {
        case UInt8(ascii: "\""): return .string(try string(text))
        case UInt8(ascii: ":"): return .bytes(try byteSequence(text))
        case UInt8(ascii: "?"): return .boolean(try boolean(text))
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return .integer(try integer(text))
        case UInt8(ascii: "*"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"):
            return .token(try token(text))
        default: throw .malformed(offset: at)
        }
    }

    private mutating func string(_ text: Span<UInt8>) throws(StructuredFieldFault) -> String {
        var characters: [UInt8] = []
        at += 1
        while let next = peek(text) {
            at += 1
            switch next {
            case UInt8(ascii: "\""):
                return String(ascii: characters.span)
            case UInt8(ascii: "\\"):
                guard let escaped = peek(text), escaped == UInt8(ascii: "\"") || escaped == UInt8(ascii: "\\") else {
                    throw .malformed(offset: at)
                }
                at += 1
                characters.append(escaped)
            case 0x20...0x7E:
                characters.append(next)
            default:
                throw .malformed(offset: at - 1)
            }
            guard characters.count <= StructuredFieldLimits.valueBytesMax else { throw .tooLarge }
        }
        throw .malformed(offset: at)
    }

    private mutating func byteSequence(_ text: Span<UInt8>) throws(StructuredFieldFault) -> [UInt8] {
        let start = at + 1
        at = start
        while let next = peek(text), next != UInt8(ascii: ":") { at += 1 }
        let end = at
        guard skip(":", text) else { throw .malformed(offset: start) }
        guard end - start <= StructuredFieldLimits.valueBytesMax else { throw .tooLarge }
        // A recipient may be lenient about padding; then one sequence would have many texts.
        guard let bytes = Base64.padded.decode(String(ascii: text.extracting(start..<end))) else {
            throw .malformed(offset: start)
        }
        return bytes
    }

    private mutating func boolean(_ text: Span<UInt8>) throws(StructuredFieldFault) -> Bool {
        at += 1
        if skip("1", text) { return true }
        if skip("0", text) { return false }
        throw .malformed(offset: at)
    }

    private mutating func integer(_ text: Span<UInt8>) throws(StructuredFieldFault) -> Int64 {
        let isNegative = skip("-", text)
        let start = at
        var magnitude: Int64 = 0
        while let next = peek(text), next.isASCIIDigit {
            guard at - start < 15 else { throw .malformed(offset: at) }
            magnitude = magnitude * 10 + Int64(next - UInt8(ascii: "0"))
            at += 1
        }
        guard at > start, peek(text) != UInt8(ascii: ".") else { throw .malformed(offset: at) }
        return isNegative ? -magnitude : magnitude
    }

    private mutating func token(_ text: Span<UInt8>) throws(StructuredFieldFault) -> String {
        let start = at
        while let next = peek(text),
            next.isFieldTokenCharacter || next == UInt8(ascii: ":") || next == UInt8(ascii: "/")
        {
            at += 1
        }
        guard at - start <= StructuredFieldLimits.valueBytesMax else { throw .tooLarge }
        return String(ascii: text.extracting(start..<at))
    }

    private func peek(_ text: Span<UInt8>) -> UInt8? {
        at < text.count ? text[at] : nil
    }

    private mutating func skip(_ character: Unicode.Scalar, _ text: Span<UInt8>) -> Bool {
        guard peek(text) == UInt8(ascii: character) else { return false }
        at += 1
        return true
    }

    private mutating func skipSpaces(_ text: Span<UInt8>) {
        while peek(text) == UInt8(ascii: " ") { at += 1 }
    }

    private mutating func skipSpacesAndTabs(_ text: Span<UInt8>) {
        while let next = peek(text), next == UInt8(ascii: " ") || next == UInt8(ascii: "\t") { at += 1 }
    }
}

extension UInt8 {
    var isLowercaseLetter: Bool {
        self >= UInt8(ascii: "a") && self <= UInt8(ascii: "z")
    }

    var isStructuredKeyCharacter: Bool {
        isLowercaseLetter || isASCIIDigit || self == UInt8(ascii: "_") || self == UInt8(ascii: "-")
            || self == UInt8(ascii: ".") || self == UInt8(ascii: "*")
    }

    /// `tchar` of RFC 9110, section 5.6.2.
    var isFieldTokenCharacter: Bool {
        switch self {
        case UInt8(ascii: "!"), UInt8(ascii: "#"), UInt8(ascii: "$"), UInt8(ascii: "%"), UInt8(ascii: "&"),
            UInt8(ascii: "'"), UInt8(ascii: "*"), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."),
            UInt8(ascii: "^"), UInt8(ascii: "_"), UInt8(ascii: "`"), UInt8(ascii: "|"), UInt8(ascii: "~"):
            true
        default: isASCIIDigit || asciiLowercased.isLowercaseLetter
        }
    }
}

extension String {
    /// Of bytes that are known to be ASCII, or of which the rest will be refused.
    fileprivate init(ascii bytes: Span<UInt8>) {
        self = bytes.withUnsafeBufferPointer { String(decoding: $0, as: UTF8.self) }
    }
}
