package import Bytes
package import Keys
import Operations

/// A message, where the file has it: a shown one, or a grave, of which the spans are empty.
package struct MessageRow: ~Escapable {
    package let number: MessageNumber
    package let room: RoomNumber
    package let sender: PersonNumber
    /// The number of the sender's node.
    package let school: Int64
    package let uuid: UUID
    package let time: Timestamp
    /// Of the last edit.
    package let edited: Timestamp?
    /// Of what came last: writing, the last edit, or the deletion.
    package let lastUpdate: Timestamp
    package let isDeleted: Bool
    package let isPinned: Bool
    /// The message that it answers, where that can be seen in the same room.
    package let answers: MessageNumber?
    /// People other than the sender.
    package let readByCount: Int
    /// Of another's message whether the viewer has read it, of one's own whether somebody has.
    package let isRead: Bool
    /// While the room has the same, so does the message, but for who has read it and what people are called. Nil where it may be
    /// shown otherwise even so.
    package let version: Int64?
    /// UTF-8.
    package let content: Span<UInt8>
    /// Empty where it is `text`.
    package let type: Span<UInt8>
    /// An encoded `Extra`; empty where there is none.
    package let extra: Span<UInt8>

    @_lifetime(copy spans)
    init(_ facts: MessageFacts, _ spans: borrowing MessageSpans) {
        number = facts.spot.number
        room = facts.room
        sender = facts.sender
        school = facts.school
        uuid = facts.id.uuid
        time = Timestamp(milliseconds: facts.spot.time >> 16)
        let changed = facts.changed.map { Timestamp(milliseconds: $0 >> 16) }
        edited = facts.flags.isDeleted ? nil : changed
        lastUpdate = max(time, changed ?? time)
        isDeleted = facts.flags.isDeleted
        isPinned = facts.flags.isPinned
        answers = facts.answers
        readByCount = facts.readByCount
        isRead = facts.isRead
        version = facts.version
        content = spans.content
        type = spans.type
        extra = spans.extra
    }
}

/// What is known of a message beside what it says.
struct MessageFacts {
    let spot: MessageSpot
    let room: RoomNumber
    let sender: PersonNumber
    let flags: MessageFlags
    let id: OperationID
    /// Hybrid time of the last edit, or of the deletion.
    let changed: Int64?
    var school: Int64 = 0
    var answers: MessageNumber?
    var readByCount = 0
    var isRead = false
    var version: Int64?
}

/// A file of a message, or an upload that no message carries yet.
package struct AttachmentRow: Hashable, Sendable {
    package let number: AttachmentNumber
    package let room: RoomNumber
    /// Both nil for an upload.
    package let message: MessageNumber?
    package let uuid: UUID?
    /// The sender of the message, or the uploader.
    package let person: PersonNumber
    package let blob: Hash
    package let size: Int64
    package let created: Timestamp
    /// As its sender says: any text.
    package let name: String
    package let type: String
    /// Nil as long as the bytes have not been here.
    package let judgement: FileJudgement?
}

/// Somebody to whom messages are shown where they lie; nothing of a page is copied on its way out. Of each message: `message`, its
/// files and mentions in their order, its reactions, and `endOfMessage`; or, of one that they have kept, `kept` alone.
package protocol MessageVisitor: PeopleVisitor, ~Copyable {
    /// Who sent a message that need not be shown, since the visitor kept it when its room had the same version; else nil.
    mutating func sender(ofKept message: MessageNumber, _ version: Int64) -> PersonNumber?
    /// The one that was asked for last.
    mutating func kept(_ message: MessageNumber, readByCount: Int, isRead: Bool)
    mutating func message(_ row: borrowing MessageRow)
    mutating func attachment(_ row: AttachmentRow)
    mutating func mention(_ person: PersonNumber)
    /// How many people have given this one.
    mutating func reaction(_ value: Span<UInt8>, count: Int)
    mutating func endOfMessage()
}

/// Whoever keeps nothing.
extension MessageVisitor where Self: ~Copyable {
    package mutating func sender(ofKept message: MessageNumber, _ version: Int64) -> PersonNumber? { nil }
    package mutating func kept(_ message: MessageNumber, readByCount: Int, isRead: Bool) {}
}

/// What `message.flags` says (`StoreRecords.Flags`).
struct MessageFlags {
    let bits: Int64

    var hasContent: Bool { bits & 2 != 0 }
    var isPinned: Bool { bits & 4 != 0 }
    var isDeleted: Bool { bits & 8 != 0 }
    var isSystem: Bool { bits & 16 != 0 }
    var hasAttachments: Bool { bits & 32 != 0 }
    var hasMentions: Bool { bits & 64 != 0 }
    var isAnswer: Bool { bits & 128 != 0 }
    var hasReactions: Bool { bits & 256 != 0 }
    /// Shown, or a grave.
    var isVisible: Bool { bits & 1 != 0 && bits & 10 != 0 }
}
