import Operations
import Replica
import SQLite

/// The steps of one room's lines, and the clocks on the way, as the file has them.
struct StoreSteps: LineSteps {
    let room: Int64
    let connection: Connection
    let failure: StoreFailure

    func forEachStep(of line: Line, in seqs: ClosedRange<Int>, _ body: (LineStep) -> Bool) {
        failure.attempt {
            var rows = try connection.statement(
                """
                SELECT mine, other, theirs FROM step
                WHERE room = ?1 AND line = ?2 AND mine BETWEEN ?3 AND ?4 ORDER BY mine, other, theirs
                """)
            rows.bind(1, room)
            rows.bind(2, line.index)
            rows.bind(3, seqs.lowerBound)
            rows.bind(4, seqs.upperBound)
            while try rows.step() {
                let step = LineStep(seq: rows.int(0), seen: Position(Line(rows.int(1)), rows.int(2)))
                guard body(step) else { return }
            }
        }
    }

    func checkpoint(of line: Line, notAfter seq: Int) -> (seq: Int, clock: LineClock)? {
        failure.attempt(else: nil) {
            var row = try connection.statement(
                """
                SELECT seq, clock FROM checkpoint WHERE room = ?1 AND line = ?2 AND seq <= ?3
                ORDER BY seq DESC LIMIT 1
                """)
            row.bind(1, room)
            row.bind(2, line.index)
            row.bind(3, seq)
            guard try row.step() else { return nil }
            return (row.int(0), try LineClock(stored: row.bytes(1)))
        }
    }

    /// Clocks grow along a line, so the first is found by halving.
    func checkpoint(of line: Line, seeing position: Position) -> (seq: Int, clock: LineClock)? {
        var found: (seq: Int, clock: LineClock)?
        var low = 0
        var high = Int(UInt32.max)
        while low < high {
            let middle = low + (high - low) / 2
            guard let next = checkpoint(of: line, notBefore: middle), next.seq < high else {
                high = middle
                continue
            }
            if next.clock[position.line] >= position.seq {
                found = next
                high = middle
                // Between the middle and it there is none.
            } else {
                low = next.seq + 1
            }
        }
        return found
    }

    private func checkpoint(of line: Line, notBefore seq: Int) -> (seq: Int, clock: LineClock)? {
        failure.attempt(else: nil) {
            var row = try connection.statement(
                "SELECT seq, clock FROM checkpoint WHERE room = ?1 AND line = ?2 AND seq >= ?3 ORDER BY seq LIMIT 1")
            row.bind(1, room)
            row.bind(2, line.index)
            row.bind(3, seq)
            guard try row.step() else { return nil }
            return (row.int(0), try LineClock(stored: row.bytes(1)))
        }
    }

    // MARK: Writing

    func keep(_ step: LineStep, of line: Line) {
        failure.attempt {
            var row = try connection.statement("INSERT INTO step VALUES (?1, ?2, ?3, ?4, ?5)")
            row.bind(1, room)
            row.bind(2, line.index)
            row.bind(3, step.seq)
            row.bind(4, step.line.index)
            row.bind(5, step.other)
            try row.run()
        }
    }

    func keep(_ clock: LineClock, at position: Position) {
        failure.attempt {
            var row = try connection.statement("INSERT INTO checkpoint VALUES (?1, ?2, ?3, ?4)")
            row.bind(1, room)
            row.bind(2, position.line.index)
            row.bind(3, position.seq)
            row.bind(4, copying: clock.stored)
            try row.run()
        }
    }

    /// How many steps were made since the last clock that is kept.
    func stepsSinceCheckpoint(of line: Line) -> Int {
        failure.attempt(else: 0) {
            var row = try connection.statement(
                """
                SELECT count(*) FROM step WHERE room = ?1 AND line = ?2 AND mine > coalesce(
                    (SELECT max(seq) FROM checkpoint WHERE room = ?1 AND line = ?2), -1)
                """)
            row.bind(1, room)
            row.bind(2, line.index)
            return try row.step() ? row.int(0) : 0
        }
    }
}

extension LineClock {
    /// Four bytes for each line.
    var stored: [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(seqs.count * 4)
        for seq in seqs { withUnsafeBytes(of: seq.bigEndian) { bytes.append(contentsOf: $0) } }
        return bytes
    }

    fileprivate init(stored bytes: Span<UInt8>) throws {
        guard bytes.count % 4 == 0 else { throw StoreFault.damaged("a clock") }
        var seqs: [Int32] = []
        seqs.reserveCapacity(bytes.count / 4)
        for offset in stride(from: 0, to: bytes.count, by: 4) {
            seqs.append(Int32(bigEndian: bytes.bytes.unsafeLoadUnaligned(fromByteOffset: offset, as: Int32.self)))
        }
        self.init(seqs: seqs)
    }
}
