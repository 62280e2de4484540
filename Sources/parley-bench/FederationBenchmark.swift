import EventLoop
import Glibc

/// Two nodes that are peers, as processes on this machine: how soon one has what was written on the other, what catching up
/// costs, and what goes over the wire.
struct FederationBenchmark {
    let program: String?
    let folder: String?
    /// In the room that the other node has missed, and in the one that it joins.
    let messages: Int
    /// Shared, and quiet.
    let rooms: Int
    /// Messages a second, in the room that both talk in.
    let rate: Int
    let seconds: Int

    /// Of what is counted byte by byte: so many tell.
    private static let bulkMax = 20_000
    private static let settlingMilliseconds: UInt64 = 3_000
    /// A peer that says nothing is asked once a minute.
    private static let quietMilliseconds: UInt64 = 66_000

    func run() throws {
        let program = try MeasuredNode.program(program)
        let directory = try TemporaryDirectory(in: folder ?? MeasuredNode.beside)
        defer { directory.remove() }
        let loop = try EventLoop()
        for isCounted in [false, true] {
            let place = "\(directory.path)/\(isCounted ? "counted" : "timed")"
            mkdir(place, 0o700)
            let pair = try MeasuredPair(program, in: place, isCounted: isCounted, on: loop)
            defer { pair.end() }
            if isCounted { try count(pair, on: loop) } else { try time(pair, on: loop) }
        }
    }

    // MARK: Times

    private func time(_ pair: MeasuredPair, on loop: EventLoop) throws {
        let room = try pair.found("Shared")
        try pair.admit(to: room)
        try pair.waitForSouth(toHave: 0, in: room)
        try measureDelay(pair, in: room, on: loop)
        try measureCatchUp(pair, in: room)
        try measureJoining(pair)
    }

    private func talk(_ pair: MeasuredPair, in room: MeasuredPair.SharedRoom, on loop: EventLoop) throws -> Histogram {
        let delays = try DeliveryDelays(pair, in: room, on: loop)
        defer { delays.close() }
        return try delays.measure(rate * (seconds + 1), eachSecond: rate, warmup: rate)
    }

    private func measureDelay(_ pair: MeasuredPair, in room: MeasuredPair.SharedRoom, on loop: EventLoop) throws {
        let nodes = [pair.north.served.process, pair.south.served.process]
        let before = nodes.map { $0.cpuTime() }
        let delays = try talk(pair, in: room, on: loop)
        let each = zip(nodes, before).map { ($0.cpuTime() - $1).total / Double(rate * (seconds + 1)) }
        Console.say(
            "\(Figures.grouped(rate * seconds)) messages, \(rate) a second: \(Figures.microseconds(each[0])) of processor "
                + "time for each where it is written, \(Figures.microseconds(each[1])) where it is read; "
                + "at most \(Figures.duration(nanoseconds: delays.max)) from the answer to the frame")
        Goals.say([
            .atMost("p50 from the answer here to the frame there", Double(delays.quantile(0.5)) / 1e6, 3, "ms"),
            .atMost("p99", Double(delays.quantile(0.99)) / 1e6, 8, "ms"),
        ])
    }

    private func measureCatchUp(_ pair: MeasuredPair, in room: MeasuredPair.SharedRoom) throws {
        pair.south.stop()
        let known = try pair.count(in: room)
        let count = try pair.fill(room, to: known + messages)
        let north = pair.north.served.process.cpuTime()
        let began = Clock.now()
        try pair.south.start()
        try pair.waitForSouth(toHave: count, in: room)
        report("a node that was down and missed", count - known, since: began, pair, north: north, south: CPUTime())
    }

    private func measureJoining(_ pair: MeasuredPair) throws {
        let room = try pair.found("Joined")
        let count = try pair.fill(room, to: messages)
        let (north, south) = (pair.north.served.process.cpuTime(), pair.south.served.process.cpuTime())
        let began = Clock.now()
        try pair.admit(to: room)
        try pair.waitForSouth(toHave: count, in: room)
        report("a node that joins a room of", count, since: began, pair, north: north, south: south)
    }

