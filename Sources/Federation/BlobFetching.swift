package import Blobs
import Bytes
import EventLoop
import Gossip
package import Keys
import Log
package import Operations
import Outbound
import Peers
import SQLite
import Store
import Wire

/// Why a blob did not come.
package enum BlobFetchFault: Error, Equatable, Sendable {
    /// Nobody who can be asked has it, or will give it.
    case nobodyHasIt
    case tooManyUnderWay
    /// Larger than what this node's operator lets it take.
    case tooLarge
    /// As much is kept of its node as may be.
    case crowding
    /// It is kept nowhere here.
    case noRoom(String)
}

/// A blob to be fetched for a room.
struct BlobOrder: Sendable {
    let blob: Hash
    let room: RoomID
    let size: UInt64
    /// It lies here for this room.
    let isHere: Bool
    /// Other rooms name it too: what is here of it may be theirs.
    let isElsewhere: Bool
    /// Nobody waits for it yet.
    let isAhead: Bool
    /// Whom to ask, in this order.
    let peers: [NodeID]
    let completion: @Sendable (Result<PublishedBlob, any Error>) -> Void
}

/// What was ordered ahead.
struct RoomBlob: Hashable {
    let room: RoomID
    let blob: Hash
}

/// Fetches blobs, piece by piece, on a thread of its own that may wait for the disk. What has come is kept when a peer falls
/// silent, and the next one goes on from there.
///
/// A piece is proved by nothing but its sender: only the whole tells whether all were right. Where it is wrong, everything is
/// fetched anew without whoever sent it. Where several did, nobody knows which of them it was; from then on the whole must come
/// of one, and who sends a wrong one is known.
final class BlobFetcher {
    private static let pieceBytes: UInt64 = 1_048_576
    /// Beside the piece, in a sealed answer.
    private static let headBytes = 4_096
    private static let underWayMax = 4
    /// Who is slow leaves as many places to others.
    private static let underWayMaxOfPeer = 2
    private static let waitingMax = 1_024
    /// Of those that nobody waits for yet.
    private static let waitingAheadMax = 512

    private let core: FederationCore
    private let blobs: BlobStore
    private let outbound: Outbound
    private let loop: EventLoop
    private var soon: LoopTimer?
    /// Those that somebody waits for first.
    private var waiting: [BlobFetch] = []
    private var underWay: Set<Hash> = []
    private var underWayOfPeers: [NodeID: Int] = [:]

    init(_ core: FederationCore, _ blobs: BlobStore, on loop: EventLoop) throws {
        self.core = core
        self.blobs = blobs
        self.loop = loop
        outbound = Outbound(on: loop, resolver: try Resolver(on: loop, threads: 1), courier: core.settings.courier)
        soon = try LoopTimer(on: loop) { [unowned self] in advance() }
    }

    func close() {
        soon?.end()
        soon = nil
        outbound.close()
    }

    func take(_ order: BlobOrder) {
        guard waiting.count < Self.waitingMax,
            !order.isAhead || waiting.count(where: { $0.order.isAhead }) < Self.waitingAheadMax
        else { return order.completion(.failure(BlobFetchFault.tooManyUnderWay)) }
        wait(BlobFetch(order))
        advance()
    }

    private func wait(_ fetch: BlobFetch) {
        let index = fetch.order.isAhead ? nil : waiting.firstIndex { $0.order.isAhead }
        waiting.insert(fetch, at: index ?? waiting.endIndex)
    }

    private func advance() {
        while underWay.count < Self.underWayMax, let index = waiting.firstIndex(where: mayBegin) {
            let fetch = waiting.remove(at: index)
            underWay.insert(fetch.order.blob)
            do {
                if fetch.order.isHere, let here = try blobs.published(fetch.order.blob) {
                    finish(fetch, .success(here))
                } else {
                    try open(fetch)
                    next(fetch)
                }
            } catch {
                finish(fetch, .failure(error))
            }
        }
    }

    private func mayBegin(_ fetch: BlobFetch) -> Bool {
        guard !underWay.contains(fetch.order.blob) else { return false }
        return fetch.order.isHere || fetch.peers.isEmpty || fetch.peers.contains(where: hasPlace)
    }

    private func hasPlace(_ peer: NodeID) -> Bool {
        underWayOfPeers[peer, default: 0] < Self.underWayMaxOfPeer
    }

    /// Goes on with what is here of it, where that may be this room's: to name a blob is not to have it, so where another
    /// room names it too, somebody of this room must send all of it.
    private func open(_ fetch: BlobFetch) throws {
        let partial = try blobs.partial(fetch.order.blob, size: fetch.order.size)
        if fetch.order.isElsewhere && !fetch.hasBegun || fetch.isOfOne { try partial.beginAnew() }
        // While it waited another order may have gone on with it.
        if partial.received != fetch.received { fetch.hasOlder = true }
        fetch.hasBegun = true
        fetch.partial = partial
    }

