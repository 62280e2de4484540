import Bytes
import CBOR
import Keys
import Operations

extension Refused {
    package static func others() throws -> [Refused] {
        try envelopes() + natures() + certificates() + runs() + registers() + forks() + clocks()
    }

    private static func envelopes() throws -> [Refused] {
        let feed = try SampleFeed()
        let certificate = SampleNode.south.certificate.encoded
        let first = LooseArray(try Envelope(operation: feed.operations[0], certificate: certificate).encoded)
        let second = LooseArray(try Envelope(operation: feed.operations[1], certificate: nil).encoded)
        let join = LooseArray(try Envelope(operation: try feed.fork()[0], certificate: nil).encoded)
        var short = second
        short.items.removeLast()
        let (north, south) = (SampleNode.north, SampleNode.south)
        func opening(
            _ pair: DirectPair, in room: DirectPair, by author: String = "bo", adding more: Bool = false
        ) throws -> LooseArray {
            let payload =
                more ? [0xA2, 0x61, 0x61, 0xF6] + DirectOpening(pair).encoded.dropFirst() : DirectOpening(pair).encoded
            var header = LooseArray(feed.operations[0].headerBytes)
                .with(1) { $0.bytes32(RoomID(direct: room).bytes) }
            header = header.with(9) { $0.text("direct.open") }.with(8) { $0.text(author) }
            header = header.with(11) { $0.bytes32(Hash(.payload, of: payload.span).bytes) }
            header = header.with(12) { $0.unsigned(UInt64(payload.count)) }
            return first.with(0) { $0.bytes(header.named) }.with(1, [0xF6]).with(2) { $0.bytes(payload) }
        }
        let pair = DirectPair(north.user("ada"), south.user("bo"))
        let other = DirectPair(north.user("eve"), south.user("bo"))
        return try [
            Refused(.envelope, .wrongShape, "Three items", short.bytes),
            Refused(
                .envelope, .wrongShape, "A signature of 63 bytes",
                second.with(1) { $0.bytes(Array(repeating: 0, count: 63)) }.bytes),
            Refused(.envelope, .malformed, "Something behind", second.bytes + [0xF6]),
            Refused(.envelope, .payloadMismatch, "Another payload", second.with(2, first.items[2]).bytes),
            Refused(
                .envelope, .payloadMismatch, "One byte more",
                second.with(2) { $0.bytes(feed.operations[1].payload! + [0]) }.bytes),
            Refused(.envelope, .payloadUnexpected, "A payload for a join", join.with(2, first.items[2]).bytes),
            Refused(.envelope, .wrongCertificate, "A beginning without one", first.with(3, [0xF6]).bytes),
            Refused(
                .envelope, .wrongCertificate, "Another one", first.with(3) { $0.bytes(north.certificate.encoded) }.bytes
            ),
            Refused(.envelope, .wrongCertificate, "One where no feed begins", second.with(3, first.items[3]).bytes),
            Refused(
                .envelope, .payloadExpected, "The opening of a direct room without its payload",
                opening(pair, in: pair).with(2, [0xF6]).bytes),
            Refused(.envelope, .badRoom, "The opening of another room", opening(other, in: pair).bytes),
            Refused(.envelope, .badAuthor, "An opening by a third person", opening(pair, in: pair, by: "cy").bytes),
            Refused(
                .envelope, .payloadMismatch, "An opening that says more", opening(pair, in: pair, adding: true).bytes),
        ]
    }

    /// Context: the opening's payload.
    private static func natures() throws -> [Refused] {
        let feed = try SampleFeed()
        let (north, south) = (SampleNode.north, SampleNode.south)
        let opening = DirectOpening(DirectPair(north.user("ada"), south.user("bo"))).encoded
        let foreign = DirectOpening(DirectPair(north.user("ada"), north.user("eve"))).encoded
        return [
            Refused(
                .nature, .wrongPlace, "A feed of a direct room that begins with a message",
                feed.operations[0].headerBytes, with: opening),
            Refused(.nature, .badRoom, "A third node in a direct room", feed.operations[1].headerBytes, with: foreign),
        ]
    }

