import Operations

/// Forks and keys (Spec/authority.md, "Eligible"), settled before anything that ranks.
///
/// Anybody can begin feeds without end, so a line more must not cost a look at each pair of lines. What comes of a line is
/// kept with it; it is looked at anew where something earlier may become another: a fork, the line that is one too many,
/// a new key, somebody who builds on what was frozen.
extension Authority {
    func isEligible(_ position: Position) -> Bool {
        position.seq <= lines[position.line.index].eligibleEnd
    }

    // MARK: New lines

    /// Takes notice of lines that are new. The origins of which all has to be looked at anew.
    @discardableResult
    mutating func registerLines(_ fold: inout AuthorityFold, in ancestry: some Ancestry) -> Set<Origin> {
        var concerned: Set<Origin> = []
        let isOne = lines.count + 1 == ancestry.lineCount
        while lines.count < ancestry.lineCount {
            let line = Line(lines.count)
            let facts = ancestry.facts(of: line)
            var state = origins[facts.origin] ?? OriginState()
            origins[facts.origin] = nil
            lines.append(LineState(number: state.lines.count))
            state.lines.append(line)
            var isDifferent = !state.forks.isEmpty
            if !state.epochs.insert(facts.epoch).inserted {
                isDifferent = true
                if let fork = state.learn(forkOf: facts.epoch, at: facts.start, of: facts.origin, in: ancestry) {
                    fold.forks.append(fork)
                }
            } else if state.forks[facts.epoch] != 0 {
                state.feedCounts[facts.rank, default: 0] += 1
                if state.feedCounts[facts.rank] == feedsMax + 1 { isDifferent = true }
            }
            if noteKey(of: line, facts, &state, in: ancestry) { isDifferent = true }
            origins[facts.origin] = state
            // With one operation, the one that arrived: nothing earlier can hang on it.
            let isAlone =
                isOne && fold.arrived == Position(line, facts.start) && ancestry.tip(of: line) == facts.start
            if isDifferent || !isAlone {
                if state.lines.count > 1 || !state.forks.isEmpty { concerned.insert(facts.origin) }
            } else {
                settleAlone(line, facts, in: ancestry)
            }
        }
        return concerned
    }

    /// Whether that may give earlier operations another end.
    private mutating func noteKey(
        of line: Line, _ facts: LineFacts, _ state: inout OriginState, in ancestry: some Ancestry
    ) -> Bool {
        if state.keyInForce.map({ $0 < facts.rank }) ?? true {
            state.keyInForce = facts.rank
            state.firsts = []
            for own in state.lines { lines[own.index].vouchedEnd = -1 }
        }
        guard facts.rank == state.keyInForce, facts.start == 0 else { return false }
        let past = ancestry.clock(of: Position(line, 0))
        var older: [Line] = []
        for own in state.lines where own != line {
            if ancestry.facts(of: own).rank < facts.rank { older.append(own) } else if past[own] >= 0 { return false }
        }
        state.firsts.append(Position(line, 0))
        for own in older { lines[own.index].vouchedEnd = max(lines[own.index].vouchedEnd, past[own]) }
        return !older.isEmpty
    }

    /// A line that arrived with its first operation, which nobody has in their past yet.
    private mutating func settleAlone(_ line: Line, _ facts: LineFacts, in ancestry: some Ancestry) {
        let state = origins[facts.origin]!  // it was just registered
        var isEligible = facts.rank == state.keyInForce
        if state.feedCounts[facts.rank] ?? 0 > feedsMax, !isGenesis(Position(line, 0)) {
            lines[line.index].isSuspect = true
            lines[line.index].suspectFrom = 0
            lines[line.index].frozenFrom = 0
            isEligible = false
        } else if isEligible, troubled.contains(facts.origin) {
            isEligible = !seesFrozen(Position(line, 0), of: facts.origin, in: ancestry)
        }
        if !isEligible { lines[line.index].eligibleEnd = -1 }
    }

    private func seesFrozen(_ position: Position, of origin: Origin, in ancestry: some Ancestry) -> Bool {
        origins[origin]!.lines.contains { line in
            line != position.line && ancestry.seen(line, by: position) >= lines[line.index].frozenFrom
        }
    }

