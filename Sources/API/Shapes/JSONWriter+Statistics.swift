package import JSON
package import Store

extension JSONWriter {
    /// The members of `Statistics` in openapi.json. `sockets` and `started_at` are null where no node runs.
    package mutating func statistics(_ store: StoreStatistics, _ node: NodeFigures) {
        member(
            "users",
            object: {
                $0.member("local", store.accounts)
                $0.member("active", store.activeAccounts)
                $0.member("remote", store.remotePeople)
            })
        member("rooms", store.rooms)
        member("messages", store.messages)
        member(
            "attachments",
            object: {
                $0.member("count", store.attachments)
                $0.member("bytes", store.attachmentBytes)
            })
        member("operations", store.operations)
        member("forks", store.forks)
        member("database_bytes", node.databaseBytes)
        member("free_bytes", node.freeBytes)
        member(
            "peers",
            object: {
                $0.member("active", node.activePeers)
                $0.member("total", node.peers)
            })
        member("sockets", node.sockets)
        member(
            "outbox",
            object: {
                $0.member("waiting", store.waitingToBeSent)
                $0.member("failed", store.failedToBeSent)
            })
        member("version", node.version)
        member("started_at", node.started)
    }
}
