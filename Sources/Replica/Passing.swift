/// What of a room is passed on (Spec/rooms.md, section 6): along each line everything up to some seq, since pasts grow.
struct Passing: Sendable {
    /// Per line the last seq that is passed on; below the line's start where nothing is.
    private(set) var ends: [Int] = []
    /// Per line the last seq that counts; below the line's start where none does.
    private var lastCounting: [Int] = []
    /// Of the operations that count or are in the past of one that does, those that are in the past of no other.
    private(set) var heads: [Position] = []
    /// How many lines have operations that are not passed on.
    private var linesSetAside = 0
    /// Lines whose last counting operation ceased to count.
    private var shortened: Set<Line> = []

    /// Whether everything is passed on.
    var isWhole: Bool { linesSetAside == 0 }

    func isPassedOn(_ position: Position) -> Bool {
        position.line.index < ends.count && position.seq <= ends[position.line.index]
    }

    // MARK: An operation that came

    private mutating func notice(_ position: Position, startingAt start: @autoclosure () -> Int) {
        // Lines are numbered as they come, so there is one more at most.
        if position.line.index == ends.count {
            ends.append(start() - 1)
            lastCounting.append(start() - 1)
        }
    }

    /// It counts; it is the last of its line.
    mutating func count(_ position: Position) {
        notice(position, startingAt: position.seq)
        lastCounting[position.line.index] = position.seq
    }

    mutating func makeHead(_ position: Position, in ancestry: some Ancestry) {
        heads.removeAll { ancestry.isInPast($0, of: position) }
        heads.append(position)
    }

    /// It is void, and nothing that all must see.
    mutating func setAside(_ position: Position, in ancestry: some Ancestry) {
        notice(position, startingAt: position.seq)
        if ends[position.line.index] == position.seq - 1 { linesSetAside += 1 }
    }

    mutating func passOn(_ position: Position, in ancestry: some Ancestry, _ changes: inout [StateChange]) {
        notice(position, startingAt: position.seq)
        let own = position.line.index
        // Mostly all is passed on, and its past needs no looking after.
        if linesSetAside == 0 {
            ends[own] = position.seq
            changes.append(.passedOn(position.line, position.seq...position.seq))
            return
        }
        let before = ends
        raise(to: position, in: ancestry)
        tell(since: before, in: ancestry, &changes)
    }

    private mutating func raise(to position: Position, in ancestry: some Ancestry) {
        let clock = ancestry.clock(of: position)
        for index in ends.indices { ends[index] = max(ends[index], clock[Line(index)]) }
        ends[position.line.index] = max(ends[position.line.index], position.seq)
    }

    private mutating func tell(since before: [Int], in ancestry: some Ancestry, _ changes: inout [StateChange]) {
        linesSetAside = 0
        for index in ends.indices {
            let line = Line(index)
            let old = index < before.count ? before[index] : ancestry.facts(of: line).start - 1
            if ends[index] < ancestry.tip(of: line) { linesSetAside += 1 }
            if old < ends[index] { changes.append(.passedOn(line, old + 1...ends[index])) }
            if old > ends[index] { changes.append(.setAside(line, ends[index] + 1...old)) }
        }
    }

    // MARK: When verdicts change

    mutating func set(counts: Bool, at position: Position) {
        let index = position.line.index
        guard index < lastCounting.count else { return }
        if counts {
            lastCounting[index] = max(lastCounting[index], position.seq)
        } else if lastCounting[index] == position.seq {
            shortened.insert(position.line)
        }
    }

    /// All lines, of which nothing is known but the records.
    mutating func restore(in records: some RoomRecords) {
        for line in (0..<records.lineCount).map(Line.init) {
            ends.append(records.facts(of: line).start - 1)
            lastCounting.append(records.tip(of: line))
            shortened.insert(line)
        }
    }

    /// Computes anew what is passed on. `isSource`: whether an operation is, although it doesn't count.
    mutating func recompute(
        in records: some RoomRecords, _ changes: inout [StateChange], isSource: (Position) -> Bool
    ) {
        let before = ends
        for line in (ends.count..<records.lineCount).map(Line.init) {
            ends.append(records.facts(of: line).start - 1)
            lastCounting.append(records.facts(of: line).start - 1)
        }
        for line in shortened {
            let start = records.facts(of: line).start
            var last = lastCounting[line.index]
            while last >= start, !records.counts(at: Position(line, last)) { last -= 1 }
            lastCounting[line.index] = last
        }
        shortened = []
        for index in ends.indices { ends[index] = records.facts(of: Line(index)).start - 1 }
        recomputeHeads(in: records)
        for line in (0..<ends.count).map(Line.init) {
            let tip = records.tip(of: line)
            guard ends[line.index] < tip else { continue }
            for seq in ends[line.index] + 1...tip where isSource(Position(line, seq)) {
                raise(to: Position(line, seq), in: records)
            }
        }
        tell(since: before, in: records, &changes)
    }

    /// Raises the ends to what counts and its past.
    private mutating func recomputeHeads(in ancestry: some Ancestry) {
        var candidates: [Position] = []
        for line in (0..<ends.count).map(Line.init) {
            let last = Position(line, max(0, lastCounting[line.index]))
            // What lies in the past of another is no head, and adds nothing.
            guard lastCounting[line.index] > ends[line.index] else { continue }
            raise(to: last, in: ancestry)
            candidates.append(last)
        }
        heads = candidates.filter { one in
            !candidates.contains { $0 != one && ancestry.isInPast(one, of: $0) }
        }
    }
}

extension Room {
    /// Sees to what is passed on behind an operation that came.
    mutating func passOn(
        _ position: Position, _ outcome: AuthorityOutcome, isRecomputed: Bool, in records: some RoomRecords,
        _ changes: inout [StateChange]
    ) {
        if outcome.counts { passing.count(position) }
        if isRecomputed || outcome.hasReviewed || !outcome.verdicts.isEmpty {
            return recomputePassing(in: records, &changes)
        }
        if outcome.counts { passing.makeHead(position, in: records) }
        if outcome.counts || Self.isVoidSource(position, of: authority, in: records) {
            passing.passOn(position, in: records, &changes)
        } else {
            passing.setAside(position, in: records)
        }
    }

    mutating func recomputePassing(in records: some RoomRecords, _ changes: inout [StateChange]) {
        let authority = authority
        passing.recompute(in: records, &changes) { position in
            Self.isVoidSource(position, of: authority, in: records)
        }
    }

    /// Whether a void operation is a source of what is passed on.
    private static func isVoidSource(
        _ position: Position, of authority: Authority?, in records: some RoomRecords
    ) -> Bool {
        if let target = records.kept(at: position).target,
            records.message(at: target)?.deletions.contains(position) ?? false
        {
            return true
        }
        return authority?.settlesEligibility(position, in: records) ?? false
    }
}