    /// The next piece, of the first peer that still may have it and isn't asked for much already.
    private func next(_ fetch: BlobFetch) {
        guard let partial = fetch.partial else { preconditionFailure("a fetch that is under way has a file") }
        guard !partial.isComplete else { return complete(fetch, partial) }
        if fetch.peer == nil {
            guard !fetch.peers.isEmpty else { return finish(fetch, .failure(BlobFetchFault.nobodyHasIt)) }
            guard let peer = fetch.peers.first(where: hasPlace) else { return park(fetch) }
            fetch.peer = peer
            underWayOfPeers[peer, default: 0] += 1
        }
        guard let peer = fetch.peer else { return }
        let range = partial.received..<min(partial.received + Self.pieceBytes, fetch.order.size)
        ask(peer, fetch.order, range) { [self] piece in
            do {
                if let piece {
                    try partial.append(piece.span)
                    fetch.received = partial.received
                    fetch.givers.insert(peer)
                } else {
                    leave(fetch)
                    fetch.peers.removeAll { $0 == peer }
                    if fetch.isOfOne {
                        try partial.beginAnew()
                        (fetch.received, fetch.givers) = (0, [])
                    }
                }
                next(fetch)
                if piece == nil { advance() }
            } catch {
                finish(fetch, .failure(error))
            }
        }
    }

    private func complete(_ fetch: BlobFetch, _ partial: PartialBlob) {
        do throws(BlobError) {
            finish(fetch, .success(try partial.finish()))
        } catch .hashMismatch {
            begin(anew: fetch)
        } catch {
            finish(fetch, .failure(error))
        }
    }

    /// What came was not what it is said to be.
    private func begin(anew fetch: BlobFetch) {
        leave(fetch)
        fetch.partial = nil
        if let liar = fetch.givers.first, fetch.givers.count == 1, !fetch.hasOlder {
            fetch.liars.insert(liar)
            core.log.warning(
                "a peer sent another file than it was asked for",
                [.text("peer", ShortText(liar.description)), .text("blob", ShortText(fetch.order.blob.description))])
        }
        fetch.isOfOne = true
        (fetch.received, fetch.hasOlder, fetch.givers) = (0, false, [])
        fetch.peers = fetch.order.peers.filter { !fetch.liars.contains($0) }
        underWay.remove(fetch.order.blob)
        // At its turn, since who is told lies again and again is to keep nobody else waiting; and when nobody up the stack
        // holds the file any more.
        wait(fetch)
        soon?.set(loop.now + 1)
    }

    /// Until one of those who may have it has less to send. What has come stays on the disk.
    private func park(_ fetch: BlobFetch) {
        fetch.partial = nil
        underWay.remove(fetch.order.blob)
        wait(fetch)
        advance()
    }

    /// Asks its peer no more.
    private func leave(_ fetch: BlobFetch) {
        guard let peer = fetch.peer else { return }
        fetch.peer = nil
        let left = underWayOfPeers[peer, default: 0] - 1
        underWayOfPeers[peer] = left > 0 ? left : nil
    }

    private func finish(_ fetch: BlobFetch, _ result: Result<PublishedBlob, any Error>) {
        let order = fetch.order
        leave(fetch)
        // Nothing of it is nothing to go on from.
        if let partial = fetch.partial, partial.received == 0, order.size > 0 { partial.discard() }
        fetch.partial = nil
        underWay.remove(order.blob)
        if case .success(let published) = result {
            let (core, room, blob, size) = (core, order.room, order.blob, published.size)
            do throws(WriterRefusal) {
                try core.writer.submit(.peers, bytes: 128) { transaction, log in
                    try log.keep(blob, size: size, for: room, in: transaction)
                } completion: { noted in
                    order.completion(noted.map { published })
                    core.settings.whenFetched(published, room)
                }
            } catch {
                order.completion(.failure(error))
            }
        } else {
            order.completion(result)
        }
        advance()
    }

    /// Nil where it is not answered with exactly these bytes.
    private func ask(
        _ peer: NodeID, _ order: BlobOrder, _ range: Range<UInt64>, _ completion: @escaping ([UInt8]?) -> Void
    ) {
        let question = Gossiper.Question(
            method: .get, target: "/federation/v1/blobs/\(order.blob)?room=\(order.room)",
            range: "bytes=\(range.lowerBound)-\(range.upperBound - 1)")
        guard let peer = core.book[peer], peer.consent.isAsked, let call = try? PeerCall(question, to: peer, core)
        else {
            return completion(nil)
        }
        var request = call.request
        request.answerBytesMax = SealedBody.sealedBytes(contentBytes: range.count + Self.headBytes)
        outbound.send(request) { result in
            guard case .success(let answer) = result, case .success(let read) = call.read(answer, as: peer.node),
                read.isPart(of: order.blob, size: order.size, range)
            else { return completion(nil) }
            completion(read.body)
        }
    }
}

