/// Whose turn it is: deficit round robin (Shreedhar and Varghese). Each key in turn may spend `quantum`; what
/// it does not spend it keeps as long as it has work. So whoever brings a hundred times as much waits a
/// hundred times as long, and nobody else waits longer for it than one turn.
///
///     while !rounds.affords(cost of what rounds.key would do next) { rounds.pass() }
///     rounds.spend(cost, hasMore: …)
struct Rounds<Key: Hashable & Sendable>: Sendable {
    let quantum: Int
    private var deficits: [Key: Int] = [:]
    /// In the order of their turns; those before `first` are over.
    private var turns: [Key] = []
    private var first = 0
    /// Whether the key whose turn it is has had its quantum for it.
    private var isCredited = false

    init(quantum: Int) {
        precondition(quantum > 0, "a turn must be worth something")
        self.quantum = quantum
    }

    /// Whose turn it is; nil when nobody has work.
    var key: Key? { first < turns.count ? turns[first] : nil }

    /// `key` has work now; if it had some already, nothing changes.
    mutating func enter(_ key: Key) {
        guard deficits[key] == nil else { return }
        deficits[key] = 0
        turns.append(key)
    }

    /// Whether the key whose turn it is may spend that much.
    mutating func affords(_ cost: Int) -> Bool {
        guard let key else { return false }
        if !isCredited {
            deficits[key, default: 0] += quantum
            isCredited = true
        }
        return deficits[key, default: 0] >= cost
    }

    mutating func pass() {
        guard let key else { return }
        turns.append(key)
        leaveTurn()
    }

    /// Nothing is saved up by a key that has nothing left to do.
    mutating func spend(_ cost: Int, hasMore: Bool) {
        guard let key else { return }
        if hasMore {
            deficits[key, default: 0] -= cost
        } else {
            deficits[key] = nil
            leaveTurn()
        }
    }

    mutating func remove(_ key: Key) {
        guard deficits.removeValue(forKey: key) != nil, let turn = turns[first...].firstIndex(of: key) else { return }
        if turn == first { isCredited = false }
        turns.remove(at: turn)
        trim()
    }

    private mutating func leaveTurn() {
        first += 1
        isCredited = false
        trim()
    }

    /// Now and then, so that a turn costs the same however many there are.
    private mutating func trim() {
        guard first == turns.count || first * 2 >= turns.count + 64 else { return }
        turns.removeFirst(first)
        first = 0
    }
}
