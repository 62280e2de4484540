import Bytes

/// Takes a JSON text (RFC 8259) apart, one value after the other, straight into whatever the caller builds.
///
///     var reader = JSONReader(body.span)
///     try reader.beginObject()
///     while let key = try reader.nextKey() {
///         switch key {
///         case "content": content = try reader.string(bytesMax: 65_536)
///         case "reply_to": replyTo = try reader.takeNull() ? nil : reader.integer()
///         default: try reader.skip()
///         }
///     }
///     try reader.finish()
///
/// Strict, since what two parsers read differently is where attacks live: no key twice in an object, no lone
/// surrogate, no comment, no comma too many, nothing after the value. Skipping a value checks all of it. No
/// depth costs stack, and no choice of keys makes finding the double ones slow.
///
/// After a fault the reader is of no more use.
package struct JSONReader: ~Copyable, ~Escapable {
    let bytes: Span<UInt8>
    var position = 0
    private let depthMax: Int
    private var open: [Frame] = []
    /// Whether a value comes next, not a key, a comma or an end.
    private var awaitsValue = true
    /// The key, within the outermost object, of what is being read.
    private var member: JSONString?

    private struct Frame {
        let isObject: Bool
        var isEmpty = true
        var keys = JSONKeys()
    }

    @_lifetime(copy bytes)
    package init(_ bytes: Span<UInt8>, depthMax: Int = 16) {
        self.bytes = bytes
        self.depthMax = depthMax
    }

    /// The value is read; nothing but white space may follow.
    package mutating func finish() throws(JSONFault) {
        precondition(open.isEmpty && !awaitsValue, "the value is not read to its end")
        skipSpace()
        guard position == bytes.count else { throw fault(.trailingBytes) }
    }

    /// What comes next, left where it is.
    package mutating func nextType() throws(JSONFault) -> JSONType {
        precondition(awaitsValue, "a key or the next element has to be asked for first")
        if position == 0, bytes.count >= 3, bytes[0] == 0xEF, bytes[1] == 0xBB, bytes[2] == 0xBF {
            throw fault(.byteOrderMark)
        }
        let byte = try visibleByte()
        guard let type = JSONType(initial: byte) else { throw fault(.unexpectedByte(byte)) }
        return type
    }

    // MARK: Values

    package mutating func bool() throws(JSONFault) -> Bool {
        try expect(.bool)
        let value = bytes[position] == UInt8(ascii: "t")
        try takeWord(value ? "true" : "false")
        return value
    }

    /// Whether null is next, and then it is read.
    package mutating func takeNull() throws(JSONFault) -> Bool {
        guard try nextType() == .null else { return false }
        try takeWord("null")
        return true
    }

    package mutating func string(bytesMax: Int = .max) throws(JSONFault) -> String {
        let string = try stringToken()
        // No escape is shorter than what it stands for.
        guard string.range.count <= bytesMax || string.decodedBytes(from: bytes).count <= bytesMax else {
            throw fault(.tooLong(limit: bytesMax), at: string.quoted.lowerBound)
        }
        return string.decoded(from: bytes)
    }

    package mutating func integer() throws(JSONFault) -> Int64 {
        let number = try numberToken()
        guard number.isInteger else { throw fault(.notAnInteger, at: number.range.lowerBound) }
        guard let value = number.integer(in: bytes) else {
            throw fault(.numberOutOfRange, at: number.range.lowerBound)
        }
        return value
    }

    /// Any number, as the nearest `Double`; never an infinity.
    package mutating func double() throws(JSONFault) -> Double {
        let number = try numberToken()
        let value = number.double(in: bytes)
        guard value.isFinite else { throw fault(.numberOutOfRange, at: number.range.lowerBound) }
        return value
    }

    // MARK: Objects and arrays

    package mutating func beginObject() throws(JSONFault) {
        try begin(.object)
    }

    /// The next key, whose value has to be read or skipped before the one after it; nil at the end of the
    /// object.
    package mutating func nextKey() throws(JSONFault) -> String? {
        guard let key = try nextKeyToken() else { return nil }
        return key.decoded(from: bytes)
    }

    package mutating func beginArray() throws(JSONFault) {
        try begin(.array)
    }

    /// Whether another element follows, which has to be read or skipped before the one after it; false at the
    /// end of the array.
    package mutating func nextElement() throws(JSONFault) -> Bool {
        guard try advance(isObject: false, end: UInt8(ascii: "]")) else { return false }
        awaitsValue = true
        return true
    }

    /// Reads past one value of any shape, checking all of it but the size of its numbers.
    package mutating func skip() throws(JSONFault) {
        var nothing = JSONNothing()
        try walk(into: &nothing)
    }

    /// The same, and says where it lies among the bytes that the reader was given: for a second reader, later.
    package mutating func extent() throws(JSONFault) -> Range<Int> {
        _ = try nextType()
        let start = position
        try skip()
        return start..<position
    }

    // MARK: Tokens

    mutating func nextKeyToken() throws(JSONFault) -> JSONString? {
        if open.count == 1 { member = nil }
        guard try advance(isObject: true, end: UInt8(ascii: "}")) else { return nil }
        let byte = try visibleByte()
        guard byte == UInt8(ascii: "\"") else { throw fault(.unexpectedByte(byte)) }
        let start = position
        let key = try scanString()
        if open.count == 1 { member = key }
        guard open[open.count - 1].keys.insert(key, in: bytes) else { throw fault(.duplicateKey, at: start) }
        let colon = try visibleByte()
        guard colon == UInt8(ascii: ":") else { throw fault(.unexpectedByte(colon)) }
        position += 1
        awaitsValue = true
        return key
    }

    mutating func stringToken() throws(JSONFault) -> JSONString {
        try expect(.string)
        awaitsValue = false
        return try scanString()
    }

    mutating func numberToken() throws(JSONFault) -> JSONNumber {
        try expect(.number)
        awaitsValue = false
        return try scanNumber()
    }

    private mutating func takeWord(_ word: StaticString) throws(JSONFault) {
        let start = position
        awaitsValue = false
        for index in 0..<word.utf8CodeUnitCount {
            guard start + index < bytes.count else { throw fault(.endOfInput, at: bytes.count) }
            let byte = bytes[start + index]
            guard byte == word.utf8Start[index] else { throw fault(.unexpectedByte(byte), at: start + index) }
        }
        position += word.utf8CodeUnitCount
    }

    // MARK: Structure

    private mutating func begin(_ type: JSONType) throws(JSONFault) {
        try expect(type)
        guard open.count < depthMax else { throw fault(.tooDeep(limit: depthMax)) }
        open.append(Frame(isObject: type == .object))
        awaitsValue = false
        position += 1
    }

    /// Past the comma to the next member or element, or past the end of the innermost object or array.
    private mutating func advance(isObject: Bool, end: UInt8) throws(JSONFault) -> Bool {
        precondition(!awaitsValue, "a value was neither read nor skipped")
        precondition(open.last?.isObject == isObject, "another object or array is open, or none")
        let innermost = open.count - 1
        let byte = try visibleByte()
        if byte == end {
            position += 1
            open.removeLast()
            return false
        }
        if open[innermost].isEmpty {
            open[innermost].isEmpty = false
        } else {
            guard byte == UInt8(ascii: ",") else { throw fault(.unexpectedByte(byte)) }
            position += 1
        }
        return true
    }

    /// Every value that is inside what comes next, and itself, is checked and shown to `sink`.
    mutating func walk<Sink: JSONSink>(into sink: inout Sink) throws(JSONFault) {
        let floor = open.count
        repeat {
            if !awaitsValue {
                if open[open.count - 1].isObject {
                    guard let key = try nextKeyToken() else {
                        sink.end(.object)
                        continue
                    }
                    sink.key(key, in: bytes)
                } else if try !nextElement() {
                    sink.end(.array)
                    continue
                }
            }
            let type = try nextType()
            let start = position
            var problem: JSONFault.Kind?
            switch type {
            case .object:
                try beginObject()
                problem = sink.begin(.object)
            case .array:
                try beginArray()
                problem = sink.begin(.array)
            case .string: problem = sink.string(try stringToken(), in: bytes)
            case .number: problem = sink.number(try numberToken(), in: bytes)
            case .bool: problem = sink.bool(try bool())
            case .null:
                try takeWord("null")
                problem = sink.null()
            }
            if let problem { throw fault(problem, at: start) }
        } while open.count > floor
    }

    // MARK: Bytes

    private mutating func expect(_ type: JSONType) throws(JSONFault) {
        let found = try nextType()
        guard found == type else { throw fault(.wrongType(found: found)) }
    }

    /// The next byte that is not white space; `position` is then there.
    private mutating func visibleByte() throws(JSONFault) -> UInt8 {
        skipSpace()
        guard position < bytes.count else { throw fault(.endOfInput) }
        return bytes[position]
    }

    private mutating func skipSpace() {
        while position < bytes.count {
            switch bytes[position] {
            case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\n"), UInt8(ascii: "\r"): position += 1
            default: return
            }
        }
    }

    func fault(_ kind: JSONFault.Kind, at offset: Int? = nil) -> JSONFault {
        JSONFault(kind: kind, offset: offset ?? position, member: member?.decoded(from: bytes))
    }
}

/// Whoever looks on while a value is walked through. An answer other than nil ends the walk with that fault.
protocol JSONSink {
    mutating func begin(_ type: JSONType) -> JSONFault.Kind?
    mutating func end(_ type: JSONType)
    mutating func key(_ key: JSONString, in bytes: Span<UInt8>)
    mutating func string(_ string: JSONString, in bytes: Span<UInt8>) -> JSONFault.Kind?
    mutating func number(_ number: JSONNumber, in bytes: Span<UInt8>) -> JSONFault.Kind?
    mutating func bool(_ value: Bool) -> JSONFault.Kind?
    mutating func null() -> JSONFault.Kind?
}

private struct JSONNothing: JSONSink {
    func begin(_ type: JSONType) -> JSONFault.Kind? { nil }
    func end(_ type: JSONType) {}
    func key(_ key: JSONString, in bytes: Span<UInt8>) {}
    func string(_ string: JSONString, in bytes: Span<UInt8>) -> JSONFault.Kind? { nil }
    func number(_ number: JSONNumber, in bytes: Span<UInt8>) -> JSONFault.Kind? { nil }
    func bool(_ value: Bool) -> JSONFault.Kind? { nil }
    func null() -> JSONFault.Kind? { nil }
}
