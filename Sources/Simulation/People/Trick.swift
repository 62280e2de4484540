/// What a hostile node tries.
enum Trick: String, CaseIterable, Sendable {
    /// Two operations for one place, one for each half of its peers.
    case fork
    /// An operation from long ago, from a feed that has seen nothing but how its author came in.
    case backdate
    /// What was sent before is sent again.
    case replay
    /// From now on payloads are left out, and so is some of what is asked for.
    case withhold
    /// It claims to have what nobody has, of everybody's feeds.
    case inflate
    /// Operations that build on what doesn't exist, and rooms that nobody knows.
    case flood
    /// From now on some bytes of what it sends are others.
    case garble
    /// Somebody else's user says something.
    case impersonate
    /// An admin removes everybody, from a feed that pretends to know nothing.
    case purge
    /// Somebody who is out goes on writing.
    case writeOn
    /// It has got hold of a key that was handed over, and writes with it.
    case stolenKey
    /// Feed after feed, some of them built on those of an accomplice.
    case epochs

    /// Those from which plans draw at any time.
    static let ordinary = allCases.filter { $0 != .epochs }
}
