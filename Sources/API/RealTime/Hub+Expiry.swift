import Bytes
import EventLoop
import SQLite
import Store

// Connections don't outlive their session.

extension Hub {
    func expectExpiry(of feed: Feed) {
        guard let expires = feed.expires else { return }
        nextExpiry = nextExpiry.map { min($0, expires) } ?? expires
    }

    /// A sign-in's end moves with its use, so the database is asked before anybody is shut out.
    func endExpired() throws {
        let now = settings.now()
        guard let next = nextExpiry, next <= now else { return }
        nextExpiry = nil
        for feed in feeds.values {
            if let expires = feed.expires, expires <= now {
                if let owner = try reader.read({ try SessionTable.owner(of: feed.session, at: now, on: $0) }) {
                    feed.expires = owner.session.expires
                } else {
                    // Should its loop not take that now, it is told again.
                    end(feed, code: 1_008, "the session has ended")
                }
            }
            expectExpiry(of: feed)
        }
    }

    /// When to look. At the latest in a minute: the time of day may jump.
    var expiryTick: MonotonicTime {
        guard let next = nextExpiry else { return .never }
        return loop.now + UInt64(min(max(next.milliseconds - settings.now().milliseconds, 1_000), 60_000))
    }
}
