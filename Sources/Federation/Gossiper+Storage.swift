import Blobs
import Gossip
import Keys
import Log
import Operations
import SQLite
import Store

/// A blob that is to be kept of a node.
struct BlobShare: Sendable {
    let node: NodeID
    let bytes: Int64
    /// How much is kept of that node already.
    let stored: Int64
}

// How much is kept of each node that writes here, and what becomes of what is beyond that (Spec/replication.md, "What is kept of a
// node").
extension Gossiper {
    /// What was refused is asked for again when so much room is there: else each payload that is erased would bring hundreds of
    /// others here, to find room for one.
    private static func isRoomy(_ stored: StoredBytes, _ bytesMax: Int64) -> Bool {
        stored.total < bytesMax - bytesMax / 8
    }

    /// Tells the operator who has filled their share, and asks for what was refused of those who have room again.
    func lookForCrowding() {
        let bytesMax = core.settings.storageBytesMax ?? .max
        var found: [CrowdingNode] = []
        guard attempt({ found = $0.crowding(from: bytesMax - bytesMax / 8) }) else { return }
        let full = found.filter { $0.stored.total >= bytesMax && crowding.insert($0.node).inserted }
        for node in full {
            core.log.warning(
                "as much is kept of a node as may be: its payloads and files are refused",
                Self.fields(node.node, node.stored, bytesMax))
        }
        // What was being asked for of them isn't any more.
        if !full.isEmpty { noteMissingPayloads(of: payloadWants.rooms) }
        // Of whom something was refused before this start, which may have given them more room.
        if !hasLookedForCrowding { crowding.formUnion(found.filter(\.isLacking).map(\.node)) }
        hasLookedForCrowding = true
        let roomy = Set(found.filter { Self.isRoomy($0.stored, bytesMax) }.map(\.node))
        let known = Set(found.map(\.node))
        for node in crowding.sorted() where roomy.contains(node) || !known.contains(node) {
            crowding.remove(node)
            core.log.info("there is room again for what a node writes", [.text("node", ShortText(node.description))])
        }
        askForRefused(of: found.filter { roomy.contains($0.node) && $0.isLacking }.map(\.node))
    }

    private static func fields(_ node: NodeID, _ stored: StoredBytes, _ bytesMax: Int64) -> [LogField] {
        [
            .text("node", ShortText(node.description)), .size("stored", bytes: UInt64(clamping: stored.total)),
            .size("bound", bytes: UInt64(clamping: bytesMax)),
        ]
    }

    private func askForRefused(of nodes: [NodeID]) {
        guard !nodes.isEmpty else { return }
        let core = core
        try? core.writer.submit(.peers, bytes: 0) { _, log in
            try log.askForRefused(of: nodes)
        } completion: { rooms in
            if let rooms = try? rooms.get(), !rooms.isEmpty { core.tell(.asksAgain(rooms)) }
        }
    }

    // MARK: Blobs

    /// Nil for what counts for nobody else.
    func share(of blob: Hash, _ size: UInt64, in room: RoomID, _ log: LogKeeper) -> BlobShare? {
        log.owner(of: blob, in: room).map {
            BlobShare(node: $0.node, bytes: Int64(clamping: size), stored: $0.stored.total)
        }
    }

    func hasRoom(for share: BlobShare) -> Bool {
        guard let bytesMax = core.settings.storageBytesMax else { return true }
        let kept = share.stored + fetching[share.node, default: 0]
        return kept <= bytesMax && share.bytes <= bytesMax - kept
    }

    /// Until it is here, or won't come, it takes the room that it will need.
    func taking(
        _ share: BlobShare, _ completion: @escaping @Sendable (Result<PublishedBlob, any Error>) -> Void
    ) -> @Sendable (Result<PublishedBlob, any Error>) -> Void {
        fetching[share.node, default: 0] += share.bytes
        return { [core] result in
            core.tell(.fetched(share))
            completion(result)
        }
    }

    func give(back share: BlobShare) {
        let left = fetching[share.node, default: 0] - share.bytes
        fetching[share.node] = left > 0 ? left : nil
    }
}
