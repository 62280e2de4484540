package import Bytes

/// Writes JSON straight into bytes. Commas are put where they belong; nesting is the caller's care.
///
///     writer.beginObject()
///     writer.key("id")
///     writer.integer(message.id)
///     writer.key("content")
///     writer.string(message.content)
///     writer.endObject()
package struct JSONWriter: ~Copyable, Sendable {
    package private(set) var bytes: [UInt8]
    private var needsComma = false
    private var depth = 0

    /// Appends to `bytes`, which may hold other things, or nothing but room to be used again.
    package init(appendingTo bytes: consuming [UInt8] = []) {
        self.bytes = bytes
    }

    /// What was written.
    package consuming func finish() -> [UInt8] {
        precondition(depth == 0, "an object or an array was not ended")
        return bytes
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
    package mutating func key(_ key: StaticString) {
        let count = key.utf8CodeUnitCount
        // Comma, quote, key, quote and colon in one piece: growing an array is dearer than filling it.
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: count + 4) { room in
            room[0] = UInt8(ascii: ",")
            room[1] = UInt8(ascii: "\"")
            for index in 0..<count {
                room[2 + index] = key.utf8Start[index]
            }
            room[count + 2] = UInt8(ascii: "\"")
            room[count + 3] = UInt8(ascii: ":")
            bytes.append(contentsOf: UnsafeBufferPointer(rebasing: room[(needsComma ? 0 : 1)...]))
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
        separate()
        bytes.append(UInt8(ascii: "\""))
        var written = 0
        while true {
            let special = Self.firstSpecial(utf8, from: written)
            bytes.append(contentsOf: UnsafeBufferPointer(rebasing: utf8[written..<special]))
            guard special < utf8.count else { break }
            escape(utf8[special])
            written = special + 1
        }
        bytes.append(UInt8(ascii: "\""))
    }

    package mutating func integer(_ value: Int64) {
        separate()
        bytes.append(decimal: value)
    }

    package mutating func integer(_ value: Int) {
        integer(Int64(value))
    }

    /// The shortest decimal that reads as the same number, which must be finite.
    package mutating func double(_ value: Double) {
        precondition(value.isFinite, "JSON has no word for \(value)")
        separate()
        bytes.append(contentsOf: value.description.utf8)
    }

    package mutating func bool(_ value: Bool) {
        raw(value ? "true" : "false")
    }

    package mutating func null() {
        raw("null")
    }

    /// RFC 3339 in UTC with milliseconds.
    package mutating func time(_ moment: Timestamp) {
        separate()
        bytes.append(UInt8(ascii: "\""))
        bytes.append(rfc3339: moment)
        bytes.append(UInt8(ascii: "\""))
    }

    package mutating func uuid(_ uuid: UUID) {
        separate()
        bytes.append(UInt8(ascii: "\""))
        bytes.append(uuid: uuid)
        bytes.append(UInt8(ascii: "\""))
    }

    /// One whole value that is JSON already.
    package mutating func raw(_ value: Span<UInt8>) {
        separate()
        bytes.append(copying: value)
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
        word.withUTF8Buffer { bytes.append(contentsOf: $0) }
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
            bytes.append(contentsOf: [UInt8(ascii: "u"), UInt8(ascii: "0"), UInt8(ascii: "0")])
            bytes.append(Hex.digit(byte >> 4))
            bytes.append(Hex.digit(byte & 15))
        default: bytes.append(byte)
        }
    }
}
