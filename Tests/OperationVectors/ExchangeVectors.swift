import Bytes
import CBOR
package import Keys
package import Operations

/// Packs operations that follow each other.
package func pack(
    _ operations: some Sequence<Operation>, certificate: Certificate? = nil, withPayloads: Bool = true,
    isContinuation: Bool = false
) -> [UInt8] {
    var packer = RunPacker(withPayloads: withPayloads, isContinuation: isContinuation)
    for operation in operations {
        let isFirst = operation.header.seq == 0
        precondition(packer.append(operation, certificate: isFirst ? certificate?.encoded : nil), "short runs")
    }
    return packer.finish()!  // each run of the vectors ends with a signature
}

/// Some messages of south's in one feed, in a room of which nothing else is known.
package struct SampleFeed: Sendable {
    package let operations: [Operation]
    package let writer: FeedWriter

    package init(
        _ count: Int = 6, text: String = "Message", certificate: Certificate = SampleNode.south.certificate,
        key: SigningKey = SampleNode.south.first
    ) throws {
        let room = RoomID(Hash(of: Array("a room".utf8).span).bytes)
        var writer = FeedWriter(beginningIn: room, under: certificate)
        operations = try (0..<count).map { index in
            try writer.write(
                OperationDraft(
                    "bo", .messagePost, saying: MessageContent(content: "\(text) \(index)").encoded, at: Int64(index)),
                signingWith: key)
        }
        self.writer = writer
    }

    package init(operations: [Operation], writer: FeedWriter) {
        self.operations = operations
        self.writer = writer
    }

    /// Another third operation, and one behind it.
    package func fork() throws -> [Operation] {
        var other = FeedWriter(goingOnAfter: operations[1].header, id: operations[1].id)
        let key = SampleNode.south.first
        return [
            try other.write(OperationDraft("bo", .join, at: 10), signingWith: nil),
            try other.write(OperationDraft("bo", .join, at: 11), signingWith: key),
        ]
    }
}

extension VectorFile {
    static func runs() throws -> VectorFile {
        let room = try SampleRoom()
        let byFeed = Dictionary(grouping: room.operations, by: \.header.feed)
        var runs = room.operations.filter { $0.header.seq == 0 }.flatMap { first in
            // Each feed has its first operation, and that its certificate.
            let certificate = room.certificates[first.id]!
            let parts = Self.parts(of: byFeed[first.header.feed]!, under: certificate)
            return parts.enumerated().map { number, part in
                ("Feeds of the room in room.json\(number == 0 ? "" : ", further on")", part, certificate, true)
            }
        }
        let feed = try SampleFeed()
        runs.append(("The middle of a feed", Array(feed.operations[2...4]), SampleNode.south.certificate, true))
        runs.append(("The same without payloads", Array(feed.operations[2...4]), SampleNode.south.certificate, false))
        runs.append(("A single operation", [feed.operations[5]], SampleNode.south.certificate, true))
        return VectorFile(
            "runs.json", "Runs, what they are unpacked to, and the certificate that proves them.",
            [
                (
                    "runs",
                    .list(
                        runs.map { about, operations, certificate, withPayloads in
                            .object([
                                ("about", .text(about)), ("certificate", .hex(certificate.encoded)),
                                ("run", .hex(pack(operations, certificate: certificate, withPayloads: withPayloads))),
                                (
                                    "operations",
                                    .list(
                                        operations.map { operation in
                                            .object([
                                                ("header", .hex(operation.headerBytes)), ("id", .name(operation.id)),
                                                (
                                                    "payload",
                                                    withPayloads ? operation.payload.map { .hex($0) } ?? .null : .null
                                                ),
                                            ])
                                        })
                                ),
                            ])
                        })
                ), ("continuations", .list(continuations(of: feed))),
            ])
    }

    /// Runs of the sender's own feed without what stands before them, to a receiver that has that; and what it makes of others.
    private static func continuations(of feed: SampleFeed) -> [Description] {
        let operations = feed.operations
        let good = pack(operations[3...4], isContinuation: true)
        // Seq 3 is the third byte behind the head and the epoch.
        let place = good.firstIndex(of: 0x1B)! + 9  // each epoch takes eight bytes
        var beginning = good
        beginning[place] = 0
        let rows: [(String, String?, [UInt8], Operation)] = [
            ("Behind the operation that the receiver has", nil, good, operations[2]),
            ("Behind another than the receiver has", "wrong-signature", good, operations[1]),
            ("The beginning of a feed", "bad-sequence", beginning, operations[2]),
            ("Something behind it", "malformed", good + [0], operations[2]),
            ("A whole run", "wrong-shape", pack(operations[3...4]), operations[2]),
        ]
        return rows.map { about, code, bytes, last in
            .object([
                ("about", .text(about)), ("code", code.map { .text($0) } ?? .null), ("run", .hex(bytes)),
                ("origin", .name(SampleNode.south.id)), ("room", .name(last.room)), ("after", .name(last.id)),
                ("certificate", .hex(SampleNode.south.certificate.encoded)),
                ("ids", .list(code == nil ? operations[3...4].map { .name($0.id) } : [])),
            ])
        }
    }