    private func report(
        _ what: String, _ count: Int, since began: UInt64, _ pair: MeasuredPair, north: CPUTime, south: CPUTime
    ) {
        let elapsed = Double(Clock.now() - began) / 1e9
        let giving = (pair.north.served.process.cpuTime() - north).total / Double(max(1, count))
        let taking = (pair.south.served.process.cpuTime() - south).total / Double(max(1, count))
        Console.say(
            "\(what) \(Figures.grouped(count)) messages: \(Figures.grouped(Int(Double(count) / elapsed))) a second; "
                + "\(Figures.microseconds(giving)) of processor time for each where they come from")
        Goals.say([
            .atMost("seconds until it has them, for 100,000", elapsed * 100_000 / Double(max(1, count)), 5, "s"),
            .atMost("processor time for each", taking * 1e6, 30, "µs"),
        ])
    }

    // MARK: Bytes

    private func count(_ pair: MeasuredPair, on loop: EventLoop) throws {
        let room = try pair.found("Shared")
        try pair.admit(to: room)
        try pair.waitForSouth(toHave: 0, in: room)
        try pair.rest(milliseconds: Self.settlingMilliseconds)
        let live = try total(pair) { _ = try talk(pair, in: room, on: loop) }

        pair.south.stop()
        let known = try pair.count(in: room)
        let count = try pair.fill(room, to: known + min(messages, Self.bulkMax))
        let bulk = try total(pair) {
            try pair.south.start()
            try pair.waitForSouth(toHave: count, in: room)
        }
        Console.say(
            "a message of a hundred bytes on its way, both directions and all of HTTP counted; "
                + "\(Figures.fixed(Double(live.requests) / Double(rate * (seconds + 1)), 1)) requests for each live one"
        )
        Goals.say([
            .atMost("bytes for each in bulk", Double(bulk.bytes) / Double(count - known), 450, "bytes"),
            .atMost("bytes for each, live", Double(live.bytes) / Double(rate * (seconds + 1)), 900, "bytes"),
        ])
        if rooms > 0 { try measureQuiet(pair) }
    }

    private func total(_ pair: MeasuredPair, _ body: () throws -> Void) throws -> Relay.Count {
        let before = pair.counts
        try body()
        return zip(pair.counts, before).reduce(into: Relay.Count()) { sum, ends in
            sum = sum + (ends.0 - ends.1)
        }
    }

    private func measureQuiet(_ pair: MeasuredPair) throws {
        try pair.found(rooms)
        try pair.rest(milliseconds: Self.settlingMilliseconds)
        let asked = pair.north.served.process.cpuTime()
        let start = try total(pair) {
            try pair.south.restart()
            try pair.rest(milliseconds: Self.settlingMilliseconds)
        }
        Console.say(
            "a start over \(Figures.grouped(rooms)) shared rooms in which nothing differs: \(start.requests) requests of "
                + "both and \(Figures.grouped(start.bytes)) bytes; "
                + "\(Figures.fixed((pair.north.served.process.cpuTime() - asked).total * 1e3, 1)) ms of processor time "
                + "of the one that is asked, \(Figures.fixed(pair.south.served.process.cpuTime().total * 1e3, 1)) ms of "
                + "the one that starts")
        // The first time each is told of the rooms that came since it was told last.
        try pair.rest(milliseconds: Self.quietMilliseconds)
        let nodes = [pair.north.served.process, pair.south.served.process]
        let before = nodes.map { $0.cpuTime() }
        let quiet = try total(pair) { try pair.rest(milliseconds: Self.quietMilliseconds) }
        let spent = zip(nodes, before).reduce(0) { $0 + ($1.0.cpuTime() - $1.1).total }
        let pulls = Double(max(1, quiet.requests))
        Console.say(
            "\(Self.quietMilliseconds / 1_000) quiet seconds: \(quiet.requests) pulls of both; the processor time is all that "
                + "both have spent meanwhile")
        Goals.say([
            .atMost("bytes for a pull, its answer included", Double(quiet.bytes) / pulls, 1_024, "bytes"),
            .atMost("processor time for a pull, and all else meanwhile", spent / pulls * 1e3, 1, "ms"),
        ])
    }
}