/// What has become of an order so far.
private final class BlobFetch {
    let order: BlobOrder
    /// Who may be asked yet.
    var peers: [NodeID]
    /// Who is being asked.
    var peer: NodeID?
    /// While it is under way.
    var partial: PartialBlob?
    var hasBegun = false
    /// How much of it was there when it was under way last.
    var received: UInt64 = 0
    /// Whether some of what is there is from an earlier time.
    var hasOlder = false
    /// Who has sent the rest.
    var givers: Set<NodeID> = []
    /// Whose whole was wrong.
    var liars: Set<NodeID> = []
    /// Whether all of it must come of one.
    var isOfOne = false

    init(_ order: BlobOrder) {
        self.order = order
        peers = order.peers
    }
}

extension PeerAnswer {
    /// Whether its bytes are those asked for, as it says itself; its name proves the blob when it is whole.
    fileprivate func isPart(of blob: Hash, size: UInt64, _ range: Range<UInt64>) -> Bool {
        guard body.count == range.count else { return false }
        if let extent {
            return extent.hash == blob && extent.size == size && extent.first == range.lowerBound
                && extent.count == UInt64(body.count)
        }
        return contentRange == "bytes \(range.lowerBound)-\(range.upperBound - 1)/\(size)"
    }
}

extension Federation {
    /// Fetches a blob for a room, of whoever of the room's nodes gives it. Called back on some thread; the blob is there as long
    /// as what is handed over is held, and longer where something refers to it.
    package func fetch(
        _ blob: Hash, size: UInt64, for room: RoomID, _ completion: @escaping Completion<PublishedBlob>
    ) {
        core.tell(.fetchBlob(blob, size, room, nil, completion))
    }
}

extension Gossiper {
    /// Who sent it is asked first, and before those who do not answer. `sender` is known where nobody has asked for it yet.
    func fetch(
        _ blob: Hash, _ size: UInt64, for room: RoomID, sentBy sender: NodeID?,
        _ completion: @escaping @Sendable (Result<PublishedBlob, any Error>) -> Void
    ) {
        guard size <= core.settings.fetchBytesMax else { return completion(.failure(BlobFetchFault.tooLarge)) }
        var peers: [NodeID] = []
        var place = (isHere: false, isElsewhere: true)
        var share: BlobShare?
        attempt { log in
            peers = links.keys.sorted().filter { log.standing(of: $0, in: room) == .participant }
            place = log.place(of: blob, in: room)
            if !place.isHere { share = self.share(of: blob, size, in: room, log) }
        }
        var completion = completion
        if let share {
            guard hasRoom(for: share) else { return completion(.failure(BlobFetchFault.crowding)) }
            completion = taking(share, completion)
        }
        if let sender, let index = peers.firstIndex(of: sender) { peers.swapAt(0, index) }
        let isUp = { [links] (peer: NodeID) in links[peer]?.session.health.link == .up }
        let order = BlobOrder(
            blob: blob, room: room, size: size, isHere: place.isHere, isElsewhere: place.isElsewhere,
            isAhead: sender != nil, peers: peers.filter(isUp) + peers.filter { !isUp($0) }, completion: completion)
        guard core.blobOrders.post(order) else { return completion(.failure(BlobFetchFault.tooManyUnderWay)) }
    }

    /// What is small is here before somebody asks for it.
    func fetchAhead(_ room: RoomID, _ log: LogKeeper) {
        let sizeMax = min(core.settings.fetchAheadBytesMax, Int64(clamping: core.settings.fetchBytesMax))
        guard core.settings.blobs != nil, sizeMax > 0 else { return }
        for (blob, size, sender) in log.blobsLacking(in: room, sizeMax: sizeMax, limit: 16) {
            guard share(of: blob, size, in: room, log).map(hasRoom) ?? true,
                ahead.insert(RoomBlob(room: room, blob: blob)).inserted
            else { continue }
            core.tell(
                .fetchBlob(blob, size, room, sender) { [core] result in
                    if case .failure(let error) = result {
                        core.log.debug("a blob did not come", [.text("error", ShortText("\(error)"))])
                    }
                })
        }
        if ahead.count > 65_536 { ahead = [] }
    }
}
