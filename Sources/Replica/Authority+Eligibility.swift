import Operations

/// Forks and keys (Spec/authority.md, "Eligible"), settled before anything that ranks.
extension Authority {
    func isEligible(_ position: Position) -> Bool {
        position.seq <= lines[position.line.index].eligibleEnd
    }

    mutating func registerLines(in ancestry: some Ancestry) {
        while lines.count < ancestry.lineCount {
            let line = Line(lines.count)
            let origin = ancestry.facts(of: line).origin
            let number = origins[origin]?.lines.count ?? 0
            origins[origin, default: OriginState()].lines.append(line)
            lines.append(LineState(number: number))
        }
    }

    /// Takes notice of new lines, and of what an arrival did to lines that are suspect.
    mutating func reviewEligibility(_ fold: inout AuthorityFold, in ancestry: some Ancestry) {
        let known = lines.count
        if known < ancestry.lineCount {
            registerLines(in: ancestry)
            let grown = Set((known..<lines.count).map { ancestry.facts(of: Line($0)).origin })
            for origin in grown where origins[origin]!.lines.count > 1 {
                reviewEligibility(of: origin, &fold, in: ancestry)
            }
        }
        guard !troubled.isEmpty else { return }
        for origin in troubled {
            let isConcerned = origins[origin]!.lines.contains { line in
                lines[line.index].isSuspect
                    && ancestry.seen(line, by: fold.arrived) > lines[line.index].endorsedEnd
            }
            if isConcerned { reviewEligibility(of: origin, &fold, in: ancestry) }
        }
    }

    private mutating func reviewEligibility(
        of origin: Origin, _ fold: inout AuthorityFold, in ancestry: some Ancestry
    ) {
        let own = origins[origin]!.lines
        var ends = own.map { _ in Int.max }
        let frozen = suspects(own, in: ancestry)
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
            for tenure in people[person]!.tenures { queue(tenure, review: true, &fold) }
        }
    }

    private func isGenesis(_ position: Position) -> Bool {
        if case .group(position) = rule { true } else { false }
    }

    /// Per line, the first seq that is frozen for the line's own sake: suspect, and built upon by nobody else.
    private mutating func suspects(_ own: [Line], in ancestry: some Ancestry) -> [Int?] {
        let facts = own.map { ancestry.facts(of: $0) }
        var opened: Set<UInt64> = []
        var forks: [UInt64: Int] = [:]
        var underKey: [KeyRank: Int] = [:]
        for line in facts {
            if !opened.insert(line.epoch).inserted { forks[line.epoch] = min(forks[line.epoch] ?? .max, line.start) }
            underKey[line.rank, default: 0] += 1
        }
        return own.indices.map { number in
            var first = forks[facts[number].epoch] ?? .max
            if underKey[facts[number].rank]! > linesMax { first = 0 }
            lines[own[number].index].isSuspect = first != .max
            guard first != .max else { return nil }
            if isGenesis(Position(own[number], 0)) { first = max(first, 1) }
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