    /// A feed as so many runs as it takes.
    private static func parts(of feed: [Operation], under certificate: Certificate) -> [[Operation]] {
        var parts: [[Operation]] = [[]]
        for operation in feed {
            parts[parts.count - 1].append(operation)
            if operation.header.endsViews(under: certificate.encoded) { parts.append([]) }
        }
        return parts.filter { !$0.isEmpty }
    }

    static func forks() throws -> VectorFile {
        let feed = try SampleFeed()
        let certificate = SampleNode.south.certificate
        let other = try feed.fork()
        let proofs = try [
            ("Two operations for one place, one of them proven by a later one", feed.operations[2...2], other[...]),
            ("Two runs that overlap, alike at first", feed.operations[1...3], [feed.operations[1]] + other[...]),
        ].map { about, one, another in
            let proof = try ForkProof(
                first: feed.operations[0], certificate: certificate.encoded,
                runs: (pack(one, withPayloads: false), pack(another, withPayloads: false)))
            return Description.object([
                ("about", .text(about)), ("proof", .hex(proof.encoded)), ("room", .name(proof.room)),
                ("origin", .name(proof.feed.origin)), ("epoch", .name(proof.feed.epoch)),
                ("seq", .number(Int(proof.seq))), ("ids", .list([.name(proof.ids.0), .name(proof.ids.1)])),
            ])
        }
        return VectorFile(
            "forks.json", "Proofs that a node made two operations for one place.", [("forks", .list(proofs))])
    }

    /// Registers of one room and node, the certificate's own later ones included.
    package static func sampleRegisters() throws -> [(String, SignedRegister)] {
        let south = SampleNode.south
        let room = try SampleRoom()
        let ids = room.operations.map(\.id)
        let key = SampleNode.key("south second")
        let handedOver = try south.certificate.handingOver(to: key.publicKey, signedBy: south.first)
        let thief = SampleNode.key("south thief")
        let stolen = try south.certificate.handingOver(to: thief.publicKey, signedBy: south.first)
        let owner = SampleNode.key("south owner")
        let recovered = try south.certificate.handingOver(to: owner.publicKey, signedBy: south.recovery)
        func register(
            _ counter: UInt64, _ readers: [ReceiptRegister.Reader], _ certificate: Certificate, _ key: SigningKey
        ) throws -> SignedRegister {
            try SignedRegister(
                ReceiptRegister(
                    room: room.room, origin: south.id, certificate: certificate.hash, counter: counter, readers: readers
                ),
                under: certificate, signingWith: key)
        }
        let (bo, cy) = (Handle("bo")!, Handle("cy")!)  // handles in our own source
        return try [
            ("Nobody has read anything", register(0, [], south.certificate, south.first)),
            (
                "Two readers, exceptions",
                register(
                    7,
                    [
                        .init(handle: cy, upTo: nil, exceptions: [ids[3], ids[2]]),
                        .init(handle: bo, upTo: ids[5], exceptions: [ids[4]]),
                    ], south.certificate, south.first)
            ),
            ("The same counter again", register(7, [.init(handle: bo, upTo: ids[5])], south.certificate, south.first)),
            ("A higher counter", register(8, [.init(handle: bo, upTo: ids[6])], south.certificate, south.first)),
            (
                "A lower counter under a later certificate",
                register(
                    1, [.init(handle: bo, upTo: ids[7])], handedOver, key)
            ),
            (
                "The highest counter under another certificate of that generation",
                register(Limits.seqEnd - 1, [.init(handle: bo, upTo: nil)], stolen, thief)
            ),
            (
                "The lowest counter under one that the recovery key signed",
                register(0, [.init(handle: bo, upTo: ids[7])], recovered, owner)
            ),
        ]
    }

    static func registers() throws -> VectorFile {
        let registers = try sampleRegisters()
        var merges: [Description] = []
        for (left, one) in registers.enumerated() {
            for (right, other) in registers.enumerated() {
                let winner = registers.firstIndex { $0.1.hash == one.1.merged(with: other.1).hash }!  // one of the two
                merges.append(.list([.number(left), .number(right), .number(winner)]))
            }
        }
        return VectorFile(
            "registers.json", "Registers of what was read, and which of two stays ([one, other, winner]).",
            [
                (
                    "registers",
                    .list(
                        registers.map { about, signed in
                            .object([
                                ("about", .text(about)), ("generation", .number(Int(signed.version.generation))),
                                ("counter", .name(signed.register.counter)),
                                (
                                    "readers",
                                    .list(
                                        signed.register.readers.map { reader in
                                            .list([
                                                .name(reader.handle), reader.upTo.map { .name($0) } ?? .null,
                                                .list(reader.exceptions.map { .name($0) }),
                                            ])
                                        })
                                ), ("hash", .name(signed.hash)), ("register", .hex(signed.registerBytes)),
                                ("signed", .hex(signed.encoded)),
                            ])
                        })
                ),
                ("merges", .list(merges)),
            ])
    }

