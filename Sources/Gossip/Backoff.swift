/// When to try a peer again that did not answer: after a quarter of the time since it was last heard of, at
/// least 250 ms and at most an hour.
///
/// So a cut of ten seconds is over within two and a half more, and a node that has been away for a day costs
/// one attempt an hour; the waits grow by a quarter each, and nothing has to be counted. A call by the
/// peer begins anew.
package struct Backoff: Sendable {
    package static let shortest: Int64 = 250
    package static let longest: Int64 = 3_600_000

    /// In milliseconds, on whatever clock the session is driven with.
    package private(set) var lastContact: Int64
    /// Not before; nil while nothing has failed.
    package private(set) var waitsUntil: Int64?

    /// When a contact last shortened a wait, and whether the peer was reached since.
    private var shortenedAt: Int64?

    /// A peer that was never heard of counts as heard of when the session began.
    package init(lastContact: Int64) {
        self.lastContact = lastContact
    }

    package mutating func succeed(at now: Int64) {
        lastContact = max(lastContact, now)
        waitsUntil = nil
        shortenedAt = nil
    }

    /// The peer called. If we were waiting we try at once, but not at every call of one that calls all the time
    /// and can't be reached: once a minute. Whether the wait was ended.
    package mutating func contact(at now: Int64) -> Bool {
        guard waitsUntil != nil else {
            lastContact = max(lastContact, now)
            return false
        }
        if let shortenedAt, now - shortenedAt < 60_000 { return false }
        lastContact = max(lastContact, now)
        waitsUntil = now
        shortenedAt = now
        return true
    }

    /// `least`: the peer's own wish, where it gave one, up to the longest wait.
    package mutating func fail(at now: Int64, least: Int64 = 0, using random: inout SeededRandom) {
        let silence = max(0, now - lastContact)
        let wait = min(max(silence / 4, Self.shortest, least), Self.longest)
        waitsUntil = now + max(random.jittered(wait), min(least, Self.longest))
    }

    package func isWaiting(at now: Int64) -> Bool {
        waitsUntil.map { now < $0 } ?? false
    }
}
