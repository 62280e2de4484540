/// What one arrival sets in motion, and how things were before it.
struct AuthorityFold {
    /// Nil where it was not an operation that arrived.
    let arrived: Position?
    /// Tenures to settle, the most senior last.
    var queue: [Int] = []
    /// The states of tenures before this arrival.
    var states: [Int: Tenure.State] = [:]
    /// Where lines ceased to be eligible, before this arrival.
    var eligibleEnds: [Line: Int] = [:]
    var touched: Set<Person> = []
    var hasReviewed = false
    var forks: [ForkedFeed] = []
}

extension Authority {
    /// Takes in an operation that `ancestry` holds already, and all of whose past was added before.
    ///
    /// Ordinary operations and room settings need not be added again when a room is loaded: authority
    /// operations, in any causal order, bring back the same state.
    package mutating func add(
        _ operation: AuthorityOperation, in ancestry: some Ancestry
    ) -> AuthorityOutcome {
        if changesNothing(operation, in: ancestry) {
            let counts = counts(operation, in: ancestry)
            if counts { remember(operation, in: ancestry) }
            return AuthorityOutcome(counts: counts)
        }
        var fold = AuthorityFold(arrived: operation.position)
        reviewEligibility(&fold, in: ancestry)
        if case .group = rule {
            record(operation, &fold, in: ancestry)
            widenCuts(operation, &fold, in: ancestry)
        }
        settle(&fold, in: ancestry)
        let counts = counts(operation, in: ancestry)
        if counts { remember(operation, in: ancestry) }
        return outcome(of: fold, counts: counts, in: ancestry)
    }

    /// What mostly comes: it goes on with a line, in a room where nobody's feeds are in doubt, by somebody who never removed
    /// anybody. It has a verdict, and no other operation has another one for its sake.
    func changesNothing(_ operation: AuthorityOperation, in ancestry: some Ancestry) -> Bool {
        switch operation.act {
        case .ordinary, .administrative: break
        case .admit, .promote, .demote, .stepDown, .remove, .leave: return false
        }
        guard troubled.isEmpty, lines.count == ancestry.lineCount else { return false }
        return people.number(of: operation.author).map { people[$0].removals.isEmpty } ?? true
    }

    /// Which of several tenures served, since it is likely to serve the next one too.
    private mutating func remember(_ operation: AuthorityOperation, in ancestry: some Ancestry) {
        guard let person = people.number(of: operation.author), people[person].tenures.count > 1 else { return }
        if let last = people[person].serving, serves(last, operation, in: ancestry) { return }
        people[person].serving = people[person].tenures.first { serves($0, operation, in: ancestry) }
    }

    /// Takes in that a feed is forked: of what is held of it perhaps one branch only.
    package mutating func add(_ fork: ForkedFeed, in ancestry: some Ancestry) -> AuthorityOutcome {
        var fold = AuthorityFold(arrived: nil)
        registerLines(&fold, in: ancestry)
        if learn(fork, &fold, in: ancestry) {
            reviewEligibility(of: fork.origin, &fold, in: ancestry)
            reviewEndorsements(&fold, in: ancestry)
        }
        settle(&fold, in: ancestry)
        return outcome(of: fold, counts: false, in: ancestry)
    }

    /// Looks at all lines anew, after the room's authority operations were added again.
    package mutating func restore(in ancestry: some Ancestry) {
        var fold = AuthorityFold(arrived: nil)
        registerLines(&fold, in: ancestry)
        for origin in origins.keys { reviewEligibility(of: origin, &fold, in: ancestry) }
        reviewEndorsements(&fold, isRestored: true, in: ancestry)
        settle(&fold, in: ancestry)
        _ = outcome(of: fold, counts: false, in: ancestry)
    }

    private mutating func settle(_ fold: inout AuthorityFold, in ancestry: some Ancestry) {
        while let tenure = fold.queue.popLast() { settle(tenure, &fold, in: ancestry) }
    }

    private mutating func outcome(
        of fold: AuthorityFold, counts: Bool, in ancestry: some Ancestry
    ) -> AuthorityOutcome {
        var outcome = AuthorityOutcome(counts: counts)
        outcome.hasReviewed = fold.hasReviewed
        outcome.forks = fold.forks
        for person in fold.touched { report(person, fold, in: ancestry, into: &outcome) }
        if !fold.eligibleEnds.isEmpty { reportLines(fold, in: ancestry, into: &outcome) }
        return outcome
    }

