package import Operations

/// The lines of a room in memory. A message costs the four bytes of its author's number, and twelve for each operation of
/// another line that it names in its deps and that its line had not seen yet.
package struct Lines: Ancestry, Sendable {
    private struct Checkpoint {
        var seq: Int
        var clock: LineClock
    }

    private struct Record {
        var facts: LineFacts
        /// Whose operations they are, from `start` on.
        var handles: [UInt32] = []
        var steps: [LineStep] = []
        var checkpoints: [Checkpoint] = []
    }

    private struct Table: LineSteps {
        var records: [Record] = []

        func forEachStep(of line: Line, in seqs: ClosedRange<Int>, _ body: (LineStep) -> Bool) {
            let steps = records[line.index].steps
            var index = steps.partitioningIndex { Int($0.seq) >= seqs.lowerBound }
            while index < steps.count, Int(steps[index].seq) <= seqs.upperBound {
                guard body(steps[index]) else { return }
                index += 1
            }
        }

        func checkpoint(of line: Line, notAfter seq: Int) -> (seq: Int, clock: LineClock)? {
            let checkpoints = records[line.index].checkpoints
            let after = checkpoints.partitioningIndex { $0.seq > seq }
            return after == 0 ? nil : (checkpoints[after - 1].seq, checkpoints[after - 1].clock)
        }

        func checkpoint(of line: Line, seeing position: Position) -> (seq: Int, clock: LineClock)? {
            let checkpoints = records[line.index].checkpoints
            let first = checkpoints.partitioningIndex { $0.clock[position.line] >= position.seq }
            return first == checkpoints.count ? nil : (checkpoints[first].seq, checkpoints[first].clock)
        }
    }

    private var table = Table()
    private var clocks: LineClocks

    package init(stepsBetweenCheckpoints: Int = 48) {
        clocks = LineClocks(stepsBetweenCheckpoints: stepsBetweenCheckpoints)
    }

    /// Gives an operation its place. The caller has checked it (its prev, its deps, one key in a feed) and
    /// has not appended it before.
    package mutating func append(
        author: Person, epoch: UInt64, rank: KeyRank, prev: Position?, deps: [Position]
    ) -> Position {
        let line = line(behind: prev, author.origin, epoch, rank)
        let position = clocks.extend(line)
        table.records[line.index].handles.append(author.handle)
        if let prev { see(prev, from: position) }
        for dep in deps { see(dep, from: position) }
        if let clock = clocks.checkpoint(of: line) {
            table.records[line.index].checkpoints.append(Checkpoint(seq: position.seq, clock: clock))
        }
        return position
    }

    private mutating func line(
        behind prev: Position?, _ origin: Origin, _ epoch: UInt64, _ rank: KeyRank
    ) -> Line {
        if let prev, prev.seq == clocks.tip(of: prev.line) { return prev.line }
        let start = prev.map { $0.seq + 1 } ?? 0
        let facts = LineFacts(origin: origin, epoch: epoch, rank: rank, start: start, base: prev)
        table.records.append(Record(facts: facts))
        return clocks.open(start: start)
    }

    private mutating func see(_ other: Position, from position: Position) {
        if clocks.see(other, from: position.line, in: table) {
            table.records[position.line.index].steps.append(LineStep(seq: position.seq, seen: other))
        }
    }

    /// As a file keeps them.
    package func steps(of line: Line) -> [LineStep] { table.records[line.index].steps }

    package func checkpoints(of line: Line) -> [(seq: Int, clock: LineClock)] {
        table.records[line.index].checkpoints.map { ($0.seq, $0.clock) }
    }

    // MARK: Ancestry

    package var lineCount: Int { clocks.count }

    package func facts(of line: Line) -> LineFacts { table.records[line.index].facts }

    package func tip(of line: Line) -> Int { clocks.tip(of: line) }

    package func start(of line: Line) -> Int { clocks.start(of: line) }

    package func clock(of position: Position) -> LineClock { clocks.clock(of: position, in: table) }

    package func seen(_ line: Line, by position: Position) -> Int { clocks.seen(line, by: position, in: table) }

    package func isInPast(_ earlier: Position, of later: Position) -> Bool {
        clocks.isInPast(earlier, of: later, in: table)
    }

    package func first(on line: Line, seeing position: Position) -> Int? {
        clocks.first(on: line, seeing: position, in: table)
    }

    package func last(by person: Person, on line: Line, in seqs: ClosedRange<Int>) -> Int? {
        let record = table.records[line.index]
        guard record.facts.origin == person.origin else { return nil }
        let found = seqs.clamped(to: record.facts.start...clocks.tip(of: line))
        return found.last { record.handles[$0 - record.facts.start] == person.handle && seqs.contains($0) }
    }
}

extension Array {
    /// Where the elements begin for which `belongsAfter` holds, which are the last ones.
    fileprivate func partitioningIndex(_ belongsAfter: (Element) -> Bool) -> Int {
        var low = 0
        var high = count
        while low < high {
            let middle = (low + high) / 2
            if belongsAfter(self[middle]) {
                high = middle
            } else {
                low = middle + 1
            }
        }
        return low
    }
}
