import Operations

/// What travels although it is void: what settles which operations are eligible, and what tells a former participant how
/// things stand (Spec/rooms.md, "What is passed on", "Views").
extension Authority {
    /// Whether all must see this operation to agree on what is eligible.
    func settlesEligibility(_ position: Position, in ancestry: some Ancestry) -> Bool {
        let line = position.line
        let facts = ancestry.facts(of: line)
        if let own = origins[facts.origin]?.lines {
            let besides = own.filter { ancestry.facts(of: $0).rank == facts.rank }
            // Which branch goes on with the line is a matter of which came first: all branches open one.
            if besides.count > linesMax,
                position.seq == facts.start
                    || besides.contains(where: { besides in
                        ancestry.facts(of: besides).base == Position(line, position.seq - 1)
                    })
            {
                return true
            }
            // The first key of all cuts off nothing.
            let isNewer = facts.rank.handOvers > 0 && own.allSatisfy { ancestry.facts(of: $0).rank <= facts.rank }
            if isNewer, position.seq == 0, besides.allSatisfy({ ancestry.seen($0, by: position) < 0 }) { return true }
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

    /// The operations whose pasts a node is shown that has no member any more.
    func view(of origin: Origin) -> (grants: [Position], others: [Position]) {
        var grants: Set<Position> = []
        var others: Set<Position> = []
        var asked: Set<Person> = []
        var open: [Person] = []
        for person in origins[origin]?.people ?? [] {
            for tenure in people[person].tenures {
                guard let grant = tenures[tenure].grant else { continue }
                grants.insert(grant)
                if tenures[tenure].state.counts {
                    let ends = people[person].against + people[person].farewells
                    for act in ends
                    where acts[act].operation.act.ends(tenures[tenure].level) && !acts[act].through.isEmpty {
                        others.insert(acts[act].operation.position)
                    }
                } else if let act = tenures[tenure].act {
                    open.append(acts[act].operation.author)
                }
            }
        }
        while let person = open.popLast() {
            guard asked.insert(person).inserted, let number = people.number(of: person) else { continue }
            let state = people[number]
            for act in state.against + state.farewells where !acts[act].through.isEmpty {
                others.insert(acts[act].operation.position)
            }
            for tenure in state.tenures where !tenures[tenure].state.counts {
                if let act = tenures[tenure].act { open.append(acts[act].operation.author) }
            }
        }
        return (Array(grants), Array(others))
    }
}
