import Operations

/// What travels although it is void: what settles which operations are eligible, and what tells a former participant how
/// things stand (Spec/rooms.md, "What is passed on", "Views").
extension Authority {
    /// Whether all must see this operation to agree on what is eligible.
    func settlesEligibility(_ position: Position, in ancestry: some Ancestry) -> Bool {
        let facts = ancestry.facts(of: position.line)
        if let state = origins[facts.origin] {
            if position.seq == 0, state.feedCounts[facts.rank] ?? 0 > feedsMax, state.forks[facts.epoch] != 0 {
                return true
            }
            // The first key of all cuts off nothing.
            if position.seq == 0, facts.rank.handOvers > 0, state.firsts.contains(position) { return true }
        }
        return !troubled.isEmpty && endorsesFirst(position, in: ancestry)
    }

    /// Whether it has a suspect operation of another origin in its past that no operation in its past endorses.
    private func endorsesFirst(_ position: Position, in ancestry: some Ancestry) -> Bool {
        guard position.seq <= lines[position.line.index].endorsingEnd else { return false }
        let facts = ancestry.facts(of: position.line)
        let concerned = troubled.filter { $0 != facts.origin }
        guard !concerned.isEmpty else { return false }
        let past = ancestry.clock(of: position)
        // Mostly its own feed has endorsed before what it endorses.
        let before =
            position.seq > facts.start
            ? ancestry.clock(of: Position(position.line, position.seq - 1)) : LineClock()
        for origin in concerned {
            for line in origins[origin]!.lines where lines[line.index].isSuspect {
                let seen = past[line]
                guard seen >= lines[line.index].suspectFrom, before[line] < seen else { continue }
                let isEndorsed = lines.indices.map(Line.init).contains { other in
                    let last = min(past[other], lines[other.index].endorsingEnd)
                    let begin = ancestry.facts(of: other)
                    guard other != position.line, begin.origin != origin, last >= begin.start,
                        ancestry.seen(line, by: Position(other, ancestry.tip(of: other))) >= seen
                    else { return false }
                    return ancestry.seen(line, by: Position(other, last)) >= seen
                }
                if !isEndorsed { return true }
            }
        }
        return false
    }

    /// The grants to a node's users.
    func grants(to origin: Origin) -> Set<Position> {
        let held = origins[origin]?.people.flatMap { people[$0].tenures } ?? []
        return Set(held.compactMap { tenures[$0].grant })
    }

    /// What tells a node why these grants to its users count no more, or never did. `isShown`: whether it may know of a grant.
    func endings(
        of grants: Set<Position>, to origin: Origin, in ancestry: some Ancestry, isShown: (Position) -> Bool
    ) -> Set<Position> {
        var endings: Set<Position> = []
        var asked: Set<Person> = []
        var open: [Person] = []
        func explain(_ tenure: Tenure) {
            guard let act = tenure.act else { return }
            endings.formUnion(cutters(of: acts[act].operation.position, in: ancestry))
            open.append(acts[act].operation.author)
        }
        for person in origins[origin]?.people ?? [] {
            for number in people[person].tenures {
                let tenure = tenures[number]
                guard let grant = tenure.grant, grants.contains(grant) else { continue }
                guard tenure.state.counts else {
                    explain(tenure)
                    continue
                }
                for act in people[person].against + people[person].farewells
                where acts[act].operation.act.ends(tenure.level) && !acts[act].through.isEmpty {
                    endings.insert(acts[act].operation.position)
                }
            }
        }
        while let person = open.popLast() {
            guard asked.insert(person).inserted, let number = people.number(of: person) else { continue }
            let state = people[number]
            for act in state.against + state.farewells where !acts[act].through.isEmpty {
                endings.insert(acts[act].operation.position)
            }
            for tenure in state.tenures.map({ tenures[$0] }) where !tenure.state.counts {
                if let grant = tenure.grant, isShown(grant) { explain(tenure) }
            }
        }
        return endings
    }
}