    private static func certificates() throws -> [Refused] {
        let north = SampleNode.north
        let all = try VectorFile.certificates().map(\.1)
        let (new, once, twice, recovered) = (all[0], all[1], all[2], all[3])
        let loose = LooseArray(new.encoded)
        let looseOnce = LooseArray(once.encoded)
        let handOver = LooseArray(LooseArray(looseOnce.items[3]).items[0])
        func handOvers(_ rows: [[UInt8]], of certificate: LooseArray = loose) -> [UInt8] {
            certificate.with(3) { writer in
                writer.beginArray()
                for row in rows { writer.encoded(row.span) }
                writer.endArray()
            }.bytes
        }
        /// A hand-over that is rightly signed, but must not be.
        func signed(
            _ key: PublicKey, number: UInt64, after certificate: Certificate, by signer: SigningKey, as role: UInt64
        ) -> [UInt8] {
            var statement = certificate.hash.bytes.array
            for shift in stride(from: 56 as UInt64, through: 0, by: -8) {
                statement.append(UInt8(truncatingIfNeeded: number >> shift))
            }
            statement += key.bytes.array
            return VectorFile.cbor { writer in
                writer.beginArray()
                writer.unsigned(number)
                writer.bytes32(key.bytes)
                writer.unsigned(role)
                writer.signature(signer.sign(.handOver, statement.span))
                writer.endArray()
            }
        }
        var many = new
        var key = north.first
        for index in 0..<Limits.handOversMax {
            let next = SampleNode.key("many \(index)")
            many = try many.handingOver(to: next.publicKey, signedBy: key)
            key = next
        }
        let manyRows = LooseArray(LooseArray(many.encoded).items[3]).items
        let tooMany = handOvers(
            manyRows + [signed(SampleNode.key("one more").publicKey, number: 65, after: many, by: key, as: 0)])
        let zero = VectorFile.cbor { $0.bytes(Array(repeating: 0, count: 32)) }
        let one = VectorFile.cbor { $0.bytes([1] + Array(repeating: 0, count: 31)) }
        let noPoint = VectorFile.cbor { $0.bytes([2] + Array(repeating: 0, count: 31)) }
        let second = SampleNode.key("north second")
        return [
            Refused(.certificate, .malformed, "Something behind", new.encoded + [0]),
            Refused(
                .certificate, .wrongShape, "A key of 31 bytes",
                loose.with(1) { $0.bytes(Array(repeating: 1, count: 31)) }.bytes),
            Refused(.certificate, .unknownVersion, "Version 2", loose.with(0, [2]).bytes),
            Refused(
                .certificate, .tooLarge, "8,193 bytes",
                loose.with(3) { $0.bytes(Array(repeating: 0, count: 8_193 - 73)) }.bytes),
            Refused(.certificate, .badKey, "A key of zeros", loose.with(1, zero).bytes),
            Refused(.certificate, .badKey, "A recovery key of small order", loose.with(2, one).bytes),
            Refused(.certificate, .badKey, "A key that is no point", loose.with(1, noPoint).bytes),
            Refused(.certificate, .badKey, "One key for both", loose.with(2, loose.items[1]).bytes),
            Refused(.certificate, .tooManyHandOvers, "65", tooMany),
            Refused(.certificate, .badHandOver, "The first has number 2", handOvers([handOver.with(0, [2]).bytes])),
            Refused(.certificate, .badHandOver, "Signed by a third", handOvers([handOver.with(2, [2]).bytes])),
            Refused(
                .certificate, .badHandOver, "To the key that it comes from",
                handOvers([signed(north.first.publicKey, number: 1, after: new, by: north.first, as: 0)])),
            Refused(
                .certificate, .badHandOver, "To the recovery key",
                handOvers([signed(north.recovery.publicKey, number: 1, after: new, by: north.first, as: 0)])),
            Refused(
                .certificate, .badHandOver, "Back to an earlier key",
                handOvers([handOver.bytes, signed(north.first.publicKey, number: 2, after: once, by: second, as: 0)])),
            Refused(.certificate, .badKey, "To a key of zeros", handOvers([handOver.with(1, zero).bytes])),
            Refused(
                .certificate, .wrongSignature, "One bit is another",
                handOvers([
                    handOver.with(3) { writer in
                        var signature = once.handOvers[0].signature.bytes.array
                        signature[40] ^= 1
                        writer.bytes(signature)
                    }.bytes
                ])),
            Refused(
                .certificate, .wrongSignature, "Signed by the key before, and said to be by the recovery key",
                handOvers([handOver.with(2, [1]).bytes])),
            Refused(
                .certificate, .wrongSignature, "A hand-over of another history",
                handOvers([
                    signed(SampleNode.key("thief 1").publicKey, number: 1, after: new, by: north.first, as: 0),
                    LooseArray(LooseArray(recovered.encoded).items[3]).items[1],
                ])),
            Refused(
                .certificate, .wrongSignature, "A second hand-over signed by the first key",
                handOvers([
                    handOver.bytes,
                    signed(SampleNode.key("north third").publicKey, number: 2, after: once, by: north.first, as: 0),
                ])),
            Refused(
                .certificate, .wrongShape, "A hand-over of three items",
                handOvers([[0x83] + handOver.items[0...2].joined()])),
            Refused(.certificate, .malformed, "Cut", twice.encoded.dropLast()),
        ]
    }