    // MARK: Acts

    private mutating func record(
        _ operation: AuthorityOperation, _ fold: inout AuthorityFold, in ancestry: some Ancestry
    ) {
        let act = acts.count
        let author = operation.author
        switch operation.act {
        case .ordinary, .administrative: return
        case .admit, .promote, .demote, .stepDown, .remove, .leave: break
        }
        acts.append(Act(operation: operation))
        touch(author)
        people[author].acts.append(act)
        switch operation.act {
        case .ordinary, .administrative: break
        case .admit(let person, let asAdmin, let order):
            if asAdmin { open(.admin, of: person, order: order, grant: operation.position, act: act) }
            open(.member, of: person, order: order, grant: operation.position, act: act)
        case .promote(let person, let order):
            open(.admin, of: person, order: order, grant: operation.position, act: act)
            open(.member, of: person, order: order, grant: operation.position, act: act)
        case .demote(let person), .remove(let person):
            touch(person)
            people[person].against.append(act)
            people[author].removals.append(act)
        case .leave, .stepDown:
            people[author].farewells.append(act)
            for tenure in people[author].tenures where operation.act.ends(tenures[tenure].level) {
                guard let grant = tenures[tenure].grant, ancestry.isInPast(grant, of: operation.position) else {
                    continue
                }
                tenures[tenure].farewells.append(act)
            }
            // Nothing that came before has seen it, save where a room is loaded.
            for tenure in people[author].tenures { queue(tenure, review: true, &fold) }
        }
        for tenure in people[author].tenures { review(act, tenure, &fold, in: ancestry) }
    }

    private mutating func touch(_ person: Person) {
        guard people.meet(person) else { return }
        origins[person.origin, default: OriginState()].people.append(person)
    }

    mutating func open(
        _ level: Tenure.Level, of holder: Person, order: CanonicalOrder?, grant: Position?, act: Int?,
        counts: Bool = false
    ) {
        touch(holder)
        people[holder].tenures.append(tenures.count)
        if let act { acts[act].opens.append(tenures.count) }
        tenures.append(
            Tenure(
                holder: holder, rank: Tenure.Rank(level: level, order: order), grant: grant, act: act,
                state: Tenure.State(counts: counts)))
    }

    /// Whether what the operation's author removed from beside it is now cut further away.
    private mutating func widenCuts(
        _ operation: AuthorityOperation, _ fold: inout AuthorityFold, in ancestry: some Ancestry
    ) {
        guard let person = people.number(of: operation.author), !people[person].removals.isEmpty else { return }
        let author = people[person]
        let hasSeenAll = author.removalTips.allSatisfy { line, seq in
            ancestry.isInPast(Position(line, seq), of: operation.position)
        }
        if !hasSeenAll {
            for removal in author.removals where acts[removal].operation.position != operation.position {
                for tenure in acts[removal].through { measure(removal, tenure, &fold, in: ancestry) }
            }
        }
        if operation.act.removed != nil {
            let position = operation.position
            let tip = author.removalTips[position.line] ?? -1
            people[operation.author].removalTips[position.line] = max(tip, position.seq)
        }
    }

    // MARK: Settling

    mutating func queue(_ tenure: Int, review: Bool = false, _ fold: inout AuthorityFold) {
        if review { tenures[tenure].needsReview = true }
        if fold.states[tenure] == nil { fold.states[tenure] = tenures[tenure].state }
        fold.touched.insert(tenures[tenure].holder)
        guard !tenures[tenure].isQueued else { return }
        tenures[tenure].isQueued = true
        var low = 0
        var high = fold.queue.count
        while low < high {
            let middle = (low + high) / 2
            if tenures[tenure].rank < tenures[fold.queue[middle]].rank {
                low = middle + 1
            } else {
                high = middle
            }
        }
        fold.queue.insert(tenure, at: low)
    }

    private mutating func settle(_ tenure: Int, _ fold: inout AuthorityFold, in ancestry: some Ancestry) {
        tenures[tenure].isQueued = false
        let (state, ender) = state(of: tenure, in: ancestry)
        tenures[tenure].ender = ender
        guard state != tenures[tenure].state || tenures[tenure].needsReview else { return }
        tenures[tenure].state = state
        tenures[tenure].needsReview = false
        for act in people[tenures[tenure].holder].acts { review(act, tenure, &fold, in: ancestry) }
    }

