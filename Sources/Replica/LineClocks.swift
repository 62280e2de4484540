/// That an operation names one of another line as its `prev` or among its deps, which no operation of its own line before it
/// had in its past.
package struct LineStep: Hashable, Sendable {
    package let seq: UInt32
    package let line: Line
    /// The seq of the one that it names.
    package let other: UInt32

    package init(seq: Int, seen position: Position) {
        self.seq = UInt32(seq)
        line = position.line
        other = UInt32(position.seq)
    }

    package var position: Position { Position(line, Int(other)) }
}

/// The past of an operation: of each line the last seq in it, -1 where nothing is.
package struct LineClock: Hashable, Sendable {
    /// By the number of the line; what is not there is -1.
    package private(set) var seqs: [Int32] = []

    package init() {}

    package init(seqs: [Int32]) {
        self.seqs = seqs
    }

    package subscript(line: Line) -> Int {
        line.index < seqs.count ? Int(seqs[line.index]) : -1
    }

    mutating func raise(_ line: Line, to seq: Int) {
        if line.index >= seqs.count {
            seqs.append(contentsOf: repeatElement(-1, count: line.index + 1 - seqs.count))
        }
        if seqs[line.index] < seq { seqs[line.index] = Int32(seq) }
    }

    mutating func join(_ other: LineClock) {
        if other.seqs.count > seqs.count {
            seqs.append(contentsOf: repeatElement(-1, count: other.seqs.count - seqs.count))
        }
        for index in other.seqs.indices where other.seqs[index] > seqs[index] { seqs[index] = other.seqs[index] }
    }
}

/// The steps of lines, and now and then a whole clock on the way: in memory, or two tables of a store.
package protocol LineSteps {
    /// The steps of `line` with these seqs, ascending; false from `body` ends it.
    func forEachStep(of line: Line, in seqs: ClosedRange<Int>, _ body: (LineStep) -> Bool)

    /// The last clock that is kept of an operation of `line` with `seq` or less.
    func checkpoint(of line: Line, notAfter seq: Int) -> (seq: Int, clock: LineClock)?

    /// The first clock that is kept of an operation of `line` that has `position` in its past.
    func checkpoint(of line: Line, seeing position: Position) -> (seq: Int, clock: LineClock)?
}

