import Bytes
import CBOR
package import Keys

/// Operations that follow each other in one feed, with one signature behind the last: how they travel.
///
///     [1, room | null, origin, epoch, first seq, start, [packed, …], signature]
///     packed: [deps, time, author, kind, target, payload | [hash, size] | null]
///
/// What the chain determines is left out: each header is rebuilt, byte for byte, from the operation before it,
/// and hashed. If one byte is wrong anywhere, the last id is another and the signature doesn't fit; if it fits,
/// every operation of the run is authentic. `start` is the id before the first operation, or, where the feed
/// begins, its certificate. `time` counts from the operation before, in the first of the run from 0. The room is
/// null where the run begins with the operation that founds it. An operation that may end somebody's view is the
/// last of its run.
package struct Run: Sendable {
    package let room: RoomID
    package let feed: Feed
    /// One at least. Only the last carries its signature.
    package let operations: [Operation]
    /// Where the feed begins: what it is written under; not yet verified, but it is what the first header names.
    package let certificate: [UInt8]?
    package let signature: Signature

    package var firstSeq: UInt64 { operations[0].header.seq }

    /// Rebuilds and hashes all headers, and checks all that can be told without a key. Nothing of it is proven
    /// before `verify`.
    package init(decoding bytes: Span<UInt8>) throws(OperationFault) {
        guard bytes.count <= Limits.runBytesMax else { throw .tooLarge }
        var reader = FieldReader<OperationFault>(bytes)
        try reader.versionedArray(of: 8)
        let room = try reader.takeNull() ? nil : RoomID(try reader.bytes32())
        let origin = NodeID(try reader.bytes32())
        let feed = Feed(origin: origin, epoch: try reader.unsigned())
        let firstSeq = try reader.unsigned()
        guard firstSeq < Limits.seqEnd else { throw .badSequence }
        var rebuilding = RunRebuilding(room: room, feed: feed, seq: firstSeq)
        if firstSeq == 0 {
            let certificate = try reader.bytes(countMax: Limits.certificateBytesMax, else: .tooLarge)
            rebuilding.previous = Hash(.certificate, of: certificate).bytes
            self = try Run(&reader, rebuilding, beginningWith: [UInt8](copying: certificate))
        } else {
            rebuilding.previous = try reader.bytes32()
            self = try Run(&reader, rebuilding, beginningWith: nil)
        }
    }

    /// Whether it is written as a continuation:
    ///
    ///     [epoch, first seq, [packed, …], signature]
    ///
    /// Of the feed of whoever brings it, in a room that is named beside it, behind an operation that the receiver has.
    package static func isContinuation(_ bytes: [UInt8]) -> Bool {
        bytes.first == 0x84  // an array of four; other runs are one of eight
    }

    /// A continuation; nil where what it goes on from is not here.
    package init?(
        continuing bytes: Span<UInt8>, of origin: NodeID, in room: RoomID, after past: (FeedPosition) -> OperationID?
    ) throws(OperationFault) {
        guard bytes.count <= Limits.runBytesMax else { throw .tooLarge }
        var reader = FieldReader<OperationFault>(bytes)
        try reader.array(of: 4)
        let feed = Feed(origin: origin, epoch: try reader.unsigned())
        let firstSeq = try reader.unsigned()
        guard firstSeq > 0, firstSeq < Limits.seqEnd else { throw .badSequence }
        guard let last = past(FeedPosition(feed: feed, seq: firstSeq - 1)) else { return nil }
        var rebuilding = RunRebuilding(room: room, feed: feed, seq: firstSeq)
        rebuilding.previous = last.bytes
        self = try Run(&reader, rebuilding, beginningWith: nil)
    }

    /// What both have: the operations, and the signature of the last.
    private init(
        _ reader: inout FieldReader<OperationFault>, _ beginning: RunRebuilding, beginningWith certificate: [UInt8]?
    ) throws(OperationFault) {
        var rebuilding = beginning
        let firstSeq = rebuilding.seq
        let bytesLeft = reader.bytesLeft
        let count = try reader.arrayHeader(countMax: Limits.runOperationsMax, else: .tooManyOperations)
        guard count > 0 else { throw .emptyRun }
        guard UInt64(count) <= Limits.seqEnd - firstSeq else { throw .badSequence }

        var operations: [Operation] = []
        // No packed operation has less than ten bytes: a short run can't make us reserve for a long one.
        operations.reserveCapacity(min(count, bytesLeft / 10 + 1))
        for _ in 1..<count {
            let operation = try rebuilding.next(&reader)
            // Whoever it concerns could not be shown it without what is behind it.
            guard !operation.header.endsViews(under: certificate) else { throw .wrongSignature }
            operations.append(operation)
        }
        // The signature lies behind the last operation, which it belongs to.
        let last = try rebuilding.next(&reader)
        signature = try reader.signature()
        try reader.finish()
        operations.append(
            Operation(
                id: last.id, header: last.header, headerBytes: last.headerBytes, signature: signature,
                payload: last.payload))
        self.operations = operations
        self.certificate = certificate
        feed = rebuilding.feed
        room = operations[0].room
    }

    /// Proves all operations of the run, or none. The certificate is that of the feed: where the run doesn't
    /// begin with it, the caller knows it from the feed's first operation.
    package func verify(under certificate: Certificate) throws(OperationFault) {
        guard certificate.node == feed.origin else { throw .wrongCertificate }
        if firstSeq == 0 {
            guard certificate.hash.bytes == operations[0].header.previous else { throw .wrongCertificate }
        }
        guard operations[operations.count - 1].isSigned(under: certificate) else { throw .wrongSignature }
    }
}

