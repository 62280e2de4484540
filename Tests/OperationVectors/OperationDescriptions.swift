import Bytes
import Keys
import Operations

extension OperationHeader {
    var described: Description {
        .object([
            ("room", room.map { .name($0) } ?? .null), ("origin", .name(origin)), ("epoch", .name(epoch)),
            ("seq", .number(Int(seq))), ("prev", .name(previous)), ("deps", .list(dependencies.map { .name($0) })),
            ("time", .name(time.value)), ("author", .name(author)), ("kind", .text(kind.name)),
            ("target", target.described), ("payload_hash", payload.map { .name($0.hash) } ?? .null),
            ("payload_size", .number(payload?.size ?? 0)),
        ])
    }
}

extension OperationTarget {
    fileprivate var described: Description {
        switch self {
        case .none: .null
        case .operation(let id): .name(id)
        case .user(let user): .list([.name(user.node), .name(user.handle)])
        case .grant(let user, let role): .list([.name(user.node), .name(user.handle), .text(role.rawValue)])
        }
    }
}

extension Operation {
    func described(_ about: String, certificate: Certificate? = nil) throws -> Description {
        let envelope = try Envelope(operation: self, certificate: certificate?.encoded)
        return .object([
            ("about", .text(about)), ("fields", header.described), ("header", .hex(headerBytes)), ("id", .name(id)),
            ("uuid", .name(id.uuid)), ("room", .name(room)), ("payload", payload.map { .hex($0) } ?? .null),
            ("signature", signature.map { .name($0) } ?? .null), ("envelope", .hex(envelope.encoded)),
        ])
    }
}

extension VectorFile {
    static func headers() throws -> VectorFile {
        let (north, south) = (SampleNode.north, SampleNode.south)
        let room = try SampleRoom()
        var all = try room.operations.map {
            try $0.described("Of the room in room.json", certificate: room.certificates[$0.id])
        }
        let pair = DirectPair(north.user("ada"), south.user("bo"))
        var direct = FeedWriter(beginningIn: RoomID(direct: pair), under: south.certificate)
        all.append(
            try direct.write(
                OperationDraft("bo", .directOpen, saying: DirectOpening(pair).encoded, at: 0), signingWith: south.first
            ).described("The beginning of a direct room", certificate: south.certificate))
        var directory = FeedWriter(beginningIn: RoomID(directoryOf: north.id), under: north.certificate)
        var profile = ProfileChange()
        profile.name = .to("Ada of the North")
        all.append(
            try directory.write(
                OperationDraft("ada", .userPut, about: .user(north.user("ada")), saying: profile.encoded, at: 0),
                signingWith: north.first
            ).described("The beginning of a directory", certificate: north.certificate))
        all.append(
            try directory.write(
                OperationDraft("", .userClose, about: .user(north.user("ada")), at: 1), signingWith: north.first
            ).described("The node closes an account"))
        var join = FeedWriter(goingOnAfter: room.operations[2].header, id: room.operations[2].id)
        let many = (0..<128).map { OperationID(Hash(of: [UInt8($0)].span).bytes) }
        all.append(
            try join.write(OperationDraft("", .join, after: many, at: 20), signingWith: north.first)
                .described("A join with as many dependencies as there may be"))
        var draft = OperationDraft("ada", .join, about: .operation(room.operations[0].id), saying: [0xA0], at: 21)
        draft.kind = OperationKind("poll.open")!  // letters and a dot
        all.append(try join.write(draft, signingWith: north.first).described("A kind that nobody knows"))
        draft.kind = OperationKind("abcdefghijklmnopqrstuvwxyz.abcde")!  // 32 letters and dots
        draft.author = Handle(String(repeating: "a", count: 64))!
        draft.target = .none
        draft.time = HybridTime(Limits.timeEnd - 1)!
        all.append(
            try join.write(draft, signingWith: north.first)
                .described("The longest kind and author, the last moment"))
        return VectorFile(
            "operations.json", "Operations: fields, header, id, signature, envelope.", [("operations", .list(all))])
    }
}
