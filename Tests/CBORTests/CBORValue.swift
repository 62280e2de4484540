import CBOR

/// A value as a tree: what the tests compare, and a caller of reader and writer that meets every type.
indirect enum CBORValue: Equatable, Sendable {
    case unsigned(UInt64)
    /// -1 - n
    case negative(UInt64)
    case bytes([UInt8])
    case text(String)
    case array([CBORValue])
    case map([Entry])
    case tagged(UInt64, CBORValue)
    case bool(Bool)
    case null
    /// As bits, so that NaN is itself and -0 is not 0.
    case float(bits: UInt64)

    struct Entry: Equatable, Sendable {
        let key: CBORValue
        let value: CBORValue

        init(_ key: CBORValue, _ value: CBORValue) {
            self.key = key
            self.value = value
        }
    }

    static func float(_ value: Double) -> CBORValue {
        .float(bits: value.bitPattern)
    }

    init(from reader: inout CBORReader) throws(CBORFault) {
        switch try reader.nextType() {
        case .unsigned: self = .unsigned(try reader.unsigned())
        case .negative: self = .negative(try reader.negative())
        case .bytes:
            let bytes = try reader.bytes()
            self = .bytes(bytes.indices.map { bytes[$0] })
        case .text: self = .text(try reader.text())
        case .array:
            var elements: [CBORValue] = []
            for _ in 0..<(try reader.arrayHeader()) {
                elements.append(try CBORValue(from: &reader))
            }
            self = .array(elements)
        case .map:
            var entries: [Entry] = []
            for _ in 0..<(try reader.mapHeader()) {
                let key = try CBORValue(from: &reader)
                entries.append(Entry(key, try CBORValue(from: &reader)))
            }
            self = .map(entries)
        case .tag: self = .tagged(try reader.tag(), try CBORValue(from: &reader))
        case .bool: self = .bool(try reader.bool())
        case .null:
            _ = try reader.takeNull()
            self = .null
        case .float: self = .float(try reader.float())
        case .simple: preconditionFailure("no reader lets these through")
        }
    }

    /// The one value that `bytes` are.
    init(decoding bytes: [UInt8], allowing allowance: CBORAllowance = []) throws(CBORFault) {
        var reader = CBORReader(bytes.span, allowing: allowance)
        self = try CBORValue(from: &reader)
        try reader.finish()
    }

    func write(to writer: inout CBORWriter) {
        switch self {
        case .unsigned(let value): writer.unsigned(value)
        case .negative(let value): writer.negative(value)
        case .bytes(let value): writer.bytes(value)
        case .text(let value): writer.text(value)
        case .array(let elements):
            writer.beginArray()
            for element in elements { element.write(to: &writer) }
            writer.endArray()
        case .map(let entries):
            writer.beginMap()
            let sorted = entries.sorted { $0.key.encoded.lexicographicallyPrecedes($1.key.encoded) }
            for entry in sorted {
                entry.key.write(to: &writer)
                entry.value.write(to: &writer)
            }
            writer.endMap()
        case .tagged(let number, let value):
            writer.tag(number)
            value.write(to: &writer)
        case .bool(let value): writer.bool(value)
        case .null: writer.null()
        case .float(let bits): writer.float(Double(bitPattern: bits))
        }
    }

    var encoded: [UInt8] {
        var writer = CBORWriter()
        write(to: &writer)
        return writer.finish()
    }

    /// What the protocol's messages are made of, nested at most so deep.
    static func random(_ random: inout Seeded, depth: Int = 5) -> CBORValue {
        switch random.next() % (depth > 0 ? 10 : 7) {
        case 0, 1: return .unsigned(random.next() >> (random.next() % 64))
        case 2: return .negative(random.next() >> (random.next() % 64))
        case 3: return .bytes(random.bytes(count: Int(random.next() % 40)))
        case 4: return .text(randomText(&random))
        case 5: return .bool(random.next() % 2 == 0)
        case 6: return .null
        case 7, 8:
            return .array((0..<Int(random.next() % 6)).map { _ in .random(&random, depth: depth - 1) })
        default:
            var keys: [CBORValue] = []
            for _ in 0..<Int(random.next() % 6) {
                let key: CBORValue =
                    random.next() % 2 == 0 ? .unsigned(random.next() % 300) : .text(randomText(&random))
                if !keys.contains(key) { keys.append(key) }
            }
            keys.sort { $0.encoded.lexicographicallyPrecedes($1.encoded) }
            return .map(keys.map { Entry($0, .random(&random, depth: depth - 1)) })
        }
    }

    private static func randomText(_ random: inout Seeded) -> String {
        let letters: [Character] = ["a", "z", "0", " ", "\"", "\u{E9}", "\u{6C34}", "\u{1F600}", "e\u{301}"]
        return String((0..<Int(random.next() % 12)).map { _ in letters.randomElement(using: &random)! })
    }
}

/// The bytes of a hexadecimal literal, in which spaces are for reading.
func hex(_ text: String) -> [UInt8] {
    let digits = text.filter { $0 != " " }.map { UInt8($0.hexDigitValue!) }
    return stride(from: 0, to: digits.count, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
}