    private func state(of tenure: Int, in ancestry: some Ancestry) -> (state: Tenure.State, ender: Int?) {
        let this = tenures[tenure]
        var state = Tenure.State(counts: this.act.map { !acts[$0].through.isEmpty } ?? true)
        var ender: Int?
        guard state.counts, let grant = this.grant else { return (state, nil) }
        let lines = origins[this.holder.origin]!.lines
        for removal in people[this.holder].against where acts[removal].operation.act.ends(this.level) {
            let position = acts[removal].operation.position
            if let ender, ancestry.isInPast(acts[ender].operation.position, of: position) { continue }
            guard !ancestry.isInPast(position, of: grant) else { continue }
            let act = acts[removal]
            let senior = act.through.filter { tenures[$0].rank < this.rank }
            guard !senior.isEmpty else { continue }
            if !state.isCut {
                state.isCut = true
                state.cuts = lines.map { _ in .max }
            }
            let beside = senior.flatMap { act.beside[$0] ?? [] }
            if ender == nil, beside.isEmpty { ender = removal }
            for (number, line) in lines.enumerated() {
                let end = ([act.operation.position] + beside).map { ancestry.seen(line, by: $0) }.max()!
                state.cuts[number] = min(state.cuts[number], end)
            }
        }
        return (state, ender)
    }

    /// Finds out whether an act counts through a tenure of its author, and passes on what follows from it.
    private mutating func review(
        _ act: Int, _ tenure: Int, _ fold: inout AuthorityFold, in ancestry: some Ancestry
    ) {
        let operation = acts[act].operation
        let counts =
            (!operation.act.needsAdmin || tenures[tenure].level != .member) && isEligible(operation.position)
            && run(tenure, operation.position.line, in: ancestry).contains(operation.position.seq)
        let at = acts[act].through.firstIndex(of: tenure)
        if counts != (at != nil) {
            if let at {
                acts[act].through.remove(at: at)
                acts[act].beside[tenure] = nil
            } else {
                acts[act].through.append(tenure)
            }
            passOn(act, tenure, &fold, in: ancestry)
        }
        if counts, operation.act.removed != nil { measure(act, tenure, &fold, in: ancestry) }
    }

    /// Finds the last operations that a removal's author wrote beside it under the same tenure.
    private mutating func measure(
        _ act: Int, _ tenure: Int, _ fold: inout AuthorityFold, in ancestry: some Ancestry
    ) {
        let removal = acts[act].operation
        var beside: [Position] = []
        for line in origins[removal.author.origin]!.lines {
            let run = run(tenure, line, in: ancestry)
            let known = max(run.lowerBound, ancestry.seen(line, by: removal.position) + 1)
            // On the removal's own line there is nothing beside it.
            let unknowing =
                line == removal.position.line
                ? removal.position.seq : ancestry.first(on: line, seeing: removal.position) ?? .max
            let end = min(run.upperBound, unknowing, ancestry.tip(of: line) + 1)
            guard known < end else { continue }
            if let last = ancestry.last(by: removal.author, on: line, in: known...end - 1) {
                beside.append(Position(line, last))
            }
        }
        if beside != acts[act].beside[tenure] ?? [] {
            acts[act].beside[tenure] = beside.isEmpty ? nil : beside
            passOn(act, tenure, &fold, in: ancestry)
        }
    }

    /// Queues what hangs on whether, and how, an act counts through a tenure.
    private mutating func passOn(
        _ act: Int, _ tenure: Int, _ fold: inout AuthorityFold, in ancestry: some Ancestry
    ) {
        let operation = acts[act].operation
        switch operation.act {
        case .ordinary, .administrative: break
        case .admit, .promote:
            for opened in acts[act].opens { queue(opened, &fold) }
        case .demote(let person), .remove(let person):
            fold.touched.insert(person)
            for reached in people[person].tenures
            where operation.act.ends(tenures[reached].level) && tenures[tenure].rank < tenures[reached].rank {
                // Or one who is appointed and dismissed a thousand times would cost a thousand settlings each time.
                if let ender = tenures[reached].ender, ender != act,
                    ancestry.isInPast(acts[ender].operation.position, of: operation.position)
                {
                    continue
                }
                queue(reached, &fold)
            }
        case .leave, .stepDown:
            fold.touched.insert(operation.author)
        }
    }
}
