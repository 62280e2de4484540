package import Operations

/// The lines of a room in memory, with their clocks kept as steps: "from my seq on, I had seen that line
/// up to its seq". A message that follows its own line alone adds no step and costs the four bytes of its
/// author's number.
package struct Lines: Ancestry, Sendable {
    private struct Step {
        var mine: UInt32
        var theirs: UInt32
    }

    private struct Record {
        var facts: LineFacts
        /// Whose operations they are, from `start` on.
        var handles: [UInt32] = []
        /// By the number of the other line; short, as most lines see few others.
        var steps: [[Step]] = []

        var tip: Int { facts.start + handles.count - 1 }
    }

    private var records: [Record] = []

    package init() {}

    /// Gives an operation its place. The caller has checked it (its prev, its deps, one key in a feed) and
    /// has not appended it before.
    package mutating func append(
        author: Person, epoch: UInt64, rank: KeyRank, prev: Position?, deps: [Position]
    ) -> Position {
        let position = place(author.origin, epoch, rank, prev)
        records[position.line.index].handles.append(author.handle)
        if let prev, prev.line != position.line { see(prev, from: position) }
        for dep in deps { see(dep, from: position) }
        return position
    }

    private mutating func place(_ origin: Origin, _ epoch: UInt64, _ rank: KeyRank, _ prev: Position?) -> Position {
        if let prev, prev.seq == records[prev.line.index].tip { return Position(prev.line, prev.seq + 1) }
        let line = Line(records.count)
        let start = prev.map { $0.seq + 1 } ?? 0
        records.append(Record(facts: LineFacts(origin: origin, epoch: epoch, rank: rank, start: start)))
        return Position(line, start)
    }

    /// Joins the clock of `other`, and `other` itself, into that of the line, from `position` on.
    private mutating func see(_ other: Position, from position: Position) {
        guard !hasSeen(other, position.line) else { return }
        for index in records.indices where index != position.line.index {
            let line = Line(index)
            raise(line, to: line == other.line ? other.seq : seen(line, by: other), from: position)
        }
    }

    private func hasSeen(_ other: Position, _ line: Line) -> Bool {
        if other.line == line { return true }
        let steps = records[line.index].steps
        guard other.line.index < steps.count, let last = steps[other.line.index].last else { return false }
        return last.theirs >= other.seq
    }

    private mutating func raise(_ line: Line, to seq: Int, from position: Position) {
        guard seq >= 0, !hasSeen(Position(line, seq), position.line) else { return }
        let mine = position.line.index
        while records[mine].steps.count <= line.index { records[mine].steps.append([]) }
        let step = Step(mine: UInt32(position.seq), theirs: UInt32(seq))
        if records[mine].steps[line.index].last?.mine == step.mine {
            records[mine].steps[line.index].removeLast()
        }
        records[mine].steps[line.index].append(step)
    }

    // MARK: Ancestry

    package var lineCount: Int { records.count }

    package func facts(of line: Line) -> LineFacts {
        records[line.index].facts
    }

    package func tip(of line: Line) -> Int {
        records[line.index].tip
    }

    package func seen(_ line: Line, by position: Position) -> Int {
        let record = records[position.line.index]
        if line == position.line { return position.seq > record.facts.start ? position.seq - 1 : -1 }
        guard line.index < record.steps.count else { return -1 }
        let steps = record.steps[line.index]
        // Mostly it is asked of the tip.
        if let last = steps.last, last.mine <= position.seq { return Int(last.theirs) }
        let after = steps.partitioningIndex { $0.mine > position.seq }
        return after == 0 ? -1 : Int(steps[after - 1].theirs)
    }

    package func first(on line: Line, seeing position: Position) -> Int? {
        let record = records[line.index]
        if line == position.line { return position.seq < record.tip ? position.seq + 1 : nil }
        guard position.line.index < record.steps.count else { return nil }
        let steps = record.steps[position.line.index]
        let at = steps.partitioningIndex { $0.theirs >= position.seq }
        return at == steps.count ? nil : Int(steps[at].mine)
    }

    package func last(by person: Person, on line: Line, in seqs: ClosedRange<Int>) -> Int? {
        let record = records[line.index]
        let found = seqs.clamped(to: record.facts.start...record.tip)
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
