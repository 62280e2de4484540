package import Keys
package import Operations
import Replica
import SQLite

/// What somebody of this node says, before it has a place.
package struct LocalDraft: Sendable {
    package var author: Handle
    package var kind: KnownKind
    package var target: OperationTarget
    package var payload: [UInt8]?

    package init(by author: Handle, _ kind: KnownKind, about target: OperationTarget = .none, payload: [UInt8]? = nil) {
        self.author = author
        self.kind = kind
        self.target = target
        self.payload = payload
    }
}

/// An operation of our own that has its place. It is nobody's to see before the commit.
package struct WrittenOperation: Equatable, Sendable {
    package let room: RoomID
    package let id: OperationID
    package let serial: Int64
    package let time: HybridTime
}

/// Why something of our own can't be written.
package enum WriteFault: Error, Equatable, Sendable {
    case noSuchRoom
    /// The room's times are so far ahead of our clock that what we write would have to wait: one of the two is wrong. Or
    /// other nodes say that it is ours.
    case clockIsWrong
    /// Others would refuse it.
    case refused(OperationFault)
}

/// With what this node signs.
package struct NodeIdentity: Sendable {
    package let certificate: Certificate
    package let key: SigningKey

    package init(certificate: Certificate, key: SigningKey) {
        precondition(certificate.currentKey == key.publicKey, "the key in force is the one that signs")
        self.certificate = certificate
        self.key = key
    }

    package var node: NodeID { certificate.node }
}

extension LogState {
    /// Founds a group.
    package func found(_ draft: LocalDraft, at clockMilliseconds: Int64) throws -> WrittenOperation {
        let certificate = try writing(at: clockMilliseconds).identity.certificate
        var time = HybridTime(milliseconds: clockMilliseconds)
        while true {
            var feed = FeedWriter(beginningIn: nil, under: certificate)
            let operation = try Self.refusing { () throws(OperationFault) in
                try feed.write(draft.draft(after: [], at: time), signingWith: nil)
            }
            // Its id is all that it says: who founds two of one name in one millisecond means two.
            if try rooms.room(operation.room, toChange: false) != nil, let later = HybridTime(time.value + 1) {
                time = later
                continue
            }
            return try noted {
                try room(operation.room, nature: .group).append(operation, try writing(), feed)
            }
        }
    }

    /// Writes into a room that is here, at its end as we see it.
    package func write(_ draft: LocalDraft, in id: RoomID, at clockMilliseconds: Int64) throws -> WrittenOperation {
        guard let room = try room(id) else { throw WriteFault.noSuchRoom }
        return try noted { try room.write(draft, try writing(at: clockMilliseconds), at: clockMilliseconds) }
    }

    /// Writes into a room that may not be here yet: a direct one, or our directory.
    package func write(
        _ draft: LocalDraft, in id: RoomID, nature: RoomNature, at clockMilliseconds: Int64
    ) throws -> WrittenOperation {
        try noted {
            try room(id, nature: nature).write(draft, try writing(at: clockMilliseconds), at: clockMilliseconds)
        }
    }

    static func refusing<Result>(_ body: () throws(OperationFault) -> Result) throws(WriteFault) -> Result {
        do { return try body() } catch { throw WriteFault.refused(error) }
    }
}

/// What writing needs to know, and what it leaves to be done before the commit.
final class Writing {
    let identity: NodeIdentity
    let incarnation: Int64
    /// Rooms in which our newest operation may not be signed yet.
    var unsigned: Set<RoomID> = []
    var isClockWrong: Bool

    init(_ identity: NodeIdentity, incarnation: Int64, isClockWrong: Bool = false) {
        self.identity = identity
        self.incarnation = incarnation
        self.isClockWrong = isClockWrong
    }
}

extension LocalDraft {
    func draft(after dependencies: [OperationID], at time: HybridTime) -> OperationDraft {
        OperationDraft(
            author: author, kind: kind, target: target, payload: payload, dependencies: dependencies, time: time)
    }
}

/// A feed of ours, and where it goes on.
struct OwnFeed {
    var writer: FeedWriter
    var last: OperationID
    var time: HybridTime
    var serial: Int64
    var isSigned: Bool
}

// A command that is undone takes its operations along, and their places are given to others: nobody has seen them, since answers
// and pushes come after the commit. Neither do they need signatures before: what proves an operation is the last one of its feed.
// Only what may be the last that another node is shown is signed by itself, and what may be shown by itself.
extension StoredRoom {
    func write(_ draft: LocalDraft, _ writing: Writing, at clockMilliseconds: Int64) throws -> WrittenOperation {
        if let written = try begin(for: draft, writing, at: clockMilliseconds) { return written }
        let feed = try ownFeed(writing)
        var dependencies = room.dependencies(behind: feed?.last, in: records)
        while dependencies.count > Limits.dependenciesMax {
            let joined = LocalDraft(by: .node, .join)
            _ = try append(
                joined, after: Array(dependencies.prefix(Limits.dependenciesMax)), writing, at: clockMilliseconds)
            dependencies = room.dependencies(behind: try ownFeed(writing)?.last, in: records)
        }
        return try append(draft, after: dependencies, writing, at: clockMilliseconds)
    }

