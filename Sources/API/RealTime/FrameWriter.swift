import Bytes
import Configuration
import JSON
import Operations
import SQLite
import Store

/// What stands in frames (Spec/api/events.md, section 2).
struct FrameWriter {
    let base: String

    init(_ settings: APISettings) {
        base = settings.publicURL?.description ?? ""
    }

    // MARK: Of the journal

    /// Nil where there is nothing left of what it was about.
    func frame(_ seq: EventNumber, _ entry: JournalEntry, on connection: Connection) throws -> Frame? {
        switch entry.kind {
        case .message: try message("chat_message", seq, entry, on: connection)
        case .messageEdited: try message("message_edited", seq, entry, on: connection)
        case .messageDeleted: try message("message_deleted", seq, entry, on: connection)
        case .reaction: try reaction(seq, entry, on: connection)
        case .readReceipt: receipt(seq, entry)
        case .joined: member("joined", seq, entry)
        case .left: member("left", seq, entry)
        case .removed: member("removed", seq, entry)
        case .role: member("role", seq, entry)
        case .roomCreated: room("created", seq, entry)
        case .roomUpdated: room("updated", seq, entry)
        case .roomAvatar: room("avatar", seq, entry)
        case .roomArchived: room("archived", seq, entry)
        case .roomUnarchived: room("unarchived", seq, entry)
        case .roomDeleted: room("deleted", seq, entry)
        case .notification: try notification(seq, entry, on: connection)
        }
    }

    private func receipt(_ seq: EventNumber, _ entry: JournalEntry) -> Frame {
        make("read_receipt", seq) {
            $0.member("room", entry.room)
            $0.member("user", entry.person)
            $0.member("message", entry.message)
            $0.member("read_at", entry.time)
        }
    }

    private func member(_ change: String, _ seq: EventNumber, _ entry: JournalEntry) -> Frame {
        make("member", seq) {
            $0.member("room", entry.room)
            $0.member("user", entry.person)
            $0.member("change", change)
            $0.member("role", entry.detail.map { Role(code: $0).name })
        }
    }

    private func room(_ change: String, _ seq: EventNumber, _ entry: JournalEntry) -> Frame {
        make("room", seq) {
            $0.member("room", entry.room)
            $0.member("change", change)
        }
    }

    // MARK: Of the moment

    func hello(_ seq: EventNumber, to person: PersonNumber, isResumed: Bool) throws -> Frame {
        make("hello", seq) {
            $0.member("user", person)
            $0.member("resumed", isResumed)
        }
    }

    func resync() -> Frame { make("resync") { _ in } }

    func typing(_ person: PersonNumber, _ room: RoomNumber, _ isTyping: Bool) -> Frame {
        make("typing") {
            $0.member("room", room)
            $0.member("user", person)
            $0.member("is_typing", isTyping)
        }
    }

    func presence(_ person: PersonNumber, _ presence: Presence) -> Frame {
        make("presence") {
            $0.member("user", person)
            $0.member("presence", presence.isOnline ? "online" : "offline")
            $0.member("last_activity", presence.lastActivity)
        }
    }

    /// Of notifications where there is no room.
    func unread(_ room: RoomNumber?, _ count: Int, total: Int) -> Frame {
        make("unread") {
            $0.member("room", room)
            $0.member("unread_count", count)
            $0.member("total", total)
        }
    }

    func pong() -> Frame { make("pong") { _ in } }

    func error(_ code: String, _ detail: String, clientID: String?) -> Frame {
        make("error") {
            $0.member("code", code)
            $0.member("detail", detail)
            if let clientID { $0.member("client_id", clientID) }
        }
    }

    func make(
        _ type: StaticString, _ seq: EventNumber? = nil, _ write: (inout JSONWriter) throws -> Void
    ) rethrows -> Frame {
        var json = JSONWriter()
        json.beginObject()
        json.member("type", "\(type)")
        if let seq { json.member("seq", seq) }
        try write(&json)
        json.endObject()
        return Frame("\(type)", seq: seq, json.finish())
    }
}
