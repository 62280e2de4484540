/// Spec/authority.md, sentence by sentence, over plain sets: everything is computed anew from the
/// operations held, nothing is remembered, nothing is clever. The fold in `Replica` must agree with it.
struct NaiveAuthority {
    enum Verdict: Equatable {
        case counts
        /// Void, in the past of an operation that counts.
        case carried
        /// Void, and in the past of no operation that counts.
        case void
    }

    enum Standing: Equatable {
        case out
        case member
        case admin
    }

    /// Sentences that were found wanting, kept so that the tests can show they see the difference.
    enum Departure: CaseIterable {
        /// A demotion ends an admin's powers, but not what a member may do under the same tenure.
        case demotionLeavesMessages
        /// Any leave that an operation has seen and its grant has not ends it, void or not.
        case voidLeavesEnd
        /// A removal cuts at its own past, whatever its author signed beside it.
        case cutIsOnlyItsPast
        /// A junior's removal reaches a senior.
        case rankIsIgnored
        /// A removal that the grant has not seen ends nothing.
        case removalsLoseToGrants
        /// What was signed under an older key goes on counting.
        case oldKeysCount
        /// Nothing of a forked feed is frozen.
        case forksCount
    }

    struct Tenure: Hashable {
        enum Level: Int {
            case founder
            case admin
            case member
        }

        var level: Level
        var holder: ModelPerson
        var grant: Int
        var rank = 0
    }

    /// That two operations for one place of a feed were proved to exist, whether or not they are held.
    struct ProvedFork: Hashable {
        var origin: Int
        var epoch: Int
        var seq: Int
    }

    let history: ModelHistory
    let held: [ModelOperation]
    let departures: Set<Departure>
    let feedsMax: Int
    let proved: [ProvedFork]
    /// By rank.
    let tenures: [Tenure]
    private let eligible: IDs
    /// Those that endorse what of others they have in their past.
    private let endorsing: IDs
    private let farewells: [ModelOperation]
    private let removals: [ModelOperation]
    /// By rank, what counts through the tenure.
    private(set) var counting: [IDs]

    init(
        _ history: ModelHistory, held ids: IDs? = nil, departures: Set<Departure> = [], feedsMax: Int = 64,
        proved: [ProvedFork] = []
    ) {
        self.history = history
        self.departures = departures
        self.feedsMax = feedsMax
        self.proved = proved
        let held = history.operations.filter { ids?.contains($0.id) ?? true }
        self.held = held
        tenures = Self.tenures(held)
        endorsing = Self.endorsing(held, history, proved)
        eligible = Self.eligible(held, history, departures, feedsMax, proved, endorsing)
        farewells = held.filter { $0.kind == .leave || $0.kind == .stepDown }
        removals = held.filter { Self.removed(by: $0) != nil }
        counting = tenures.map { _ in IDs() }
        // One pass: by rank, and within a tenure in canonical order.
        let canonical = Dictionary(grouping: held.sorted(by: ModelOperation.isCanonicallyBefore), by: \.author)
        for tenure in tenures {
            for x in canonical[tenure.holder] ?? [] where countsThrough(x, tenure) {
                counting[tenure.rank].insert(x.id)
            }
        }
    }

    // MARK: Tenures

    private static func tenures(_ held: [ModelOperation]) -> [Tenure] {
        guard let genesis = held.first(where: { $0.kind == .create }) else { return [] }
        var admins: [Tenure] = []
        var members: [Tenure] = []
        for g in held.sorted(by: ModelOperation.isCanonicallyBefore) {
            switch g.kind {
            case .create:
                admins.append(Tenure(level: .admin, holder: g.author, grant: g.id))
                members.append(Tenure(level: .member, holder: g.author, grant: g.id))
            case .add(let person, let admin):
                if admin { admins.append(Tenure(level: .admin, holder: person, grant: g.id)) }
                members.append(Tenure(level: .member, holder: person, grant: g.id))
            case .promote(let person):
                admins.append(Tenure(level: .admin, holder: person, grant: g.id))
                members.append(Tenure(level: .member, holder: person, grant: g.id))
            case .demote, .stepDown, .remove, .leave, .settings, .message:
                break
            }
        }
        let founder = ModelPerson(node: genesis.origin, handle: 0)
        var tenures = [Tenure(level: .founder, holder: founder, grant: genesis.id)] + admins + members
        for rank in tenures.indices { tenures[rank].rank = rank }
        return tenures
    }

    // MARK: Eligibility

