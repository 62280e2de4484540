import Bytes
import Glibc

/// What an operator's Prometheus reads. No label names a person or a room.
enum Metrics {
    static func text(_ counts: HealthWatch.Counts, connections: Int, sockets: Int, started: Timestamp) -> [UInt8] {
        var text = ""
        func put(_ name: String, _ kind: String, _ help: String, _ value: some CustomStringConvertible) {
            text += "# HELP parley_\(name) \(help)\n# TYPE parley_\(name) \(kind)\nparley_\(name) \(value)\n"
        }
        func put(_ name: String, _ help: String, _ kinds: [(kind: StaticString, value: Int)]) {
            text += "# HELP parley_\(name) \(help)\n# TYPE parley_\(name) gauge\n"
            for (kind, value) in kinds { text += "parley_\(name){kind=\"\(kind)\"} \(value)\n" }
        }
        put("can_write", "gauge", "Whether the node can write to its disk.", counts.canWrite ? 1 : 0)
        put(
            "clock_ahead_seconds", "gauge", "How far the clock is ahead of most peers', 0 where it agrees.",
            counts.clockAhead / 1_000)
        put("start_time_seconds", "gauge", "When the process started, in Unix time.", started.milliseconds / 1_000)
        put("cpu_seconds_total", "counter", "Processor time, of user and kernel.", cpuSeconds)
        put("resident_memory_bytes", "gauge", "Memory of the process that is in RAM.", residentBytes)
        put("open_descriptors", "gauge", "Files and sockets that are open.", openDescriptors)
        put("connections", "gauge", "Connections of people's programs and of peers.", connections)
        put("sockets", "gauge", "Of these, WebSockets and event streams.", sockets)
        put("database_bytes", "gauge", "Size of the database.", counts.databaseBytes)
        put("log_bytes", "gauge", "Size of the write-ahead log.", counts.logBytes)
        put("free_bytes", "gauge", "What the disk has room for.", counts.freeBytes)
        put("accounts", "gauge", "Accounts that were ever made here.", counts.accounts)
        put("rooms", "gauge", "Groups and direct rooms.", counts.rooms)
        put("messages", "gauge", "Messages, those included that were deleted.", counts.messages)
        put("operations_total", "counter", "The serial of the newest operation.", counts.operations)
        put("forks", "gauge", "Feeds that their nodes have written in two ways.", counts.forks)
        put("outbox_waiting", "Pushes and mails that are to be sent.", counts.outbox.map { ($0.way, $0.waiting) })
        put("outbox_failed", "Those that could not be sent, in 30 days.", counts.outbox.map { ($0.way, $0.failed) })
        put("peers", "gauge", "Nodes that are peers, wait to be, or knock.", counts.peers)
        put("peers_active", "gauge", "Peers that both sides want.", counts.reachablePeers)
        func putEach(_ name: String, _ help: String, _ value: (HealthWatch.PeerCounts) -> Int64?) {
            let lines = counts.eachPeer.compactMap { peer in
                value(peer).map { "parley_\(name){peer=\"\(peer.key)\"} \($0)\n" }
            }
            guard !lines.isEmpty else { return }
            text += "# HELP parley_\(name) \(help)\n# TYPE parley_\(name) gauge\n" + lines.joined()
        }
        putEach("peer_rooms", "Rooms that are shared with the peer, by its node id.") { Int64($0.rooms) }
        putEach("peer_rooms_behind", "Of these, rooms in which it lacks something, or may.") { Int64($0.behind) }
        putEach("peer_rooms_to_fetch", "Rooms of which something is still to be fetched from it.") {
            $0.toFetch.map { Int64($0) }
        }
        putEach("peer_stored_bytes", "What is kept here of what the peer wrote.") { $0.storedBytes }
        if let most = counts.storageBytesMax {
            put("peer_stored_bytes_max", "gauge", "How much is kept of one node at most.", most)
        }
        putEach("peer_last_contact_seconds", "When it was heard of last, in Unix time.") {
            $0.lastContact.map { $0.milliseconds / 1_000 }
        }
        return Array(text.utf8)
    }

    private static var cpuSeconds: Double {
        var usage = rusage()
        getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        return [usage.ru_utime, usage.ru_stime].reduce(0) { $0 + Double($1.tv_sec) + Double($1.tv_usec) / 1_000_000 }
    }

    private static var residentBytes: Int {
        let fields = String(decoding: (try? SmallFile.read("/proc/self/statm", bytesMax: 256)) ?? [], as: UTF8.self)
            .split(separator: " ")
        return fields.count > 1 ? (Int(fields[1]) ?? 0) * Int(sysconf(Int32(_SC_PAGESIZE))) : 0
    }

    private static var openDescriptors: Int {
        (try? DataFolder("/proc/self/fd").contents().count) ?? 0
    }
}