    private static func runs() throws -> [Refused] {
        let feed = try SampleFeed()
        let certificate = SampleNode.south.certificate
        let whole = LooseArray(pack(feed.operations, certificate: certificate))
        let middle = LooseArray(pack(feed.operations[2...4]))
        let rows = LooseArray(middle.items[6]).items
        let row = LooseArray(rows[1])
        func run(_ rows: [[UInt8]], of run: LooseArray = middle) -> [UInt8] {
            run.with(6) { writer in
                writer.beginArray()
                for row in rows { writer.encoded(row.span) }
                writer.endArray()
            }.bytes
        }
        func second(_ index: Int, _ write: (inout CBORWriter) -> Void) -> [UInt8] {
            run([rows[0], row.with(index, write).bytes, rows[2]])
        }
        let context = certificate.encoded
        let newKey = SampleNode.key("south second")
        let handedOver = try certificate.handingOver(to: newKey.publicKey, signedBy: SampleNode.south.first)
        let newFeed = try SampleFeed(2, certificate: handedOver, key: newKey)
        let newFirst = LooseArray(pack(newFeed.operations[0...0], certificate: handedOver))
        let newRows = [
            LooseArray(newFirst.items[6]).items[0],
            LooseArray(LooseArray(pack(newFeed.operations[1...1])).items[6]).items[0],
        ]
        let removal = row.with(3) { $0.text("member.remove") }.with(5, [0xF6]).with(4) { writer in
            writer.beginArray()
            writer.bytes32(SampleNode.north.id.bytes)
            writer.text("ada")
            writer.endArray()
        }
        var altered = row.items[5]
        altered[altered.count - 1] ^= 1
        return [
            Refused(.run, .emptyRun, "Nothing in it", run([])),
            Refused(
                .run, .tooManyOperations, "4,097",
                middle.with(6, [0x99, 0x10, 0x01] + Array(repeating: 0, count: 4_097)).bytes),
            Refused(.run, .unknownVersion, "Version 2", middle.with(0, [2]).bytes),
            Refused(.run, .malformed, "Something behind", middle.bytes + [0]),
            Refused(.run, .malformed, "Cut in the middle", Array(middle.bytes.prefix(200))),
            Refused(
                .run, .malformed, "More operations promised than bytes there are",
                middle.with(6, [0x99, 0x10, 0x00]).bytes),
            Refused(
                .run, .wrongShape, "An operation of five items",
                run([rows[0], [0x85] + row.items[0...4].joined(), rows[2]])),
            Refused(
                .run, .wrongShape, "A start of 31 bytes",
                middle.with(5) { $0.bytes(Array(repeating: 1, count: 31)) }.bytes),
            Refused(.run, .wrongShape, "A payload as text", second(5) { $0.text("x") }),
            Refused(
                .run, .tooLarge, "A certificate of 8,193 bytes",
                whole.with(5) { $0.bytes(Array(repeating: 0, count: 8_193)) }.bytes),
            Refused(
                .run, .badSequence, "The first is beyond the last", middle.with(4) { $0.unsigned(Limits.seqEnd) }.bytes),
            Refused(.run, .badSequence, "The second would be", middle.with(4) { $0.unsigned(Limits.seqEnd - 1) }.bytes),
            Refused(.run, .notAfterPast, "No time passes", second(1) { $0.unsigned(0) }),
            Refused(.run, .badTime, "Time leaps beyond its end", second(1) { $0.unsigned(Limits.timeEnd) }),
            Refused(.run, .badTime, "Time overflows", second(1) { $0.unsigned(.max) }),
            Refused(.run, .badHandle, "A capital in the middle", second(2) { $0.text("Bo") }),
            Refused(.run, .badKind, "No kind in the middle", second(3) { $0.text("") }),
            Refused(.run, .wrongPlace, "A direct room opened in the middle", second(3) { $0.text("direct.open") }),
            Refused(.run, .badRoom, "A genesis in the middle", second(3) { $0.text("room.create") }),
            Refused(.run, .badRoom, "No room, and no genesis", middle.with(1, [0xF6]).bytes),
            Refused(.run, .badPayloadSize, "An empty payload", second(5) { $0.bytes([UInt8]()) }),
            Refused(
                .run, .badPayloadSize, "A payload that is not here, and has no bytes",
                second(5) { writer in
                    writer.beginArray()
                    writer.bytes32(Bytes32())
                    writer.unsigned(0)
                    writer.endArray()
                }),
            Refused(
                .run, .badPayloadSize, "Neither hash nor size",
                second(5) { writer in
                    writer.beginArray()
                    writer.null()
                    writer.unsigned(0)
                    writer.endArray()
                }),
            Refused(.run, .payloadExpected, "A message without payload", second(5) { $0.null() }),
            Refused(.run, .wrongEpoch, "Another epoch at the beginning", whole.with(3) { $0.unsigned(1) }.bytes),
            Refused(
                .run, .wrongEpoch, "Another certificate at the beginning",
                whole.with(5) { $0.bytes(SampleNode.north.certificate.encoded) }.bytes),
            Refused(
                .run, .wrongCertificate, "Of another node", middle.bytes, with: SampleNode.north.certificate.encoded),
            Refused(
                .run, .wrongSignature, "A removal in the middle, without its own signature",
                run([rows[0], removal.bytes, rows[2]])),
            Refused(
                .run, .wrongSignature, "A beginning under a later key, without its own signature",
                run(newRows, of: newFirst)),
            Refused(
                .run, .wrongSignature, "A payload in the middle is another",
                run([rows[0], row.with(5, altered).bytes, rows[2]]), with: context),
            Refused(.run, .wrongSignature, "One in the middle is missing", run([rows[0], rows[2]]), with: context),
            Refused(.run, .wrongSignature, "Two are exchanged", run([rows[0], rows[2], rows[1]]), with: context),
            Refused(
                .run, .wrongSignature, "It begins elsewhere",
                middle.with(5) { $0.bytes32(feed.operations[0].id.bytes) }.bytes, with: context),
            Refused(
                .run, .wrongSignature, "Another room", middle.with(1) { $0.bytes32(Bytes32()) }.bytes, with: context),
            Refused(
                .run, .wrongSignature, "Another epoch in the middle of a feed", middle.with(3) { $0.unsigned(1) }.bytes,
                with: context),
            Refused(
                .run, .wrongSignature, "The signature of another operation", middle.with(7, whole.items[7]).bytes,
                with: context),
            Refused(
                .run, .wrongSignature, "A signature of zeros",
                middle.with(7) { $0.bytes(Array(repeating: 0, count: 64)) }.bytes, with: context),
        ]
    }