    /// False where that was known.
    @discardableResult
    mutating func learn(_ fork: ForkedFeed, _ fold: inout AuthorityFold, in ancestry: some Ancestry) -> Bool {
        guard
            let fork = origins[fork.origin, default: OriginState()].learn(
                forkOf: fork.epoch, at: fork.seq, of: fork.origin, in: ancestry)
        else { return false }
        fold.forks.append(fork)
        return true
    }

    // MARK: What arrived

    /// Takes notice of new lines, and of what an arrival did to lines that are suspect.
    mutating func reviewEligibility(_ fold: inout AuthorityFold, in ancestry: some Ancestry) {
        for origin in registerLines(&fold, in: ancestry) { reviewEligibility(of: origin, &fold, in: ancestry) }
        reviewEndorsements(&fold, in: ancestry)
        guard !troubled.isEmpty, let arrived = fold.arrived else { return }
        for origin in endorse(arrived, in: ancestry) {
            let hasReviewed = fold.hasReviewed
            reviewEligibility(of: origin, &fold, in: ancestry)
            // What was frozen is eligible; who endorses whom first, and all else that travels for its own sake, is as it was.
            fold.hasReviewed = hasReviewed
        }
        let author = ancestry.facts(of: arrived.line).origin
        // What is frozen already, and goes on, is nothing new.
        guard troubled.contains(author), isEligible(arrived), seesFrozen(arrived, of: author, in: ancestry) else {
            return
        }
        if ancestry.tip(of: arrived.line) == arrived.seq {
            lines[arrived.line.index].eligibleEnd = arrived.seq - 1
        } else {
            reviewEligibility(of: author, &fold, in: ancestry)
        }
    }

    /// Notes what an operation endorses, and what that endorses then. The origins of which something frozen is among it.
    private mutating func endorse(_ arrived: Position, in ancestry: some Ancestry) -> Set<Origin> {
        guard arrived.seq <= lines[arrived.line.index].endorsingEnd else { return [] }
        var thawing: Set<Origin> = []
        var endorsing = [arrived]
        while let position = endorsing.popLast() {
            let author = ancestry.facts(of: position.line).origin
            for origin in troubled where origin != author {
                for line in origins[origin]!.lines where lines[line.index].isSuspect {
                    let seen = ancestry.seen(line, by: position)
                    guard seen > lines[line.index].endorsedEnd else { continue }
                    lines[line.index].endorsedEnd = seen
                    if seen >= lines[line.index].frozenFrom { thawing.insert(origin) }
                    if seen >= lines[line.index].forkedFrom { endorsing.append(Position(line, seen)) }
                }
            }
        }
        return thawing
    }

    /// What is found to be on a fork endorses no more what it has in its past, and so on: all endorsements are looked at anew
    /// where a new fork may have been one.
    mutating func reviewEndorsements(
        _ fold: inout AuthorityFold, isRestored: Bool = false, in ancestry: some Ancestry
    ) {
        // Where one origin alone is in doubt, nobody who is endorses anybody who is.
        guard troubled.count > 1, isRestored || fold.forks.contains(where: { isEndorsing($0, in: ancestry) }) else {
            return
        }
        let suspect = troubled.flatMap { origin in origins[origin]!.lines.filter { lines[$0.index].isSuspect } }
        let before = suspect.map { lines[$0.index].endorsedEnd }
        for line in suspect { lines[line.index].endorsedEnd = -1 }
        // What is on no fork endorses all but its own origin's, and what it endorses of others perhaps that: twice is enough.
        var isDone = false
        while !isDone {
            isDone = true
            for line in suspect {
                let end = endorsedEnd(of: line, by: ancestry.facts(of: line).origin, in: ancestry)
                guard end > lines[line.index].endorsedEnd else { continue }
                lines[line.index].endorsedEnd = end
                isDone = false
            }
        }
        let changed = zip(suspect, before).filter { lines[$0.index].endorsedEnd != $1 }
        for origin in Set(changed.map { ancestry.facts(of: $0.0).origin }) {
            reviewEligibility(of: origin, &fold, in: ancestry)
        }
    }

