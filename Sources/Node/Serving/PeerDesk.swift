import API
import Bytes
import Chat
import Federation
import Gossip
import Operations
import SQLite
import Store

/// The node's peers, as the API's administrators see and change them. What they do is noted.
struct PeerDesk: PeerAdministration {
    let federation: Federation
    let writer: Writer<ChatState>
    let node: NodeID

    private func view(_ summary: PeerSummary) -> PeerView {
        PeerView(
            summary, toFetch: federation.health(of: summary.node)?.roomsToPull,
            storedBytesMax: federation.storageBytesMax)
    }

    func peers(_ window: ListWindow, on connection: Connection) throws -> (count: Int, peers: [PeerView]) {
        let all = try PeerSummary.all(as: node, on: connection)
        return (all.count, all.dropFirst(window.offset).prefix(window.limit).map { view($0) })
    }

    func peer(_ key: NodeID, on connection: Connection) throws -> PeerView? {
        try PeerSummary.of(key, as: node, on: connection).map { view($0) }
    }

    func add(_ peer: NewPeer, on occasion: Occasion, completion: @escaping PeerCompletion<AddedPeer>) {
        federation.addPeer(url: peer.url, key: peer.key, name: peer.name) { result in
            switch result {
            case .success(let (summary, isNew)):
                note("peer.add", summary.node, on: occasion)
                completion(.success(AddedPeer(peer: view(summary), isNew: isNew)))
            case .failure(let error): completion(.failure(Self.fault(error)))
            }
        }
    }

    func change(
        _ key: NodeID, _ change: PeerChange, on occasion: Occasion, completion: @escaping PeerCompletion<PeerView>
    ) {
        let (order, action): (PeerOrder, String) =
            switch change {
            case .pause: (.pause, "peer.pause")
            case .resume: (.resume, "peer.resume")
            case .accept: (.accept, "peer.accept")
            }
        federation.order(order, of: key) { result in
            switch result {
            case .success(let summary):
                note(action, key, on: occasion)
                completion(.success(view(summary)))
            case .failure(let error): completion(.failure(Self.fault(error)))
            }
        }
    }

    func remove(_ key: NodeID, on occasion: Occasion, completion: @escaping PeerCompletion<Void>) {
        federation.remove(key) { result in
            if case .success = result { note("peer.remove", key, on: occasion) }
            completion(result.mapError { Self.fault($0) })
        }
    }

    /// Nobody waits for it: who did it has been answered.
    private func note(_ action: String, _ key: NodeID, on occasion: Occasion) {
        try? writer.submit(bytes: 256) { transaction, _ in
            try AuditTable.insert(
                action, subject: key.description, by: occasion.actor, from: occasion.address, at: occasion.now,
                in: transaction)
        } completion: { _ in
        }
    }

    private static func fault(_ error: any Error) -> any Error {
        guard let fault = error as? PeeringFault else { return error }
        return switch fault {
        case .badURL: PeerFault.malformedURL
        case .ourselves: PeerFault.wrongURL("this is the node itself")
        case .unreachable(let detail): PeerFault.wrongURL("nobody answers there: \(detail)")
        case .noNode(let detail): PeerFault.wrongURL("no node is there: \(detail)")
        case .anotherNode(let other): PeerFault.wrongKey("the node there has the key \(other)")
        case .noSuchPeer: PeerFault.unknown
        case .doesNotFit: PeerFault.wrongState("this can't be done as things stand with the peer")
        }
    }
}

extension PeerView {
    init(_ summary: PeerSummary, toFetch: Int? = nil, storedBytesMax: Int64? = nil) {
        let state: State =
            switch summary.state {
            case .knocking: .knocking
            case .waiting: .waiting
            case .active: .active
            case .unreachable: .unreachable
            case .paused: .paused
            case .refused: .refused
            }
        self.init(
            number: summary.number.value, name: summary.name, url: summary.url, key: summary.node, state: state,
            created: summary.created, lastContact: summary.lastContact, lastError: summary.lastError,
            rooms: summary.rooms, behind: summary.behind, toFetch: toFetch,
            storedBytes: summary.stored.total, storedBytesMax: storedBytesMax)
    }
}