    private static func registers() throws -> [Refused] {
        let south = SampleNode.south
        let registers = try VectorFile.sampleRegisters().map(\.1)
        let signed = LooseArray(registers[1].encoded)
        let loose = LooseArray(registers[1].registerBytes)
        func signing(_ register: LooseArray) -> [UInt8] {
            let hash = Hash(.register, of: register.bytes.span).bytes.array
            return signed.with(0) { $0.bytes(register.bytes) }.with(1) {
                $0.signature(south.first.sign(.register, hash.span))
            }.bytes
        }
        let readers = LooseArray(loose.items[5]).items
        func with(_ readers: [[UInt8]]) -> [UInt8] {
            signing(
                loose.with(5) { writer in
                    writer.beginArray()
                    for reader in readers { writer.encoded(reader.span) }
                    writer.endArray()
                })
        }
        func exceptions(_ ids: [Bytes32]) -> [UInt8] {
            LooseArray(readers[0]).with(2) { writer in
                writer.beginArray()
                for id in ids { writer.bytes32(id) }
                writer.endArray()
            }.bytes
        }
        let ids = (0..<65).map { Hash(of: [UInt8($0)].span).bytes }.sorted()
        return [
            Refused(.register, .badRegister, "Readers out of order", with([readers[1], readers[0]])),
            Refused(.register, .badRegister, "A reader twice", with([readers[0], readers[0]])),
            Refused(.register, .badRegister, "65 exceptions", with([exceptions(ids)])),
            Refused(.register, .badRegister, "Exceptions out of order", with([exceptions([ids[1], ids[0]])])),
            Refused(
                .register, .badRegister, "A counter beyond the last",
                signing(loose.with(4) { $0.unsigned(Limits.seqEnd) })),
            Refused(
                .register, .badRegister, "4,097 readers",
                signing(loose.with(5, [0x99, 0x10, 0x01] + Array(repeating: 0, count: 4_097)))),
            Refused(
                .register, .badHandle, "A reader without a name",
                with([LooseArray(readers[0]).with(0) { $0.text("") }.bytes])),
            Refused(.register, .unknownVersion, "Version 2", signing(loose.with(0, [2]))),
            Refused(
                .register, .wrongShape, "Five items",
                signing(
                    {
                        var short = loose; short.items.removeLast(); return short
                    }())),
            Refused(.register, .malformed, "Something behind", registers[1].encoded + [0]),
            Refused(
                .register, .wrongCertificate, "Another certificate",
                signed.with(2) { $0.bytes(registers[4].certificate.encoded) }.bytes),
            Refused(
                .register, .wrongCertificate, "Another node's",
                signing(loose.with(2) { $0.bytes32(SampleNode.north.id.bytes) })),
            Refused(
                .register, .wrongSignature, "Signed by another key",
                signed.with(1) {
                    $0.signature(SampleNode.north.first.sign(.register, registers[1].hash.bytes.array.span))
                }.bytes),
            Refused(
                .register, .wrongSignature, "Signed as an operation",
                signed.with(1) { $0.signature(south.first.sign(.operation, registers[1].hash.bytes.array.span)) }.bytes),
        ]
    }

