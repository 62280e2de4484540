import Bytes
import Gossip
import Keys
package import Operations
import Peers

/// Why a node was not made a peer, or not what was wanted of it.
package enum PeerFault: Error, Equatable, Sendable {
    /// No URL of a node in its one form.
    case badURL
    case ourselves
    /// Nobody answers there.
    case unreachable(String)
    /// Somebody answers who is no node.
    case noNode(String)
    /// Another node than the one that was named.
    case anotherNode(NodeID)
    case noSuchPeer
    /// There is no such thing to do in the state that it is in.
    case doesNotFit
}

package enum PeerOrder: Sendable {
    case accept, pause, resume, remove
}

// What administrators say of peers. Called back when it is on the disk, on some thread.
extension Federation {
    package typealias Completion<Value> = @Sendable (Result<Value, any Error>) -> Void

    /// Makes a node a peer: by its URL, where its card is fetched and checked; by its key, where it will call us; or by both, where
    /// no other than this one will do, and it may be silent yet. The value: whether it was not there before.
    package func addPeer(
        url text: String?, key: NodeID?, name: String?, _ completion: @escaping Completion<(node: NodeID, isNew: Bool)>
    ) {
        guard let text else {
            guard let key, key != core.node else { return completion(.failure(PeerFault.ourselves)) }
            return add(key, nil, name: name, url: nil, completion)
        }
        guard let url = NodeURL(text) else { return completion(.failure(PeerFault.badURL)) }
        guard url != core.settings.url else { return completion(.failure(PeerFault.ourselves)) }
        core.tell(
            .fetchCard(url) { [self] result in
                switch result {
                case .success(let card):
                    guard card.node != core.node else { return completion(.failure(PeerFault.ourselves)) }
                    guard key == nil || key == card.node else {
                        return completion(.failure(PeerFault.anotherNode(card.node)))
                    }
                    add(card.node, card, name: name, url: card.url == url ? nil : url, completion)
                case .failure(.unreachable(let detail)):
                    guard let key, key != core.node else {
                        return completion(.failure(PeerFault.unreachable(detail)))
                    }
                    add(key, nil, name: name, url: url, completion)
                case .failure(.noCard(let detail)): completion(.failure(PeerFault.noNode(detail)))
                }
            })
    }

    private func add(
        _ node: NodeID, _ card: Card?, name: String?, url: NodeURL?,
        _ completion: @escaping Completion<(node: NodeID, isNew: Bool)>
    ) {
        let isNew = core.book[node].map { $0.consent.state == .knocking } ?? true
        change(node, .add(card), name: name, url: url) { result in
            completion(
                result.flatMap { outcome in
                    if case .anotherNode(let other) = outcome { return .failure(PeerFault.anotherNode(other)) }
                    return .success((node, isNew))
                })
        }
    }

    package func order(_ order: PeerOrder, of node: NodeID, _ completion: @escaping Completion<Void>) {
        guard let peer = core.book[node] else { return completion(.failure(PeerFault.noSuchPeer)) }
        // Whoever is accepted already has been; to ask for it again is no fault.
        let isDone =
            switch (order, peer.consent.state) {
            case (.accept, .active), (.pause, .paused), (.resume, .active), (.resume, .waiting): true
            default: false
            }
        guard !isDone else { return completion(.success(())) }
        let event: PeerConsent.Event =
            switch order {
            case .accept: .accept
            case .pause: .pause
            case .resume: .resume
            case .remove: .remove
            }
        change(node, event) { result in
            completion(result.flatMap { $0 == .doesNotFit ? .failure(PeerFault.doesNotFit) : .success(()) })
        }
    }
}
