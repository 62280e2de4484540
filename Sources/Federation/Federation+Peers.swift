import Bytes
import Gossip
import Keys
package import Operations
import Peers
import SQLite

/// Why a node was not made a peer, or not what was wanted of it.
package enum PeeringFault: Error, Equatable, Sendable {
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
    case accept, pause, resume
}

// What administrators say of peers. Called back when it is on the disk, on some thread.
extension Federation {
    package typealias Completion<Value> = @Sendable (Result<Value, any Error>) -> Void

    /// Makes a node a peer: by its URL, where its card is fetched and checked; by its key, where it will call us; or by both, where
    /// no other than this one will do, and it may be silent yet. The value: what it is now, and whether it was not there before.
    package func addPeer(
        url text: String?, key: NodeID?, name: String?,
        _ completion: @escaping Completion<(peer: PeerSummary, isNew: Bool)>
    ) {
        guard let text else {
            guard let key, key != core.node else { return completion(.failure(PeeringFault.ourselves)) }
            return add(key, nil, name: name, url: nil, completion)
        }
        guard let url = NodeURL(text) else { return completion(.failure(PeeringFault.badURL)) }
        guard url != core.settings.url else { return completion(.failure(PeeringFault.ourselves)) }
        core.tell(
            .fetchCard(url) { [self] result in
                switch result {
                case .success(let card):
                    guard card.node != core.node else { return completion(.failure(PeeringFault.ourselves)) }
                    guard key == nil || key == card.node else {
                        return completion(.failure(PeeringFault.anotherNode(card.node)))
                    }
                    add(card.node, card, name: name, url: card.url == url ? nil : url, completion)
                case .failure(.unreachable(let detail)):
                    guard let key, key != core.node else {
                        return completion(.failure(PeeringFault.unreachable(detail)))
                    }
                    add(key, nil, name: name, url: url, completion)
                case .failure(.noCard(let detail)): completion(.failure(PeeringFault.noNode(detail)))
                }
            })
    }

    private func add(
        _ node: NodeID, _ card: Card?, name: String?, url: NodeURL?,
        _ completion: @escaping Completion<(peer: PeerSummary, isNew: Bool)>
    ) {
        let isNew = core.book[node].map { $0.consent.state == .knocking } ?? true
        change(node, .add(card), name: name, url: url) { [core] result in
            switch result {
            case .success(.anotherNode(let other)): completion(.failure(PeeringFault.anotherNode(other)))
            case .success: core.summarize(node) { completion($0.map { ($0, isNew) }) }
            case .failure(let error): completion(.failure(error))
            }
        }
    }

    /// What it is then.
    package func order(_ order: PeerOrder, of node: NodeID, _ completion: @escaping Completion<PeerSummary>) {
        guard let peer = core.book[node] else { return completion(.failure(PeeringFault.noSuchPeer)) }
        // Whoever is accepted already has been; to ask for it again is no fault.
        let isDone =
            switch (order, peer.consent.state) {
            case (.accept, .active), (.pause, .paused), (.resume, .active), (.resume, .waiting): true
            default: false
            }
        guard !isDone else { return core.summarize(node, completion) }
        let event: PeerConsent.Event =
            switch order {
            case .accept: .accept
            case .pause: .pause
            case .resume: .resume
            }
        change(node, event) { [core] result in
            switch result {
            case .success(.doesNotFit): completion(.failure(PeeringFault.doesNotFit))
            case .success: core.summarize(node, completion)
            case .failure(let error): completion(.failure(error))
            }
        }
    }

    /// Ends it; what was received stays.
    package func remove(_ node: NodeID, _ completion: @escaping Completion<Void>) {
        guard core.book[node] != nil else { return completion(.failure(PeeringFault.noSuchPeer)) }
        change(node, .remove) { result in completion(result.map { _ in }) }
    }
}

extension FederationCore {
    /// Not on the thread that writes, which has just told what became of it.
    fileprivate func summarize(_ node: NodeID, _ completion: @escaping Federation.Completion<PeerSummary>) {
        let isTaken = workers.submit(for: node) { worker in
            completion(
                Result {
                    guard let peer = try PeerSummary.of(node, as: worker.core.node, on: worker.connection) else {
                        throw PeeringFault.noSuchPeer
                    }
                    return peer
                })
        }
        if !isTaken { completion(.failure(WriterRefusal.busy)) }
    }
}
