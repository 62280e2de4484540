package import Keys
package import Store

/// What a commit has made true, for those who tell this node's people: sockets, and the sender of pushes. (What other nodes are
/// told `LogState.whenCommitted` says.)
package struct ChatNews: Sendable {
    /// What is journalled, in order.
    package var events: [Event] = []
    /// Rooms in which these people have read something: their own counts have changed.
    package var read: [PersonNumber: Set<RoomNumber>] = [:]
    /// Whose notifications, and the count of those that are unread, have changed.
    package var notices: Set<PersonNumber> = []
    /// Whether something waits to be sent that did not before.
    package var isSending = false
    package var ended: [EndedSessions] = []
    /// Files to which nothing here refers any more.
    package var released: Set<Hash> = []

    package struct Event: Hashable, Sendable {
        package let seq: EventNumber
        package let entry: JournalEntry
    }

    package init() {}

    package var isEmpty: Bool {
        events.isEmpty && read.isEmpty && notices.isEmpty && !isSending && ended.isEmpty && released.isEmpty
    }

    package mutating func add(_ later: ChatNews) {
        events += later.events
        read.merge(later.read) { $0.union($1) }
        notices.formUnion(later.notices)
        isSending = isSending || later.isSending
        ended += later.ended
        released.formUnion(later.released)
    }
}
