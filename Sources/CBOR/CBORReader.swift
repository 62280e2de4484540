import Bytes

/// Takes deterministic CBOR apart, one value after the other, straight into whatever the caller builds.
///
///     var reader = CBORReader(bytes.span)
///     try reader.array(of: 3)
///     let version = try reader.unsigned()
///     let room = try reader.takeNull() ? nil : RoomID(reader.bytes(count: 32))
///     let author = try reader.text(bytesMax: 64)
///     try reader.finish()
///
/// A caller only says what it expects next. The reader keeps the books: which arrays and maps are open, how
/// much of each is left, and the last key of each map, so that whoever reads a map need not think of its
/// order. An array or map ends by itself with its last item.
///
/// There is one encoding for a value; all else is refused where it begins. Nothing is allocated for a length
/// before the bytes that it promises are there, and no depth costs stack.
///
/// Several values in a row (RFC 8742) are read with one reader, until `isAtEnd`.
package struct CBORReader: ~Copyable, ~Escapable {
    /// Deeper than this nobody reads and nobody writes.
    package static let depthMax = 16

    private let bytes: Span<UInt8>
    private let allowance: CBORAllowance
    /// How many of the bytes are read.
    package private(set) var position = 0
    /// The innermost array, map or tag; outside of all, the sequence.
    private var frame = CBORFrame(isMap: false, itemsLeft: .max)
    /// Those around it.
    private var outer = InlineArray<16, CBORFrame>(repeating: CBORFrame(isMap: false, itemsLeft: 0))
    private var depth = 0

    @_lifetime(copy bytes)
    package init(_ bytes: Span<UInt8>, allowing allowance: CBORAllowance = []) {
        self.bytes = bytes
        self.allowance = allowance
    }

    /// Whether all is read, or a sequence goes on.
    package var isAtEnd: Bool { position == bytes.count }

    /// Nothing may follow.
    package func finish() throws(CBORFault) {
        guard depth == 0 else { throw fault(.itemsLeft) }
        guard isAtEnd else { throw fault(.trailingBytes) }
    }

    /// What comes next, left where it is.
    package mutating func nextType() throws(CBORFault) -> CBORType {
        try head().type
    }

    // MARK: Values

    package mutating func unsigned() throws(CBORFault) -> UInt64 {
        let head = try head(.unsigned)
        try take(head)
        return head.argument
    }

    package mutating func integer() throws(CBORFault) -> Int64 {
        let head = try head()
        guard head.type == .unsigned || head.type == .negative else { throw fault(.wrongType(found: head.type)) }
        guard let magnitude = Int64(exactly: head.argument) else { throw fault(.outOfRange) }
        try take(head)
        return head.type == .unsigned ? magnitude : -1 - magnitude
    }

    /// What a value of type `negative` is, counted down from -1: 0 for -1, 1 for -2.
    package mutating func negative() throws(CBORFault) -> UInt64 {
        let head = try head(.negative)
        try take(head)
        return head.argument
    }

    package mutating func bool() throws(CBORFault) -> Bool {
        let head = try head(.bool)
        try take(head)
        return head.argument == 21
    }

    /// Whether null is next, and then it is read.
    package mutating func takeNull() throws(CBORFault) -> Bool {
        let head = try head()
        guard head.type == .null else { return false }
        try take(head)
        return true
    }

    package mutating func float() throws(CBORFault) -> Double {
        let head = try head(.float)
        try take(head)
        return head.float
    }

    /// A byte string, where it lies.
    @_lifetime(copy self)
    package mutating func bytes(countMax: Int = .max) throws(CBORFault) -> Span<UInt8> {
        let head = try head(.bytes)
        let contents = try take(head, countMax: countMax)
        return bytes.extracting(contents)
    }

    /// A byte string of just that size: a hash, a key.
    @_lifetime(copy self)
    package mutating func bytes(count: Int) throws(CBORFault) -> Span<UInt8> {
        let head = try head(.bytes)
        guard head.argument == UInt64(count) else {
            throw fault(.wrongCount(expected: count, found: Int(clamping: head.argument)))
        }
        let contents = try take(head, countMax: count)
        return bytes.extracting(contents)
    }

    package mutating func text(bytesMax: Int = .max) throws(CBORFault) -> String {
        let utf8 = try utf8(bytesMax: bytesMax)
        return utf8.withUnsafeBufferPointer { String(decoding: $0, as: UTF8.self) }
    }

    /// A text as valid UTF-8, where it lies.
    @_lifetime(copy self)
    package mutating func utf8(bytesMax: Int = .max) throws(CBORFault) -> Span<UInt8> {
        let head = try head(.text)
        let contents = try take(head, countMax: bytesMax)
        return bytes.extracting(contents)
    }

    // MARK: Arrays, maps, tags

    /// Opens an array; so many items follow.
    package mutating func arrayHeader(countMax: Int = .max) throws(CBORFault) -> Int {
        let head = try head(.array)
        try enter(head, countMax: countMax)
        return Int(head.argument)
    }

    /// Opens an array that must have just so many items.
    package mutating func array(of count: Int) throws(CBORFault) {
        let head = try head(.array)
        guard head.argument == UInt64(count) else {
            throw fault(.wrongCount(expected: count, found: Int(clamping: head.argument)))
        }
        try enter(head, countMax: count)
    }

    /// Opens a map; so many entries follow, each a key and then its value.
    package mutating func mapHeader(countMax: Int = .max) throws(CBORFault) -> Int {
        let head = try head(.map)
        try enter(head, countMax: countMax)
        return Int(head.argument)
    }

    /// A tag's number; the value that it is about follows.
    package mutating func tag() throws(CBORFault) -> UInt64 {
        let head = try head(.tag)
        try enter(head, countMax: 1)
        return head.argument
    }

    /// Reads past one value of any shape, checking all of it, and says where it lay: what is not understood
    /// can be kept as it came.
    @discardableResult
    package mutating func skip(itemsMax: Int = .max) throws(CBORFault) -> Range<Int> {
        let start = position
        let floor = depth
        var items = 0
        repeat {
            guard items < itemsMax else { throw fault(.tooLong(limit: itemsMax)) }
            items += 1
            let head = try head()
            switch head.type {
            case .unsigned, .negative, .bool, .null, .float, .simple: try take(head)
            case .bytes, .text: _ = try take(head, countMax: .max)
            case .array, .map, .tag: try enter(head, countMax: .max)
            }
        } while depth > floor
        return start..<position
    }

    // MARK: Books

    /// The next head, checked against what the caller allows here.
    // Mutating for speed alone: to call what only borrows, the compiler first copies the whole stack.
    private mutating func head() throws(CBORFault) -> CBORHead {
        let head = try CBORHead(bytes, at: position)
        switch head.type {
        case .float where !allowance.contains(.floats), .tag where !allowance.contains(.tags), .simple:
            throw fault(.notAllowed(head.type))
        case .unsigned, .negative, .bytes, .text:
            return head
        case .array, .map, .tag, .bool, .null, .float:
            guard !frame.awaitsKey else { throw fault(.keyType(head.type)) }
            return head
        }
    }

    private mutating func head(_ type: CBORType) throws(CBORFault) -> CBORHead {
        let head = try head()
        guard head.type == type else { throw fault(.wrongType(found: head.type)) }
        return head
    }

    /// Takes a value that is all head.
    private mutating func take(_ head: CBORHead) throws(CBORFault) {
        try take(head, upTo: head.end)
    }

    /// Takes a string; where its contents lie.
    private mutating func take(_ head: CBORHead, countMax: Int) throws(CBORFault) -> Range<Int> {
        guard head.argument <= UInt64(bytes.count - head.end) else { throw fault(.truncated) }
        let count = Int(head.argument)
        guard count <= countMax else { throw fault(.tooLong(limit: countMax)) }
        let contents = head.end..<head.end + count
        guard head.type == .bytes || UTF8Check.isValid(bytes.extracting(contents)) else { throw fault(.invalidUTF8) }
        try take(head, upTo: contents.upperBound)
        return contents
    }

    private mutating func take(_ head: CBORHead, upTo end: Int) throws(CBORFault) {
        if frame.awaitsKey {
            try checkOrder(ofKey: head.start..<end, after: frame.key)
            frame.key = head.start..<end
        }
        frame.itemsLeft -= 1
        position = end
        leaveFinished()
    }

    /// Takes the head of an array, map or tag; its items follow.
    private mutating func enter(_ head: CBORHead, countMax: Int) throws(CBORFault) {
        let isMap = head.type == .map
        let count = head.type == .tag ? 1 : head.argument
        // No item is shorter than a byte.
        guard count <= UInt64((bytes.count - head.end) / (isMap ? 2 : 1)) else { throw fault(.truncated) }
        guard Int(count) <= countMax else { throw fault(.tooLong(limit: countMax)) }
        guard depth < Self.depthMax else { throw fault(.tooDeep(limit: Self.depthMax)) }
        frame.itemsLeft -= 1
        outer[depth] = frame
        depth += 1
        frame = CBORFrame(isMap: isMap, itemsLeft: Int(count) * (isMap ? 2 : 1))
        position = head.end
        leaveFinished()
    }

    private mutating func leaveFinished() {
        while frame.itemsLeft == 0 {
            depth -= 1
            frame = outer[depth]
        }
    }

    /// Bytewise, as encoded. No encoding begins with another whole one, so the first difference decides.
    private func checkOrder(ofKey key: Range<Int>, after last: Range<Int>) throws(CBORFault) {
        guard !last.isEmpty else { return }
        for index in 0..<min(key.count, last.count) {
            let byte = bytes[key.lowerBound + index]
            let lastByte = bytes[last.lowerBound + index]
            if byte > lastByte { return }
            if byte < lastByte { throw fault(.unsortedKeys) }
        }
        throw fault(.duplicateKey)
    }

    private func fault(_ kind: CBORFault.Kind) -> CBORFault {
        CBORFault(kind: kind, offset: position)
    }
}

/// An array, map or tag that is being read.
private struct CBORFrame {
    var isMap: Bool
    /// Keys and values counted apart.
    var itemsLeft: Int
    /// Where the last key lies; empty before the first.
    var key = 0..<0

    var awaitsKey: Bool { isMap && itemsLeft % 2 == 0 }
}
