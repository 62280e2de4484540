@testable import RoomModel

/// What must hold of every history (C1, C4, C5), each as a question with a complaint for an answer.
struct AuthorityProperties {
    var departures: Set<NaiveAuthority.Departure> = []

    func model(_ history: ModelHistory) -> NaiveAuthority {
        NaiveAuthority(history, departures: departures)
    }

    func hasComplaint(seed: UInt64, about name: String) -> Bool {
        let history = HistoryGenerator.history(seed: seed)
        return Self.all.contains { $0.name == name && $0.rule(self, seed, history) != nil }
    }

    /// The first complaint about a seed's history, with the smallest history that gives cause for it.
    func complaint(seed: UInt64) -> String? {
        let history = HistoryGenerator.history(seed: seed)
        for (name, rule) in Self.all where rule(self, seed, history) != nil {
            let smallest = history.shrunk { rule(self, seed, $0) != nil }
            return "seed \(seed): \(name): \(rule(self, seed, smallest)!)\n\(smallest)"
        }
        return nil
    }

    static let all: [(name: String, rule: @Sendable (AuthorityProperties, UInt64, ModelHistory) -> String?)] = [
        ("one pass is the only solution", { $0.hasOneSolution($2) }),
        ("no order of arrival decides", { $0.isTheSameRenumbered($2, seed: $1) }),
        ("who is out stays out", { $0.keepsOutsidersOut($2, seed: $1) }),
        ("no junior reaches a senior", { $0.protectsSeniors($2, seed: $1) }),
        ("the founding organisation can always appoint", { $0.canAppoint($2) }),
        ("who stands can write", { $0.letsMembersWrite($2) }),
        ("no pretended ignorance wipes out what was answered", { $0.seesThroughPretence($2, seed: $1) }),
        ("only authority changes verdicts", { $0.isQuiet($2, seed: $1) }),
        ("old keys and forked feeds add nothing", { $0.addsNothingToDeadFeeds($2) }),
    ]

    // MARK: One outcome

    func hasOneSolution(_ history: ModelHistory) -> String? {
        let model = model(history)
        for fromEverything in [false, true] {
            guard let solution = model.fixpoint(fromEverything: fromEverything) else { return "no fixpoint" }
            if solution != model.counting { return "another fixpoint" }
        }
        return nil
    }

    func isTheSameRenumbered(_ history: ModelHistory, seed: UInt64) -> String? {
        var random = Seeded(seed)
        let order = history.causalOrder(&random)
        let one = model(history)
        let other = model(history.renumbered(order))
        for (number, id) in order.enumerated() where one.verdict(id) != other.verdict(number) {
            return "#\(id) is \(one.verdict(id)), and \(other.verdict(number)) as #\(number)"
        }
        for person in one.people where one.standing(of: person) != other.standing(of: person) {
            return "\(person) is \(one.standing(of: person)) or \(other.standing(of: person))"
        }
        return nil
    }

    // MARK: C4

    /// Whoever is out, and did not go by leaving, signs what they like on their node: none of it counts and
    /// it changes nothing of anybody else's.
    func keepsOutsidersOut(_ history: ModelHistory, seed: UInt64) -> String? {
        let before = model(history)
        // A fork or a new key is its own node's affair (Spec/authority.md, "Frozen and cut off").
        guard history.operations.allSatisfy({ before.isEligible($0.id) }) else { return nil }
        let outsiders = before.people.filter { person in
            before.standing(of: person) == .out
                && !before.held.contains { one in
                    one.author == person && (one.kind == .leave || one.kind == .stepDown) && before.counts(one.id)
                }
        }
        guard let outsider = outsiders.first else { return nil }
        let style = HistoryGenerator.Style(nodes: 4, people: 2, forks: 0, handovers: 0, leaves: 20)
        var forger = HistoryGenerator(seed: seed ^ 0xC4, style: style, after: history)
        for _ in 0..<5 { forger.write(by: outsider) }
        let after = model(forger.history)
        if let forged = (history.operations.count..<forger.history.operations.count).first(where: { after.counts($0) })
        {
            return "\(outsider) is out, and yet \(forger.history.operations[forged]) counts"
        }
        return change(from: before, to: after).map { "\(outsider) is out, and yet \($0)" }
    }

    private func change(from before: NaiveAuthority, to after: NaiveAuthority) -> String? {
        for one in before.held where before.counts(one.id) != after.counts(one.id) {
            return "\(one) becomes \(after.verdict(one.id))"
        }
        for person in before.people where before.standing(of: person) != after.standing(of: person) {
            return "\(person) becomes \(after.standing(of: person))"
        }
        return nil
    }

