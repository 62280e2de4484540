import Bytes
package import Keys
package import Operations

/// A node of the vectors; its keys follow from its name.
package struct SampleNode: Sendable {
    package let name: String
    package let first: SigningKey
    package let recovery: SigningKey
    package let certificate: Certificate

    package init(_ name: String) {
        self.name = name
        first = Self.key("\(name) first")
        recovery = Self.key("\(name) recovery")
        guard let new = try? Certificate(firstKey: first.publicKey, recoveryKey: recovery.publicKey) else {
            preconditionFailure("Two keys of different seeds differ")
        }
        certificate = new
    }

    package var id: NodeID { certificate.node }

    package func user(_ handle: String) -> UserID {
        UserID(node: id, handle: Handle(handle)!)  // a handle in our own source
    }

    package static func seed(_ label: String) -> [UInt8] {
        Hash(of: Array("parley vectors: \(label)".utf8).span).bytes.array
    }

    package static func key(_ label: String) -> SigningKey {
        SigningKey(seed: SecretBytes(copying: seed(label).span))!  // a hash has 32 bytes
    }

    package static let north = SampleNode("north")
    package static let south = SampleNode("south")
}

extension HybridTime {
    /// A moment in the vectors' own year.
    package static func sample(_ seconds: Int64, counter: UInt64 = 0) -> HybridTime {
        HybridTime(HybridTime(milliseconds: 1_800_000_000_000 + seconds * 1_000).value + counter)!  // far below 2⁶³
    }
}

extension OperationDraft {
    package init(
        _ author: String, _ kind: KnownKind, about target: OperationTarget = .none, saying payload: [UInt8]? = nil,
        after dependencies: [OperationID] = [], at seconds: Int64
    ) {
        self.init(
            author: Handle(author) ?? .node, kind: kind, target: target, payload: payload, dependencies: dependencies,
            time: .sample(seconds))
    }
}

/// A group of two nodes, with most kinds of operations in it, in causal order.
package struct SampleRoom: Sendable {
    package let operations: [Operation]
    package let erased: Set<OperationID>
    package let certificates: [OperationID: Certificate]
    package let room: RoomID

    package init() throws {
        let (north, south) = (SampleNode.north, SampleNode.south)
        var operations: [Operation] = []
        var certificates: [OperationID: Certificate] = [:]

        var feed = FeedWriter(beginningIn: nil, under: north.certificate)
        func say(
            _ draft: OperationDraft, in feed: inout FeedWriter, _ key: SigningKey?
        ) throws -> Operation {
            let operation = try feed.write(draft, signingWith: key)
            operations.append(operation)
            return operation
        }
        let genesis = try say(
            OperationDraft(
                "ada", .roomCreate,
                saying: RoomCreation(name: "Harbour works", details: "Cranes and tides", school: "North").encoded, at: 0
            ),
            in: &feed, north.first)
        certificates[genesis.id] = north.certificate
        _ = try say(
            OperationDraft("ada", .memberAdd, about: .grant(south.user("bo"), .admin), at: 1), in: &feed, nil)
        let welcome = try say(
            OperationDraft("ada", .messagePost, saying: MessageContent(content: "Welcome, Bø 👋").encoded, at: 2),
            in: &feed, north.first)

        var southFeed = FeedWriter(beginningIn: genesis.room, under: south.certificate)
        let reply = try say(
            OperationDraft(
                "bo", .messagePost,
                saying: MessageContent(
                    content: "Thank you @ada", replyTo: welcome.id, mentions: [north.user("ada")]
                ).encoded, after: [welcome.id], at: 3), in: &southFeed, south.first)
        certificates[reply.id] = south.certificate
        let mistake = try say(
            OperationDraft(
                "bo", .messagePost,
                saying: MessageContent(
                    content: "",
                    attachments: [
                        Attachment(
                            hash: Hash(of: Array("tide table".utf8).span), name: "tides.txt", type: "text/plain",
                            size: 10)
                    ]
                ).encoded, at: 4), in: &southFeed, nil)
        let deletion = try say(
            OperationDraft("bo", .messageDelete, about: .operation(mistake.id), at: 5), in: &southFeed, south.first)

        _ = try say(
            OperationDraft(
                "ada", .reactionSet, about: .operation(reply.id), saying: ReactionChange("like").encoded,
                after: [deletion.id], at: 6), in: &feed, nil)
        let pin = try say(
            OperationDraft("ada", .pinSet, about: .operation(welcome.id), saying: PinChange(true).encoded, at: 7),
            in: &feed, north.first)

        // North hands over to a new key and goes on in a new feed.
        let newKey = SampleNode.key("north second")
        let handedOver = try north.certificate.handingOver(to: newKey.publicKey, signedBy: north.first)
        var newFeed = FeedWriter(beginningIn: genesis.room, under: handedOver)
        var edit = MessageChange()
        edit.content = .to("Welcome, Bø!")
        let edited = try say(
            OperationDraft(
                "ada", .messageEdit, about: .operation(welcome.id), saying: edit.encoded, after: [pin.id], at: 8),
            in: &newFeed, newKey)
        certificates[edited.id] = handedOver
        var change = RoomChange()
        change.name = .to("Harbour")
        change.isArchived = .to(true)
        _ = try say(OperationDraft("ada", .roomSet, saying: change.encoded, at: 9), in: &newFeed, newKey)
        _ = try say(OperationDraft("", .memberRemove, about: .user(south.user("bo")), at: 10), in: &newFeed, newKey)

        self.operations = operations
        self.certificates = certificates
        erased = [mistake.id]
        room = genesis.room
    }

    /// As a node exports it: what was deleted is gone.
    package func envelopes() throws -> [Envelope] {
        try operations.map { operation in
            try Envelope(
                operation: Operation(
                    headerBytes: operation.headerBytes, signature: operation.signature,
                    payload: erased.contains(operation.id) ? nil : operation.payload),
                certificate: certificates[operation.id]?.encoded)
        }
    }
}
