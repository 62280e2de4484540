package import Bytes

/// Writes JSON straight into bytes. Commas are put where they belong; nesting is the caller's care.
///
///     writer.beginObject()
///     writer.key("id")
///     writer.integer(message.id)
///     writer.key("content")
///     writer.string(message.content)
///     writer.endObject()
package struct JSONWriter: ~Copyable {
    // Where a shape is written, each of its keys is known: inlined there, it is put down in a few large pieces.
    @usableFromInline var bytes: ByteRoom
    @usableFromInline var needsComma = false
    private var depth = 0

    /// There is room for so much before it has to be moved.
    package init(room: Int = 0) {
        bytes = ByteRoom(room)
    }

    /// Goes on behind `bytes`, which may hold other things.
    package init(appendingTo bytes: [UInt8]) {
        self.init(room: bytes.count + 512)
        bytes.withUnsafeBufferPointer { self.bytes.append($0) }
    }

    /// What was written.
    package consuming func finish() -> [UInt8] {
        precondition(depth == 0, "an object or an array was not ended")
        return Array(bytes.written)
    }

    /// What was written, where it lies.
    package consuming func finishInPlace() -> SharedBytes {
        precondition(depth == 0, "an object or an array was not ended")
        return bytes.shared()
    }

    /// How much was written so far.
    package var count: Int { bytes.count }

    /// What was written there.
    package func withBytes<Result>(_ range: Range<Int>, _ body: (Span<UInt8>) -> Result) -> Result {
        body(UnsafeBufferPointer(rebasing: bytes.written[range]).span)
    }

    // MARK: Objects and arrays

    package mutating func beginObject() {
        begin(UInt8(ascii: "{"))
    }

    package mutating func endObject() {
        end(UInt8(ascii: "}"))
    }

    package mutating func beginArray() {
        begin(UInt8(ascii: "["))
    }

    package mutating func endArray() {
        end(UInt8(ascii: "]"))
    }

    /// A key that needs no escapes.
    @inlinable
    @inline(__always)
    package mutating func key(_ key: StaticString) {
        let count = key.utf8CodeUnitCount
        let comma = needsComma ? 1 : 0
        bytes.append(atMost: count + 4) { room in
            room[0] = UInt8(ascii: ",")
            room[comma] = UInt8(ascii: "\"")
            (room + comma + 1).update(from: key.utf8Start, count: count)
            room[comma + 1 + count] = UInt8(ascii: "\"")
            room[comma + 2 + count] = UInt8(ascii: ":")
            return comma + 3 + count
        }
        needsComma = false
    }

    /// A key that is not known when the code is written.
    package mutating func key(_ key: String) {
        string(key)
        bytes.append(UInt8(ascii: ":"))
        needsComma = false
    }

    // MARK: Values

    package mutating func string(_ text: String) {
        string(text.utf8.span)
    }

    /// A text given as UTF-8, whose validity the caller vouches for.
    package mutating func string(_ utf8: Span<UInt8>) {
        utf8.withUnsafeBufferPointer { string($0) }
    }

    /// A text given as UTF-8, whose validity the caller vouches for.
    package mutating func string(_ utf8: UnsafeBufferPointer<UInt8>) {
        var special = Self.firstSpecial(utf8, from: 0)
        guard special < utf8.count else {
            return quoted(utf8.count) { room in
                if let text = utf8.baseAddress { room.update(from: text, count: utf8.count) }
            }
        }
        separate()
        bytes.append(UInt8(ascii: "\""))
        var written = 0
        while true {
            bytes.append(UnsafeBufferPointer(rebasing: utf8[written..<special]))
            guard special < utf8.count else { break }
            escape(utf8[special])
            written = special + 1
            special = Self.firstSpecial(utf8, from: written)
        }
        bytes.append(UInt8(ascii: "\""))
    }

    package mutating func integer(_ value: Int64) {
        let comma = startOfValue()
        bytes.append(atMost: 21) { room in
            room[0] = UInt8(ascii: ",")
            return comma + value.write(to: room + comma)
        }
    }

    package mutating func integer(_ value: Int) {
        integer(Int64(value))
    }

    /// The shortest decimal that reads as the same number, which must be finite.
    package mutating func double(_ value: Double) {
        precondition(value.isFinite, "JSON has no word for \(value)")
        separate()
        for byte in value.description.utf8 { bytes.append(byte) }
    }

    package mutating func bool(_ value: Bool) {
        raw(value ? "true" : "false")
    }

    package mutating func null() {
        raw("null")
    }

    /// RFC 3339 in UTC with milliseconds.
    package mutating func time(_ moment: Timestamp) {
        quoted(Timestamp.textBytes) { moment.write(to: $0) }
    }

    package mutating func uuid(_ uuid: UUID) {
        quoted(UUID.textBytes) { uuid.write(to: $0) }
    }

    /// One whole value that is JSON already.
    package mutating func raw(_ value: Span<UInt8>) {
        separate()
        value.withUnsafeBufferPointer { bytes.append($0) }
    }

    /// An element of an array that was written elsewhere, with the comma before it, if it had one.
    package mutating func raw(element: Span<UInt8>) {
        raw(element[0] == UInt8(ascii: ",") ? element.extracting(droppingFirst: 1) : element)
    }

    package mutating func value(_ value: JSONValue) {
        switch value {
        case .null: null()
        case .bool(let value): bool(value)
        case .integer(let value): integer(value)
        case .double(let value): double(value)
        case .string(let value): string(value)
        case .array(let elements):
            beginArray()
            for element in elements { self.value(element) }
            endArray()
        case .object(let members):
            beginObject()
            for member in members {
                key(member.key)
                self.value(member.value)
            }
            endObject()
        }
    }

    // MARK: Bytes

    /// So many bytes that need no escape.
    private mutating func quoted(_ count: Int, _ write: (UnsafeMutablePointer<UInt8>) -> Void) {
        let comma = startOfValue()
        bytes.append(atMost: count + 3) { room in
            room[0] = UInt8(ascii: ",")
            room[comma] = UInt8(ascii: "\"")
            write(room + comma + 1)
            room[comma + 1 + count] = UInt8(ascii: "\"")
            return comma + count + 2
        }
    }

    /// How many commas stand before the next value.
    private mutating func startOfValue() -> Int {
        defer { needsComma = true }
        return needsComma ? 1 : 0
    }

    private mutating func begin(_ bracket: UInt8) {
        separate()
        bytes.append(bracket)
        needsComma = false
        depth += 1
    }

    private mutating func end(_ bracket: UInt8) {
        bytes.append(bracket)
        needsComma = true
        depth -= 1
    }

    private mutating func raw(_ word: StaticString) {
        separate()
        bytes.append(UnsafeBufferPointer(start: word.utf8Start, count: word.utf8CodeUnitCount))
    }

    private mutating func separate() {
        if needsComma { bytes.append(UInt8(ascii: ",")) }
        needsComma = true
    }

    /// Where the next byte that needs an escape is, or the end.
    private static func firstSpecial(_ text: UnsafeBufferPointer<UInt8>, from start: Int) -> Int {
        var index = start
        while index &+ 8 <= text.count {
            let word = UnsafeRawBufferPointer(text).loadUnaligned(fromByteOffset: index, as: UInt64.self).littleEndian
            let special = JSONSpecialBytes.mask(word)
            if special != 0 { return index &+ special.trailingZeroBitCount / 8 }
            index &+= 8
        }
        while index < text.count {
            let byte = text[index]
            if byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") { return index }
            index += 1
        }
        return index
    }

    private mutating func escape(_ byte: UInt8) {
        bytes.append(UInt8(ascii: "\\"))
        switch byte {
        case 0x08: bytes.append(UInt8(ascii: "b"))
        case 0x09: bytes.append(UInt8(ascii: "t"))
        case 0x0A: bytes.append(UInt8(ascii: "n"))
        case 0x0C: bytes.append(UInt8(ascii: "f"))
        case 0x0D: bytes.append(UInt8(ascii: "r"))
        case ..<0x20:
            for byte in [UInt8(ascii: "u"), UInt8(ascii: "0"), UInt8(ascii: "0")] { bytes.append(byte) }
            bytes.append(Hex.digit(byte >> 4))
            bytes.append(Hex.digit(byte & 15))
        default: bytes.append(byte)
        }
    }
}
