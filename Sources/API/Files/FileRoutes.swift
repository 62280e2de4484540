import Blobs
import Chat
import EventLoop
import JSON
package import Keys
package import Operations
import SQLite
import Server
import Store
import Wire

/// Attachments (Spec/api/channels.md, section 5).
enum FileRoutes {
    /// The fields of a form in which a message's files come.
    static let messageFields = ["file", "files", "attachments"]

    static func list(_ call: Call) throws -> Answer {
        let window = call.query.window()
        let kind = call.query.choice("kind") { name in FileJudgement.Kind.allCases.first { $0.name == name } }
        let message = call.query.reference("message")
        try call.query.check()
        return try call.read { connection in
            var filter = AttachmentFilter(for: call.person, in: try call.roomFilter(on: connection), kind: kind)
            filter.message = try message.map { try call.number(of: $0, on: connection) }
            let rows = try AttachmentList.page(filter, window, on: connection)
            return call.page(window, count: try AttachmentList.count(filter, on: connection)) { json in
                for row in rows { json.attachment(row, base: call.base) }
            }
        }
    }

    static func show(_ call: Call) throws -> Answer {
        let row = try call.attachment()
        return .thing { $0.attachment(row, base: call.base) }
    }

    static func upload(_ call: Call) throws -> Answer {
        let fields = try call.fields()
        let files = call.files.filter { $0.field == "file" }
        if files.count != 1 {
            fields.problems.add("file", files.isEmpty ? "This field is needed." : "Only one file at a time.")
        }
        let room = try call.room(in: fields)
        guard let file = files.first else { throw APIFault.notFound() }
        let occasion = call.occasion
        return try call.make { transaction, state in
            Made(try Attachments.keep(file.draft, for: room, on: occasion, in: transaction, state).value)
        }
    }

    static func showMade(_ call: Call, _ made: Made) throws -> Answer {
        let row = try call.attachment(AttachmentNumber(made.number))
        return .made(at: "/api/messaging/attachments/\(row.number)/") { $0.attachment(row, base: call.base) }
    }

    static func download(_ call: Call) throws -> Answer {
        let row = try call.attachment()
        let type = row.judgement?.contentType ?? "application/octet-stream"
        return try call.send(
            WantedFile(
                blob: row.blob, size: UInt64(row.size), room: try call.read { try Names.id(of: row.room, on: $0) },
                isHere: row.judgement != nil),
            type, [("Content-Disposition", ContentDisposition.attachment(fileName: row.name))])
    }
}

extension ReceivedFile {
    var draft: Attachments.Draft { Attachments.Draft(blob: blob, size: size, name: name, judgement: judgement) }
}

extension Call {
    fileprivate func attachment() throws -> AttachmentRow {
        let reference = reference()
        let number = try read { connection in
            switch reference {
            case .number(let number): AttachmentNumber(number)
            case .uuid(let uuid): try Names.attachment(uuid, on: connection)
            }
        }
        guard let number else { throw APIFault.notFound() }
        return try attachment(number)
    }

    /// An upload is its uploader's alone; a message's file is for whoever sees the message.
    fileprivate func attachment(_ number: AttachmentNumber) throws -> AttachmentRow {
        try read { connection in
            guard let row = try AttachmentList.attachment(number, on: connection) else { throw APIFault.notFound() }
            if let message = row.message {
                guard try !visible(message, on: connection).isDeleted else { throw APIFault.notFound() }
            } else if row.person != person {
                throw APIFault.notFound()
            }
            return row
        }
    }

    /// Answers with a file's bytes, or a part of them. Those that are not here yet are asked of other nodes first.
    func send(
        _ file: WantedFile, _ type: String, _ fields: [(name: StaticString, value: String)] = []
    ) throws -> Answer {
        let tag = EntityTag("\(file.blob)")
        if let field = request.fields.combined("If-None-Match"),
            EntityTagCondition(field)?.matchesWeakly(tag) ?? false
        {
            return .response(Response(304, fields: [("ETag", tag.description)]))
        }
        let head: [(name: StaticString, value: String)] =
            [
                ("Content-Type", type), ("ETag", tag.description),
                ("Content-Security-Policy", "sandbox; default-src 'none'"),
            ] + fields
        func fetchAndSend() throws -> Answer {
            try fetch(file) { [self] in
                try open(file.blob) { [self] found in
                    guard let found else { throw Self.notHereYet }
                    return .response(ranged(found, tag, head))
                }
            }
        }
        // What lies here for another room is not this one's, whoever names it.
        guard file.isHere else { return try fetchAndSend() }
        return try open(file.blob) { [self] found in
            if let found { return .response(ranged(found, tag, head)) }
            return try fetchAndSend()
        }
    }

