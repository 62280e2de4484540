import Client
import EventLoop

/// The measurements on one server, each with what it prints or tells.
enum Benchmark {
    static func run(
        _ target: Target, bodyBytes: Int, _ plan: LoadPlan, _ processes: [ObservedProcess], on loop: EventLoop
    ) throws -> LoadResult {
        let request = try HTTPLoadClient.request(target, bodyBytes: bodyBytes)
        return try Load(plan, observing: processes, on: loop).run { load in
            HTTPLoadClient(load, target, requests: [request])
        }
    }

    static func runWebSocket(
        _ target: Target, messageBytes: Int, _ plan: LoadPlan, _ processes: [ObservedProcess], on loop: EventLoop
    ) throws -> LoadResult {
        let message = [UInt8](repeating: UInt8(ascii: "x"), count: messageBytes)
        let client = HTTPClient(on: loop)
        return try Load(plan, observing: processes, on: loop).run { load in
            WebSocketLoadClient(load, client, target, message: message)
        }
    }

    /// What many sockets that say nothing cost the server in memory.
    static func runIdle(
        _ target: Target, connections: Int, sources: Int, holdMilliseconds: UInt64, _ process: ObservedProcess
    ) throws {
        let sockets = IdleSockets(connections, at: target, sources: sources, on: try EventLoop())
        let before = try memory(process)
        Console.say("before: \(Figures.mebibytes(before)) Pss")
        let began = Clock.now()
        try sockets.openAll()
        let opened = sockets.open
        let errors = sockets.errors.map { ", \($0.value) × \($0.key)" }.joined()
        let took = Figures.duration(nanoseconds: Clock.now() - began)
        Console.say("\(Figures.grouped(opened)) WebSockets opened in \(took)\(errors)")
        guard opened > 0 else { throw LoadFailed(description: "no WebSocket could be opened") }
        try sockets.hold(milliseconds: holdMilliseconds)
        let with = try memory(process)
        Console.say(
            "with them, after \(holdMilliseconds / 1_000) s: \(Figures.mebibytes(with)) Pss, "
                + "\(Figures.grouped((with - before) / opened)) bytes for each (the kernel's buffers are not in it); "
                + "\(sockets.lost) lost meanwhile")
        try sockets.closeAll()
        try sockets.hold(milliseconds: 1_000)
        Console.say("after: \(Figures.mebibytes(try memory(process))) Pss")
    }

    private static func memory(_ process: ObservedProcess) throws -> Int {
        guard let bytes = process.proportionalSetSize() else {
            throw LoadFailed(description: "the memory of \(process.label) can't be read; it may be another user's")
        }
        return bytes
    }

    /// What slow clients do to others.
    static func runSlow(
        _ target: Target, slow: SlowClients, plan: LoadPlan, _ processes: [ObservedProcess], on loop: EventLoop
    ) throws {
        let without = try run(target, bodyBytes: 0, plan, processes, on: loop)
        Console.say("without slow clients\n\(without.report("requests"))\n")
        defer { slow.close() }
        try slow.open()
        let with = try run(target, bodyBytes: 0, plan, processes, on: loop)
        Console.say("with slow clients\n\(with.report("requests"))\n")
        for kind in SlowClients.Kind.allCases {
            Console.say(
                "\(kind.name): \(slow.connected(kind)) connected at the end, "
                    + "\(slow.closedByServer[kind] ?? 0) had been closed by the server")
        }
    }
}
