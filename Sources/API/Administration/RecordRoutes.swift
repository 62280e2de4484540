import Chat
import JSON
import Operations
import SQLite
import Store

/// What the node says of itself to its administrators: figures, and who did what.
enum RecordRoutes {
    static func statistics(_ call: Call) throws -> Answer {
        let figures = call.shared.parts.status.figures
        return try call.work { reader in
            try reader.read { try StoreStatistics(on: $0) }
        } then: { statistics in
            .ok { json in json.object { $0.statistics(statistics, figures) } }
        }
    }

    static func forks(_ call: Call) throws -> Answer {
        let window = call.query.window()
        try call.query.check()
        return try call.read { connection in
            let count = try ForkTable.count(on: connection)
            let forks = try ForkTable.forks(window, on: connection)
            return call.page(window, count: count) { json in
                for fork in forks { json.fork(fork) }
            }
        }
    }

    static func audit(_ call: Call) throws -> Answer {
        let window = call.query.window()
        var filter = AuditFilter(action: call.query.text("action"), time: call.query.times())
        let actor = call.query.person("actor")
        try call.query.check()
        return try call.read { connection in
            filter.actor = try actor.map { try call.numberOfFilter($0, on: connection) }
            let count = try AuditTable.count(filter, on: connection)
            let entries = try AuditTable.entries(filter, window, on: connection)
            return try call.page(window, count: count) { json in
                for entry in entries {
                    let actor = try entry.actor.flatMap { try PersonTable.card(of: $0, on: connection) }
                    json.auditEntry(entry, by: actor)
                }
            }
        }
    }
}

extension JSONWriter {
    fileprivate mutating func auditEntry(_ entry: AuditEntry, by actor: PersonCard?) {
        object {
            $0.member("id", entry.number)
            $0.member("at", entry.time)
            $0.member("actor", entry.actor)
            $0.key("actor_detail")
            if let actor { $0.userDetail(actor) } else { $0.null() }
            $0.member("action", entry.action)
            $0.member("target", entry.subject)
            $0.member("address", entry.address)
            $0.member("data", object: { if let detail = entry.detail { $0.member("detail", detail) } })
        }
    }

    fileprivate mutating func fork(_ fork: ProvenFork) {
        object {
            $0.member("id", fork.serial)
            $0.member("name", fork.name)
            $0.member("key", fork.node.description)
            $0.member("room", fork.room)
            $0.member("epoch", Int64(bitPattern: fork.epoch))
            $0.member("seq", Int64(bitPattern: fork.seq))
        }
    }
}
