import Bytes
import CBOR
import Keys

/// Reads the bodies of replication: CBOR with one kind of fault to throw.
struct BodyReader: ~Copyable, ~Escapable {
    private var reader: CBORReader

    @_lifetime(copy bytes)
    init(_ bytes: Span<UInt8>) {
        // What an operation's extra members hold is a byte string here; only runs are seen as CBOR, and
        // these have no floats outside of payloads.
        reader = CBORReader(bytes)
    }

    var isAtEnd: Bool { reader.isAtEnd }
    var position: Int { reader.position }

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
        guard seq < GossipLimits.seqEnd else { throw .badValue }
        return seq
    }

    mutating func bool() throws(GossipFault) -> Bool {
        do { return try reader.bool() } catch { throw GossipFault(error) }
    }

    mutating func takeNull() throws(GossipFault) -> Bool {
        do { return try reader.takeNull() } catch { throw GossipFault(error) }
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

    /// Reads past a value that somebody else takes apart; where it lay.
    mutating func value(bytesMax: Int) throws(GossipFault) -> Range<Int> {
        let range: Range<Int>
        do { range = try reader.skip() } catch { throw GossipFault(error) }
        guard range.count <= bytesMax else { throw .tooLarge }
        return range
    }

    mutating func version() throws(GossipFault) {
        let version = try unsigned()
        guard version == GossipLimits.version else { throw .unknownVersion(version) }
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
}
