import API
import Blobs
import Chat
import Federation
import Operations
import SQLite
import Store

// What the API asks of other nodes, in Federation's words.

/// What is true for a moment, to whom it concerns elsewhere.
struct FederatedSignals: SignalSending {
    let federation: Federation

    func typing(_ person: PersonNumber, in room: RoomNumber, _ isTyping: Bool) {
        federation.tell(.typing(person, in: room, isTyping))
    }

    func presence(_ person: PersonNumber, _ presence: Presence) {
        federation.tell(.presence(person, isOnline: presence.isOnline, lastActivity: presence.lastActivity))
    }
}

extension RealTime {
    /// What somebody of another node does.
    func hear(_ signal: PersonSignal) {
        switch signal {
        case .typing(let person, let room, let isTyping): typing(person, in: room, isTyping)
        case .presence(let person, let isOnline, let activity):
            presence(person, Presence(isOnline: isOnline, lastActivity: activity))
        }
    }
}

/// How far rooms and messages have come.
struct FederatedSpread: RoomSpreading {
    let node: NodeID

    func peers(of room: RoomNumber, on connection: Connection) throws -> [RoomPeer] {
        try KnownNodes(connection, node: node).sync(of: room)?.peers.map { peer in
            RoomPeer(
                name: peer.name, key: "\(peer.node)", isIdentical: peer.isIdentical,
                behind: peer.behind.map { Int(clamping: $0) }, digest: peer.digest, checked: peer.checked)
        } ?? []
    }

    func delivery(of message: StoredMessage, on connection: Connection) throws -> API::Delivery {
        guard let known = try KnownNodes(connection, node: node).delivery(of: message.number) else {
            return NodeAlone().delivery(of: message, on: connection)
        }
        return API::Delivery(
            nodes: known.nodes, deliveredTo: known.deliveredTo, erasedOn: known.erasedOn,
            offline: known.offline.map { .init(name: $0.name, key: "\($0.node)", since: $0.since) })
    }
}

/// Files that are on other nodes.
struct FederatedFiles: BlobFetching {
    let federation: Federation

    func fetch(_ file: WantedFile, completion: @escaping @Sendable (Result<Bool, any Error>) -> Void) {
        federation.fetch(file.blob, size: file.size, for: file.room) { result in
            switch result {
            case .failure(BlobFetchFault.tooLarge): completion(.failure(FileRefusal.tooLarge))
            case .failure(BlobFetchFault.crowding): completion(.failure(FileRefusal.shareFull))
            default: completion(result.map { _ in true })
            }
        }
    }
}