    private static func eligible(
        _ held: [ModelOperation], _ history: ModelHistory, _ departures: Set<Departure>, _ feedsMax: Int,
        _ proved: [ProvedFork], _ endorsing: IDs
    ) -> IDs {
        var eligible = IDs(held.map(\.id))
        for origin in Set(held.map(\.origin)) {
            let own = held.filter { $0.origin == origin }
            let frozen =
                departures.contains(.forksCount) ? IDs() : frozen(own, held, history, feedsMax, proved, endorsing)
            let inForce = own.map(\.key).max()!
            let firsts = own.filter { h in
                h.key == inForce && !own.contains { $0.key == inForce && history.pasts[h.id].contains($0.id) }
            }
            for x in own where x.kind != .create {
                let isFrozen = !frozen.isDisjoint(with: history.pasts[x.id]) || frozen.contains(x.id)
                let isCutOff =
                    !departures.contains(.oldKeysCount) && x.key < inForce
                    && !firsts.contains { history.pasts[$0.id].contains(x.id) }
                if isFrozen || isCutOff { eligible.remove(x.id) }
            }
        }
        return eligible
    }

    /// Of one origin's operations those that are frozen for their own sake.
    private static func frozen(
        _ own: [ModelOperation], _ held: [ModelOperation], _ history: ModelHistory, _ feedsMax: Int,
        _ proved: [ProvedFork], _ endorsing: IDs
    ) -> IDs {
        var frozen = IDs()
        for x in own where x.kind != .create && isSuspect(x, own, feedsMax, proved) {
            if !isEndorsed(x, held, history, endorsing) { frozen.insert(x.id) }
        }
        return frozen
    }

    private static func isEndorsed(
        _ x: ModelOperation, _ held: [ModelOperation], _ history: ModelHistory, _ endorsing: IDs
    ) -> Bool {
        held.contains { $0.origin != x.origin && history.pasts[$0.id].contains(x.id) && endorsing.contains($0.id) }
    }

    /// What is on no fork, and what is endorsed itself, by something later.
    private static func endorsing(_ held: [ModelOperation], _ history: ModelHistory, _ proved: [ProvedFork]) -> IDs {
        var endorsing = IDs()
        for x in held.sorted(by: ModelOperation.isCanonicallyBefore).reversed() {
            if !isOnFork(x, held, proved) || isEndorsed(x, held, history, endorsing) { endorsing.insert(x.id) }
        }
        return endorsing
    }

    private static func isOnFork(_ x: ModelOperation, _ held: [ModelOperation], _ proved: [ProvedFork]) -> Bool {
        let own = held.filter { $0.origin == x.origin && $0.epoch == x.epoch }
        return proved.contains { $0.origin == x.origin && $0.epoch == x.epoch && $0.seq <= x.seq }
            || own.contains { one in
                one.seq <= x.seq && own.contains { $0.seq == one.seq && $0.id != one.id }
            }
    }

    private static func isSuspect(
        _ x: ModelOperation, _ own: [ModelOperation], _ feedsMax: Int, _ proved: [ProvedFork]
    ) -> Bool {
        isOnFork(x, own, proved) || beginnings(own.filter { $0.key == x.key }, proved).count > feedsMax
    }

    /// The first operations of feeds, but for those that are forked there.
    static func beginnings(_ own: [ModelOperation], _ proved: [ProvedFork]) -> [ModelOperation] {
        let firsts = own.filter { $0.seq == 0 }
        return firsts.filter { first in
            !firsts.contains { $0.epoch == first.epoch && $0.id != first.id }
                && !proved.contains { $0.origin == first.origin && $0.epoch == first.epoch && $0.seq == 0 }
        }
    }

    /// Whether `x`, which is held, is suspect, though it may be endorsed.
    func isSuspect(_ x: ModelOperation) -> Bool {
        Self.isSuspect(x, held.filter { $0.origin == x.origin }, feedsMax, proved)
    }

    /// Whether `x`, which is held, endorses what of others it has in its past.
    func endorses(_ x: ModelOperation) -> Bool { endorsing.contains(x.id) }

    // MARK: What counts

    func counts(_ id: Int) -> Bool {
        history.operations[id].kind == .create || counting.contains { $0.contains(id) }
    }

