import Bytes
import Chat
import JSON
import Keys
import Operations
import SQLite
import Store

/// Other nodes, as administrators see and change them.
enum PeerRoutes {
    static func list(_ call: Call) throws -> Answer {
        let window = call.query.window()
        try call.query.check()
        return try call.read { connection in
            let found = try call.shared.parts.peers.peers(window, on: connection)
            return call.page(window, count: found.count) { json in
                for peer in found.peers { json.peer(peer) }
            }
        }
    }

    static func add(_ call: Call) throws -> Answer {
        let fields = try call.fields()
        let (url, name) = (fields.text("url"), fields.text("name"))
        var key: NodeID?
        if let text = fields.text("key") {
            key = Bytes32(hex: text).map { NodeID($0) }
            if key == nil { fields.problems.add("key", "Must be 64 hexadecimal digits.") }
        }
        if let name, !NewPeer.isName(name) { fields.problems.add("name", "Must be 1 to 255 characters.") }
        if !fields.has("url"), !fields.has("key") { fields.problems.add("url", "A URL or a key is needed.") }
        try fields.check()
        let (peer, occasion) = (NewPeer(url: url, key: key, name: name), call.occasion)
        return try call.peer { peers, completion in
            peers.add(peer, on: occasion, completion: completion)
        } then: { (added: AddedPeer) in
            .made(at: "/api/admin/peers/\(added.peer.key)/", isNew: added.isNew) { $0.peer(added.peer) }
        }
    }

    static func show(_ call: Call) throws -> Answer {
        let key = try call.nodeOfPath()
        return try call.read { connection in
            guard let peer = try call.shared.parts.peers.peer(key, on: connection) else { throw APIFault.notFound() }
            return .thing { $0.peer(peer) }
        }
    }

    static func pause(_ call: Call) throws -> Answer { try change(call, .pause) }

    static func resume(_ call: Call) throws -> Answer { try change(call, .resume) }

    static func accept(_ call: Call) throws -> Answer { try change(call, .accept) }

    private static func change(_ call: Call, _ change: PeerChange) throws -> Answer {
        let (key, occasion) = (try call.nodeOfPath(), call.occasion)
        return try call.peer { peers, completion in
            peers.change(key, change, on: occasion, completion: completion)
        } then: { (peer: PeerView) in
            .ok { $0.peer(peer) }
        }
    }

    static func remove(_ call: Call) throws -> Answer {
        let (key, occasion) = (try call.nodeOfPath(), call.occasion)
        try call.obeyIfMatch { try show(call) }
        return try call.peer { peers, completion in
            peers.remove(key, on: occasion, completion: completion)
        } then: { (_: Void) in
            .done
        }
    }
}

extension Call {
    fileprivate func nodeOfPath() throws(APIFault) -> NodeID {
        guard let bytes = Bytes32(hex: text("key")) else { throw .notFound() }
        return NodeID(bytes)
    }

    fileprivate func peer<Value: Sendable>(
        _ begin: (any PeerAdministration, @escaping PeerCompletion<Value>) -> Void,
        then: @escaping (Value) throws -> Answer
    ) throws -> Answer {
        try wait { [peers = shared.parts.peers] completion in
            begin(peers) { result in completion(result.mapError { APIFault(peer: $0) ?? $0 }) }
        } then: {
            try then($0)
        }
    }
}

extension APIFault {
    fileprivate init?(peer error: any Error) {
        guard let fault = error as? PeerFault else { return nil }
        switch fault {
        case .unknown: self = .notFound()
        case .wrongState(let text): self = .conflict(text)
        case .wrongURL(let text): self = .conflict(text, field: "url")
        case .wrongKey(let text): self = .conflict(text, field: "key")
        case .malformedURL: self = .invalid([FieldProblem("url", "Must be the http or https address of a server.")])
        }
    }
}

extension JSONWriter {
    package mutating func peer(_ peer: PeerView) {
        object {
            $0.member("id", peer.number)
            $0.member("name", peer.name)
            $0.member("url", peer.url)
            $0.member("key", peer.key.description)
            $0.member("state", peer.state.rawValue)
            $0.member("created_at", peer.created)
            $0.member("last_contact_at", peer.lastContact)
            $0.member("last_error", peer.lastError)
            $0.member("rooms", peer.rooms)
            $0.member("behind", peer.behind)
            $0.key("to_fetch")
            if let toFetch = peer.toFetch { $0.integer(toFetch) } else { $0.null() }
            $0.member("stored_bytes", peer.storedBytes)
            $0.member("stored_bytes_max", peer.storedBytesMax)
        }
    }
}
