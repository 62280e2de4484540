import Chat
import JSON
import Media
import Operations
import SQLite
import Server
import Store
import Wire

/// Pictures of rooms and of people (Spec/api/chatrooms.md, "Avatar"; accounts.md, section 2).
enum AvatarRoutes {
    static let bytesMax: UInt64 = 2_097_152
    private static let sideMax: Int64 = 8_192

    // MARK: Rooms

    static func showRoom(_ call: Call) throws -> Answer {
        let room = try call.room("room_id")
        let (picture, place) = try call.read { (try Avatars.room(room, on: $0), try Names.id(of: room, on: $0)) }
        return try show(picture, of: place, at: "/chatrooms/\(room)/avatar/", call)
    }

    static func changeRoom(_ call: Call) throws -> Answer {
        let room = try call.room("room_id", to: .setAvatar)
        let picture = try picture(of: call)
        let occasion = call.occasion
        return try call.write { transaction, state in
            try Rooms.setAvatar(of: room, to: picture?.attachment, on: occasion, in: transaction, state)
        } then: { _ in
            facts(picture?.attachment, at: "\(call.base)/chatrooms/\(room)/avatar/")
        }
    }

    // MARK: People

    static func showPerson(_ call: Call) throws -> Answer {
        try show(person: try call.read { try call.personOfPath(on: $0).number }, call)
    }

    static func showMine(_ call: Call) throws -> Answer {
        try show(person: call.person, call)
    }

    private static func show(person: PersonNumber, _ call: Call) throws -> Answer {
        let (picture, directory) = try call.read {
            (try Avatars.person(person, on: $0), try Names.directory(of: person, on: $0))
        }
        return try show(picture, of: directory, at: "/api/users/\(person)/avatar/", call)
    }

    static func changeMine(_ call: Call) throws -> Answer {
        guard let picture = try picture(of: call) else {
            throw APIFault.invalid([FieldProblem("avatar", "This field is needed.")])
        }
        return try setMine(picture, call) {
            facts(picture.attachment, at: "\(call.base)/api/users/\(call.person)/avatar/")
        }
    }

    static func removeMine(_ call: Call) throws -> Answer {
        try setMine(nil, call) { .done }
    }

    private static func setMine(
        _ picture: ReceivedFile?, _ call: Call, then: @escaping () throws -> Answer
    ) throws -> Answer {
        let occasion = call.occasion
        return try call.write { transaction, state in
            try Profiles.change(avatar: .to(picture?.attachment), on: occasion, in: transaction, state)
        } then: { _ in
            try then()
        }
    }

    // MARK: Both

    private static func show(
        _ picture: Attachment?, of room: RoomID, at path: String, _ call: Call
    ) throws -> Answer {
        guard let picture else { throw APIFault.notFound() }
        let wanted = call.request.fields.combined("Accept") ?? "*/*"
        if Acceptance.prefers(Answer.jsonType, over: picture.type, wanted) {
            return .thing { write(picture, at: call.base + path, to: &$0) }
        }
        let isHere = try call.read { connection in
            try Names.room(room, on: connection).map { try RoomBlobs.isHere(picture.hash, for: $0, on: connection) }
        }
        let (type, fields) = shown(as: picture.type)
        return try call.send(
            WantedFile(blob: picture.hash, size: picture.size, room: room, isHere: isHere ?? false), type, fields)
    }

    private static let pictureTypes = ["image/png", "image/jpeg", "image/gif", "image/webp"]

    /// What it is comes from whoever set it, on whichever node: anything but the few that browsers only paint is a file.
    static func shown(as type: String) -> (type: String, fields: [(name: StaticString, value: String)]) {
        guard !pictureTypes.contains(type) else { return (type, []) }
        let disposition = ContentDisposition.attachment(fileName: "avatar")
        return ("application/octet-stream", [("Content-Disposition", disposition)])
    }

    private static func facts(_ picture: Attachment?, at url: String) -> Answer {
        .ok { write(picture, at: url, to: &$0) }
    }

    private static func write(_ picture: Attachment?, at url: String, to json: inout JSONWriter) {
        json.object {
            $0.member("avatar", picture == nil ? nil : url)
            $0.member("content_type", picture?.type)
            $0.member("size", Int64(clamping: picture?.size ?? 0))
        }
    }

    /// The picture that the body brings; nil where it takes the one away that there is.
    private static func picture(of call: Call) throws -> ReceivedFile? {
        let fields = try call.fields()
        let files = call.files
        if files.isEmpty {
            switch fields.nullableText("avatar") {
            case .nothing: return nil
            case .value(let text) where text.isEmpty && !fields.isJSON: return nil
            case .value: fields.problems.add("avatar", "Must be a file, or nothing.")
            case .absent: _ = fields.missing("avatar", "")
            }
            try fields.check()
        }
        guard let file = files.first, files.count == 1 else {
            throw APIFault.invalid([FieldProblem("avatar", "One file.")])
        }
        let isPicture = pictureTypes.contains(file.judgement.contentType)
        guard isPicture, let width = file.judgement.width, let height = file.judgement.height else {
            throw APIFault.invalid([FieldProblem("avatar", "Must be a PNG, JPEG, GIF or WebP.")])
        }
        guard width <= sideMax, height <= sideMax else {
            throw APIFault.invalid([FieldProblem("avatar", "At most \(sideMax) pixels wide and high.")])
        }
        return file
    }
}

extension ReceivedFile {
    fileprivate var attachment: Attachment {
        Attachment(hash: blob, name: name, type: judgement.contentType, size: size)
    }
}
