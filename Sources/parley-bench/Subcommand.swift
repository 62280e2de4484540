/// The measurements there are, and what each takes.
enum Subcommand: String, CaseIterable {
    case http
    case compareHTTP = "compare-http"
    case againstNginx = "against-nginx"
    case websocket
    case idle
    case slow
    case replica
    case epochs
    case sqlite
    case store
    case federation
    case send
    case page
    case rooms
    case sockets
    case rest

    var operands: String {
        switch self {
        case .http, .websocket, .idle, .slow: "URL"
        case .compareHTTP: "URL_A URL_B…"
        case .againstNginx, .replica, .epochs, .sqlite, .store, .federation, .send, .page, .rooms, .sockets, .rest: ""
        }
    }

    var operandCounts: ClosedRange<Int> {
        switch self {
        case .http, .websocket, .idle, .slow: 1...1
        case .compareHTTP: 2...8
        case .againstNginx, .replica, .epochs, .sqlite, .store, .federation, .send, .page, .rooms, .sockets, .rest:
            0...0
        }
    }

    var summary: String {
        switch self {
        case .http: "one server under load: requests, latencies, and what a request costs it"
        case .compareHTTP: "several servers under the same load in turns, and the ratio of what they cost"
        case .againstNginx: "starts nginx and parley-echo with the same answer, and compares them"
        case .websocket: "messages sent and echoed: round trips, latencies, and what one costs the server"
        case .idle: "holds many WebSockets open: the server's memory before, with, and after"
        case .slow: "a load without and with slow clients beside it: what they do to others"
        case .replica: "a room's history verified and applied in memory: what an operation costs"
        case .epochs: "feeds without end from a node that was removed: what each costs the others"
        case .store: "messages written, brought by peers and shown: what keeping them costs"
        case .federation:
            "two whole nodes that are peers: how soon one has what the other has, and what that costs"
        case .send: "a whole node: messages sent, each acknowledged when it is on the disk"
        case .page: "a whole node: pages of 50 messages, the newest and deep ones, of small and large rooms"
        case .rooms: "a whole node: somebody's rooms with how much is unread"
        case .sockets: "a whole node: messages to many sockets in a room; whether each has each message once"
        case .rest: "a whole node with nothing to do: its start, its memory, without and with idle sockets"
        case .sqlite: "rows on a real disk: statements beside plain calls, and commits that many senders share"
        }
    }

    private static let connections = OptionForm("--connections", "N", "clients, each on its own connection (64)")
    static let seconds = OptionForm("--seconds", "S", "how long is measured (5)")
    static let warmup = OptionForm("--warmup", "MS", "milliseconds of load before that (500)")
    private static let processes = [
        OptionForm("--pid", "PID", "the server's process, its children included (whoever listens there)"),
        OptionForm("--pid-label", "NAME", "what to call the --pid before it"),
    ]

