import Bytes
import Keys
import Operations
import Replica
import SQLite

// How values of ours lie in columns.

extension Statement {
    mutating func bind(_ parameter: Int32, _ value: Bytes32) {
        value.withSpan { bind(parameter, copying: $0) }
    }

    /// NULL where there is none.
    mutating func bind(_ parameter: Int32, copying bytes: [UInt8]?) {
        if let bytes { bind(parameter, copying: bytes.span) }
    }

    mutating func bind(_ parameter: Int32, _ time: HybridTime) {
        bind(parameter, Int64(time.value))
    }

    mutating func bind(_ parameter: Int32, _ time: HybridTime?) {
        if let time { bind(parameter, time) }
    }

    /// Ordered as before only below 2⁶³; for what is merely compared.
    mutating func bind(_ parameter: Int32, bits: UInt64) {
        bind(parameter, Int64(bitPattern: bits))
    }

    mutating func bind(_ parameter: Int32, _ position: Position?, and next: Int32) {
        guard let position else { return }
        bind(parameter, position.line.index)
        bind(next, position.seq)
    }

    func bits(_ column: Int32) -> UInt64 { UInt64(bitPattern: int64(column)) }

    func bytes32(_ column: Int32) throws -> Bytes32 {
        guard let value = Bytes32(bytes(column)) else { throw StoreFault.damaged("32 bytes") }
        return value
    }

    func array(_ column: Int32) -> [UInt8]? {
        isNull(column) ? nil : [UInt8](copying: bytes(column))
    }

    func time(_ column: Int32) throws -> HybridTime {
        guard let time = HybridTime(bits(column)) else { throw StoreFault.damaged("a time") }
        return time
    }

    func position(_ column: Int32, _ next: Int32) -> Position? {
        isNull(column) ? nil : Position(Line(int(column)), int(next))
    }
}

extension Bytes32 {
    /// The first eight bytes as a number: an index over these is a third as large, and as good.
    var prefix: Int64 {
        withSpan {
            Int64(bitPattern: UInt64(bigEndian: $0.bytes.unsafeLoadUnaligned(fromByteOffset: 0, as: UInt64.self)))
        }
    }
}

extension KnownKind {
    /// What stands in the file. Those of which a room has few are 10 and above.
    var code: Int64 {
        switch self {
        case .messagePost: 1
        case .messageEdit: 2
        case .messageDelete: 3
        case .reactionSet: 4
        case .pinSet: 5
        case .join: 6
        case .userPut: 7
        case .userClose: 8
        case .roomCreate: 10
        case .roomSet: 11
        case .directOpen: 12
        case .memberAdd: 13
        case .memberRole: 14
        case .memberRemove: 15
        case .memberLeave: 16
        }
    }

    private static let byCode = Dictionary(uniqueKeysWithValues: allCases.map { ($0.code, $0) })

    init?(code: Int64) {
        guard let kind = Self.byCode[code] else { return nil }
        self = kind
    }
}

/// Tagged positions as nine bytes each, in the order of the tags: who wrote which field.
struct PositionList {
    private(set) var entries: [(tag: UInt8, position: Position)]

    init(_ entries: [(tag: UInt8, position: Position)]) {
        // Stable for equal tags: those are put in by their order already.
        self.entries = entries.sorted { $0.tag < $1.tag }
    }

    init(_ bytes: Span<UInt8>) throws {
        guard bytes.count % 9 == 0 else { throw StoreFault.damaged("positions") }
        entries = []
        for start in stride(from: 0, to: bytes.count, by: 9) {
            func number(_ offset: Int) -> Int {
                Int(UInt32(bigEndian: bytes.bytes.unsafeLoadUnaligned(fromByteOffset: start + offset, as: UInt32.self)))
            }
            entries.append((bytes[start], Position(Line(number(1)), number(5))))
        }
    }

    /// Nil where there are none.
    var encoded: [UInt8]? {
        guard !entries.isEmpty else { return nil }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(entries.count * 9)
        for (tag, position) in entries {
            bytes.append(tag)
            for number in [position.line.number, UInt32(position.seq)] {
                withUnsafeBytes(of: number.bigEndian) { bytes.append(contentsOf: $0) }
            }
        }
        return bytes
    }
}

extension Attachment {
    /// As in a payload.
    var encoded: [UInt8] {
        var change = ProfileChange()
        change.avatar = .to(self)
        return change.encoded
    }

    init?(encoded bytes: Span<UInt8>) throws {
        guard bytes.count > 0 else { return nil }
        guard case .to(let avatar?) = try ProfileChange(payload: bytes).avatar else {
            throw StoreFault.damaged("a file")
        }
        self = avatar
    }
}
