import Bytes
import JSON
import Keys
import Media
package import Store

extension ShapeWriter: MessageVisitor {
    package mutating func sender(ofKept message: MessageNumber, _ version: Int64) -> PersonNumber? {
        messages?.sender(of: message, version)
    }

    package mutating func kept(_ message: MessageNumber, readByCount: Int, isRead: Bool) {
        guard let entry = messages?.entry(of: message) else {
            preconditionFailure("nothing was kept since it was asked for")
        }
        let start = json.count
        json.raw(element: entry.bytes.span.extracting(..<entry.headBytes))
        json.member("read_by_count", readByCount)
        json.member("is_read", isRead)
        json.raw(element: entry.bytes.span.extracting(entry.headBytes...))
        if notesWritten { written.append(start..<json.count) }
    }

    package mutating func message(_ row: borrowing MessageRow) {
        if isAmongParticipants { endParticipants() }
        messageStart = json.count
        json.beginObject()
        json.member("id", row.number)
        json.member("uuid", row.uuid)
        json.member("chat", row.room)
        json.member("channel", row.room)
        json.member("conversation", row.room)
        json.member("room", row.room)
        json.member("school", row.school)
        member("sender", "sender_detail", row.sender)
        json.key("content")
        json.string(row.content)
        json.key("message_type")
        if row.type.isEmpty { json.string("text") } else { json.string(row.type) }
        json.member("reply_to", row.answers)
        json.member("is_edited", row.edited != nil)
        json.member("is_deleted", row.isDeleted)
        json.member("is_pinned", row.isPinned)
        json.member("created_at", row.time)
        json.member("last_update", row.lastUpdate)
        json.member("edited_at", row.edited)
        let reading = json.count
        json.member("read_by_count", row.readByCount)
        let start = json.count
        json.member("is_read", row.isRead)
        places?.last = (start..<json.count, row.sender, row.readByCount > 0)
        if messages != nil, let version = row.version {
            messagePlaces = MessagePlaces(
                message: row.number, version: version, sender: row.sender, start: messageStart,
                reading: reading..<json.count)
        }
        json.member("extra_data", extra: row.extra)
        json.key("attachments")
        json.beginArray()
        part = .attachments
    }

    package mutating func attachment(_ row: AttachmentRow) {
        json.attachment(row, base: base)
    }

    package mutating func mention(_ person: PersonNumber) {
        goOn(to: .mentions)
        detail(person)
    }

    package mutating func reaction(_ value: Span<UInt8>, count: Int) {
        goOn(to: .reactions)
        json.key(value)
        json.integer(count)
    }

    package mutating func endOfMessage() {
        goOn(to: .reactions)
        json.endObject()
        json.endObject()
        part = .none
        if notesWritten { written.append(messageStart..<json.count) }
        if let places = messagePlaces {
            messages?.keep(places.entry(of: json), of: places.message)
            messagePlaces = nil
        }
    }

    /// Attachments come first, then mentions, then reactions; any of them may be missing.
    private mutating func goOn(to next: MessagePart) {
        if part == .attachments, next != .attachments {
            json.endArray()
            json.key("mentions")
            json.beginArray()
            part = .mentions
        }
        if part == .mentions, next == .reactions {
            json.endArray()
            json.key("reactions")
            json.beginObject()
            part = .reactions
        }
    }
}

extension JSONWriter {
    package mutating func attachment(_ row: AttachmentRow, base: String) {
        beginObject()
        member("id", row.number)
        key("uuid")
        if let uuid = row.uuid { self.uuid(uuid) } else { null() }
        member("message", row.message)
        member("channel", row.room)
        member("filename", FileName.safe(row.name))
        member("content_type", row.judgement?.contentType ?? "application/octet-stream")
        member("size", row.size)
        member("kind", (row.judgement?.kind ?? .other).name)
        member("checksum", "\(row.blob)")
        member("width", row.judgement?.width)
        member("height", row.judgement?.height)
        member("created_at", row.created)
        member("url", "\(base)/api/messaging/attachments/\(row.number)/download/")
        // Bytes are judged as soon as they are here.
        member("available", row.judgement != nil)
        endObject()
    }

    /// A key that was taken in as UTF-8.
    mutating func key(_ utf8: Span<UInt8>) {
        utf8.withUnsafeBufferPointer { key(String(decoding: $0, as: UTF8.self)) }
    }
}

extension FileJudgement.Kind {
    /// As the API calls it.
    package var name: String {
        switch self {
        case .image: "image"
        case .document: "document"
        case .audio: "audio"
        case .video: "video"
        case .other: "other"
        }
    }
}
