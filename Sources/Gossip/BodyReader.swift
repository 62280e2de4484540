import Bytes
import CBOR
import Keys
import Operations

/// Reads the bodies of replication: CBOR with one kind of fault to throw.
struct BodyReader: ~Copyable, ~Escapable {
    private var reader: CBORReader
    private let bytesCount: Int

    @_lifetime(copy bytes)
    init(_ bytes: Span<UInt8>) {
        bytesCount = bytes.count
        reader = CBORReader(bytes)
    }

    var isAtEnd: Bool { reader.isAtEnd }
    var position: Int { reader.position }

    /// How every body begins: with an array of so many items, of which the first is the version.
    mutating func opening(
        of count: Int, bytesMax: Int = GossipLimits.bodyBytesMax
    ) throws(GossipFault) {
        guard bytesCount <= bytesMax else { throw .tooLarge }
        try array(of: count)
        let version = try unsigned()
        guard version == GossipLimits.version else { throw .unknownVersion(version) }
    }

    mutating func array(of count: Int) throws(GossipFault) {
        do { try reader.array(of: count) } catch { throw GossipFault(error) }
    }

    mutating func array(max: Int) throws(GossipFault) -> Int {
        do { return try reader.arrayHeader(countMax: max) } catch { throw GossipFault(error) }
    }

    mutating func unsigned() throws(GossipFault) -> UInt64 {
        do { return try reader.unsigned() } catch { throw GossipFault(error) }
    }

    mutating func seq() throws(GossipFault) -> UInt64 {
        let seq = try unsigned()
        guard seq < Limits.seqEnd else { throw .badValue }
        return seq
    }

    mutating func bool() throws(GossipFault) -> Bool {
        do { return try reader.bool() } catch { throw GossipFault(error) }
    }

    mutating func takeTrue() throws(GossipFault) -> Bool {
        do throws(CBORFault) {
            guard try reader.nextType() == .bool else { return false }
        } catch { throw GossipFault(error) }
        guard try bool() else { throw .badValue }
        return true
    }

    mutating func takeNull() throws(GossipFault) -> Bool {
        do { return try reader.takeNull() } catch { throw GossipFault(error) }
    }

    mutating func hash() throws(GossipFault) -> Hash {
        Hash(bytes: try bytes32())
    }

    mutating func bytes32() throws(GossipFault) -> Bytes32 {
        do {
            // The reader has made sure of the count.
            return Bytes32(try reader.bytes(count: 32))!
        } catch { throw GossipFault(error) }
    }

    mutating func bytes(max: Int) throws(GossipFault) -> [UInt8] {
        do { return [UInt8](copying: try reader.bytes(countMax: max)) } catch { throw GossipFault(error) }
    }

    mutating func text(max: Int) throws(GossipFault) -> String {
        do { return try reader.text(bytesMax: max) } catch { throw GossipFault(error) }
    }

    /// A list of byte strings that somebody else takes apart.
    mutating func encodedItems(countMax: Int, bytesMax: Int) throws(GossipFault) -> [[UInt8]] {
        var items: [[UInt8]] = []
        for _ in 0..<(try array(max: countMax)) { items.append(try bytes(max: bytesMax)) }
        return items
    }

    mutating func digest() throws(GossipFault) -> ShortDigest? {
        try takeNull() ? nil : shortDigest()
    }

    mutating func shortDigest() throws(GossipFault) -> ShortDigest {
        guard let digest = ShortDigest(try bytes(max: ShortDigest.bytesCount)) else { throw .badValue }
        return digest
    }

    mutating func cursor() throws(GossipFault) -> Cursor {
        guard let cursor = Cursor(bytes: try bytes(max: GossipLimits.cursorBytesMax)) else { throw .badValue }
        return cursor
    }

    mutating func handle() throws(GossipFault) -> Handle {
        guard let handle = Handle(try text(max: Limits.handleBytesMax)) else { throw .badValue }
        return handle
    }

    mutating func finish() throws(GossipFault) {
        do { try reader.finish() } catch { throw GossipFault(error) }
    }
}

extension GossipFault {
    init(_ fault: CBORFault) {
        if case .tooLong = fault.kind { self = .tooLarge } else { self = .unreadable(fault) }
    }
}

extension CBORWriter {
    mutating func bytes(_ value: Bytes32) {
        value.withSpan { bytes($0) }
    }

    mutating func digest(_ value: ShortDigest?) {
        if let value { bytes(value.bytes) } else { null() }
    }

    mutating func version() {
        unsigned(GossipLimits.version)
    }

    mutating func encodedItems(_ items: [[UInt8]]) {
        beginArray()
        for item in items { bytes(item) }
        endArray()
    }
}
