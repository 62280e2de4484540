package import Keys
package import Operations
package import Store

/// What a commit has made true, for those who tell others of it: sockets, other nodes, the sender of pushes.
package struct ChatNews: Sendable {
    /// Whose log has grown.
    package var rooms: Set<RoomID> = []
    /// Of these people's own counts of unread messages, which have changed.
    package var unread: [PersonNumber: Set<RoomNumber>] = [:]
    /// Whose notifications, and the count of those that are unread, may have changed.
    package var notices: Set<PersonNumber> = []
    /// Whether something waits to be sent that did not before.
    package var isSending = false
    package var ended: [EndedSessions] = []
    /// Files that something refers to no longer; perhaps nothing does.
    package var released: Set<Hash> = []

    package init() {}

    package var isEmpty: Bool {
        rooms.isEmpty && unread.isEmpty && notices.isEmpty && !isSending && ended.isEmpty && released.isEmpty
    }

    mutating func add(_ later: ChatNews) {
        rooms.formUnion(later.rooms)
        unread.merge(later.unread) { $0.union($1) }
        notices.formUnion(later.notices)
        isSending = isSending || later.isSending
        ended += later.ended
        released.formUnion(later.released)
    }
}