    private static func forks() throws -> [Refused] {
        let feed = try SampleFeed()
        let certificate = SampleNode.south.certificate
        let other = try feed.fork()
        let (one, another) = (pack(feed.operations[2...2]), pack(other))
        let proof = LooseArray(
            try ForkProof(first: feed.operations[0], certificate: certificate.encoded, runs: (one, another)).encoded)
        let north = SampleNode.north
        // The old key goes on where a new one writes.
        let newKey = SampleNode.key("south second")
        let handedOver = try certificate.handingOver(to: newKey.publicKey, signedBy: SampleNode.south.first)
        let newFeed = try SampleFeed(certificate: handedOver, key: newKey)
        var intruder = FeedWriter(goingOnAfter: newFeed.operations[1].header, id: newFeed.operations[1].id)
        let intrusion = try intruder.write(OperationDraft("bo", .join, at: 10), signingWith: SampleNode.south.first)
        var elsewhere = FeedWriter(beginningIn: RoomID(Hash(of: [9].span).bytes), under: certificate)
        _ = try elsewhere.write(OperationDraft("bo", .join, at: 0), signingWith: nil)
        let foreign = try elsewhere.write(OperationDraft("bo", .join, at: 1), signingWith: SampleNode.south.first)
        return [
            Refused(.fork, .notAFork, "The same run twice", proof.with(4, proof.items[3]).bytes),
            Refused(
                .fork, .notAFork, "Runs that don't touch",
                proof.with(4) { $0.bytes(pack(feed.operations[3...4])) }.bytes),
            Refused(.fork, .notAFork, "Another feed", proof.with(4) { $0.bytes(pack([foreign])) }.bytes),
            Refused(
                .fork, .wrongPlace, "A header that begins no feed",
                proof.with(1) { $0.bytes(feed.operations[1].headerBytes) }.bytes),
            Refused(
                .fork, .wrongEpoch, "A beginning made up",
                proof.with(1) { $0.bytes(LooseArray(feed.operations[0].headerBytes).with(8) { $0.text("cy") }.bytes) }
                    .bytes),
            Refused(
                .fork, .wrongCertificate, "Another certificate",
                proof.with(2) { $0.bytes(north.certificate.encoded) }.bytes),
            Refused(
                .fork, .wrongSignature, "One of the two is not proven",
                proof.with(4) { $0.bytes(LooseArray(another).with(7, LooseArray(one).items[7]).bytes) }.bytes),
            Refused(
                .fork, .wrongSignature, "A stolen old key accuses a feed of the new one",
                VectorFile.cbor { writer in
                    writer.beginArray()
                    writer.unsigned(1)
                    writer.bytes(newFeed.operations[0].headerBytes)
                    writer.bytes(handedOver.encoded)
                    writer.bytes(pack(newFeed.operations[2...2]))
                    writer.bytes(pack([intrusion]))
                    writer.endArray()
                }),
            Refused(.fork, .unknownVersion, "Version 2", proof.with(0, [2]).bytes),
            Refused(.fork, .malformed, "Something behind", proof.bytes + [0]),
        ]
    }

