package import Keys

/// The signed part of an operation, taken apart.
///
/// It is for looking into. What was received is kept beside it, and all that is hashed, verified or passed on
/// is that: two encoders that disagree on one byte must not make an honest author a forger.
package struct OperationHeader: Hashable, Sendable {
    /// Nil in the operation that founds a group, whose id becomes the group's.
    package let room: RoomID?
    package let origin: NodeID
    package let epoch: UInt64
    package let seq: UInt64
    /// The id of the operation before; where a feed begins, the hash of the certificate that it is written
    /// under.
    package let previous: Bytes32
    /// The heads that the author's node knew and that `previous` doesn't include; ascending.
    package let dependencies: [OperationID]
    package let time: HybridTime
    package let author: Handle
    package let kind: OperationKind
    package let target: OperationTarget
    /// Nil where there is no payload.
    package let payload: PayloadReference?

    package init(
        room: RoomID?, origin: NodeID, epoch: UInt64, seq: UInt64, previous: Bytes32,
        dependencies: [OperationID], time: HybridTime, author: Handle, kind: OperationKind,
        target: OperationTarget, payload: PayloadReference?
    ) {
        self.room = room
        self.origin = origin
        self.epoch = epoch
        self.seq = seq
        self.previous = previous
        self.dependencies = dependencies
        self.time = time
        self.author = author
        self.kind = kind
        self.target = target
        self.payload = payload
    }

    func with(epoch: UInt64) -> OperationHeader {
        OperationHeader(
            room: room, origin: origin, epoch: epoch, seq: seq, previous: previous, dependencies: dependencies,
            time: time, author: author, kind: kind, target: target, payload: payload)
    }

    package var feed: Feed { Feed(origin: origin, epoch: epoch) }
    package var position: FeedPosition { FeedPosition(feed: feed, seq: seq) }
    package var authorID: UserID { UserID(node: origin, handle: author) }
    package var knownKind: KnownKind? {
        if case .known(let kind) = kind { kind } else { nil }
    }
}

/// What a header says of the payload: enough to know it when it comes, also much later.
package struct PayloadReference: Hashable, Sendable {
    package let hash: Hash
    /// In bytes, 1 to 65,536.
    package let size: Int

    package init(hash: Hash, size: Int) {
        self.hash = hash
        self.size = size
    }

    package init(of payload: Span<UInt8>) {
        hash = Hash(.payload, of: payload)
        size = payload.count
    }

    package func fits(_ payload: Span<UInt8>) -> Bool {
        payload.count == size && Hash(.payload, of: payload) == hash
    }
}

extension OperationHeader {
    /// Every rule that can be told from the header alone. `isDirectory`: whether the room is the directory of
    /// the origin, which costs a hash that a run pays once.
    func check(isDirectory: Bool) throws(OperationFault) {
        guard seq < Limits.seqEnd else { throw .badSequence }
        try checkDependencies()
        guard !target.isNode else { throw .badTarget }
        guard let kind = knownKind else {
            guard room != nil else { throw .badRoom }
            return
        }
        guard (room == nil) == (kind == .roomCreate) else { throw .badRoom }
        switch kind {
        case .roomCreate:
            guard seq == 0 else { throw .wrongPlace }
            guard dependencies.isEmpty else { throw .idleDependency }
        case .directOpen:
            guard seq == 0 else { throw .wrongPlace }
        default:
            break
        }
        guard kind.home == .anywhere || isDirectory == (kind.home == .directory) else { throw .badRoom }
        guard target.shape == kind.target else { throw .badTarget }
        guard !author.isNode || kind.isOpenToNode else { throw .badAuthor }
        // Who goes of their own will leaves, which is judged otherwise.
        guard kind != .memberRemove || target != .user(authorID) else { throw .badTarget }
        if kind.home == .directory, case .user(let user) = target {
            guard user.node == origin else { throw .badTarget }
            guard author.isNode || author == user.handle else { throw .badAuthor }
        }
        guard payload == nil || kind.hasPayload else { throw .payloadUnexpected }
        guard payload != nil || !kind.hasPayload else { throw .payloadExpected }
    }

    private func checkDependencies() throws(OperationFault) {
        guard !dependencies.isEmpty else { return }
        guard dependencies.count <= Limits.dependenciesMax else { throw .tooManyDependencies }
        for index in dependencies.indices.dropFirst() {
            guard dependencies[index - 1] < dependencies[index] else { throw .unsortedDependencies }
        }
        guard !dependencies.contains(OperationID(previous)) else { throw .idleDependency }
    }

    var isInDirectory: Bool {
        guard knownKind.map({ $0.home != .anywhere }) ?? false, let room else { return false }
        return room == RoomID(directoryOf: origin)
    }

    /// Whether this may stand behind operations of such times, its `previous` and dependencies. Nobody can
    /// tell before all of them are there.
    package func checkTime(after past: some Sequence<HybridTime>) throws(OperationFault) {
        for other in past where other >= time { throw .notAfterPast }
    }

    /// Whether this is the next of the feed behind `last`.
    package func check(follows last: OperationHeader, id: OperationID) throws(OperationFault) {
        guard feed == last.feed, room == last.room ?? RoomID(group: id) else { throw .badRoom }
        guard seq == last.seq + 1 else { throw .sequenceGap }
        guard previous == id.bytes else { throw .wrongPrevious }
        guard time > last.time else { throw .notAfterPast }
    }
}

extension OperationHeader {
    /// Whether it may end somebody's part in a room: by what it says, or as a feed's first under a later key, which cuts off
    /// what it has not seen. Then it is the last that their node is shown, so its author signs it by itself, and a run ends
    /// with it: what is behind it must not be needed to prove it. `certificate`: the encoding of the one that a feed's first
    /// operation names.
    package func endsViews(under certificate: [UInt8]?) -> Bool {
        if seq == 0, let certificate, !Certificate.isOfFirstKey(certificate) { return true }
        return knownKind?.endsViews ?? false
    }
}
