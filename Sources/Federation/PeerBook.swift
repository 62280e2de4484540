package import Bytes
import EventLoop
package import Operations
import Outbound
package import Peers
import Store
import Synchronization

/// A node that is a peer, is to be one, or asks to be: as this process knows it.
package struct Peer: Sendable {
    package let node: NodeID
    package var consent: PeerConsent
    /// By which keys it is believed; nil until it has shown a card.
    package var keys: PeerKeys?
    /// What an administrator calls it, and where they say that it is.
    package var name: String?
    package var url: NodeURL?
    /// Where its card said that it is when an administrator added or accepted it.
    package var seenURL: NodeURL?
    /// From where it knocked.
    package var address: String?
    package var created: Timestamp

    init(_ node: NodeID, created: Timestamp) {
        self.node = node
        consent = PeerConsent(node: node)
        self.created = created
    }

    /// Where it is called.
    package var place: NodeURL? { url ?? consent.card?.url }
    /// For where requests to it are signed: what it says itself, on whatever way it is reached.
    var destination: NodeURL? { consent.card?.url ?? url }
    /// Only where an administrator has seen or said that it is may be in a network of our own: a card can be changed to lead
    /// anywhere, and what we ask would come from within.
    func reach(_ settings: FederationSettings) -> AddressPolicy {
        settings.allowsPrivateAddresses || url != nil || place == seenURL ? .privateToo : .globalOnly
    }
    /// Whether it has knocked from a network of our own.
    var isWithin: Bool {
        guard let address = address.flatMap({ SocketAddress(host: $0, port: 0) }) else { return false }
        let kind = AddressKind(address)
        return kind != .global && AddressPolicy.privateToo.allows(kind)
    }
    package var label: String? { name ?? consent.card?.name.text }
}

/// All peers, for any thread. Only the thread that gossips changes them.
final class PeerBook: Sendable {
    private struct Contents {
        var all: [NodeID: Peer] = [:]
        var peers: KnownPeers
    }

    private let contents: Mutex<Contents>

    /// - Parameter closed: this node, where it gives its directory to nobody.
    init(closed: NodeID? = nil) {
        contents = Mutex(Contents(peers: KnownPeers([], closed: closed.map { [$0] } ?? [])))
    }

    subscript(node: NodeID) -> Peer? { contents.withLock { $0.all[node] } }
    var all: [Peer] { contents.withLock { Array($0.all.values) } }
    var peers: KnownPeers { contents.withLock { $0.peers } }

    func put(_ peer: Peer) {
        contents.withLock { contents in
            contents.all[peer.node] = peer
            if case .pinned(let pin) = peer.consent.standing, pin.theyAgree {
                contents.peers.nodes.insert(peer.node)
            } else {
                contents.peers.nodes.remove(peer.node)
            }
            if peer.consent.card?.statement.givesDirectory == false {
                contents.peers.closed.insert(peer.node)
            } else {
                contents.peers.closed.remove(peer.node)
            }
        }
    }

    func remove(_ node: NodeID) {
        contents.withLock { contents in
            contents.all[node] = nil
            contents.peers.nodes.remove(node)
        }
    }
}

extension Peer {
    init(_ row: PeerRow) throws(CardFault) {
        self.init(row.node, created: row.created)
        name = row.name
        url = row.url.flatMap { NodeURL($0) }
        seenURL = row.seenURL.flatMap { NodeURL($0) }
        address = row.address
        let card: Card? = if let bytes = row.state.card { try Card(decoding: bytes.span) } else { nil }
        keys = card.map { PeerKeys($0.certificate) }
        let state = row.state
        if state.isPinned {
            let objection: PeerConsent.Objection? =
                state.otherNode.map { .anotherNode($0) } ?? (state.hasEnded ? .ended : nil)
            let pin = PeerConsent.Pin(
                card: card, theyAgree: state.agrees, isPaused: state.isPaused, objection: objection)
            consent = PeerConsent(node: row.node, standing: .pinned(pin))
        } else if let card {
            consent = PeerConsent(node: row.node, standing: .knocking(card))
        }
    }

    /// Nil for a stranger.
    var state: PeerRow.State? {
        switch consent.standing {
        case .stranger: return nil
        case .knocking(let card): return PeerRow.State(card: card.encoded, isPinned: false)
        case .pinned(let pin):
            var state = PeerRow.State(
                card: pin.card?.encoded, isPinned: true, agrees: pin.theyAgree, isPaused: pin.isPaused)
            switch pin.objection {
            case nil: break
            case .ended: state.hasEnded = true
            case .anotherNode(let other): state.otherNode = other
            }
            return state
        }
    }
}