    /// In a direct room each side's feed begins by naming the pair; in a feed with many heads before it, others come first.
    private func begin(
        for draft: LocalDraft, _ writing: Writing, at clockMilliseconds: Int64
    ) throws -> WrittenOperation? {
        guard case .direct(let pair) = nature, try ownFeed(writing) == nil else { return nil }
        let opening = LocalDraft(by: draft.author, .directOpen, payload: DirectOpening(pair).encoded)
        // At most 128 heads can be named; the rest is joined by what follows.
        let heads = room.dependencies(behind: nil, in: records).prefix(Limits.dependenciesMax)
        let opened = try append(opening, after: Array(heads), writing, at: clockMilliseconds)
        return draft.kind == .directOpen ? opened : nil
    }

    private func append(
        _ draft: LocalDraft, after dependencies: [OperationID], _ writing: Writing, at clockMilliseconds: Int64
    ) throws -> WrittenOperation {
        guard !writing.isClockWrong || participants.count < 2 else { throw WriteFault.clockIsWrong }
        let feed = try ownFeed(writing)
        let times = dependencies.compactMap { records.position(of: $0).map { records.kept(at: $0).time } }
        let past = (times + [feed?.time].compactMap { $0 }).max()
        guard let time = HybridTime.next(after: past, clockMilliseconds: clockMilliseconds),
            !time.isEarly(clockMilliseconds: clockMilliseconds)
        else { throw WriteFault.clockIsWrong }
        var writer = feed?.writer ?? FeedWriter(beginningIn: id, under: writing.identity.certificate)
        let operation = try LogState.refusing { () throws(OperationFault) in
            let isFirst = feed == nil && writing.identity.certificate.rank.handOvers > 0
            let goesAlone = isFirst || draft.kind.endsViews || nature == .directory(writing.identity.node)
            let key = goesAlone ? writing.identity.key : nil
            let operation = try writer.write(draft.draft(after: dependencies, at: time), signingWith: key)
            try nature.check(operation.header)
            return operation
        }
        return try append(operation, writing, writer)
    }

    func append(_ operation: Operation, _ writing: Writing, _ writer: FeedWriter) throws -> WrittenOperation {
        take(operation, under: writing.identity.certificate, from: nil, writtenIn: writing.incarnation)
        try log.failure.check()
        let serial = records.appended
        let isSigned = operation.signature != nil
        knownFeed = OwnFeed(
            writer: writer, last: operation.id, time: operation.header.time, serial: serial, isSigned: isSigned)
        if !isSigned { writing.unsigned.insert(id) }
        return WrittenOperation(room: id, id: operation.id, serial: serial, time: operation.header.time)
    }

    /// Signs our newest operation in this room, where that was left for the end.
    func sign(_ writing: Writing) throws {
        guard let feed = try ownFeed(writing), !feed.isSigned else { return }
        let signature = feed.last.bytes.withSpan { writing.identity.key.sign(.operation, $0) }
        var row = try log.connection.statement("UPDATE operation SET signature = ?2 WHERE serial = ?1")
        row.bind(1, feed.serial)
        signature.bytes.withSpan { row.bind(2, copying: $0) }
        try row.run()
        knownFeed?.isSigned = true
    }

    /// The feed in which we go on: begun under the key in force and in this incarnation of the log, and not proved to be forked.
    /// Nil where the next operation begins one.
    func ownFeed(_ writing: Writing) throws -> OwnFeed? {
        if let knownFeed, records.forks.isEmpty { return knownFeed }
        knownFeed = nil
        guard let origin = try log.names.origin(of: writing.identity.node) else { return nil }
        let certificate = writing.identity.certificate.hash
        let line = records.lines.indices.last { index in
            let line = records.lines[index]
            return line.facts.origin == origin && line.facts.rank.hash == certificate && line.facts.start == 0
                && line.incarnation == writing.incarnation && records.forks[records.feed(of: Line(index))] == nil
        }
        guard let line = line.map(Line.init) else { return nil }
        let row = try records.row(at: Position(line, records.tip(of: line)))
        knownFeed = OwnFeed(
            writer: FeedWriter(goingOnAfter: row.header, id: row.id), last: row.id, time: row.header.time,
            serial: row.serial, isSigned: row.signature != nil)
        return knownFeed
    }
}
