import CBOR
import Keys
package import Operations

/// What a node lacks and asks for: `[version, greatest size of the answer in bytes]` and then asks, the most
/// wanted first.
package struct PullRequest: Equatable, Sendable {
    package enum Ask: Hashable, Sendable {
        /// `[0, room, clock]`: all that the answering node has beyond this.
        case room(RoomID, RoomClock)
        /// `[1, room, [origin, epoch, first seq wanted, …]]`: of these feeds what is there from then on.
        case feeds(RoomID, [FeedPosition])
        /// `[2, room, [id, …]]`: these, as envelopes, or where their feed is forked, as runs of their branch.
        case operations(RoomID, [OperationID])
        /// `[3, room, [id, …]]`: the payloads of these.
        case payloads(RoomID, [OperationID])
        /// `[4, node, [handle, …]]`: the newest profiles of these users, as envelopes.
        case profiles(NodeID, [Handle])
    }

    package var bytesMax: Int
    package var asks: [Ask]

    package init(bytesMax: Int = GossipLimits.bodyBytesMax, asks: [Ask]) {
        self.bytesMax = bytesMax
        self.asks = asks
    }
}

/// `[version]` and then items; `index` says which ask, from 0.
package enum PullAnswerItem: Equatable, Sendable {
    /// `[0, index, run]`
    case run(Int, [UInt8])
    /// `[1, index, register]`
    case register(Int, [UInt8])
    /// `[2, index, proof]`
    case proof(Int, [UInt8])
    /// `[3, index, envelope]`
    case operation(Int, [UInt8])
    /// `[4, index, operation, payload | null, deletion | null]`: one of both; for a deleted payload the id of
    /// the operation that deleted it.
    case payload(Int, OperationID, PayloadAnswer)
    /// `[5, index, lacks, digest | null, more]`: this ask is answered as far as it will be now.
    case end(Int, PullEnd)
    /// `[6, index]`: there is nothing here that you may see under this name.
    case absent(Int)
    /// `[7]`: the answer is whole. The asks without an end or an absence were not looked at.
    case close
}

package enum PayloadAnswer: Equatable, Sendable {
    case payload([UInt8])
    case deleted(by: OperationID)
}

package struct PullEnd: Equatable, Sendable {
    /// What the answering node lacks itself, judged by the clock that it was shown.
    package let lacks: Lacks
    /// Of the answering node's clock; nil for somebody who has left, and for asks that are not about a room.
    package let digest: ShortDigest?
    /// There is more beyond what was sent.
    package let more: Bool

    package init(lacks: Lacks = Lacks(), digest: ShortDigest? = nil, more: Bool = false) {
        self.lacks = lacks
        self.digest = digest
        self.more = more
    }
}

/// `[[origin, epoch, first seq lacking, …], [origin, …], [origin, epoch, …]]`: feeds, registers and proofs of
/// forks that somebody could use. Of a great many the first are named; the rest comes up next time.
package struct Lacks: Equatable, Sendable {
    package var feeds: [FeedPosition] = []
    package var registers: [NodeID] = []
    package var forks: [Feed] = []

    package init() {}

    package var isEmpty: Bool { feeds.isEmpty && registers.isEmpty && forks.isEmpty }

    /// What a node with `own` lacks of what a node with `theirs` has.
    package init(_ own: RoomClock, of theirs: RoomClock) {
        let beyond = theirs.beyond(own)
        let count = GossipLimits.lacksMax
        feeds = beyond.feeds.keys.sorted().prefix(count).map { FeedPosition(feed: $0, seq: own.next(in: $0)) }
        registers = Array(beyond.registers.keys.sorted().prefix(count))
        forks = Array(beyond.forks.keys.sorted().prefix(count))
    }
}

extension PullRequest {
    package var encoded: [UInt8] {
        var writer = CBORWriter()
        writer.beginArray()
        writer.version()
        writer.unsigned(UInt64(clamping: bytesMax))
        writer.endArray()
        for ask in asks {
            writer.beginArray()
            ask.write(to: &writer)
            writer.endArray()
        }
        return writer.finish()
    }

    package init(decoding bytes: Span<UInt8>) throws(GossipFault) {
        var reader = BodyReader(bytes)
        try reader.opening(of: 2)
        bytesMax = min(Int(clamping: try reader.unsigned()), GossipLimits.bodyBytesMax)
        asks = []
        var named: Set<[UInt8]> = []
        while !reader.isAtEnd {
            guard asks.count < GossipLimits.asksPerPullMax else { throw .tooLarge }
            let ask = try Ask(reading: &reader)
            // The same question again would cost the same again.
            guard named.insert(ask.name).inserted else { throw .unsorted }
            asks.append(ask)
        }
        guard !asks.isEmpty else { throw .badValue }
    }
}

