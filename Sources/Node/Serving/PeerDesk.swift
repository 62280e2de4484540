import API
import Bytes
import Chat
import Federation
import Operations
import SQLite
import Store

/// What administrators want of peers, said to the part that talks with them.
struct PeerDesk: PeerAdministration {
    let federation: Federation
    let node: NodeID
    let databasePath: String

    func peers(_ window: ListWindow, on connection: Connection) throws -> (count: Int, peers: [PeerView]) {
        let all = try PeerSummary.all(as: node, on: connection)
        return (all.count, all.dropFirst(window.offset).prefix(window.limit).map { PeerView($0) })
    }

    func peer(_ key: NodeID, on connection: Connection) throws -> PeerView? {
        try PeerSummary.of(key, as: node, on: connection).map { PeerView($0) }
    }

    func add(_ peer: NewPeer, on occasion: Occasion, completion: @escaping PeerCompletion<AddedPeer>) {
        federation.addPeer(url: peer.url, key: peer.key, name: peer.name) { result in
            completion(
                result.mapError { Self.fault($0) }.flatMap { added in
                    look(added.node).map { AddedPeer(peer: $0, isNew: added.isNew) }
                })
        }
    }

    func change(
        _ key: NodeID, _ change: PeerChange, on occasion: Occasion, completion: @escaping PeerCompletion<PeerView>
    ) {
        let order: PeerOrder =
            switch change {
            case .pause: .pause
            case .resume: .resume
            case .accept: .accept
            }
        federation.order(order, of: key) { result in
            completion(result.mapError { Self.fault($0) }.flatMap { look(key) })
        }
    }

    func remove(_ key: NodeID, on occasion: Occasion, completion: @escaping PeerCompletion<Void>) {
        federation.order(.remove, of: key) { completion($0.mapError { Self.fault($0) }) }
    }

    private func look(_ key: NodeID) -> Result<PeerView, any Error> {
        Result {
            guard let view = try Reader(databasePath).read({ try peer(key, on: $0) }) else {
                throw API::PeerFault.unknown
            }
            return view
        }
    }

    private static func fault(_ error: any Error) -> any Error {
        guard let fault = error as? Federation::PeerFault else { return error }
        return switch fault {
        case .badURL: API::PeerFault.malformedURL
        case .ourselves: API::PeerFault.wrongURL("That is this node.")
        case .unreachable(let detail): API::PeerFault.wrongURL("Nobody answers there: \(detail).")
        case .noNode(let detail): API::PeerFault.wrongURL("There is no Parley: \(detail).")
        case .anotherNode(let other): API::PeerFault.wrongKey("The node there is \(other).")
        case .noSuchPeer: API::PeerFault.unknown
        case .doesNotFit: API::PeerFault.wrongState("That can't be done with the peer as it is.")
        }
    }
}

extension PeerView {
    init(_ summary: PeerSummary) {
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
            rooms: summary.rooms, behind: summary.behind)
    }
}