/// Where the rebuilding of a run stands.
private struct RunRebuilding {
    var room: RoomID?
    let feed: Feed
    var seq: UInt64
    var previous = Bytes32()
    private var time: HybridTime?
    private let isDirectory: Bool
    /// Headers are written here and copied from here, so that each is allocated once and as long as it is.
    private var writer = HeadWriter(bytes: [])
    /// How many bytes of it all headers of the feed begin with; 0 where they are yet to be written.
    private var sharedCount = 0
    private var lastAuthor = Repeated<Handle>()
    private var lastKind = Repeated<OperationKind>()

    init(room: RoomID?, feed: Feed, seq: UInt64) {
        self.room = room
        self.feed = feed
        self.seq = seq
        isDirectory = room == RoomID(directoryOf: feed.origin)
    }

    mutating func next(_ reader: inout FieldReader<OperationFault>) throws(OperationFault) -> Operation {
        try reader.array(of: 6)
        let dependencies = try reader.dependencies()
        let time = try self.time(try reader.unsigned())
        let author = try author(&reader)
        let kind = try kind(&reader)
        let target = try reader.target()
        let (reference, payload) = try self.payload(&reader)
        let header = OperationHeader(
            room: room, origin: feed.origin, epoch: feed.epoch, seq: seq, previous: previous,
            dependencies: dependencies, time: time, author: author, kind: kind, target: target, payload: reference)
        try header.check(isDirectory: isDirectory)
        if seq == 0 {
            guard feed.epoch == OperationHeader.epoch(ofFirst: header.with(epoch: 0).encoded.span) else {
                throw .wrongEpoch
            }
        }
        try Operation.checkOpening(header, payload: payload)
        write(header)
        guard writer.bytes.count <= Limits.headerBytesMax else { throw .tooLarge }
        let id = OperationID(ofHeader: writer.bytes.span)

        if room == nil {
            room = RoomID(group: id)
            sharedCount = 0
        }
        self.time = time
        previous = id.bytes
        seq += 1
        return Operation(
            id: id, header: header, headerBytes: [UInt8](copying: writer.bytes.span), signature: nil, payload: payload)
    }

    private mutating func write(_ header: OperationHeader) {
        if sharedCount > 0 {
            writer.bytes.removeLast(writer.bytes.count - sharedCount)
        } else {
            writer.bytes.removeAll(keepingCapacity: true)
            header.encodeFeed(with: &writer)
            sharedCount = writer.bytes.count
        }
        header.encodeRest(with: &writer)
    }

    private mutating func author(_ reader: inout FieldReader<OperationFault>) throws(OperationFault) -> Handle {
        let utf8 = try reader.utf8()
        if let known = lastAuthor.value(of: utf8) { return known }
        let author = try Handle(author: utf8)
        lastAuthor.remember(author, utf8)
        return author
    }

    private mutating func kind(_ reader: inout FieldReader<OperationFault>) throws(OperationFault) -> OperationKind {
        let utf8 = try reader.utf8()
        if let known = lastKind.value(of: utf8) { return known }
        guard let kind = OperationKind(utf8: utf8) else { throw .badKind }
        lastKind.remember(kind, utf8)
        return kind
    }

    private func time(_ step: UInt64) throws(OperationFault) -> HybridTime {
        guard let time else {
            guard let first = HybridTime(step) else { throw .badTime }
            return first
        }
        guard step > 0 else { throw .notAfterPast }
        let (value, overflow) = time.value.addingReportingOverflow(step)
        guard !overflow, let next = HybridTime(value) else { throw .badTime }
        return next
    }

    private func payload(
        _ reader: inout FieldReader<OperationFault>
    ) throws(OperationFault) -> (PayloadReference?, [UInt8]?) {
        switch try reader.nextType() {
        case .null:
            _ = try reader.takeNull()
            return (nil, nil)
        case .array:
            try reader.array(of: 2)
            guard let reference = try reader.payloadReference() else { throw .badPayloadSize }
            return (reference, nil)
        case .unsigned, .negative, .bytes, .text, .map, .tag, .bool, .float, .simple:
            let payload = try reader.bytes(countMax: Limits.payloadBytesMax, else: .badPayloadSize)
            guard payload.count > 0 else { throw .badPayloadSize }
            return (PayloadReference(of: payload), [UInt8](copying: payload))
        }
    }
}

/// A name that mostly is the one before, which need not be read anew.
private struct Repeated<Value> {
    private var utf8: [UInt8] = []
    private var value: Value?

    func value(of utf8: Span<UInt8>) -> Value? {
        guard utf8.count == self.utf8.count else { return nil }
        for index in 0..<utf8.count where utf8[index] != self.utf8[index] { return nil }
        return value
    }

    mutating func remember(_ value: Value, _ utf8: Span<UInt8>) {
        self.value = value
        self.utf8.removeAll(keepingCapacity: true)
        self.utf8.append(utf8)
    }
}