    // MARK: C5

    /// Everybody ranked after one admin's tenure, on nodes of their own, signs what they like, forks and
    /// new keys included: what counts through that tenure or one before it stays as it was. Not of somebody who forks: what is on
    /// a fork stands by answers, and an answer falls with a fork of its own.
    func protectsSeniors(_ history: ModelHistory, seed: UInt64) -> String? {
        let before = model(history)
        guard history.operations.allSatisfy({ before.isEligible($0.id) }) else { return nil }
        var random = Seeded(seed ^ 0xC5)
        let admins = before.tenures.filter { $0.level == .admin && before.counts($0.grant) }
        guard let tenure = admins.randomElement(using: &random) else { return nil }
        let seniors = Set(admins.filter { $0.rank <= tenure.rank }.map(\.holder.node)).union([0])
        guard !seniors.contains(where: history.isForked) else { return nil }
        guard let hostile = (0..<4).first(where: { !seniors.contains($0) }) else { return nil }
        let style = HistoryGenerator.Style(nodes: 4, people: 2, forks: 15, handovers: 8, leaves: 5)
        var forger = HistoryGenerator(seed: seed ^ 0xC5, style: style, after: history)
        for _ in 0..<6 {
            forger.write(by: ModelPerson(node: hostile, handle: .random(in: 1...2, using: &random)))
        }
        let after = model(forger.history)
        for senior in admins where senior.rank <= tenure.rank {
            guard let same = after.tenures.first(where: { $0.level == .admin && $0.grant == senior.grant }) else {
                return "the tenure of \(senior) is gone"
            }
            if before.counting[senior.rank] != after.counting[same.rank] {
                return "what counts through \(senior) is \(Array(after.counting[same.rank])),"
                    + " and was \(Array(before.counting[senior.rank]))"
            }
            if before.stands(senior), !after.stands(same) { return "\(senior) no longer stands" }
        }
        return nil
    }

    func canAppoint(_ history: ModelHistory) -> String? {
        let before = model(history)
        let person = ModelPerson(node: 1, handle: 1)
        var after = history
        let known = knownToAll(before)
        let key = history.operations.filter { $0.origin == 0 }.map(\.key).max()!
        after.append(
            ModelOperation(
                id: history.operations.count, origin: 0, epoch: 1_000_000, seq: 0, key: key,
                deps: history.heads(of: known), time: history.time(after: known), handle: 0,
                kind: .add(person, admin: true)))
        // A founding node that has used up its lines has shut itself out.
        if !model(after).isEligible(history.operations.count) { return nil }
        let standing = model(after).standing(of: person)
        return standing == .admin ? nil : "\(person) is \(standing) after the appointment"
    }

    /// All that counts, and what that needs.
    private func knownToAll(_ model: NaiveAuthority) -> IDs {
        IDs(model.held.map(\.id).filter { model.verdict($0) != .void })
    }

    /// Such a node's next epoch is one more first operation under its new key, which takes back some of
    /// what the forked ones cut off: again its own affair.
    private func hasForkedAtHandover(_ node: Int, _ model: NaiveAuthority) -> Bool {
        let own = model.held.filter { $0.origin == node }
        let inForce = own.map(\.key).max()
        return own.contains { $0.key == inForce && $0.key > 0 && !model.isEligible($0.id) }
    }

    /// A node always builds on what it signed under its newest key, void or not, save where it is frozen.
    private func ownUnderKeyInForce(_ node: Int, _ model: NaiveAuthority) -> IDs {
        let own = model.held.filter { $0.origin == node }
        let inForce = own.map(\.key).max()
        return own.filter { $0.key == inForce && model.isEligible($0.id) }.reduce(into: IDs()) { known, one in
            known.insert(one.id)
            known.formUnion(model.history.pasts[one.id])
        }
    }

    /// Whoever stands, on a node that has seen what counts, writes and is heard.
    func letsMembersWrite(_ history: ModelHistory) -> String? {
        let before = model(history)
        for person in before.people {
            let standing = before.standing(of: person)
            guard standing != .out, !hasForkedAtHandover(person.node, before) else { continue }
            let known = knownToAll(before).union(ownUnderKeyInForce(person.node, before))
            let id = history.operations.count
            var after = history
            after.append(
                ModelOperation(
                    id: id, origin: person.node, epoch: 1_000_000, seq: 0,
                    key: history.operations.filter { $0.origin == person.node }.map(\.key).max() ?? 0,
                    deps: history.heads(of: known), time: history.time(after: known), handle: person.handle,
                    kind: standing == .admin ? .settings : .message))
            let model = model(after)
            if model.isEligible(id), !model.counts(id) {
                return "\(person) stands as \(standing) and is not heard"
            }
        }
        return nil
    }