    static func clocks() throws -> VectorFile {
        let (north, south) = (SampleNode.north.id, SampleNode.south.id)
        func clock(_ entries: (NodeID, UInt64, UInt64)...) -> Clock {
            Clock(entries.map { FeedPosition(feed: Feed(origin: $0.0, epoch: $0.1), seq: $0.2) })
        }
        let clocks = [
            clock(), clock((north, 5, 0)), clock((north, .max, Limits.seqEnd - 1), (north, 5, 23), (south, 0, 24)),
            clock((south, 0, 255), (south, 1, 256), (north, 5, 7)),
        ]
        var pairs: [Description] = []
        for (left, one) in clocks.enumerated() {
            for (right, other) in clocks.enumerated() {
                pairs.append(
                    .object([
                        ("one", .number(left)), ("other", .number(right)),
                        ("joined", .hex(one.joined(with: other).encoded)),
                        ("dominates", .bool(one.dominates(other))),
                        (
                            "difference",
                            .list(
                                one.difference(from: other).map { range in
                                    .list([
                                        .name(range.feed.origin), .name(range.feed.epoch), .name(range.seqs.lowerBound),
                                        .name(range.seqs.upperBound),
                                    ])
                                })
                        ),
                    ]))
            }
        }
        let room = try SampleRoom()
        var known: [OperationID: Clock] = [:]
        var positions: [OperationID: FeedPosition] = [:]
        for operation in room.operations {
            let header = operation.header
            let past = header.dependencies + (header.seq > 0 ? [OperationID(header.previous)] : [])
            known[operation.id] = Clock.of(past: past.map { (positions[$0]!, known[$0]!) })  // in causal order
            positions[operation.id] = header.position
        }
        return VectorFile(
            "clocks.json",
            "Vector clocks: encoding, digest, join, order, difference; and those of the room in room.json.",
            [
                (
                    "clocks",
                    .list(
                        clocks.map { clock in
                            .object([
                                (
                                    "entries",
                                    .list(
                                        clock.entries.map { entry in
                                            .list([.name(entry.feed.origin), .name(entry.feed.epoch), .name(entry.seq)])
                                        })
                                ), ("encoded", .hex(clock.encoded)), ("digest", .name(clock.digest)),
                            ])
                        })
                ),
                ("pairs", .list(pairs)),
                (
                    "operations",
                    .list(
                        room.operations.map { operation in
                            let clock = known[operation.id]!  // computed above
                            return .object([
                                ("id", .name(operation.id)), ("clock", .hex(clock.encoded)),
                                ("digest", .name(clock.digest)),
                            ])
                        })
                ),
            ])
    }

    static func times() -> VectorFile {
        let now: Int64 = 1_800_000_000_000
        let (nowTime, end) = (UInt64(now) << 16, Limits.timeEnd)
        let steps: [(UInt64?, Int64)] = [
            (nil, now), (0, now), (nowTime - 1, now), (nowTime, now), (nowTime + 65_535, now), (nowTime + 70_000, now),
            (nil, -1), (0, -1), (nil, .max), (end - 2, now), (end - 1, now), (end - 1, .max),
        ]
        let waits: [(UInt64, Int64)] = [
            (nowTime, now), (nowTime + 300_000 << 16, now), ((UInt64(now) + 300_000) << 16, now),
            ((UInt64(now) + 300_000) << 16 + 65_535, now), ((UInt64(now) + 300_001) << 16, now), (0, now),
            (end - 1, .max), (end - 1, 0), (0, -5),
        ]
        return VectorFile(
            "times.json", "The time of the next operation (null: there is none), and which operations have to wait.",
            [
                (
                    "next",
                    .list(
                        steps.map { past, clock in
                            let next = HybridTime.next(after: past.flatMap { HybridTime($0) }, clockMilliseconds: clock)
                            return .object([
                                ("past", past.map { .name($0) } ?? .null), ("clock", .name(clock)),
                                ("next", next.map { .name($0.value) } ?? .null),
                            ])
                        })
                ),
                (
                    "early",
                    .list(
                        waits.compactMap { value, clock in
                            HybridTime(value).map { time in
                                .object([
                                    ("time", .name(value)), ("clock", .name(clock)),
                                    ("early", .bool(time.isEarly(clockMilliseconds: clock))),
                                ])
                            }
                        })
                ),
            ])
    }

    static func room() throws -> VectorFile {
        let room = try SampleRoom()
        return VectorFile(
            "room.json", "A small room as it is exported: envelopes in causal order. One payload is erased.",
            [
                ("room", .name(room.room)), ("uuid", .name(room.room.uuid)),
                ("envelopes", .list(try room.envelopes().map { .hex($0.encoded) })),
            ])
    }
}
