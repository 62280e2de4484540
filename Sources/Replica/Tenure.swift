/// What a grant gives to its holder (Spec/authority.md, "Tenures and rank").
struct Tenure: Sendable {
    enum Level: Int, Comparable {
        case founder
        case admin
        case member

        static func < (left: Level, right: Level) -> Bool {
            left.rawValue < right.rawValue
        }
    }

    struct Rank: Comparable {
        var level: Level
        /// The grant's; nil for a tenure that is there from the beginning.
        var order: CanonicalOrder?

        static func < (left: Rank, right: Rank) -> Bool {
            if left.level != right.level { return left.level < right.level }
            guard let order = right.order else { return false }
            return left.order.map { $0 < order } ?? true
        }
    }

    /// What the fold finds out about a tenure.
    struct State: Equatable, Sendable {
        /// Whether the grant counts.
        var counts: Bool
        /// Whether a removal that the grant has not seen reaches this tenure.
        var isCut = false
        /// Per line of the holder's origin, where the narrowest cut ends; of lines that came later nothing
        /// is in it.
        var cuts: [Int] = []

        func cut(_ lineOfOrigin: Int) -> Int {
            isCut ? lineOfOrigin < cuts.count ? cuts[lineOfOrigin] : -1 : .max
        }
    }

    let holder: Person
    let rank: Rank
    /// Nil where the room itself grants it.
    let grant: Position?
    /// The act that grants it, nil for the genesis too.
    let act: Int?
    var state: State
    /// Leaves (of an admin's tenure: and step-downs) of the holder that have the grant in their past.
    var farewells: [Int] = []
    /// A removal that cuts it, and beside which its author wrote nothing: what has that in its past cuts it no further.
    var ender: Int?
    var isQueued = false
    /// Whether what counts through it may change although its state does not.
    var needsReview = false

    var level: Level { rank.level }
}
