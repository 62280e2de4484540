import Operations

/// What travels although it is void: what settles which operations are eligible, and what tells a former participant how
/// things stand (Spec/rooms.md, "What is passed on", "Views").
extension Authority {
    /// Whether all must see this operation to agree on what is eligible.
    func settlesEligibility(_ position: Position, in ancestry: some Ancestry) -> Bool {
        let facts = ancestry.facts(of: position.line)
        if let state = origins[facts.origin] {
            // Which branch goes on with the line is a matter of which came first: all branches open one.
            if state.lineCounts[facts.rank] ?? 0 > linesMax,
                position.seq == facts.start || state.bases.contains(Position(position.line, position.seq - 1))
            {
                return true
            }
            // The first key of all cuts off nothing.
            if position.seq == 0, facts.rank.handOvers > 0, state.firsts.contains(position) { return true }
        }
        return !troubled.isEmpty && endorsesFirst(position, in: ancestry)
    }

    /// Whether it has a suspect operation of another origin in its past that no operation in its past endorses.
    private func endorsesFirst(_ position: Position, in ancestry: some Ancestry) -> Bool {
        let author = ancestry.facts(of: position.line).origin
        var clock: LineClock?
        for origin in troubled where origin != author {
            for line in origins[origin]!.lines where lines[line.index].isSuspect {
                let seen = ancestry.seen(line, by: position)
                guard seen >= lines[line.index].suspectFrom else { continue }
                let past = clock ?? ancestry.clock(of: position)
                clock = past
                let isEndorsed = lines.indices.contains { index in
                    let other = Line(index)
                    guard ancestry.facts(of: other).origin != origin else { return false }
                    let last = other == position.line ? position.seq - 1 : past[other]
                    guard last >= ancestry.facts(of: other).start else { return false }
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
