/// Where an operation stands in the order that is the same on every node: (time, origin, epoch, seq, id).
package struct CanonicalOrder: Hashable, Comparable, Sendable {
    private let time: UInt64
    /// Origin, epoch, seq and id as big-endian bytes, one behind the other.
    private let rest: [UInt8]

    package init(time: UInt64, rest: [UInt8]) {
        self.time = time
        self.rest = rest
    }

    package static func < (left: CanonicalOrder, right: CanonicalOrder) -> Bool {
        left.time != right.time ? left.time < right.time : left.rest.lexicographicallyPrecedes(right.rest)
    }
}

/// An operation, as far as authority sees it (Spec/authority.md, "Shapes").
package struct AuthorityOperation: Sendable {
    package enum Act: Hashable, Sendable {
        /// Messages, reactions, joins, kinds that nobody knows: whatever a member may write.
        case ordinary
        /// `room.set` and `pin.set`.
        case administrative
        case admit(Person, asAdmin: Bool, CanonicalOrder)
        case promote(Person, CanonicalOrder)
        case demote(Person)
        case stepDown
        case remove(Person)
        case leave
    }

    package var position: Position
    package var author: Person
    package var act: Act

    package init(position: Position, author: Person, act: Act) {
        self.position = position
        self.author = author
        self.act = act
    }
}

extension AuthorityOperation.Act {
    package var needsAdmin: Bool {
        switch self {
        case .administrative, .admit, .promote, .demote, .stepDown, .remove: true
        case .ordinary, .leave: false
        }
    }

    /// Whom it removes or demotes.
    var removed: Person? {
        switch self {
        case .remove(let person), .demote(let person): person
        case .ordinary, .administrative, .admit, .promote, .stepDown, .leave: nil
        }
    }

    /// Whether it is of a kind that ends a tenure of that level.
    func ends(_ level: Tenure.Level) -> Bool {
        switch self {
        case .remove, .leave: true
        case .demote, .stepDown: level == .admin
        case .ordinary, .administrative, .admit, .promote: false
        }
    }
}

package enum Standing: Sendable {
    case out
    case member
    case admin
}

/// What an operation's arrival did; changes come in no particular order.
package struct AuthorityOutcome: Equatable, Sendable {
    /// Whether the operation itself counts.
    package var counts: Bool
    /// Of earlier operations.
    package var verdicts: [VerdictChange] = []
    /// Of earlier operations, whoever wrote them.
    package var eligibility: [EligibilityChange] = []
    /// Forks, keys or lines were looked at anew: what is to be passed on whatever its verdict may be another.
    package var hasReviewed = false
    /// Feeds that the arrival shows to be forked, or to be forked lower than was known.
    package var forks: [ForkedFeed] = []
    package var standings: [StandingChange] = []

    /// Whether it is about nothing but the operation itself.
    var changesNothing: Bool { verdicts.isEmpty && eligibility.isEmpty && forks.isEmpty && standings.isEmpty }
}

/// The operations of `author` (of everybody, where it is nil) on `line` with these seqs, ordinary ones and leaves or, where
/// `areAdministrative`, those that need an admin, begin or cease to count. There need not be any.
package struct VerdictChange: Hashable, Sendable {
    package var line: Line
    package var author: Person?
    package var areAdministrative: Bool
    package var seqs: ClosedRange<Int>
    package var count: Bool

    package init(line: Line, author: Person?, areAdministrative: Bool, seqs: ClosedRange<Int>, count: Bool) {
        self.line = line
        self.author = author
        self.areAdministrative = areAdministrative
        self.seqs = seqs
        self.count = count
    }
}

/// The operations on `line` with these seqs become eligible, or cease to be.
package struct EligibilityChange: Hashable, Sendable {
    package var line: Line
    package var seqs: ClosedRange<Int>
    package var isEligible: Bool
}

package struct ForkedFeed: Hashable, Sendable {
    package var origin: Origin
    package var epoch: UInt64
    /// The lowest seq with two operations.
    package var seq: Int

    package init(origin: Origin, epoch: UInt64, seq: Int) {
        self.origin = origin
        self.epoch = epoch
        self.seq = seq
    }
}

/// The standing is the same where only the grant by which somebody is in is another.
package struct StandingChange: Hashable, Sendable {
    package var person: Person
    package var before: Standing
    package var standing: Standing
}
