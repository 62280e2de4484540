import Operations

/// Forks and keys (Spec/authority.md, "Eligible"), settled before anything that ranks.
extension Authority {
    func isEligible(_ position: Position) -> Bool {
        position.seq <= lines[position.line.index].eligibleEnd
    }

    /// Takes notice of lines that are new, and tells whose they are.
    @discardableResult
    mutating func registerLines(_ fold: inout AuthorityFold, in ancestry: some Ancestry) -> Set<Origin> {
        var grown: Set<Origin> = []
        while lines.count < ancestry.lineCount {
            let line = Line(lines.count)
            let facts = ancestry.facts(of: line)
            let own = origins[facts.origin]?.lines ?? []
            if own.contains(where: { ancestry.facts(of: $0).epoch == facts.epoch }) {
                learn(ForkedFeed(origin: facts.origin, epoch: facts.epoch, seq: facts.start), &fold)
            }
            origins[facts.origin, default: OriginState()].lines.append(line)
            lines.append(LineState(number: own.count))
            grown.insert(facts.origin)
        }
        return grown
    }

    /// False where that was known.
    @discardableResult
    mutating func learn(_ fork: ForkedFeed, _ fold: inout AuthorityFold) -> Bool {
        if let known = origins[fork.origin]?.forks[fork.epoch], known <= fork.seq { return false }
        origins[fork.origin, default: OriginState()].forks[fork.epoch] = fork.seq
        fold.forks.append(fork)
        return true
    }

    /// Takes notice of new lines, and of what an arrival did to lines that are suspect.
    mutating func reviewEligibility(_ fold: inout AuthorityFold, in ancestry: some Ancestry) {
        if lines.count < ancestry.lineCount {
            for origin in registerLines(&fold, in: ancestry)
            where origins[origin]!.lines.count > 1 || !origins[origin]!.forks.isEmpty {
                reviewEligibility(of: origin, &fold, in: ancestry)
            }
        }
        guard !troubled.isEmpty, let arrived = fold.arrived else { return }
        let author = ancestry.facts(of: arrived.line).origin
        for origin in troubled {
            // What is frozen already, and goes on, is nothing new.
            if origin == author, !isEligible(arrived) { continue }
            let isConcerned = origins[origin]!.lines.contains { line in
                lines[line.index].isSuspect
                    && ancestry.seen(line, by: arrived) > lines[line.index].endorsedEnd
            }
            if isConcerned { reviewEligibility(of: origin, &fold, in: ancestry) }
        }
    }

    mutating func reviewEligibility(
        of origin: Origin, _ fold: inout AuthorityFold, in ancestry: some Ancestry
    ) {
        fold.hasReviewed = true
        let own = origins[origin]!.lines
        guard !own.isEmpty else { return }
        var ends = own.map { _ in Int.max }
        let frozen = suspects(own, forks: origins[origin]!.forks, in: ancestry)
        if frozen.contains(where: { $0 != nil }) { troubled.insert(origin) }
        for (number, first) in frozen.enumerated() {
            guard let first else { continue }
            ends[number] = min(ends[number], first - 1)
            guard first <= ancestry.tip(of: own[number]) else { continue }
            for (other, line) in own.enumerated() where other != number {
                if let infected = ancestry.first(on: line, seeing: Position(own[number], first)) {
                    ends[other] = min(ends[other], infected - 1)
                }
            }
        }
        cutOff(own, &ends, in: ancestry)
        var hasChanged = false
        for (number, line) in own.enumerated() {
            let end = ends[number]
            guard end != lines[line.index].eligibleEnd else { continue }
            if fold.eligibleEnds[line] == nil { fold.eligibleEnds[line] = lines[line.index].eligibleEnd }
            lines[line.index].eligibleEnd = end
            hasChanged = true
        }
        guard hasChanged else { return }
        for person in origins[origin]!.people {
            for tenure in people[person].tenures { queue(tenure, review: true, &fold) }
        }
    }

    private func isGenesis(_ position: Position) -> Bool {
        if case .group(position) = rule { true } else { false }
    }

    /// Per line, the first seq that is frozen for the line's own sake: suspect, and built upon by nobody else.
    private mutating func suspects(
        _ own: [Line], forks: [UInt64: Int], in ancestry: some Ancestry
    ) -> [Int?] {
        let facts = own.map { ancestry.facts(of: $0) }
        let underKey = Dictionary(facts.map { ($0.rank, 1) }, uniquingKeysWith: +)
        return own.indices.map { number in
            var first = forks[facts[number].epoch] ?? .max
            if underKey[facts[number].rank]! > linesMax { first = 0 }
            // It is eligible whatever else there is, so that nobody need endorse it.
            if isGenesis(Position(own[number], 0)) { first = max(first, 1) }
            lines[own[number].index].isSuspect = first != .max
            lines[own[number].index].suspectFrom = max(first, facts[number].start)
            guard first != .max else { return nil }
            var endorsed = -1
            for line in lines.indices where ancestry.facts(of: Line(line)).origin != facts[number].origin {
                let tip = Position(Line(line), ancestry.tip(of: Line(line)))
                endorsed = max(endorsed, ancestry.seen(own[number], by: tip))
            }
            lines[own[number].index].endorsedEnd = endorsed
            return max(first, facts[number].start, endorsed + 1)
        }
    }

    private func cutOff(_ own: [Line], _ ends: inout [Int], in ancestry: some Ancestry) {
        let facts = own.map { ancestry.facts(of: $0) }
        let inForce = facts.map(\.rank).max()!
        guard facts.contains(where: { $0.rank < inForce }) else { return }
        let newest = own.indices.filter { facts[$0].rank == inForce }
        let firsts = newest.filter { number in
            facts[number].start == 0
                && newest.allSatisfy { ancestry.seen(own[$0], by: Position(own[number], 0)) < 0 }
        }
        for number in own.indices where facts[number].rank < inForce {
            let end = firsts.map { ancestry.seen(own[number], by: Position(own[$0], 0)) }.max() ?? -1
            ends[number] = min(ends[number], end)
        }
    }
}
