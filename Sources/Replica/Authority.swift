import Operations

/// Who may do what in a room, and which operations count (Spec/authority.md).
///
/// The obvious fold keeps all operations with their pasts and begins anew whenever one arrives late.
/// This one keeps authority operations and tenures only. Pasts grow along a line, so a tenure serves one
/// run of each line of its holder's node: from the first operation that had seen the grant, up to the
/// first leave, the narrowest cut and the end of what is eligible. A message is looked up in its author's
/// runs and leaves nothing behind. An authority operation queues the tenures that it reaches; they are
/// settled by rank, each once, since nothing reaches upwards.
package struct Authority: Sendable {
    enum Rule {
        case group(genesis: Position)
        case pair
        case directory(Origin)
    }

    /// An authority operation that is held, by its number in `acts`.
    struct Act {
        let operation: AuthorityOperation
        /// The tenures through which it counts.
        var through: [Int] = []
        /// Of a grant: the tenures that it opens.
        var opens: [Int] = []
        /// Of a removal or demotion, per tenure: the last operations that its author wrote beside it. Their
        /// pasts widen the cut.
        var beside: [Int: [Position]] = [:]
    }

    struct PersonState {
        var tenures: [Int] = []
        /// Acts of this person's, all of them and some by kind.
        var acts: [Int] = []
        var farewells: [Int] = []
        var removals: [Int] = []
        /// Per line, the last of the removals.
        var removalTips: [Line: Int] = [:]
        /// Removals and demotions of this person.
        var against: [Int] = []
        var standing = Standing.out
        /// The first grant by which they are in; nil where the room itself lets them in, or they are out.
        var entry: Position?
        /// The tenure that served last, which is asked first.
        var serving: Int?
    }

    struct LineState {
        /// Among the lines of its origin.
        var number: Int
        /// The last seq that is neither frozen nor cut off, whatever comes.
        var eligibleEnd = Int.max
        /// The last seq that is endorsed; kept only of lines that are suspect.
        var endorsedEnd = -1
        /// The lowest seq with two operations in its feed.
        var forkedFrom = Int.max
        /// The last seq that endorses what it has in its past: what is on a fork only as far as it is endorsed itself.
        var endorsingEnd: Int { forkedFrom == .max ? .max : max(forkedFrom - 1, endorsedEnd) }
        var isSuspect = false
        /// The first that is, of a line that is suspect.
        var suspectFrom = Int.max
        /// The first that is frozen for its own sake.
        var frozenFrom = Int.max
        /// Of a line under an older key, the last seq in the past of a first operation under the key in force.
        var vouchedEnd = -1

        mutating func clear() {
            (isSuspect, suspectFrom, frozenFrom, endorsedEnd) = (false, .max, .max, -1)
        }
    }

    struct OriginState {
        var lines: [Line] = []
        var epochs: Set<UInt64> = []
        /// Of each key, how many feeds are begun under it. One that is forked at its first operation is none: of these two each
        /// node may hold another one or neither, and all must count alike.
        var feedCounts: [KeyRank: Int] = [:]
        var keyInForce: KeyRank?
        /// The operations under the key in force that have none under it in their past.
        var firsts: [Position] = []
        var people: [Person] = []
        /// Of each forked feed, by its epoch, the lowest seq with two operations: proved to us, or seen in lines.
        var forks: [UInt64: Int] = [:]
    }

    let rule: Rule
    let feedsMax: Int
    var tenures: [Tenure] = []
    var acts: [Act] = []
    var people = People()
    var lines: [LineState] = []
    var origins: [Origin: OriginState] = [:]
    /// Those with suspect lines, whose operations any arrival may freeze or endorse.
    var troubled: Set<Origin> = []

    /// More feeds of one origin under one key than this freeze what nobody has built upon.
    package static let feedsMax = 64

    /// A group's room, from its genesis, which counts.
    package init(
        genesis: Position, creator: Person, order: CanonicalOrder, feedsMax: Int = Self.feedsMax,
        in ancestry: some Ancestry
    ) {
        rule = .group(genesis: genesis)
        self.feedsMax = feedsMax
        var fold = AuthorityFold(arrived: genesis)
        reviewEligibility(&fold, in: ancestry)
        let founder = Person(origin: creator.origin, handle: 0)
        open(.founder, of: founder, order: nil, grant: genesis, act: nil, counts: true)
        open(.admin, of: creator, order: order, grant: genesis, act: nil, counts: true)
        open(.member, of: creator, order: order, grant: genesis, act: nil, counts: true)
        people[creator].standing = .admin
        people[creator].entry = genesis
    }

    /// A direct room: both of the pair write, nobody rules.
    package init(pair: (Person, Person), feedsMax: Int = Self.feedsMax) {
        rule = .pair
        self.feedsMax = feedsMax
        for person in [pair.0, pair.1] {
            open(.member, of: person, order: nil, grant: nil, act: nil, counts: true)
            people[person].standing = .member
        }
    }

    /// A node's directory: what the node itself signs counts.
    package init(directoryOf origin: Origin, feedsMax: Int = Self.feedsMax) {
        rule = .directory(origin)
        self.feedsMax = feedsMax
    }

    // MARK: Questions

    package func standing(of person: Person) -> Standing {
        people.number(of: person).map { people[$0].standing } ?? .out
    }

    /// The grant since which somebody is in, of several the first in canonical order. Nil where they are out, and where the
    /// room itself lets them in.
    package func entry(of person: Person) -> Position? {
        people.number(of: person).flatMap { people[$0].entry }
    }

    /// Everybody who is in, in no particular order.
    package var members: [(person: Person, standing: Standing)] {
        people.all.compactMap { $0.state.standing == .out ? nil : ($0.person, $0.state.standing) }
    }

    /// Whether an operation counts that stands where it says. Its past must have been added.
    package func counts(_ operation: AuthorityOperation, in ancestry: some Ancestry) -> Bool {
        let position = operation.position
        guard isEligible(position) else { return false }
        switch rule {
        case .group(position): return true
        case .group: break
        case .pair: if operation.act != .ordinary { return false }
        case .directory(let origin): return operation.author.origin == origin && operation.act == .ordinary
        }
        guard let person = people.number(of: operation.author) else { return false }
        if let tenure = people[person].serving, serves(tenure, operation, in: ancestry) { return true }
        return people[person].tenures.contains { serves($0, operation, in: ancestry) }
    }

    /// Whether an eligible operation counts through a tenure. All is asked of the operation itself, which mostly is
    /// the last one of its line.
    func serves(_ number: Int, _ operation: AuthorityOperation, in ancestry: some Ancestry) -> Bool {
        let position = operation.position
        guard tenures[number].state.counts, !operation.act.needsAdmin || tenures[number].level != .member else {
            return false
        }
        if let grant = tenures[number].grant, !ancestry.isInPast(grant, of: position) { return false }
        if tenures[number].state.isCut,
            position.seq > tenures[number].state.cut(lines[position.line.index].number)
        {
            return false
        }
        for act in tenures[number].farewells {
            let farewell = acts[act].operation.position
            if isEligible(farewell), ancestry.isInPast(farewell, of: position) { return false }
        }
        return true
    }
}
