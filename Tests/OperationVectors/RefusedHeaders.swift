import Bytes
import CBOR
import Keys
import Operations

extension Refused {
    // Where things stand in a header.
    private static let (version, room, epoch, seq, previous, dependencies, time, author, kind, target, hash, size) =
        (0, 1, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12)

    package static func headers() throws -> [Refused] {
        let feed = try SampleFeed()
        let message = LooseArray(feed.operations[1].headerBytes)
        let opening = LooseArray(feed.operations[0].headerBytes)
        let group = try SampleRoom().operations
        let genesis = LooseArray(group[0].headerBytes)
        let admission = LooseArray(group[1].headerBytes)
        let south = SampleNode.south
        let ids = (0..<129).map { Hash(of: [UInt8($0)].span).bytes }.sorted()

        func list(_ ids: [Bytes32]) -> (inout CBORWriter) -> Void {
            { writer in
                writer.beginArray()
                for id in ids { writer.bytes32(id) }
                writer.endArray()
            }
        }
        func text(_ value: String) -> (inout CBORWriter) -> Void { { $0.text(value) } }
        func user(_ node: NodeID, _ handle: String, _ role: String? = nil) -> (inout CBORWriter) -> Void {
            { writer in
                writer.beginArray()
                writer.bytes32(node.bytes)
                writer.text(handle)
                if let role { writer.text(role) }
                writer.endArray()
            }
        }
        func refuse(_ fault: OperationFault, _ about: String, _ header: LooseArray) -> Refused {
            Refused(.header, fault, about, header.bytes)
        }

        var all = [
            Refused(.header, .malformed, "Nothing", []),
            Refused(.header, .malformed, "Cut", message.bytes.dropLast()),
            Refused(.header, .malformed, "Something behind", message.bytes + [0]),
            refuse(.malformed, "A number that is not as short as it could be", message.with(seq, [0x18, 0x01])),
            refuse(.malformed, "A float", message.with(time, [0xF9, 0x3C, 0x00])),
            refuse(.malformed, "A tag", message.with(seq, [0xC1, 0x01])),
            refuse(.malformed, "A text that is no UTF-8", message.with(author, [0x62, 0xC3, 0x28])),
            refuse(.malformed, "An array without a length", message.with(dependencies, [0x9F, 0xFF])),
            refuse(.malformed, "A simple value", message.with(target, [0xF7])),
            refuse(.malformed, "A reserved initial byte", message.with(target, [0xFC])),
        ]
        var short = message
        short.items.removeLast()
        var long = message
        long.items.append([0])
        all += [
            refuse(.wrongShape, "Twelve items", short), refuse(.wrongShape, "Fourteen items", long),
            Refused(.header, .wrongShape, "No items", [0x80]), Refused(.header, .wrongShape, "A map", [0xA0]),
            refuse(.wrongShape, "A version that is no number", message.with(version, text("1"))),
            refuse(.wrongShape, "A room of 31 bytes", message.with(room) { $0.bytes(Array(repeating: 1, count: 31)) }),
            refuse(.wrongShape, "An origin of 33 bytes", message.with(2) { $0.bytes(Array(repeating: 1, count: 33)) }),
            refuse(.wrongShape, "No prev", message.with(previous) { $0.null() }),
            refuse(.wrongShape, "A negative seq", message.with(seq) { $0.integer(-1) }),
            refuse(.wrongShape, "Dependencies that are none", message.with(dependencies) { $0.null() }),
            refuse(
                .wrongShape, "A dependency of 31 bytes",
                message.with(dependencies) { writer in
                    writer.beginArray()
                    writer.bytes(Array(repeating: 1, count: 31))
                    writer.endArray()
                }),
            refuse(.wrongShape, "A time as text", message.with(time, text("1"))),
            refuse(.wrongShape, "An author as bytes", message.with(author) { $0.bytes([0x61]) }),
            refuse(
                .wrongShape, "A payload hash of 31 bytes",
                message.with(hash) { $0.bytes(Array(repeating: 1, count: 31)) }),
            refuse(
                .wrongShape, "A target of 31 bytes", message.with(target) { $0.bytes(Array(repeating: 1, count: 31)) }),
            refuse(
                .tooLarge, "An author of 8,192 bytes", message.with(author, text(String(repeating: "a", count: 8_192)))),
            refuse(.unknownVersion, "Version 0", message.with(version) { $0.unsigned(0) }),
            refuse(.unknownVersion, "Version 2", message.with(version) { $0.unsigned(2) }),
            refuse(.unknownVersion, "Version 2 with another number of items", long.with(version) { $0.unsigned(2) }),
        ]
        all += [
            refuse(.badRoom, "A message without a room", message.with(room) { $0.null() }),
            refuse(
                .badRoom, "A kind that nobody knows without a room",
                message.with(room) { $0.null() }.with(kind, text("poll"))),
            Refused(.header, .badRoom, "A genesis with a room", genesis.with(room) { $0.bytes32(ids[0]) }.named),
            refuse(
                .badRoom, "A profile outside of the directory",
                message.with(kind, text("user.put")).with(target, user(south.id, "bo"))),
            refuse(
                .badRoom, "A message in the origin's directory",
                message.with(room) { $0.bytes32(RoomID(directoryOf: south.id).bytes) }),
            refuse(.badSequence, "The first number that is too high", message.with(seq) { $0.unsigned(Limits.seqEnd) }),
            refuse(.badSequence, "The highest number", message.with(seq) { $0.unsigned(.max) }),
            refuse(.tooManyDependencies, "129", message.with(dependencies, list(ids))),
            refuse(.unsortedDependencies, "Descending", message.with(dependencies, list([ids[1], ids[0]]))),
            refuse(.unsortedDependencies, "The same twice", message.with(dependencies, list([ids[0], ids[0]]))),
            refuse(.idleDependency, "The one before", message.with(dependencies, list([feed.operations[0].id.bytes]))),
            Refused(
                .header, .idleDependency, "A genesis that depends on something",
                genesis.with(dependencies, list([ids[0]])).named),
            refuse(.badTime, "The first moment that is too late", message.with(time) { $0.unsigned(Limits.timeEnd) }),
            refuse(.badHandle, "A capital", message.with(author, text("Bo"))),
            refuse(.badHandle, "A space", message.with(author, text("b o"))),
            refuse(.badHandle, "65 characters", message.with(author, text(String(repeating: "a", count: 65)))),
            refuse(.badHandle, "A letter of another alphabet", message.with(author, text("bø"))),
            refuse(.badHandle, "A target without a name", admission.with(target, user(south.id, "", "member"))),
            refuse(.badKind, "Empty", message.with(kind, text(""))),
            refuse(.badKind, "33 characters", message.with(kind, text(String(repeating: "a", count: 33)))),
            refuse(.badKind, "A capital", message.with(kind, text("message.Post"))),
            refuse(.badKind, "A digit", message.with(kind, text("message.post2"))),
            refuse(.badTarget, "A message about another", message.with(target) { $0.bytes32(ids[0]) }),
            refuse(.badTarget, "An edit of nothing", message.with(kind, text("message.edit"))),
            refuse(.badTarget, "An admission without a role", admission.with(target, user(south.id, "bo"))),
            refuse(.badTarget, "A role that nobody knows", admission.with(target, user(south.id, "bo", "owner"))),
            refuse(.badTarget, "A removal with a role", admission.with(kind, text("member.remove"))),
            refuse(
                .badTarget, "A removal of oneself",
                message.with(kind, text("member.remove")).with(target, user(south.id, "bo"))
                    .with(hash) { $0.null() }.with(size) { $0.unsigned(0) }),
            refuse(.badTarget, "True", admission.with(target) { $0.bool(true) }),
            refuse(
                .badTarget, "A list of one",
                admission.with(target) { writer in
                    writer.beginArray()
                    writer.bytes32(ids[0])
                    writer.endArray()
                }),
            refuse(.badTarget, "A list of four", admission.with(target, [0x84, 0, 0, 0, 0])),
            refuse(
                .badTarget, "A profile of another node's user",
                message.with(room) { $0.bytes32(RoomID(directoryOf: south.id).bytes) }
                    .with(kind, text("user.put")).with(target, user(SampleNode.north.id, "bo"))),
            refuse(.badAuthor, "A message of the node's own", message.with(author, text(""))),
            refuse(
                .badAuthor, "Somebody else's profile",
                message.with(room) { $0.bytes32(RoomID(directoryOf: south.id).bytes) }
                    .with(kind, text("user.put")).with(target, user(south.id, "cy"))),
            refuse(.wrongPlace, "A genesis that is not the first", genesis.with(seq) { $0.unsigned(1) }),
            refuse(
                .wrongPlace, "The opening of a direct room that is not the first",
                message.with(kind, text("direct.open"))),
            Refused(.header, .wrongEpoch, "Another epoch", opening.with(epoch) { $0.unsigned(1) }.bytes),
            Refused(.header, .wrongEpoch, "The epoch of another beginning", opening.with(author, text("cy")).bytes),
            refuse(.badPayloadSize, "A hash, and no bytes", message.with(size) { $0.unsigned(0) }),
            refuse(.badPayloadSize, "Bytes, and no hash", message.with(hash) { $0.null() }),
            refuse(.badPayloadSize, "65,537 bytes", message.with(size) { $0.unsigned(65_537) }),
            refuse(.badPayloadSize, "The highest number", message.with(size) { $0.unsigned(.max) }),
            refuse(
                .payloadExpected, "A message without one",
                message.with(hash) { $0.null() }.with(size) { $0.unsigned(0) }),
            refuse(.payloadUnexpected, "A join with one", message.with(kind, text("join"))),
        ]
        let after = feed.operations[1].headerBytes
        let next = LooseArray(feed.operations[2].headerBytes)
        all += [
            Refused(.next, .sequenceGap, "One is left out", feed.operations[3].headerBytes, with: after),
            Refused(.next, .sequenceGap, "The same again", after, with: after),
            Refused(
                .next, .wrongPrevious, "It names another", next.with(previous) { $0.bytes32(ids[0]) }.bytes, with: after
            ),
            Refused(
                .next, .notAfterPast, "As late as the one before", next.with(time, message.items[time]).bytes,
                with: after),
            Refused(.next, .badRoom, "Another room", next.with(room) { $0.bytes32(ids[0]) }.bytes, with: after),
            Refused(.next, .badRoom, "Another epoch", next.with(epoch) { $0.unsigned(1) }.bytes, with: after),
        ]
        return all
    }
}
