import Bytes

/// A JSON value of any shape, its members in the order in which they came.
package enum JSONValue: Equatable, Sendable {
    case null
    case bool(Bool)
    /// Written without fraction and exponent.
    case integer(Int64)
    case double(Double)
    case string(String)
    case array([JSONValue])
    case object([Member])

    package struct Member: Equatable, Sendable {
        package let key: String
        package let value: JSONValue

        package init(_ key: String, _ value: JSONValue) {
            self.key = key
            self.value = value
        }
    }
}

extension JSONReader {
    /// The next value, whole. The limit is on values of all depths, the outermost included, and keeps small
    /// what two bytes of `[[],[],[],…` can grow to.
    package mutating func value(itemsMax: Int = 10_000) throws(JSONFault) -> JSONValue {
        var tree = JSONTree(itemsMax: itemsMax)
        try walk(into: &tree)
        return tree.root
    }

    /// The next value as it was written, save for the white space between its parts: the way to keep what
    /// others will want back, with its order, its escapes and every digit of its numbers.
    package mutating func compactValue() throws(JSONFault) -> [UInt8] {
        var copy = JSONCopy()
        try walk(into: &copy)
        return copy.output
    }
}

/// Builds the tree. What is not yet complete waits on a stack.
private struct JSONTree: JSONSink {
    let itemsMax: Int
    private var items = 0
    private var open: [Unfinished] = []
    private(set) var root = JSONValue.null

    private enum Unfinished {
        case array([JSONValue])
        /// The key is that of the value to come.
        case object([JSONValue.Member], key: String)
    }

    init(itemsMax: Int) {
        self.itemsMax = itemsMax
    }

    mutating func begin(_ type: JSONType) -> JSONFault.Kind? {
        open.append(type == .object ? .object([], key: "") : .array([]))
        return count()
    }

    mutating func end(_ type: JSONType) {
        switch open.removeLast() {
        case .array(let elements): add(.array(elements))
        case .object(let members, key: _): add(.object(members))
        }
    }

    mutating func key(_ key: JSONString, in bytes: Span<UInt8>) {
        guard case .object(let members, key: _) = open.removeLast() else { preconditionFailure("a key in an array") }
        open.append(.object(members, key: key.decoded(from: bytes)))
    }

    mutating func string(_ string: JSONString, in bytes: Span<UInt8>) -> JSONFault.Kind? {
        add(.string(string.decoded(from: bytes)))
        return count()
    }

    mutating func number(_ number: JSONNumber, in bytes: Span<UInt8>) -> JSONFault.Kind? {
        guard let value = number.value(in: bytes) else { return .numberOutOfRange }
        add(value)
        return count()
    }

    mutating func bool(_ value: Bool) -> JSONFault.Kind? {
        add(.bool(value))
        return count()
    }

    mutating func null() -> JSONFault.Kind? {
        add(.null)
        return count()
    }

    private mutating func count() -> JSONFault.Kind? {
        items += 1
        return items > itemsMax ? .tooLong(limit: itemsMax) : nil
    }

    private mutating func add(_ value: JSONValue) {
        // Taken off the stack while it grows, so that its array has one owner and is not copied.
        switch open.popLast() {
        case nil: root = value
        case .array(var elements):
            elements.append(value)
            open.append(.array(elements))
        case .object(var members, key: let key):
            members.append(JSONValue.Member(key, value))
            open.append(.object(members, key: ""))
        }
    }
}

/// Writes a value again without the white space.
private struct JSONCopy: JSONSink {
    private(set) var output: [UInt8] = []
    private var needsComma = false

    mutating func begin(_ type: JSONType) -> JSONFault.Kind? {
        separate()
        output.append(UInt8(ascii: type == .object ? "{" : "["))
        needsComma = false
        return nil
    }

    mutating func end(_ type: JSONType) {
        output.append(UInt8(ascii: type == .object ? "}" : "]"))
        needsComma = true
    }

    mutating func key(_ key: JSONString, in bytes: Span<UInt8>) {
        put(key.quoted, of: bytes)
        output.append(UInt8(ascii: ":"))
        needsComma = false
    }

    mutating func string(_ string: JSONString, in bytes: Span<UInt8>) -> JSONFault.Kind? {
        put(string.quoted, of: bytes)
        return nil
    }

    mutating func number(_ number: JSONNumber, in bytes: Span<UInt8>) -> JSONFault.Kind? {
        guard number.value(in: bytes) != nil else { return .numberOutOfRange }
        put(number.range, of: bytes)
        return nil
    }

    mutating func bool(_ value: Bool) -> JSONFault.Kind? {
        put(value ? "true" : "false")
        return nil
    }

    mutating func null() -> JSONFault.Kind? {
        put("null")
        return nil
    }

    private mutating func put(_ range: Range<Int>, of bytes: Span<UInt8>) {
        separate()
        output.append(copying: bytes.extracting(range))
    }

    private mutating func put(_ word: StaticString) {
        separate()
        word.withUTF8Buffer { output.append(contentsOf: $0) }
    }

    private mutating func separate() {
        if needsComma { output.append(UInt8(ascii: ",")) }
        needsComma = true
    }
}
