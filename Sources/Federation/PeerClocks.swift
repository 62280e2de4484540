import Bytes
import EventLoop
import Log
import Operations
import SQLite
import Store
import Synchronization

/// What time it is elsewhere: by the times at which peers sign answers to what we ask. Nobody can keep such an answer back and
/// show it later to another request, so nobody but the peer itself can make its clock look wrong.
///
/// From any thread.
package final class PeerClocks: Sendable {
    /// So far apart, clocks are said to differ.
    static let differenceMilliseconds: Int64 = 120_000
    /// What was seen longer ago says nothing any more.
    private static let lifetimeMilliseconds: UInt64 = 900_000
    /// Where one peer differs, nobody can say which of two clocks is the wrong one.
    private static let witnessesMin = 2

    private struct Sighting {
        /// How far we are ahead of it at least, in milliseconds; negative: behind it. 0 where that may be chance.
        let ahead: Int64
        let at: MonotonicTime
    }

    private struct State {
        var sightings: [NodeID: Sighting] = [:]
        var told = Verdict()
        /// Of our clock, as it was last compared with one that isn't put forward or back.
        var lead: Int64?
    }

    private let state = Mutex(State())

    package struct Verdict: Equatable, Sendable {
        /// How far our clock is ahead of most peers' at least, in milliseconds; negative: behind; 0: as far as can be seen it is right.
        package var ahead: Int64 = 0
        /// Whether so many say so that we believe it.
        package var isBelieved = false
    }

    func note(
        _ peer: NodeID, asked: Timestamp, answered: Timestamp, theirs: Timestamp, at now: MonotonicTime = .now()
    ) {
        // It was signed between these two, by a clock that is read in whole seconds.
        let ahead: Int64
        if asked.milliseconds > theirs.milliseconds + 999 + Self.differenceMilliseconds {
            ahead = asked.milliseconds - theirs.milliseconds - 999
        } else if theirs.milliseconds > answered.milliseconds + Self.differenceMilliseconds {
            ahead = answered.milliseconds - theirs.milliseconds
        } else {
            ahead = 0
        }
        state.withLock { state in
            Self.noticeStep(at: now, answered, &state)
            state.sightings[peer] = Sighting(ahead: ahead, at: now)
        }
    }

    func forget(_ peer: NodeID) {
        state.withLock { $0.sightings[peer] = nil }
    }

    /// What most of those say that were seen lately.
    func verdict(at now: MonotonicTime = .now(), clock: Timestamp = .now()) -> Verdict {
        state.withLock { state in
            Self.noticeStep(at: now, clock, &state)
            let seen = state.sightings.values.filter { $0.at + Self.lifetimeMilliseconds >= now }.map(\.ahead)
            for off in [seen.filter { $0 > 0 }, seen.filter { $0 < 0 }] where off.count * 2 > seen.count {
                let middle = off.sorted()[off.count / 2]
                return Verdict(ahead: middle, isBelieved: off.count >= Self.witnessesMin)
            }
            return Verdict()
        }
    }

    /// Whether it differs from what was told last; by how much the clock is off is no news by itself.
    func isNews(_ verdict: Verdict) -> Bool {
        state.withLock { state in
            defer { state.told = verdict }
            return state.told.ahead.signum() != verdict.ahead.signum() || state.told.isBelieved != verdict.isBelieved
        }
    }

    /// Where our clock was put right, or wrong, everything that was seen by it is forgotten.
    private static func noticeStep(at now: MonotonicTime, _ clock: Timestamp, _ state: inout State) {
        let lead = clock.milliseconds - Int64(clamping: now.milliseconds)
        if let known = state.lead, abs(lead - known) > differenceMilliseconds / 2 { state.sightings = [:] }
        state.lead = lead
    }
}

extension FederationCore {
    /// Acts on what the peers' clocks say, if that has changed: it is told loudly, and written down for those who write.
    func watchClock() {
        let verdict = clocks.verdict()
        guard clocks.isNews(verdict) else { return }
        let ahead: [LogField] = [.integer("seconds_ahead", Int(verdict.ahead / 1_000))]
        switch (verdict.ahead, verdict.isBelieved) {
        case (0, _): log.info("our clock agrees with the peers' again")
        case (_, false): log.error("our clock differs from a peer's", ahead)
        case (_, true): log.error("our clock differs from the peers': nothing is written that they share", ahead)
        }
        try? writer.submit(.people, bytes: 0) { _, log in
            log.noteClock(isWrong: verdict.isBelieved)
        } completion: { _ in
        }
    }
}
