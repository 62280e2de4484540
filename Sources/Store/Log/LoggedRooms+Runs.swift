package import Operations
import Replica

extension LoggedRooms {
    /// Every operation, in runs as peers exchange them, each where the last of it stands in the canonical order, but
    /// those of a branch not before the run that holds what it grows from.
    package func forEachRun(of id: RoomID, _ body: (_ run: [UInt8], _ count: Int) throws -> Void) throws {
        // By line: a feed that forked has several at once.
        var lines: [Line: LineRuns] = [:]
        func give(_ run: LineRuns.Run) throws {
            if let base = run.base, lines[base.line]?.given ?? -1 < base.seq {
                lines[base.line, default: LineRuns()].waiting.append(run)
                return
            }
            try body(run.bytes, run.count)
            for branch in lines[run.line, default: LineRuns()].give(upTo: run.end) { try give(branch) }
        }
        try forEachOperation(of: id) { line, base, envelope in
            let operation = envelope.operation
            lines[line, default: LineRuns()].base = base
            guard lines[line, default: LineRuns()].append(envelope) else {
                throw StoreFault.damaged("a feed of room \(id)")
            }
            guard operation.signature != nil, let (bytes, count) = lines[line]?.finish() else { return }
            let end = Int(operation.header.seq)
            try give(LineRuns.Run(line: line, base: base, end: end, bytes: bytes, count: count))
        }
        // Where the last of a line carries no signature, it goes with what proves it.
        for line in lines.keys.sorted() {
            guard lines[line]?.isOpen == true else { continue }
            let witnesses = try withRoom(id) { try $0.witnesses(of: Position(line, $0.records.tip(of: line))) }
            for witness in witnesses
            where lines[line]?.append(try Envelope(operation: witness, certificate: nil)) == false {
                throw StoreFault.damaged("a feed of room \(id)")
            }
            guard let (bytes, count) = lines[line]?.finish(), let last = witnesses.last else { continue }
            let base = lines[line]?.base
            try give(LineRuns.Run(line: line, base: base, end: Int(last.header.seq), bytes: bytes, count: count))
        }
    }

    /// What a room has beside its operations, as it is exchanged.
    package func besideOperations(of id: RoomID) throws -> (registers: [[UInt8]], proofs: [[UInt8]]) {
        try withRoom(id) { room in
            let proofs = try room.records.forks.keys.sorted().compactMap { try room.proof(of: $0)?.encoded }
            return (room.records.registers.map(\.encoded), proofs)
        }
    }
}

/// How far the runs of a line are.
private struct LineRuns {
    struct Run {
        let line: Line
        let base: Position?
        let end: Int
        let bytes: [UInt8]
        let count: Int
    }

    private var packer = RunPacker()
    private var count = 0
    /// The last seq that was handed over.
    private(set) var given = -1
    /// What the line grows from.
    var base: Position?
    var isOpen: Bool { count > 0 }
    /// Of lines that branch off behind that.
    var waiting: [Run] = []

    /// False where it is not the next, or the run becomes too long without a signature.
    mutating func append(_ envelope: Envelope) -> Bool {
        guard packer.isNext(envelope.operation),
            packer.append(envelope.operation, certificate: envelope.certificate)
        else { return false }
        count += 1
        return true
    }

    mutating func finish() -> (bytes: [UInt8], count: Int)? {
        defer { (packer, count) = (RunPacker(), 0) }
        return packer.finish().map { ($0, count) }
    }

    /// What has waited for it.
    mutating func give(upTo end: Int) -> [Run] {
        given = end
        let due = waiting.filter { $0.base.map { $0.seq <= end } ?? true }
        waiting.removeAll { $0.base.map { $0.seq <= end } ?? true }
        return due
    }
}