    private static func clocks() -> [Refused] {
        let origin = VectorFile.cbor { $0.bytes32(SampleNode.north.id.bytes) }
        func epochs(_ count: Int) -> [UInt8] {
            VectorFile.cbor { writer in
                writer.beginMap()
                for epoch in 0..<UInt64(count) {
                    writer.unsigned(epoch)
                    writer.unsigned(0)
                }
                writer.endMap()
            }
        }
        return [
            Refused(.clock, .badClock, "A node without feeds", [0xA1] + origin + [0xA0]),
            Refused(
                .clock, .badClock, "A seq beyond the last",
                [0xA1] + origin + [0xA1, 0x00] + VectorFile.cbor { $0.unsigned(Limits.seqEnd) }),
            Refused(.clock, .badClock, "4,097 feeds", [0xA1] + origin + epochs(4_097)),
            Refused(.clock, .malformed, "Epochs out of order", [0xA1] + origin + [0xA2, 0x01, 0x00, 0x00, 0x00]),
            Refused(
                .clock, .malformed, "A node twice", [0xA2] + origin + [0xA1, 0x00, 0x00] + origin + [0xA1, 0x01, 0x00]),
            Refused(.clock, .malformed, "Something behind", [0xA0, 0xA0]),
            Refused(.clock, .wrongShape, "An origin of one byte", [0xA1, 0x41, 0x00, 0xA1, 0x00, 0x00]),
            Refused(.clock, .wrongShape, "An epoch as text", [0xA1] + origin + [0xA1, 0x60, 0x00]),
        ]
    }
}
