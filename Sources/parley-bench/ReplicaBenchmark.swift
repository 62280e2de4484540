import Glibc
import Keys
import Operations
import Replica

/// What it costs to verify a room's history and to apply it, in memory.
struct ReplicaBenchmark {
    let nodes: Int
    let operations: Int

    func run() throws {
        let history = try ReplicaHistory(nodes: nodes, operations: operations)
        let packed = try history.runs()
        let size = packed.reduce(0) { $0 + $1.count }
        Console.say(
            "\(Figures.grouped(history.operations.count)) operations of \(nodes) nodes, "
                + "\(Figures.grouped(packed.count)) runs, \(size / history.operations.count) bytes each")

        var received: [Operation] = []
        let unpacking = try cpu {
            for bytes in packed {
                let run = try Run(decoding: bytes.span)
                guard let certificate = history.certificates[run.feed] else { continue }
                try run.verify(under: certificate)
                received += run.operations
            }
        }
        // What the buffer for causal order does; here the times tell it.
        received.sort { $0.header.time < $1.header.time }
        let before = try memory()
        var room = Room(history.room, nature: .group)
        var records = MemoryRecords()
        var changes: [StateChange] = []
        let ranks = history.certificates.mapValues(\.rank)
        var shown = 0
        let taking = try cpu {
            for operation in received {
                guard let rank = ranks[operation.header.feed] else { continue }
                room.take(operation, rank: rank, into: &records, changes: &changes)
                for case .appeared in changes { shown += 1 }
                changes.removeAll(keepingCapacity: true)
            }
        }
        let after = try memory()
        tell("unpack, hash, one signature a run", unpacking, received.count)
        tell("take", taking, received.count)
        tell("both", unpacking + taking, received.count)
        Console.say(
            "\(Figures.grouped(shown)) messages; \((after - before) / received.count) bytes of records each, "
                + "beside the operations as they came")

        let sample = history.operations.prefix(5_000)
        let verifying = try cpu {
            for operation in sample {
                guard let certificate = history.certificates[operation.header.feed],
                    operation.isSigned(under: certificate)
                else { throw LoadFailed(description: "a signature doesn't fit") }
            }
        }
        tell(
            "one signature each instead",
            verifying * Double(received.count) / Double(sample.count) + unpacking + taking,
            received.count)
        try tellLines(received)

        var restored: Room?
        let restoring = try cpu { restored = Room(history.room, nature: .group, restoredFrom: &records) }
        var state: Hash?
        let digesting = try cpu { state = room.state(in: records) }
        Console.say(
            "restored in \(Figures.duration(nanoseconds: UInt64(restoring * 1e9))), "
                + "digest in \(Figures.duration(nanoseconds: UInt64(digesting * 1e9)))")
        guard restored?.state(in: records) == state else {
            throw LoadFailed(description: "the restored room is another")
        }
    }

    /// Who had seen whom, by itself.
    private func tellLines(_ operations: [Operation]) throws {
        struct Row {
            let author: Person
            let epoch: UInt64
            let prev: Int?
            let deps: [Int]
        }
        var indices: [OperationID: Int] = [:]
        var origins: [NodeID: Origin] = [:]
        let rows = operations.enumerated().map { index, operation in
            let header = operation.header
            let origin = origins[header.origin] ?? Origin(UInt32(origins.count))
            origins[header.origin] = origin
            indices[operation.id] = index
            return Row(
                author: Person(origin: origin, handle: 1), epoch: header.epoch,
                prev: header.seq == 0 ? nil : indices[OperationID(header.previous)],
                deps: header.dependencies.compactMap { indices[$0] })
        }
        let rank = KeyRank(recoveries: 0, handOvers: 0, hash: Hash(of: [0].span))
        var positions = [Position](repeating: Position(Line(0), 0), count: rows.count)
        // Several of them, so that what was given back before hardly matters.
        let before = try memory()
        var copies: [Lines] = []
        var spent = 0.0
        for _ in 0..<20 {
            var lines = Lines()
            spent += try cpu {
                for (index, row) in rows.enumerated() {
                    positions[index] = lines.append(
                        author: row.author, epoch: row.epoch, rank: rank, prev: row.prev.map { positions[$0] },
                        deps: row.deps.map { positions[$0] })
                }
            }
            copies.append(lines)
        }
        let bytes = (try memory() - before) / rows.count / copies.count
        let lines = copies[0]
        tell("lines alone", spent, rows.count * copies.count)
        var asked = 0
        let asking = try cpu {
            for line in (0..<min(lines.lineCount, 20)).map(Line.init) {
                for other in (0..<min(lines.lineCount, 20)).map(Line.init) where other != line {
                    let middle = (lines.facts(of: other).start + lines.tip(of: other)) / 2
                    _ = lines.first(on: line, seeing: Position(other, middle))
                    _ = lines.seen(line, by: Position(other, middle))
                    asked += 2
                }
            }
        }
        Console.say(
            "lines: \(bytes) bytes each; a question about the middle of history "
                + Figures.microseconds(asking / Double(max(1, asked))))
    }

    private func tell(_ what: String, _ seconds: Double, _ count: Int) {
        let each = seconds / Double(count)
        Console.say("\(what): \(Figures.fixed(1 / each, 0)) per second, \(Figures.microseconds(each)) each")
    }

    private func cpu(_ body: () throws -> Void) throws -> Double {
        let before = CPUTime.own()
        try body()
        return (CPUTime.own() - before).total
    }

    private func memory() throws -> Int {
        guard let bytes = ObservedProcess(getpid(), label: "").flatMap({ $0.proportionalSetSize() }) else {
            throw LoadFailed(description: "our own memory can't be read")
        }
        return bytes
    }
}
