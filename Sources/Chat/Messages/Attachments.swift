package import Bytes
package import Keys
package import Operations
import Replica
package import SQLite
package import Store

/// Files on their way into messages. Until a message carries it, an upload is its uploader's alone.
package enum Attachments {
    /// An upload is kept so long for the message that is to carry it.
    package static let uploadMilliseconds: Int64 = 24 * 3_600_000

    /// What somebody has uploaded. That it lies in the blob store, and stays there until the commit, is the caller's affair.
    package struct Draft: Sendable {
        package let blob: Hash
        package let size: UInt64
        /// Made safe.
        package let name: String
        package let judgement: FileJudgement

        package init(blob: Hash, size: UInt64, name: String, judgement: FileJudgement) {
            self.blob = blob
            self.size = size
            self.name = name
            self.judgement = judgement
        }
    }

    package static func keep(
        _ draft: Draft, for number: RoomNumber, on occasion: Occasion, in transaction: borrowing Transaction,
        _ state: ChatState
    ) throws -> AttachmentNumber {
        let person = try occasion.person
        let room = try state.room(number)
        try room.require(.post, of: state.actor(occasion))
        let upload = Upload(
            in: number, by: person, blob: draft.blob, size: Int64(clamping: draft.size), name: draft.name,
            judgement: draft.judgement, at: occasion.now)
        return try Uploads.add(upload, state.logState, in: transaction)
    }

    /// The bytes of a room's files have come from elsewhere: what they are is noted, and people are told that they are here.
    package static func arrive(
        _ blob: Hash, in room: RoomID, at now: Timestamp, in transaction: borrowing Transaction, _ state: ChatState,
        judging judge: (_ name: String, _ type: String) -> FileJudgement
    ) throws {
        guard let room = try state.logState.look(at: room)?.roomNumber else { return }
        var messages: Set<MessageNumber> = []
        for row in try AttachmentList.unjudged(blob, in: room, on: transaction.connection) {
            try AttachmentList.judge(row.number, judge(row.name, row.type), in: transaction)
            guard let message = row.message, messages.insert(message).inserted else { continue }
            try state.journal(
                JournalEntry(.messageEdited, at: now, room: row.room, message: message, person: row.person),
                in: transaction)
        }
    }

    /// Removes uploads that no message came for, at most so many; true when none is left.
    package static func expire(
        atMost limit: Int = 100, at now: Timestamp, in transaction: borrowing Transaction, _ state: ChatState
    ) throws -> Bool {
        let moment = now.later(byMilliseconds: -uploadMilliseconds)
        let expired = try Uploads.expired(before: moment, limit: limit, on: transaction.connection)
        for number in expired {
            let blob = try Uploads.upload(number, on: transaction.connection)?.blob
            if try Uploads.remove(number, in: transaction) == true, let blob { state.news.released.insert(blob) }
        }
        return expired.count < limit
    }
}

/// The files of a message that is about to be written.
struct CarriedFiles {
    private(set) var files: [Attachment] = []
    private(set) var areImages = true
    private var uploads: [AttachmentNumber] = []

    /// Each once, in the order in which they are named: uploads of the author's own for this room and, in an edit, files that the
    /// message has.
    init(
        _ numbers: [AttachmentNumber], of message: LoggedMessage? = nil, for room: StoredRoom, by author: PersonNumber,
        _ state: ChatState
    ) throws {
        guard numbers.count <= Limits.attachmentsMax else {
            throw ChatFault.invalid([FieldFault(.attachments, "At most \(Limits.attachmentsMax) files.")])
        }
        var seen: Set<AttachmentNumber> = []
        for number in numbers where seen.insert(number).inserted {
            if let upload = try Uploads.upload(number, on: state.connection), upload.person == author {
                guard upload.room == room.roomNumber else {
                    throw ChatFault.invalid([FieldFault(.attachments, "Uploaded for another room.")])
                }
                uploads.append(number)
                areImages = areImages && upload.judgement.kind == .image
                files.append(
                    Attachment(
                        hash: upload.blob, name: upload.name, type: upload.judgement.contentType,
                        size: UInt64(clamping: upload.size)))
            } else {
                files.append(try Self.sent(number, of: message, by: author, state))
            }
        }
    }

    private static func sent(
        _ number: AttachmentNumber, of message: LoggedMessage?, by author: PersonNumber, _ state: ChatState
    ) throws -> Attachment {
        guard let place = try AttachmentPlace.place(of: number, on: state.connection) else {
            throw ChatFault.unknown(.attachments)
        }
        if let message, place.message == message.number, let files = message.message.content?.attachments,
            files.indices.contains(place.ordinal)
        {
            return files[place.ordinal]
        }
        do { _ = try state.visible(place.message, to: state.user(author)) } catch ChatFault.notFound {
            throw ChatFault.unknown(.attachments)
        }
        throw ChatFault.conflict(.sentAttachment, .attachments)
    }

    /// Just before the message is written: it gets their numbers.
    func claim(in transaction: borrowing Transaction) throws(SQLiteError) {
        try Uploads.claim(uploads, in: transaction)
    }
}