    private func countsThrough(_ x: ModelOperation, _ tenure: Tenure) -> Bool {
        let t = tenure.holder
        let past = history.pasts[x.id]
        let grantPast = history.pasts[tenure.grant]
        guard x.author == t, x.kind != .create, eligible.contains(x.id), counts(tenure.grant),
            past.contains(tenure.grant), tenure.level != .member || !needsAdmin(x)
        else { return false }
        for l in farewells where l.author == t && ends(l, tenure) && past.contains(l.id) {
            if departures.contains(.voidLeavesEnd) ? !grantPast.contains(l.id) : counting[tenure.rank].contains(l.id) {
                return false
            }
        }
        for r in removals where Self.removed(by: r) == t && ends(r, tenure) && !grantPast.contains(r.id) {
            if departures.contains(.removalsLoseToGrants), !history.pasts[r.id].contains(tenure.grant) { continue }
            if departures.contains(.demotionLeavesMessages), case .demote = r.kind, !needsAdmin(x) { continue }
            let through = tenuresOf(r, rankedBefore: tenure)
            if !through.isEmpty, !cut(of: r, through).contains(x.id) { return false }
        }
        return true
    }

    private func needsAdmin(_ x: ModelOperation) -> Bool {
        switch x.kind {
        case .add, .promote, .demote, .stepDown, .remove, .settings: true
        case .create, .leave, .message: false
        }
    }

    /// Whether `x` is of a kind that ends such a tenure, of whoever it is about.
    private func ends(_ x: ModelOperation, _ tenure: Tenure) -> Bool {
        switch x.kind {
        case .remove, .leave: true
        case .demote, .stepDown: tenure.level == .admin
        case .create, .add, .promote, .settings, .message: false
        }
    }

    private static func removed(by r: ModelOperation) -> ModelPerson? {
        switch r.kind {
        case .remove(let person), .demote(let person): person
        case .create, .add, .promote, .stepDown, .leave, .settings, .message: nil
        }
    }

    private func tenuresOf(_ r: ModelOperation, rankedBefore tenure: Tenure) -> [Tenure] {
        let before = departures.contains(.rankIsIgnored) ? tenures[...] : tenures[..<tenure.rank]
        return before.filter { counting[$0.rank].contains(r.id) }
    }

    private func cut(of r: ModelOperation, _ through: [Tenure]) -> IDs {
        var cut = history.pasts[r.id]
        if departures.contains(.cutIsOnlyItsPast) { return cut }
        for tenure in through {
            for e in counting[tenure.rank] where !history.pasts[e].contains(r.id) {
                cut.formUnion(history.pasts[e])
            }
        }
        return cut
    }

    // MARK: Standing and verdicts

    func stands(_ tenure: Tenure) -> Bool {
        guard counts(tenure.grant) else { return false }
        let grantPast = history.pasts[tenure.grant]
        let isEndedByItsHolder = farewells.contains { l in
            l.author == tenure.holder && ends(l, tenure) && !grantPast.contains(l.id) && counts(l.id)
        }
        let isEndedByASenior = removals.contains { r in
            Self.removed(by: r) == tenure.holder && ends(r, tenure) && !grantPast.contains(r.id)
                && !tenuresOf(r, rankedBefore: tenure).isEmpty
        }
        return !isEndedByItsHolder && !isEndedByASenior
    }

    func standing(of person: ModelPerson) -> Standing {
        let standing = tenures.filter { $0.holder == person && $0.level != .founder && stands($0) }
        return standing.contains { $0.level == .admin } ? .admin : standing.isEmpty ? .out : .member
    }

    func verdict(_ id: Int) -> Verdict {
        if counts(id) { return .counts }
        return held.contains { counts($0.id) && history.pasts[$0.id].contains(id) } ? .carried : .void
    }

    var verdicts: [Int: Verdict] {
        Dictionary(uniqueKeysWithValues: held.map { ($0.id, verdict($0.id)) })
    }

    var people: [ModelPerson] {
        Set(tenures.filter { $0.level != .founder }.map(\.holder)).sorted()
    }

    /// Whether `x` is held, and neither frozen by a fork nor cut off by a newer key.
    func isEligible(_ id: Int) -> Bool {
        eligible.contains(id)
    }

    // MARK: The same, without an order

    /// Takes the sentences as equations, from "nothing counts" or "everything counts", and repeats them
    /// until nothing changes. Nil where they never settle.
    func fixpoint(fromEverything: Bool) -> [IDs]? {
        var guess = self
        guess.counting = tenures.map { _ in fromEverything ? IDs(held.map(\.id)) : IDs() }
        for _ in 0..<200 {
            let next = tenures.map { tenure in IDs(held.filter { guess.countsThrough($0, tenure) }.map(\.id)) }
            if next == guess.counting { return next }
            guess.counting = next
        }
        return nil
    }
}