extension PullRequest.Ask {
    /// What is asked of what.
    fileprivate var name: [UInt8] {
        switch self {
        case .room(let room, _): [0] + room.bytes.array
        case .feeds(let room, _): [1] + room.bytes.array
        case .operations(let room, _): [2] + room.bytes.array
        case .payloads(let room, _): [3] + room.bytes.array
        case .profiles(let node, _): [4] + node.bytes.array
        }
    }

    fileprivate func write(to writer: inout CBORWriter) {
        switch self {
        case .room(let room, let clock):
            writer.unsigned(0)
            writer.bytes(room.bytes)
            clock.write(to: &writer)
        case .feeds(let room, let places):
            writer.unsigned(1)
            writer.bytes(room.bytes)
            writer.places(places)
        case .operations(let room, let ids): writer.names(2, room.bytes, ids)
        case .payloads(let room, let ids): writer.names(3, room.bytes, ids)
        case .profiles(let node, let handles):
            writer.unsigned(4)
            writer.bytes(node.bytes)
            writer.beginArray()
            for handle in handles { writer.text(handle.text) }
            writer.endArray()
        }
    }

    fileprivate init(reading reader: inout BodyReader) throws(GossipFault) {
        try reader.array(of: 3)
        let kind = try reader.unsigned()
        let name = try reader.bytes32()
        switch kind {
        case 0: self = .room(RoomID(name), try RoomClock(reading: &reader))
        case 1:
            let places = try reader.places(max: GossipLimits.feedsPerAskMax)
            guard !places.isEmpty else { throw .badValue }
            self = .feeds(RoomID(name), places)
        case 2: self = .operations(RoomID(name), try reader.ids())
        case 3: self = .payloads(RoomID(name), try reader.ids())
        case 4: self = .profiles(NodeID(name), try reader.handles())
        default: throw .unknownItem(kind)
        }
    }
}

extension PullAnswerItem {
    package static func encode(_ items: [PullAnswerItem]) -> [UInt8] {
        var writer = CBORWriter()
        writer.beginArray()
        writer.version()
        writer.endArray()
        for item in items { item.write(to: &writer) }
        return writer.finish()
    }

    /// Faults where the answer is cut off: its last item is missing.
    package static func decode(_ bytes: Span<UInt8>) throws(GossipFault) -> [PullAnswerItem] {
        var reader = BodyReader(bytes)
        try reader.opening(of: 1, bytesMax: GossipLimits.bodyBytesEnd)
        var items: [PullAnswerItem] = []
        while items.last != .close {
            // No item has less than two bytes, so their number is bounded by the size.
            items.append(try PullAnswerItem(reading: &reader))
        }
        try reader.finish()
        return items
    }

    private func write(to writer: inout CBORWriter) {
        writer.beginArray()
        switch self {
        case .run(let index, let bytes): writer.part(0, index, bytes)
        case .register(let index, let bytes): writer.part(1, index, bytes)
        case .proof(let index, let bytes): writer.part(2, index, bytes)
        case .operation(let index, let bytes): writer.part(3, index, bytes)
        case .payload(let index, let id, let answer):
            writer.unsigned(4)
            writer.unsigned(UInt64(index))
            writer.bytes(id.bytes)
            switch answer {
            case .payload(let payload):
                writer.bytes(payload)
                writer.null()
            case .deleted(let deletion):
                writer.null()
                writer.bytes(deletion.bytes)
            }
        case .end(let index, let end):
            writer.unsigned(5)
            writer.unsigned(UInt64(index))
            end.lacks.write(to: &writer)
            writer.digest(end.digest)
            writer.bool(end.more)
        case .absent(let index):
            writer.unsigned(6)
            writer.unsigned(UInt64(index))
        case .close:
            writer.unsigned(7)
        }
        writer.endArray()
    }

