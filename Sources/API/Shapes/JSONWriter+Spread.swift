import JSON
import Keys

extension JSONWriter {
    mutating func sync(digest: Hash, _ peers: [RoomPeer]) {
        object {
            $0.member("digest", "\(digest)")
            $0.member(
                "peers",
                array: {
                    for peer in peers { $0.peer(peer) }
                })
        }
    }

    private mutating func peer(_ peer: RoomPeer) {
        object {
            $0.member("name", peer.name)
            $0.member("key", peer.key)
            $0.key("identical")
            if let isIdentical = peer.isIdentical { $0.bool(isIdentical) } else { $0.null() }
            $0.member("behind", peer.behind.map { Int64($0) })
            $0.member("digest", peer.digest.map { "\($0)" })
            $0.member("checked_at", peer.checked)
        }
    }

    mutating func delivery(_ delivery: Delivery) {
        object {
            $0.member("nodes", delivery.nodes)
            $0.member("delivered_to", delivery.deliveredTo)
            $0.member("erased_on", delivery.erasedOn.map { Int64($0) })
            $0.member(
                "offline",
                array: {
                    for node in delivery.offline {
                        $0.object {
                            $0.member("name", node.name)
                            $0.member("key", node.key)
                            $0.member("since", node.since)
                        }
                    }
                })
        }
    }
}
