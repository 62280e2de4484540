package import Keys

/// What somebody of this node wants to say, before it has a place.
package struct OperationDraft: Sendable {
    package var author: Handle
    package var kind: OperationKind
    package var target: OperationTarget
    package var payload: [UInt8]?
    /// The heads known here that the feed's last operation doesn't include, in any order.
    package var dependencies: [OperationID]
    /// Later than all of these and than the feed's last operation (`HybridTime.next`).
    package var time: HybridTime

    package init(
        author: Handle, kind: KnownKind, target: OperationTarget = .none, payload: [UInt8]? = nil,
        dependencies: [OperationID] = [], time: HybridTime
    ) {
        self.author = author
        self.kind = .known(kind)
        self.target = target
        self.payload = payload
        self.dependencies = dependencies
        self.time = time
    }
}

/// Makes the operations of one of our own feeds, one after the other.
///
/// It must begin where the feed on disk ends, and what it makes must be on disk before anybody else sees it:
/// two operations for one place are a fork, and everybody who sees both will know.
package struct FeedWriter: Sendable {
    private let origin: NodeID
    private var room: RoomID?
    private var epoch: UInt64?
    private var seq: UInt64
    private var previous: Bytes32
    private var time: HybridTime?

    /// A feed to begin under `certificate`; without a room, with the operation that founds one.
    package init(beginningIn room: RoomID?, under certificate: Certificate) {
        origin = certificate.node
        self.room = room
        epoch = nil
        seq = 0
        previous = certificate.hash.bytes
        time = nil
    }

    /// A feed that goes on behind `last`.
    package init(goingOnAfter last: OperationHeader, id: OperationID) {
        origin = last.origin
        room = last.room ?? RoomID(group: id)
        epoch = last.epoch
        seq = last.seq + 1
        previous = id.bytes
        time = last.time
    }

    /// Makes the next operation; without a key it is unsigned, and a later one will have to prove it.
    /// What it throws is what other nodes would refuse it with; then nothing has changed.
    package mutating func write(_ draft: OperationDraft, signingWith key: SigningKey?) throws(OperationFault)
        -> Operation
    {
        if let time, draft.time <= time { throw .notAfterPast }
        if let payload = draft.payload, payload.count > Limits.payloadBytesMax || payload.isEmpty {
            throw .badPayloadSize
        }
        var header = makeHeader(draft, epoch: epoch ?? 0)
        try header.check(isDirectory: header.isInDirectory)
        if epoch == nil {
            // An epoch of 0 is what the epoch is the hash with.
            header = makeHeader(draft, epoch: OperationHeader.epoch(ofFirst: header.encoded.span))
        }
        let bytes = header.encoded
        guard bytes.count <= Limits.headerBytesMax else { throw .tooLarge }
        try Operation.checkOpening(header, payload: draft.payload)
        let id = OperationID(ofHeader: bytes.span)
        let signature = key.map { key in id.bytes.withSpan { key.sign(.operation, $0) } }
        room = header.room ?? RoomID(group: id)
        epoch = header.epoch
        seq = header.seq + 1
        previous = id.bytes
        time = header.time
        return Operation(id: id, header: header, headerBytes: bytes, signature: signature, payload: draft.payload)
    }

    private func makeHeader(_ draft: OperationDraft, epoch: UInt64) -> OperationHeader {
        OperationHeader(
            room: room, origin: origin, epoch: epoch, seq: seq, previous: previous,
            dependencies: draft.dependencies.sorted(), time: draft.time, author: draft.author, kind: draft.kind,
            target: draft.target, payload: draft.payload.map { PayloadReference(of: $0.span) })
    }
}
