import Bytes
import CBOR
import Keys

/// That a node made two operations for one place of a feed. It needs nobody's word:
///
///     [1, first header of the feed, its certificate, run, run]
///
/// each as a byte string. The epoch is a hash of the feed's first header, and that names the certificate: so
/// these two tell whose key a feed is signed with, and an old key can't be used to accuse a feed of a new one.
package struct ForkProof: Sendable {
    package let room: RoomID
    package let feed: Feed
    /// The lowest place where the two runs differ.
    package let seq: UInt64
    /// The ids of the two operations for it, the lower one first.
    package let ids: (OperationID, OperationID)
    /// As it came.
    package let encoded: [UInt8]

    /// Reads and verifies.
    package init(decoding bytes: Span<UInt8>) throws(OperationFault) {
        guard bytes.count <= Limits.forkProofBytesMax else { throw .tooLarge }
        var reader = FieldReader<OperationFault>(bytes)
        try reader.versionedArray(of: 5)
        let headerBytes = try reader.bytes(countMax: Limits.headerBytesMax, else: .tooLarge)
        let certificateBytes = try reader.bytes(countMax: Limits.certificateBytesMax, else: .tooLarge)
        let oneBytes = try reader.bytes(countMax: Limits.runBytesMax, else: .tooLarge)
        let otherBytes = try reader.bytes(countMax: Limits.runBytesMax, else: .tooLarge)
        try reader.finish()

        let first = try OperationHeader(decoding: headerBytes)
        guard first.seq == 0 else { throw .wrongPlace }
        guard Hash(.certificate, of: certificateBytes).bytes == first.previous else { throw .wrongCertificate }
        room = first.room ?? RoomID(group: OperationID(ofHeader: headerBytes))
        feed = first.feed
        let one = try Run(decoding: oneBytes)
        let other = try Run(decoding: otherBytes)
        guard one.feed == feed, other.feed == feed, one.room == room, other.room == room else { throw .notAFork }
        guard let (seq, ids) = Self.difference(one, other) else { throw .notAFork }
        // Signatures last: they are what costs time.
        let certificate = try Certificate(decoding: certificateBytes)
        try one.verify(under: certificate)
        try other.verify(under: certificate)
        self.seq = seq
        self.ids = ids
        encoded = [UInt8](copying: bytes)
    }

    /// From what a node holds: the first operation of the feed with its certificate, and two runs. Throws
    /// what everybody else would find.
    package init(first: Operation, certificate: [UInt8], runs: ([UInt8], [UInt8])) throws(OperationFault) {
        var writer = CBORWriter()
        writer.beginArray()
        writer.unsigned(1)
        writer.bytes(first.headerBytes)
        writer.bytes(certificate)
        writer.bytes(runs.0)
        writer.bytes(runs.1)
        writer.endArray()
        try self.init(decoding: writer.finish().span)
    }

    private static func difference(_ one: Run, _ other: Run) -> (UInt64, (OperationID, OperationID))? {
        let from = max(one.firstSeq, other.firstSeq)
        let left = one.operations.dropFirst(Int(clamping: from - one.firstSeq))
        let right = other.operations.dropFirst(Int(clamping: from - other.firstSeq))
        for (left, right) in zip(left, right) where left.id != right.id {
            return (left.header.seq, left.id < right.id ? (left.id, right.id) : (right.id, left.id))
        }
        return nil
    }
}
