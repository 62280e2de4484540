extension Authority {
    /// The seqs of a line that count through a tenure, were they all of a kind that it serves.
    func run(_ tenure: Int, _ line: Line, in ancestry: some Ancestry) -> Range<Int> {
        run(tenure, line, tenures[tenure].state, eligibleEnds: [:], in: ancestry)
    }

    /// The same as it was with another state and other ends of what is eligible.
    func run(
        _ tenure: Int, _ line: Line, _ state: Tenure.State, eligibleEnds: [Line: Int], in ancestry: some Ancestry
    ) -> Range<Int> {
        let this = tenures[tenure]
        func eligibleEnd(_ line: Line) -> Int {
            eligibleEnds.isEmpty ? lines[line.index].eligibleEnd : eligibleEnds[line] ?? lines[line.index].eligibleEnd
        }
        guard state.counts, let entry = this.grant.map({ ancestry.first(on: line, seeing: $0) }) ?? 0 else {
            return 0..<0
        }
        var last = min(eligibleEnd(line), state.cut(lines[line.index].number))
        for act in this.farewells {
            let position = acts[act].operation.position
            guard position.seq <= eligibleEnd(position.line) else { continue }
            if let first = ancestry.first(on: line, seeing: position) { last = min(last, first - 1) }
        }
        return last < entry ? 0..<0 : entry..<(last == .max ? .max : last + 1)
    }

    // MARK: What changed

    /// What ceased to be eligible, or is again, by whomever. In a directory, where people are not known, these are the
    /// verdicts too.
    func reportLines(_ fold: AuthorityFold, in ancestry: some Ancestry, into outcome: inout AuthorityOutcome) {
        for (line, before) in fold.eligibleEnds.sorted(by: { $0.key < $1.key }) {
            let end = line == fold.arrived?.line ? fold.arrived!.seq : ancestry.tip(of: line) + 1
            let after = lines[line.index].eligibleEnd
            guard after != before else { continue }
            let first = max(ancestry.facts(of: line).start, min(before, after) + 1)
            let last = min(end - 1, max(before, after))
            guard first <= last else { continue }
            outcome.eligibility.append(
                EligibilityChange(line: line, seqs: first...last, isEligible: after > before))
            guard case .directory(let origin) = rule, ancestry.facts(of: line).origin == origin else { continue }
            outcome.verdicts.append(
                VerdictChange(
                    line: line, author: nil, areAdministrative: false, seqs: first...last,
                    count: after > before))
        }
    }

    mutating func report(
        _ person: Person, _ fold: AuthorityFold, in ancestry: some Ancestry,
        into outcome: inout AuthorityOutcome
    ) {
        guard let number = people.number(of: person) else { return }
        let state = people[number]
        // Where only some lines have another end, all others are as they were, unless a farewell lies on one of these.
        let isElsewhere =
            state.tenures.contains { tenure in fold.states[tenure].map { $0 != tenures[tenure].state } ?? false }
            || state.farewells.contains { fold.eligibleEnds[acts[$0].operation.position.line] != nil }
        let own = origins[person.origin]!.lines
        let changed = isElsewhere ? own : own.filter { fold.eligibleEnds[$0] != nil }
        for line in changed {
            // The operation that arrived is told of by itself.
            let end = line == fold.arrived?.line ? fold.arrived!.seq : ancestry.tip(of: line) + 1
            guard end > 0 else { continue }
            for areAdministrative in [false, true] {
                var before: [Range<Int>] = []
                var after: [Range<Int>] = []
                for tenure in state.tenures where !areAdministrative || tenures[tenure].level != .member {
                    let old = fold.states[tenure] ?? tenures[tenure].state
                    before.append(
                        run(
                            tenure, line, old, eligibleEnds: fold.eligibleEnds, in: ancestry))
                    after.append(run(tenure, line, in: ancestry))
                }
                for (seqs, count) in Self.differences(before, after, below: end) {
                    outcome.verdicts.append(
                        VerdictChange(
                            line: line, author: person, areAdministrative: areAdministrative, seqs: seqs, count: count))
                }
            }
        }
        let (standing, entry) = computedStanding(of: person, in: ancestry)
        if standing != state.standing || entry != state.entry {
            people[number].standing = standing
            people[number].entry = entry
            outcome.standings.append(StandingChange(person: person, before: state.standing, standing: standing))
        }
    }

    /// Where the unions of two lists of runs differ, and whether the second one has it.
    private static func differences(
        _ before: [Range<Int>], _ after: [Range<Int>], below end: Int
    ) -> [(ClosedRange<Int>, Bool)] {
        let edges = Set((before + after).flatMap { [min($0.lowerBound, end), min($0.upperBound, end)] }).sorted()
        let (before, after) = (merged(before), merged(after))
        var (inBefore, inAfter) = (0, 0)
        var differences: [(ClosedRange<Int>, Bool)] = []
        for (from, to) in zip(edges, edges.dropFirst()) {
            while inBefore < before.count, before[inBefore].upperBound <= from { inBefore += 1 }
            while inAfter < after.count, after[inAfter].upperBound <= from { inAfter += 1 }
            let was = inBefore < before.count && before[inBefore].contains(from)
            let does = inAfter < after.count && after[inAfter].contains(from)
            guard was != does else { continue }
            if let last = differences.last, last.1 == does, last.0.upperBound == from - 1 {
                differences[differences.count - 1].0 = last.0.lowerBound...to - 1
            } else {
                differences.append((from...to - 1, does))
            }
        }
        return differences
    }

    /// What is in any of them, ascending, as runs that don't touch.
    private static func merged(_ runs: [Range<Int>]) -> [Range<Int>] {
        var merged: [Range<Int>] = []
        for run in runs.sorted(by: { $0.lowerBound < $1.lowerBound }) where !run.isEmpty {
            if let last = merged.last, run.lowerBound <= last.upperBound {
                merged[merged.count - 1] = last.lowerBound..<max(last.upperBound, run.upperBound)
            } else {
                merged.append(run)
            }
        }
        return merged
    }

    // MARK: Standing

    private func computedStanding(
        of person: Person, in ancestry: some Ancestry
    ) -> (standing: Standing, entry: Position?) {
        var standing = Standing.out
        var first: Tenure?
        for tenure in people[person].tenures where tenures[tenure].level != .founder {
            guard stands(tenure, in: ancestry) else { continue }
            let this = tenures[tenure]
            if let order = this.rank.order, first?.rank.order.map({ order < $0 }) ?? true { first = this }
            if standing != .admin { standing = this.level == .admin ? .admin : .member }
        }
        return (standing, first?.grant)
    }

    private func stands(_ tenure: Int, in ancestry: some Ancestry) -> Bool {
        let this = tenures[tenure]
        guard this.state.counts else { return false }
        guard let grant = this.grant, let person = people.number(of: this.holder) else { return true }
        return !this.state.isCut
            && people[person].farewells.allSatisfy { act in
                acts[act].through.isEmpty || !acts[act].operation.act.ends(this.level)
                    || ancestry.isInPast(acts[act].operation.position, of: grant)
            }
    }
}