    /// Whether something on that fork has operations of another origin in its past that are in doubt.
    private func isEndorsing(_ fork: ForkedFeed, in ancestry: some Ancestry) -> Bool {
        origins[fork.origin]!.lines.contains { own in
            guard ancestry.facts(of: own).epoch == fork.epoch, ancestry.tip(of: own) >= fork.seq else { return false }
            let tip = Position(own, ancestry.tip(of: own))
            return troubled.contains { origin in
                origin != fork.origin
                    && origins[origin]!.lines.contains { lines[$0.index].isSuspect && ancestry.seen($0, by: tip) >= 0 }
            }
        }
    }

    // MARK: All of an origin

    mutating func reviewEligibility(
        of origin: Origin, _ fold: inout AuthorityFold, in ancestry: some Ancestry
    ) {
        fold.hasReviewed = true
        let own = origins[origin]!.lines
        guard !own.isEmpty else { return }
        freeze(own, of: origin, in: ancestry)
        var hasChanged = false
        let frozen = own.filter { lines[$0.index].frozenFrom <= ancestry.tip(of: $0) }
        let inForce = origins[origin]!.keyInForce
        for line in own {
            let facts = ancestry.facts(of: line)
            let first = lines[line.index].frozenFrom
            var end = first == .max ? .max : first - 1
            if facts.rank != inForce { end = min(end, lines[line.index].vouchedEnd) }
            // What has something frozen in its past is frozen with it.
            if end >= facts.start, !frozen.isEmpty {
                let past = ancestry.clock(of: Position(line, ancestry.tip(of: line)))
                for other in frozen where other != line && past[other] >= lines[other.index].frozenFrom {
                    let cause = Position(other, lines[other.index].frozenFrom)
                    if let infected = ancestry.first(on: line, seeing: cause) { end = min(end, infected - 1) }
                }
            }
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

    /// Finds out of each line from where on it is frozen for its own sake: suspect, and built upon by nobody else.
    private mutating func freeze(_ own: [Line], of origin: Origin, in ancestry: some Ancestry) {
        for line in own {
            let facts = ancestry.facts(of: line)
            var first = origins[origin]!.forks[facts.epoch] ?? .max
            lines[line.index].forkedFrom = first
            if origins[origin]!.feedCounts[facts.rank] ?? 0 > feedsMax { first = 0 }
            // It is eligible whatever else there is, so that nobody need endorse it.
            if isGenesis(Position(line, 0)) { first = max(first, 1) }
            guard first != .max else {
                // A fork at its first operation took away the feed that was one too many.
                if lines[line.index].isSuspect { lines[line.index].clear() }
                continue
            }
            troubled.insert(origin)
            if !lines[line.index].isSuspect {
                lines[line.index].isSuspect = true
                lines[line.index].endorsedEnd = endorsedEnd(of: line, by: origin, in: ancestry)
            }
            lines[line.index].suspectFrom = max(first, facts.start)
            lines[line.index].frozenFrom = max(first, facts.start, lines[line.index].endorsedEnd + 1)
        }
    }

    private func endorsedEnd(of line: Line, by origin: Origin, in ancestry: some Ancestry) -> Int {
        var end = -1
        for other in lines.indices.map(Line.init) where ancestry.facts(of: other).origin != origin {
            let last = min(ancestry.tip(of: other), lines[other.index].endorsingEnd)
            guard last >= ancestry.facts(of: other).start else { continue }
            end = max(end, ancestry.seen(line, by: Position(other, last)))
        }
        return end
    }

    /// By which an operation is cut off that its own node signed under an older key; none where it isn't.
    func cutters(of position: Position, in ancestry: some Ancestry) -> [Position] {
        guard let state = origins[ancestry.facts(of: position.line).origin],
            ancestry.facts(of: position.line).rank != state.keyInForce,
            position.seq > lines[position.line.index].vouchedEnd
        else { return [] }
        return state.firsts
    }
}

extension Authority.OriginState {
    /// Nil where that was known.
    fileprivate mutating func learn(
        forkOf epoch: UInt64, at seq: Int, of origin: Origin, in ancestry: some Ancestry
    ) -> ForkedFeed? {
        if let known = forks[epoch], known <= seq { return nil }
        forks[epoch] = seq
        if seq == 0, let line = lines.first(where: { ancestry.facts(of: $0).epoch == epoch }) {
            feedCounts[ancestry.facts(of: line).rank, default: 1] -= 1
        }
        return ForkedFeed(origin: origin, epoch: epoch, seq: seq)
    }
}
