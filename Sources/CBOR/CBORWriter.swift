import Bytes

/// Writes deterministic CBOR (RFC 8949, section 4.2.1): every number and length in its shortest form.
///
/// Arrays and maps need no count in advance, since optional entries would make one easy to get wrong. The
/// keys of a map are written in the order of their encodings: integers from 0 upwards, then texts, shorter
/// ones first. Keys are nearly always known when the code is written, so the writer does not sort but stops
/// the program that gets the order wrong, before it signs what nobody will read.
package struct CBORWriter: ~Copyable, Sendable {
    package private(set) var bytes: [UInt8]
    private var open = InlineArray<16, CBORUnfinished>(repeating: CBORUnfinished())
    private var depth = 0

    /// Appends to `bytes`, which may hold other things, or nothing but room to be used again.
    package init(appendingTo bytes: consuming [UInt8] = []) {
        self.bytes = bytes
    }

    /// What was written.
    package consuming func finish() -> [UInt8] {
        precondition(depth == 0, "an array or a map was not ended")
        return bytes
    }

    // MARK: Values

    package mutating func unsigned(_ value: UInt64) {
        let start = bytes.count
        putHead(0, value)
        close(from: start)
    }

    package mutating func integer(_ value: Int64) {
        let start = bytes.count
        // In two's complement -1 - n is ~n.
        putHead(value < 0 ? 1 : 0, UInt64(bitPattern: value < 0 ? ~value : value))
        close(from: start)
    }

    /// The integer -1 - `value`, which may lie below all that `Int64` holds.
    package mutating func negative(_ value: UInt64) {
        let start = bytes.count
        putHead(1, value)
        close(from: start)
    }

    package mutating func bytes(_ value: Span<UInt8>) {
        let start = bytes.count
        putHead(2, UInt64(value.count))
        bytes.append(copying: value)
        close(from: start)
    }

    package mutating func bytes(_ value: [UInt8]) {
        bytes(value.span)
    }

    package mutating func text(_ value: String) {
        utf8(value.utf8.span)
    }

    /// A text, given as UTF-8, whose validity the caller vouches for.
    package mutating func utf8(_ value: Span<UInt8>) {
        let start = bytes.count
        putHead(3, UInt64(value.count))
        bytes.append(copying: value)
        close(from: start)
    }

    package mutating func bool(_ value: Bool) {
        putValue(value ? 0xF5 : 0xF4)
    }

    package mutating func null() {
        putValue(0xF6)
    }

    package mutating func float(_ value: Double) {
        refuseAsKey()
        let start = bytes.count
        let float = CBORFloat(value)
        bytes.append(float.width == 2 ? 0xF9 : float.width == 4 ? 0xFA : 0xFB)
        putBigEndian(float.bits, width: float.width)
        close(from: start)
    }

    /// One whole value that is encoded already.
    package mutating func encoded(_ value: Span<UInt8>) {
        let start = bytes.count
        bytes.append(copying: value)
        close(from: start)
    }

    // MARK: Arrays, maps, tags

    package mutating func beginArray() {
        begin(4)
    }

    package mutating func endArray() {
        end(4)
    }

    package mutating func beginMap() {
        begin(5)
    }

    package mutating func endMap() {
        end(5)
    }

    /// The next value is what the tag is about.
    package mutating func tag(_ number: UInt64) {
        refuseAsKey()
        // The value that follows is what counts as an item.
        putHead(6, number)
    }

    /// Whether the text `left` comes before `right` among the keys of a map: to sort what is not known in
    /// advance.
    package static func precedes(_ left: String, _ right: String) -> Bool {
        let (left, right) = (left.utf8, right.utf8)
        return left.count == right.count ? left.lexicographicallyPrecedes(right) : left.count < right.count
    }

    // MARK: Books

    private mutating func putValue(_ byte: UInt8) {
        refuseAsKey()
        bytes.append(byte)
        close(from: bytes.count - 1)
    }

    private mutating func putHead(_ type: UInt8, _ argument: UInt64) {
        let type = type << 5
        if argument < 24 {
            bytes.append(type | UInt8(argument))
        } else if argument <= UInt64(UInt8.max) {
            bytes.append(type | 24)
            bytes.append(UInt8(argument))
        } else if argument <= UInt64(UInt16.max) {
            bytes.append(type | 25)
            putBigEndian(argument, width: 2)
        } else if argument <= UInt64(UInt32.max) {
            bytes.append(type | 26)
            putBigEndian(argument, width: 4)
        } else {
            bytes.append(type | 27)
            putBigEndian(argument, width: 8)
        }
    }

    private mutating func putBigEndian(_ value: UInt64, width: Int) {
        withUnsafeBytes(of: value.bigEndian) { bytes.append(contentsOf: $0.suffix(width)) }
    }

    private mutating func refuseAsKey() {
        precondition(depth == 0 || !open[depth - 1].awaitsKey, "a map's key must be an integer or a string")
    }

    /// One byte is kept free for the head: it is enough for up to 23 items.
    private mutating func begin(_ type: UInt8) {
        refuseAsKey()
        precondition(depth < CBORReader.depthMax, "deeper than anybody would read")
        open[depth] = CBORUnfinished(type: type, start: bytes.count)
        depth += 1
        bytes.append(0)
    }

    private mutating func end(_ type: UInt8) {
        precondition(depth > 0 && open[depth - 1].type == type, "another array or map is open, or none")
        depth -= 1
        let unfinished = open[depth]
        precondition(type == 4 || unfinished.items % 2 == 0, "the last key has no value")
        let count = type == 4 ? unfinished.items : unfinished.items / 2
        if count < 24 {
            bytes[unfinished.start] = type << 5 | UInt8(count)
        } else {
            let written = bytes.count
            putHead(type, UInt64(count))
            let head = Array(bytes[written...])
            bytes.removeSubrange(written...)
            bytes.replaceSubrange(unfinished.start...unfinished.start, with: head)
        }
        close(from: unfinished.start)
    }

    /// The value from `start` on is complete: it counts, and as a key it must be greater than the last.
    private mutating func close(from start: Int) {
        guard depth > 0 else { return }
        if open[depth - 1].awaitsKey {
            let last = open[depth - 1].key
            precondition(
                bytes[last].lexicographicallyPrecedes(bytes[start...]), "a map's keys must be written in order")
            open[depth - 1].key = start..<bytes.count
        }
        open[depth - 1].items += 1
    }
}

/// An array or map that is being written.
private struct CBORUnfinished {
    var type: UInt8 = 4
    /// Where its head goes.
    var start = 0
    /// Keys and values counted apart.
    var items = 0
    /// Where the last key lies; empty before the first.
    var key = 0..<0

    var awaitsKey: Bool { type == 5 && items % 2 == 0 }
}