    private init(reading reader: inout BodyReader) throws(GossipFault) {
        let count = try reader.array(max: 5)
        let kind = try reader.unsigned()
        guard kind != 7 else {
            guard count == 1 else { throw .badValue }
            self = .close
            return
        }
        guard kind < 7 else { throw .unknownItem(kind) }
        let counts = [3, 3, 3, 3, 5, 5, 2]
        guard count == counts[Int(kind)] else { throw .badValue }
        let index = Int(clamping: try reader.unsigned())
        guard index < GossipLimits.asksPerPullMax else { throw .badValue }
        switch kind {
        case 0: self = .run(index, try reader.bytes(max: Limits.runBytesMax))
        case 1: self = .register(index, try reader.bytes(max: GossipLimits.signedRegisterBytesMax))
        case 2: self = .proof(index, try reader.bytes(max: Limits.forkProofBytesMax))
        case 3: self = .operation(index, try reader.bytes(max: Limits.envelopeBytesMax))
        case 4: self = .payload(index, OperationID(try reader.bytes32()), try reader.payloadAnswer())
        case 5:
            let lacks = try Lacks(reading: &reader)
            let digest = try reader.digest()
            self = .end(index, PullEnd(lacks: lacks, digest: digest, more: try reader.bool()))
        default: self = .absent(index)
        }
    }
}

extension Lacks {
    fileprivate func write(to writer: inout CBORWriter) {
        writer.beginArray()
        writer.places(feeds)
        writer.beginArray()
        for origin in registers { writer.bytes(origin.bytes) }
        writer.endArray()
        writer.beginArray()
        for feed in forks {
            writer.bytes(feed.origin.bytes)
            writer.unsigned(feed.epoch)
        }
        writer.endArray()
        writer.endArray()
    }

    fileprivate init(reading reader: inout BodyReader) throws(GossipFault) {
        try reader.array(of: 3)
        feeds = try reader.places(max: GossipLimits.lacksMax)
        for _ in 0..<(try reader.array(max: GossipLimits.lacksMax)) {
            let origin = NodeID(try reader.bytes32())
            if let last = registers.last, last >= origin { throw .unsorted }
            registers.append(origin)
        }
        let count = try reader.array(max: 2 * GossipLimits.lacksMax)
        guard count % 2 == 0 else { throw .badValue }
        for _ in 0..<count / 2 {
            let feed = Feed(origin: NodeID(try reader.bytes32()), epoch: try reader.unsigned())
            if let last = forks.last, last >= feed { throw .unsorted }
            forks.append(feed)
        }
    }
}

extension CBORWriter {
    fileprivate mutating func places(_ places: [FeedPosition]) {
        beginArray()
        for place in places {
            bytes(place.feed.origin.bytes)
            unsigned(place.feed.epoch)
            unsigned(place.seq)
        }
        endArray()
    }

    fileprivate mutating func names(_ kind: UInt64, _ room: Bytes32, _ ids: [OperationID]) {
        unsigned(kind)
        bytes(room)
        beginArray()
        for id in ids { bytes(id.bytes) }
        endArray()
    }

    fileprivate mutating func part(_ kind: UInt64, _ index: Int, _ content: [UInt8]) {
        unsigned(kind)
        unsigned(UInt64(index))
        bytes(content)
    }
}

extension BodyReader {
    fileprivate mutating func places(max: Int) throws(GossipFault) -> [FeedPosition] {
        let count = try array(max: 3 * max)
        guard count % 3 == 0 else { throw .badValue }
        var places: [FeedPosition] = []
        for _ in 0..<count / 3 {
            let feed = Feed(origin: NodeID(try bytes32()), epoch: try unsigned())
            if let last = places.last, last.feed >= feed { throw .unsorted }
            places.append(FeedPosition(feed: feed, seq: try seq()))
        }
        return places
    }

    fileprivate mutating func ids() throws(GossipFault) -> [OperationID] {
        let count = try array(max: GossipLimits.namesPerAskMax)
        guard count > 0 else { throw .badValue }
        var ids: [OperationID] = []
        for _ in 0..<count {
            let id = OperationID(try bytes32())
            if let last = ids.last, last >= id { throw .unsorted }
            ids.append(id)
        }
        return ids
    }

    fileprivate mutating func handles() throws(GossipFault) -> [Handle] {
        let count = try array(max: GossipLimits.namesPerAskMax)
        guard count > 0 else { throw .badValue }
        var handles: [Handle] = []
        for _ in 0..<count {
            let handle = try handle()
            if let last = handles.last, last >= handle { throw .unsorted }
            handles.append(handle)
        }
        return handles
    }

    fileprivate mutating func payloadAnswer() throws(GossipFault) -> PayloadAnswer {
        if try takeNull() { return .deleted(by: OperationID(try bytes32())) }
        let payload = try bytes(max: Limits.payloadBytesMax)
        guard try takeNull() else { throw .badValue }
        return .payload(payload)
    }
}