/// Who had seen what, of a room's lines.
///
/// All pasts of all operations would be as many clocks as there are operations, and kept as the steps by which they grow
/// they still take dozens of bytes for each where many nodes write: everybody's message raises everybody's clock. So what
/// is kept for ever is only what the operations themselves say, each step as it was signed. The clocks of the lines' tips,
/// of which there are few, are kept whole: they are what is asked of every message. A question about earlier times begins
/// at the last whole clock before it (there is one every some dozens of steps), and follows the steps from there.
package struct LineClocks: Sendable {
    private struct Tip {
        var start: Int
        var seq: Int
        var clock = LineClock()
        /// False of a restored line until its clock is computed.
        var isKnown = true
        /// Since the last checkpoint.
        var steps = 0
    }

    private var tips: [Tip] = []
    private let stepsBetweenCheckpoints: Int

    /// With many lines a clock is long, and there are more steps between two that are kept.
    package init(stepsBetweenCheckpoints: Int = 48) {
        self.stepsBetweenCheckpoints = stepsBetweenCheckpoints
    }

    package var count: Int { tips.count }

    package func start(of line: Line) -> Int { tips[line.index].start }

    package func tip(of line: Line) -> Int { tips[line.index].seq }

    // MARK: Growing

    /// A line whose first operation comes next.
    package mutating func open(start: Int) -> Line {
        tips.append(Tip(start: start, seq: start - 1))
        return Line(tips.count - 1)
    }

    /// A line as it was when it was kept: its steps up to `tip` are there, so many since the last checkpoint.
    package mutating func restore(start: Int, tip: Int, steps: Int = 0) {
        tips.append(Tip(start: start, seq: tip, isKnown: false, steps: steps))
    }

    /// Computes the clock of a restored line's tip; all lines were restored before.
    package mutating func restoreClock(of line: Line, from steps: some LineSteps) {
        tips[line.index].clock = clock(of: Position(line, tip(of: line)), in: steps)
        tips[line.index].isKnown = true
    }

    /// The line's next operation, whose steps are there.
    package mutating func follow(_ line: Line, in steps: some LineSteps) -> Position {
        let position = extend(line)
        var seen: [Position] = []
        steps.forEachStep(of: line, in: position.seq...position.seq) { step in
            seen.append(step.position)
            return true
        }
        for other in seen { _ = see(other, from: line, in: steps) }
        return position
    }

    /// The line's next operation, without its steps.
    package mutating func extend(_ line: Line) -> Position {
        tips[line.index].seq += 1
        return Position(line, tips[line.index].seq)
    }

    /// Lets the tip of `line` see `other`. True if that is a step, and to be kept.
    package mutating func see(_ other: Position, from line: Line, in steps: some LineSteps) -> Bool {
        guard other.line != line, tips[line.index].clock[other.line] < other.seq else { return false }
        // Out of its place, so that it is changed and not copied.
        var clock = LineClock()
        swap(&clock, &tips[line.index].clock)
        raise(&clock, to: other, except: line, in: steps)
        swap(&clock, &tips[line.index].clock)
        tips[line.index].steps += 1
        return true
    }

    /// The clock of the tip of `line`, where so many steps were made since the last time that it should be kept.
    package mutating func checkpoint(of line: Line) -> LineClock? {
        guard tips[line.index].steps >= stepsBetweenCheckpoints * max(1, tips.count / 48) else { return nil }
        tips[line.index].steps = 0
        return tips[line.index].clock
    }

    /// Joins `position` and its past into a clock that holds the past of everything in it. `own` is the line that the
    /// clock is of, about which it doesn't speak.
    private func raise(_ clock: inout LineClock, to position: Position, except own: Line, in steps: some LineSteps) {
        guard position.line != own, clock[position.line] < position.seq else { return }
        if position.seq == tips[position.line.index].seq, tips[position.line.index].isKnown {
            clock.raise(position.line, to: position.seq)
            return join(tips[position.line.index].clock, into: &clock, except: own)
        }
        // Of a line, what was in the clock so far, and what is now.
        var open = [(line: position.line, known: clock[position.line], seq: position.seq)]
        clock.raise(position.line, to: position.seq)
        while let (line, known, seq) = open.popLast() {
            if seq == tips[line.index].seq, tips[line.index].isKnown {
                join(tips[line.index].clock, into: &clock, except: own)
                continue
            }
            var from = max(known + 1, tips[line.index].start)
            if seq - from > 32, let (at, kept) = steps.checkpoint(of: line, notAfter: seq), at >= from {
                join(kept, into: &clock, except: own)
                from = at + 1
            }
            guard from <= seq else { continue }
            steps.forEachStep(of: line, in: from...seq) { step in
                let before = clock[step.line]
                if step.line != own, before < Int(step.other) {
                    open.append((step.line, before, Int(step.other)))
                    clock.raise(step.line, to: Int(step.other))
                }
                return true
            }
        }
    }

    private func join(_ other: LineClock, into clock: inout LineClock, except own: Line) {
        let mine = clock[own]
        clock.join(other)
        clock.reset(own, to: mine)
    }

    // MARK: Questions

    /// The clock of an operation; of its own line it says nothing.
    package func clock(of position: Position, in steps: some LineSteps) -> LineClock {
        let line = position.line
        if position.seq == tips[line.index].seq, tips[line.index].isKnown { return tips[line.index].clock }
        var clock = LineClock()
        var from = tips[line.index].start
        if let (at, kept) = steps.checkpoint(of: line, notAfter: position.seq) {
            clock = kept
            from = at + 1
        }
        guard from <= position.seq else { return clock }
        steps.forEachStep(of: line, in: from...position.seq) { step in
            raise(&clock, to: step.position, except: line, in: steps)
            return true
        }
        return clock
    }

    /// See `Ancestry`.
    package func seen(_ line: Line, by position: Position, in steps: some LineSteps) -> Int {
        let tip = tips[position.line.index]
        if line == position.line { return position.seq > tip.start ? position.seq - 1 : -1 }
        let last = tip.clock[line]
        if position.seq == tip.seq || last < 0 { return last }
        return clock(of: position, in: steps)[line]
    }

    /// Whether `earlier` is in the past of `later`, for which a tip is asked first.
    package func isInPast(_ earlier: Position, of later: Position, in steps: some LineSteps) -> Bool {
        if earlier.line != later.line, tips[later.line.index].clock[earlier.line] < earlier.seq { return false }
        return seen(earlier.line, by: later, in: steps) >= earlier.seq
    }

    /// See `Ancestry`.
    package func first(on line: Line, seeing position: Position, in steps: some LineSteps) -> Int? {
        let tip = tips[line.index]
        if line == position.line { return position.seq < tip.seq ? max(position.seq + 1, tip.start) : nil }
        guard tip.clock[position.line] >= position.seq else { return nil }
        let after = steps.checkpoint(of: line, seeing: position)
        var clock = LineClock()
        var from = tip.start
        let end = after?.seq ?? tip.seq
        if let (at, kept) = steps.checkpoint(of: line, notAfter: end - 1) {
            clock = kept
            from = at + 1
        }
        var first: Int?
        steps.forEachStep(of: line, in: from...end) { step in
            raise(&clock, to: step.position, except: line, in: steps)
            guard clock[position.line] >= position.seq else { return true }
            first = Int(step.seq)
            return false
        }
        return first
    }
}

extension LineClock {
    fileprivate mutating func reset(_ line: Line, to seq: Int) {
        if line.index < seqs.count { seqs[line.index] = Int32(seq) }
    }
}
