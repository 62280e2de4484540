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
final class BlobFetcher {
    private static let pieceBytes: UInt64 = 1_048_576
    private static let underWayMax = 4
    private static let waitingMax = 1_024

    private let core: FederationCore
    private let blobs: BlobStore
    private let outbound: Outbound
    private var waiting: [BlobOrder] = []
    private var underWay: Set<Hash> = []

    init(_ core: FederationCore, _ blobs: BlobStore, on loop: EventLoop) throws {
        self.core = core
        self.blobs = blobs
        outbound = Outbound(on: loop, resolver: try Resolver(on: loop, threads: 1), courier: core.settings.courier)
    }

    func close() {
        outbound.close()
    }

    func take(_ order: BlobOrder) {
        guard waiting.count < Self.waitingMax else { return order.completion(.failure(BlobFetchFault.tooManyUnderWay)) }
        waiting.append(order)
        advance()
    }

    private func advance() {
        while underWay.count < Self.underWayMax,
            let index = waiting.firstIndex(where: { !underWay.contains($0.blob) })
        {
            let order = waiting.remove(at: index)
            underWay.insert(order.blob)
            do {
                if order.isHere, let here = try blobs.published(order.blob) {
                    finish(order, .success(here))
                } else {
                    // Also where another room has it: to name it is not to have it, so somebody of this room must send all of it.
                    let partial = try blobs.partial(order.blob, size: order.size)
                    if order.isElsewhere { try partial.beginAnew() }
                    next(order, partial, order.peers[...])
                }
            } catch {
                finish(order, .failure(error))
            }
        }
    }

    /// The next piece, of the first peer that still may have it.
    private func next(_ order: BlobOrder, _ partial: PartialBlob, _ peers: ArraySlice<NodeID>) {
        do {
            guard !partial.isComplete else { return finish(order, .success(try partial.finish())) }
        } catch {
            return finish(order, .failure(error))
        }
        guard let peer = peers.first else { return finish(order, .failure(BlobFetchFault.nobodyHasIt)) }
        ask(peer, order, from: partial.received, to: min(partial.received + Self.pieceBytes, order.size)) {
            [self] piece in
            do {
                guard let piece, !piece.isEmpty else { return next(order, partial, peers.dropFirst()) }
                try partial.append(piece.span)
                next(order, partial, peers)
            } catch {
                finish(order, .failure(error))
            }
        }
    }

    private func finish(_ order: BlobOrder, _ result: Result<PublishedBlob, any Error>) {
        underWay.remove(order.blob)
        if case .success(let published) = result {
            let (core, room, blob) = (core, order.room, order.blob)
            do throws(WriterRefusal) {
                try core.writer.submit(.peers, bytes: 128) { transaction, log in
                    try log.keep(blob, for: room, in: transaction)
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

    private func ask(
        _ peer: NodeID, _ order: BlobOrder, from first: UInt64, to end: UInt64,
        _ completion: @escaping ([UInt8]?) -> Void
    ) {
        let question = Gossiper.Question(
            method: .get, target: "/federation/v1/blobs/\(order.blob)?room=\(order.room)",
            range: "bytes=\(first)-\(end - 1)")
        guard let peer = core.book[peer], peer.consent.isAsked, let call = try? PeerCall(question, to: peer, core)
        else {
            return completion(nil)
        }
        outbound.send(call.request) { result in
            guard case .success(let answer) = result, case .success(let read) = call.read(answer, as: peer.node),
                read.isPart(of: order.blob, size: order.size, from: first, to: end)
            else { return completion(nil) }
            completion(read.body)
        }
    }
}

extension PeerAnswer {
    /// Whether its bytes are those asked for, as it says itself; its name proves the blob when it is whole.
    fileprivate func isPart(of blob: Hash, size: UInt64, from first: UInt64, to end: UInt64) -> Bool {
        guard UInt64(body.count) <= end - first else { return false }
        if let extent {
            return extent.hash == blob && extent.size == size && extent.first == first
                && extent.count == UInt64(body.count)
        }
        return contentRange == "bytes \(first)-\(Int(first) + body.count - 1)/\(size)"
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
    /// Who sent it is asked first.
    func fetch(
        _ blob: Hash, _ size: UInt64, for room: RoomID, sentBy sender: NodeID?,
        _ completion: @escaping @Sendable (Result<PublishedBlob, any Error>) -> Void
    ) {
        var peers: [NodeID] = []
        var place = (isHere: false, isElsewhere: true)
        attempt { log in
            peers = links.keys.sorted().filter { log.standing(of: $0, in: room) == .participant }
            place = log.place(of: blob, in: room)
        }
        if let sender, let index = peers.firstIndex(of: sender) { peers.swapAt(0, index) }
        let order = BlobOrder(
            blob: blob, room: room, size: size, isHere: place.isHere, isElsewhere: place.isElsewhere, peers: peers,
            completion: completion)
        guard core.blobOrders.post(order) else { return completion(.failure(BlobFetchFault.tooManyUnderWay)) }
    }

    /// What is small is here before somebody asks for it.
    func fetchAhead(_ room: RoomID, _ log: LogKeeper) {
        guard core.settings.blobs != nil, core.settings.fetchAheadBytesMax > 0 else { return }
        let lacking = log.blobsLacking(in: room, sizeMax: core.settings.fetchAheadBytesMax, limit: 16)
        for (blob, size, sender) in lacking where ahead.insert(RoomBlob(room: room, blob: blob)).inserted {
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