    private static var notHereYet: APIFault { .unavailable("The bytes are not here yet.", retryAfterSeconds: 10) }

    private func open(_ blob: Hash, then: @escaping (OpenFile?) throws -> Answer) throws -> Answer {
        try work { [files = shared.files] _ in
            try files.open(blob)
        } then: {
            try then($0)
        }
    }

    private static let patienceMilliseconds: UInt64 = 10_000

    /// Waits for a file, and not for ever; what comes later is here for who asks again.
    private func fetch(_ file: WantedFile, then: @escaping () throws -> Answer) throws -> Answer {
        var isOver = false
        var patience: LoopTimer?
        func settle(_ body: () throws -> Answer) {
            guard !isOver else { return }
            isOver = true
            patience?.end()
            attempt(body)
        }
        patience = try LoopTimer(on: context.loop) { settle { throw Self.notHereYet } }
        patience?.set(context.loop.now + Self.patienceMilliseconds)
        try context.wait(for: { [fetching = shared.parts.blobs] completion in
            fetching.fetch(file, completion: completion)
        }) { (result: Result<Bool, any Error>) in
            settle {
                if case .failure(let refusal as FileRefusal) = result { throw refusal.fault }
                // Whatever else went wrong elsewhere, it isn't here.
                guard (try? result.get()) == true else { throw Self.notHereYet }
                return try then()
            }
        }
        return .later
    }

    private func ranged(
        _ file: OpenFile, _ tag: EntityTag, _ head: [(name: StaticString, value: String)]
    ) -> Response {
        var head = head + [("Accept-Ranges", "bytes")]
        let asked = request.fields.combined("Range").flatMap { range in
            isRangeGood(tag) ? ByteRanges(range, size: file.size) : nil
        }
        switch asked {
        case .parts(let parts)? where parts.count == 1:
            let part = parts[0]
            head.append(("Content-Range", "bytes \(part.lowerBound)-\(part.upperBound - 1)/\(file.size)"))
            return Response(
                206, fields: head, body: .file(file, offset: part.lowerBound, count: part.upperBound - part.lowerBound))
        case .unsatisfiable?:
            var refusal = Problem.response(416, "the range begins behind the end")
            refusal.fields.append(("Content-Range", "bytes */\(file.size)"))
            return refusal
        case .whole?, .parts?, nil:
            return Response(200, fields: head, body: .file(file, offset: 0, count: file.size))
        }
    }

    /// `If-Range` names the state that the client has a part of.
    private func isRangeGood(_ tag: EntityTag) -> Bool {
        guard request.method == .get else { return false }
        guard let field = request.fields.combined("If-Range") else { return true }
        return EntityTagCondition(field)?.matchesStrongly(tag) ?? false
    }
}

extension FileThreads {
    /// Nil where it isn't here.
    func open(_ blob: Hash) throws -> OpenFile? {
        guard let file = try blobs.open(blob) else { return nil }
        return try OpenFile(Descriptor(owning: file.release()), named: "\(blob)")
    }
}

/// A file that is on another node, and the room, or the directory, for which one has it.
package struct WantedFile: Sendable {
    package let blob: Hash
    package let size: UInt64
    package let room: RoomID
    /// As far as is known. The bytes may be lost.
    let isHere: Bool
}

/// Why a file that lies elsewhere is not brought here.
package enum FileRefusal: Error {
    /// The operator doesn't want it.
    case tooLarge
    /// As much is kept of the node that it is of as may be.
    case shareFull

    fileprivate var fault: APIFault {
        switch self {
        case .tooLarge: .notFound()
        case .shareFull: .shareFull
        }
    }
}

/// Brings files of other nodes here.
package protocol BlobFetching: Sendable {
    /// `completion` is called once, from any thread: whether the bytes are here, or a `FileRefusal`.
    func fetch(_ file: WantedFile, completion: @escaping @Sendable (Result<Bool, any Error>) -> Void)
}

/// A node without others.
package struct NoFetching: BlobFetching {
    package init() {}

    package func fetch(_ file: WantedFile, completion: @escaping @Sendable (Result<Bool, any Error>) -> Void) {
        completion(.success(false))
    }
}

extension Attachments {
    /// Files that come with a message.
    static func keep(
        _ files: [ReceivedFile], for room: RoomNumber, on occasion: Occasion, in transaction: borrowing Transaction,
        _ state: ChatState
    ) throws -> [AttachmentNumber] {
        var numbers: [AttachmentNumber] = []
        for file in files { numbers.append(try keep(file.draft, for: room, on: occasion, in: transaction, state)) }
        return numbers
    }
}