    var options: [OptionForm] {
        switch self {
        case .http:
            [
                Self.connections, Self.seconds,
                OptionForm("--requests", "N", "measure so many requests, however long that takes"),
                OptionForm("--body", "BYTES", "POST a body of this size; 0: GET (0)"), Self.warmup,
            ] + Self.processes
        case .compareHTTP:
            [
                Self.connections, OptionForm("--rounds", "N", "turns of each server (5)"),
                OptionForm("--seconds", "S", "how long is measured in each (2)"), Self.warmup,
                OptionForm("--pid", "PID", "once for each URL, in their order (whoever listens there)"),
                OptionForm("--pid-label", "NAME", "what to call the --pid before it"),
            ]
        case .againstNginx:
            [
                OptionForm("--nginx", "PATH", "the program (found in PATH)"),
                OptionForm("--echo", "PATH", "parley-echo (beside this program)"),
                OptionForm("--threads", "N", "nginx's workers, and parley-echo's loops (2)"), Self.connections,
                OptionForm("--rounds", "N", "turns of each server (5)"),
                OptionForm("--seconds", "S", "how long is measured in each (2)"), Self.warmup,
            ]
        case .websocket:
            [Self.connections, OptionForm("--message", "BYTES", "size of a message (100)"), Self.seconds, Self.warmup]
                + Self.processes
        case .idle:
            [
                OptionForm("--connections", "N", "WebSockets (1,000)"),
                OptionForm("--sources", "N", "come from 127.0.0.1 to 127.0.0.N (one for each 20,000)"),
                OptionForm("--seconds", "S", "how long they are held before memory is read (5)"),
            ] + Self.processes
        case .slow:
            [
                OptionForm("--slow", "N", "slow connections: dribbling a head, a body, not reading, silent (400)"),
                OptionForm("--body-path", "PATH", "a path that answers a body with it (/echo)"),
                OptionForm("--connections", "N", "clients of the load beside them (16)"),
                OptionForm("--seconds", "S", "how long is measured, without and with them (15)"), Self.warmup,
            ] + Self.processes
        case .replica:
            [
                OptionForm("--nodes", "N", "that write, each at random (5)"),
                OptionForm("--operations", "N", "in the room (100,000)"),
            ]
        case .epochs:
            [OptionForm("--epochs", "N", "that it begins (4,000)")]
        case .federation:
            [
                OptionForm("--node", "PATH", "parley's program (beside this program)"),
                OptionForm("--folder", "PATH", "where the nodes' data are made, and removed (beside this program)"),
                OptionForm("--messages", "N", "that a node misses, and in a room that it joins (100,000)"),
                OptionForm("--rooms", "N", "that both share, and in which nothing happens; 0: none (10,000)"),
                OptionForm("--rate", "N", "messages a second, live (50)"),
                OptionForm("--seconds", "S", "how long these are measured (10)"),
            ]
        case .store:
            [
                OptionForm("--senders", "N", "so many wait at once; may be given several times (1, 16, 64)"),
                OptionForm("--seconds", "S", "how long each of them is measured (2)"),
                OptionForm("--messages", "N", "up to which a room grows that peers fill (100,000)"),
                OptionForm("--folder", "PATH", "where the databases are made, and removed (beside this program)"),
            ]
        case .send, .page, .rooms, .sockets, .rest: nodeOptions
        case .sqlite:
            [
                OptionForm("--senders", "N", "so many wait at once; may be given several times (1, 16, 64)"),
                OptionForm("--seconds", "S", "how long each of them is measured (2)"),
                OptionForm("--rounds", "N", "turns of ours and the plain calls (5)"),
                OptionForm("--folder", "PATH", "where the databases are made, and removed (beside this program)"),
            ]
        }
    }

    var usage: String {
        let form = ["parley-bench", rawValue, operands, "[options]"].filter { !$0.isEmpty }.joined(separator: " ")
        let lines = options.map { ["  \($0.name) \($0.placeholder)", $0.meaning] }
        let width = lines.map { $0[0].count }.max() ?? 0
        let list = lines.map { $0[0] + String(repeating: " ", count: width - $0[0].count + 2) + $0[1] }
        return "usage: \(form)\n\n\(summary)\n\n\(list.joined(separator: "\n"))"
    }

    static var overview: String {
        let width = allCases.map(\.rawValue.count).max() ?? 0
        let list = allCases.map {
            "  \($0.rawValue)\(String(repeating: " ", count: width - $0.rawValue.count + 2))\($0.summary)"
        }
        return """
            usage: parley-bench MEASUREMENT [URL…] [options]

            \(list.joined(separator: "\n"))

            parley-bench MEASUREMENT --help tells its options.

            Loads are closed loops: each client asks again when it has its answer. Latencies are what these
            clients saw; people who come at their own times would also wait where a client has not asked yet.
            The server's processor time is read from /proc over exactly the measured interval, and does not
            depend on how busy the machine is as rates and latencies do.
            """
    }
}
