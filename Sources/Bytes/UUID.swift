/// 128 bits that name something everywhere.
package struct UUID: Hashable, Sendable, CustomStringConvertible {
    package let high: UInt64
    package let low: UInt64

    package init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// A UUIDv8 (RFC 9562, section 5.8) of the first 16 bytes of a hash: six of their bits give way to
    /// version and variant. Nil for fewer than 16 bytes.
    package init?(version8 hash: Span<UInt8>) {
        guard hash.count >= 16 else { return nil }
        let high = UInt64(bigEndian: hash.bytes.unsafeLoadUnaligned(fromByteOffset: 0, as: UInt64.self))
        let low = UInt64(bigEndian: hash.bytes.unsafeLoadUnaligned(fromByteOffset: 8, as: UInt64.self))
        self.high = high & ~0xF000 | 0x8000
        self.low = low & ~(3 << 62) | 2 << 62
    }

    /// The usual form, `xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx`, in either case.
    package init?(_ text: some StringProtocol) {
        self.init(utf8: Array(text.utf8).span)
    }

    package init?(utf8 text: Span<UInt8>) {
        guard text.count == 36 else { return nil }
        var words: (UInt64, UInt64) = (0, 0)
        for index in 0..<36 {
            switch index {
            case 8, 13, 18, 23:
                guard text[index] == UInt8(ascii: "-") else { return nil }
            default:
                guard let value = Hex.value(of: text[index]) else { return nil }
                words.0 = words.0 << 4 | words.1 >> 60
                words.1 = words.1 << 4 | UInt64(value)
            }
        }
        (high, low) = words
    }

    package var description: String {
        String(unsafeUninitializedCapacity: Self.textBytes) { room in
            write(to: room.baseAddress!)  // of 36 bytes
            return Self.textBytes
        }
    }

    /// How long its usual form is.
    package static let textBytes = 36

    /// Writes its usual form, which must have its room.
    package func write(to room: UnsafeMutablePointer<UInt8>) {
        let (one, two) = (
            Hex.digits(UInt32(truncatingIfNeeded: high >> 32)), Hex.digits(UInt32(truncatingIfNeeded: high))
        )
        let (three, four) = (
            Hex.digits(UInt32(truncatingIfNeeded: low >> 32)), Hex.digits(UInt32(truncatingIfNeeded: low))
        )
        let bytes = UnsafeMutableRawPointer(room)
        bytes.storeBytes(of: one, as: UInt64.self)
        for at in [8, 13, 18, 23] { room[at] = UInt8(ascii: "-") }
        // Each half of eight digits, the first one in the lower bytes.
        bytes.storeBytes(of: UInt32(truncatingIfNeeded: two), toByteOffset: 9, as: UInt32.self)
        bytes.storeBytes(of: UInt32(truncatingIfNeeded: two >> 32), toByteOffset: 14, as: UInt32.self)
        bytes.storeBytes(of: UInt32(truncatingIfNeeded: three), toByteOffset: 19, as: UInt32.self)
        bytes.storeBytes(of: UInt32(truncatingIfNeeded: three >> 32), toByteOffset: 24, as: UInt32.self)
        bytes.storeBytes(of: four, toByteOffset: 28, as: UInt64.self)
    }
}

extension [UInt8] {
    /// Appends what `uuid.description` says, without a String in between.
    package mutating func append(uuid: UUID) {
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: UUID.textBytes) { room in
            uuid.write(to: room.baseAddress!)  // of 36 bytes
            append(contentsOf: room)
        }
    }
}
