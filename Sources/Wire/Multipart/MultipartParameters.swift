import Bytes

/// Walks through `value; name=token; name="quoted"`, as `Content-Type` and `Content-Disposition` have it.
struct MultipartParameterReader {
    /// Where name and value lie. A quoted value is without its quotes and with its escapes.
    struct Parameter {
        let name: Range<Int>
        let value: Range<Int>
        let isQuoted: Bool
    }

    private let bytes: [UInt8]
    private let end: Int
    private var at: Int
    private let malformed: MultipartFault

    /// Over a part of `bytes`; what follows no grammar is thrown as `malformed`.
    init(_ bytes: [UInt8], _ range: Range<Int>, malformed: MultipartFault) {
        self.bytes = bytes
        self.at = range.lowerBound
        self.end = range.upperBound
        self.malformed = malformed
    }

    /// The value before the first parameter.
    mutating func value() -> Range<Int> {
        let start = at
        while at < end && (Self.isTokenByte(bytes[at]) || bytes[at] == UInt8(ascii: "/")) {
            at += 1
        }
        return start..<at
    }

    /// The next parameter; nil when there are no more.
    mutating func next() throws(MultipartFault) -> Parameter? {
        skipBlanks()
        guard at < end else { return nil }
        // RFC 9110, section 5.6.6: between two semicolons there may be nothing.
        guard bytes[at] == UInt8(ascii: ";") else { throw malformed }
        while at < end && bytes[at] == UInt8(ascii: ";") {
            at += 1
            skipBlanks()
        }
        guard at < end else { return nil }
        let name = token()
        guard !name.isEmpty, at < end, bytes[at] == UInt8(ascii: "=") else { throw malformed }
        at += 1
        if at < end && bytes[at] == UInt8(ascii: "\"") {
            return Parameter(name: name, value: try quoted(), isQuoted: true)
        }
        let value = token()
        guard !value.isEmpty else { throw malformed }
        return Parameter(name: name, value: value, isQuoted: false)
    }

    private mutating func skipBlanks() {
        while at < end && (bytes[at] == UInt8(ascii: " ") || bytes[at] == UInt8(ascii: "\t")) {
            at += 1
        }
    }

    private mutating func token() -> Range<Int> {
        let start = at
        while at < end && Self.isTokenByte(bytes[at]) {
            at += 1
        }
        return start..<at
    }

    /// From one quote to the next that no backslash stands before; where that leaves behind what no parameter is followed by,
    /// to the first that ends one, for then the backslash was meant as itself.
    private mutating func quoted() throws(MultipartFault) -> Range<Int> {
        let start = at + 1
        var literal: Int?
        at = start
        while at < end && bytes[at] != UInt8(ascii: "\"") {
            let isEscape = bytes[at] == UInt8(ascii: "\\")
            at += isEscape ? 2 : 1
            if isEscape && literal == nil && at <= end && bytes[at - 1] == UInt8(ascii: "\"") && endsParameter(at) {
                literal = at - 1
            }
        }
        if at >= end || !endsParameter(at + 1) {
            guard let literal else { throw malformed }
            at = literal
        }
        at += 1
        return start..<at - 1
    }

    /// Whether another parameter can follow there, or nothing.
    private func endsParameter(_ index: Int) -> Bool {
        let next = bytes[index..<end].first { $0 != UInt8(ascii: " ") && $0 != UInt8(ascii: "\t") }
        return next == nil || next == UInt8(ascii: ";")
    }

    /// The boundary that a body's `Content-Type` names.
    static func boundary(inContentType value: Span<UInt8>) throws(MultipartFault) -> String {
        let bytes = value.withUnsafeBufferPointer { Array($0) }
        var reader = Self(bytes, trimmed(0..<bytes.count, of: bytes), malformed: .boundaryInvalid)
        guard value.extracting(reader.value()).equalsIgnoringASCIICase("multipart/form-data") else {
            throw .notFormData
        }
        var boundary: Range<Int>?
        while let parameter = try reader.next() {
            guard value.extracting(parameter.name).equalsIgnoringASCIICase("boundary") else { continue }
            // Two boundaries are two ways to read the body.
            guard boundary == nil else { throw .boundaryInvalid }
            boundary = parameter.value
        }
        guard let boundary else { throw .boundaryMissing }
        return String(decoding: bytes[boundary], as: UTF8.self)
    }

    /// The range without the blanks at its ends.
    static func trimmed(_ range: Range<Int>, of bytes: [UInt8]) -> Range<Int> {
        var (lower, upper) = (range.lowerBound, range.upperBound)
        while lower < upper && (bytes[lower] == UInt8(ascii: " ") || bytes[lower] == UInt8(ascii: "\t")) {
            lower += 1
        }
        while lower < upper && (bytes[upper - 1] == UInt8(ascii: " ") || bytes[upper - 1] == UInt8(ascii: "\t")) {
            upper -= 1
        }
        return lower..<upper
    }

    /// RFC 9110, section 5.6.2.
    static func isTokenByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "!"), UInt8(ascii: "#"), UInt8(ascii: "$"),
            UInt8(ascii: "%"), UInt8(ascii: "&"), UInt8(ascii: "'"), UInt8(ascii: "*"), UInt8(ascii: "+"),
            UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "^"), UInt8(ascii: "_"), UInt8(ascii: "`"),
            UInt8(ascii: "|"), UInt8(ascii: "~"):
            true
        default: false
        }
    }
}