    /// An admin removes somebody from a fresh epoch that knows nothing but the admin's grant: nothing that
    /// the admin has acted upon under that grant is void by it.
    func seesThroughPretence(_ history: ModelHistory, seed: UInt64) -> String? {
        let before = model(history)
        guard history.operations.allSatisfy({ before.isEligible($0.id) }) else { return nil }
        var random = Seeded(seed ^ 0xC7)
        let admins = before.tenures.filter { $0.level == .admin && !before.counting[$0.rank].isEmpty }
        // Acts under a junior tenure do not bind a removal under a senior one ("Cut").
        guard let tenure = admins.randomElement(using: &random),
            admins.filter({ $0.holder == tenure.holder }).count == 1,
            let victim = before.people.filter({ $0 != tenure.holder }).randomElement(using: &random)
        else { return nil }
        let known = IDs([tenure.grant]).union(history.pasts[tenure.grant])
        var after = history
        after.append(
            ModelOperation(
                id: history.operations.count, origin: tenure.holder.node, epoch: 1_000_000, seq: 0,
                key: history.operations.filter { $0.origin == tenure.holder.node }.map(\.key).max() ?? 0,
                deps: history.heads(of: known), time: history.time(after: known), handle: tenure.holder.handle,
                kind: .remove(victim)))
        let model = model(after)
        let others = before.held.filter { $0.author != victim && before.counts($0.id) != model.counts($0.id) }
        guard others.isEmpty else { return nil }
        var acted = IDs()
        for one in before.counting[tenure.rank] { acted.formUnion(history.pasts[one]) }
        for one in before.held where one.author == victim && acted.contains(one.id) {
            if before.counts(one.id), !model.counts(one.id) { return "\(one) was answered, and is void" }
        }
        return nil
    }

    /// One more message changes no verdict but its own, unless its author has removed somebody beside it or
    /// it signs for another node's frozen feed.
    func isQuiet(_ history: ModelHistory, seed: UInt64) -> String? {
        let before = model(history)
        guard history.operations.allSatisfy({ before.isEligible($0.id) }) else { return nil }
        let style = HistoryGenerator.Style(nodes: 4, people: 2, forks: 0, handovers: 0)
        var writer = HistoryGenerator(seed: seed ^ 0xC9, style: style, after: history)
        writer.write(by: nil, .message)
        let message = writer.history.operations.last!
        let hasRemoved = history.operations.contains { one in
            switch one.kind {
            case .remove, .demote:
                one.author == message.author && !writer.history.pasts[message.id].contains(one.id)
            default: false
            }
        }
        return hasRemoved ? nil : change(from: before, to: model(writer.history))
    }

    /// An operation that goes on in a forked feed, or under a key that was handed over, and that nobody
    /// else has built upon never counts.
    func addsNothingToDeadFeeds(_ history: ModelHistory) -> String? {
        for tip in history.operations {
            let feed = history.operations.filter { $0.origin == tip.origin && $0.epoch == tip.epoch }
            let isForked = feed.contains { one in
                one.seq <= tip.seq && feed.contains { $0.seq == one.seq && $0.id != one.id }
            }
            let isOld = history.operations.contains { $0.origin == tip.origin && $0.key > tip.key }
            guard isForked || isOld else { continue }
            var after = history
            after.append(
                ModelOperation(
                    id: history.operations.count, origin: tip.origin, epoch: tip.epoch, seq: tip.seq + 1,
                    key: tip.key, prev: tip.id, time: history.time(after: history.pasts[tip.id].union(IDs([tip.id]))),
                    handle: tip.handle, kind: .message))
            if model(after).counts(history.operations.count) {
                return "\(after.operations.last!) counts, after \(isForked ? "a fork" : "a hand-over")"
            }
        }
        return nil
    }
}

extension ModelHistory {
    /// Whether a node has written two operations for one place.
    fileprivate func isForked(_ node: Int) -> Bool {
        let places = operations.filter { $0.origin == node }.map { [$0.epoch, $0.seq] }
        return Set(places).count < places.count
    }
}
