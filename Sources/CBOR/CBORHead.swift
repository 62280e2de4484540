import Bytes

/// The first bytes of a value: what it is, and its argument, which is the integer itself, a length, a
/// count, a tag's number or a float's bits.
///
/// Every rule of determinism that can be seen in a head is checked here and nowhere else.
struct CBORHead {
    let type: CBORType
    let argument: UInt64
    /// Where the value begins and where its head ends.
    let start: Int
    let end: Int

    init(_ bytes: Span<UInt8>, at start: Int) throws(CBORFault) {
        guard start < bytes.count else { throw CBORFault(kind: .truncated, offset: start) }
        let initial = bytes[start]
        let information = initial & 31
        self.start = start
        if information < 24 {
            argument = UInt64(information)
            end = start + 1
        } else if information < 28 {
            let width = 1 << Int(information - 24)
            guard bytes.count - start > width else { throw CBORFault(kind: .truncated, offset: start) }
            var value: UInt64 = 0
            for index in start + 1...start + width {
                value = value << 8 | UInt64(bytes[index])
            }
            argument = value
            end = start + 1 + width
        } else {
            // 31 is "indefinite", save for integers and tags, of which there is no such thing.
            let isIndefinite = information == 31 && ![0, 1, 6].contains(initial >> 5)
            throw CBORFault(kind: isIndefinite ? .indefiniteLength : .reserved, offset: start)
        }
        switch initial >> 5 {
        case 0: type = .unsigned
        case 1: type = .negative
        case 2: type = .bytes
        case 3: type = .text
        case 4: type = .array
        case 5: type = .map
        case 6: type = .tag
        default:
            type = try Self.seventhType(information, argument, at: start)
            return
        }
        // What fits in half the width, or below 24 in no byte at all, had to be written so.
        let isShortest =
            switch information {
            case 24: argument >= 24
            case 25: argument > UInt64(UInt8.max)
            case 26: argument > UInt64(UInt16.max)
            case 27: argument > UInt64(UInt32.max)
            default: true
            }
        guard isShortest else { throw CBORFault(kind: .notShortest, offset: start) }
    }

    /// Floats, and the values that are nothing but themselves.
    private static func seventhType(
        _ information: UInt8, _ argument: UInt64, at start: Int
    ) throws(CBORFault) -> CBORType {
        switch information {
        case 20, 21: return .bool
        case 22: return .null
        case 24 where argument < 32: throw CBORFault(kind: .reserved, offset: start)
        case 25...27:
            let float = CBORFloat(bits: argument, width: 1 << Int(information - 24))
            guard float.isShortest else { throw CBORFault(kind: .notShortest, offset: start) }
            return .float
        default: return .simple
        }
    }

    /// The value of a head of type `float`.
    var float: Double {
        CBORFloat(bits: argument, width: end - start - 1).value
    }
}

/// A float of 2, 4 or 8 bytes.
struct CBORFloat {
    let bits: UInt64
    let width: Int

    init(bits: UInt64, width: Int) {
        self.bits = bits
        self.width = width
    }

    /// The shortest form that keeps the value; there is one NaN only, `7e00`.
    init(_ value: Double) {
        if value.isNaN {
            self.init(bits: 0x7E00, width: 2)
        } else if let half = Float16(exactly: value) {
            self.init(bits: UInt64(half.bitPattern), width: 2)
        } else if let single = Float(exactly: value) {
            self.init(bits: UInt64(single.bitPattern), width: 4)
        } else {
            self.init(bits: value.bitPattern, width: 8)
        }
    }

    var value: Double {
        switch width {
        case 2: Double(Float16(bitPattern: UInt16(truncatingIfNeeded: bits)))
        case 4: Double(Float(bitPattern: UInt32(truncatingIfNeeded: bits)))
        default: Double(bitPattern: bits)
        }
    }

    var isShortest: Bool {
        let shortest = CBORFloat(value)
        return shortest.width == width && shortest.bits == bits
    }
}
