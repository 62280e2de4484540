import Bytes
import CBOR
import Keys
package import Operations

extension VectorFile {
    static func payloads() throws -> VectorFile {
        VectorFile(
            "payloads.json",
            "Payloads that fit their kind, with their hash; and payloads that don't, with the reason: they have no effect.",
            [
                (
                    "fit",
                    .list(
                        try fittingPayloads().map { about, kind, bytes in
                            .object([
                                ("about", .text(about)), ("kind", .text(kind.rawValue)), ("payload", .hex(bytes)),
                                ("hash", .name(Hash(.payload, of: bytes.span))),
                                ("value", try Description(cbor: bytes)),
                            ])
                        })
                ),
                (
                    "unfit",
                    .list(
                        unfitPayloads().map { kind, fault, bytes in
                            .object([
                                ("kind", .text(kind.rawValue)), ("fault", .text(fault.rawValue)),
                                ("payload", .hex(bytes)),
                            ])
                        })
                ),
            ])
    }

    private static func fittingPayloads() throws -> [(String, KnownKind, [UInt8])] {
        let (north, south) = (SampleNode.north, SampleNode.south)
        let id = OperationID(Hash(of: [1].span).bytes)
        let file = Attachment(
            hash: Hash(of: [2].span), name: "plan.pdf", type: "application/pdf", size: (1 << 53) - 1)
        let extra = try Extra(encoded: sampleExtra().span)
        var room = RoomCreation(
            name: "Quay", details: "North side", type: "client_agent", school: "North", isGroup: false)
        room.client = .integer(-7)
        room.property = .text("House 9")
        room.extra = extra
        var change = RoomChange()
        change.name = .to("Pier")
        change.details = .to("")
        change.avatar = .to(file)
        change.client = .to(nil)
        change.property = .to(.integer(.max))
        change.isArchived = .to(true)
        change.isGroup = .to(true)
        change.isDeleted = .to(false)
        change.extra = .to(extra)
        var clearing = RoomChange()
        clearing.avatar = .to(nil)
        clearing.extra = .to(nil)
        var edit = MessageChange()
        edit.content = .to("New")
        edit.type = .to("code")
        edit.attachments = .to([])
        edit.mentions = .to([south.user("bo")])
        edit.extra = .to(nil)
        var profile = ProfileChange()
        profile.name = .to("Ada")
        profile.avatar = .to(nil)
        profile.extra = .to(extra)
        return [
            ("The least", .roomCreate, RoomCreation(name: "").encoded), ("All members", .roomCreate, room.encoded),
            ("", .directOpen, DirectOpening(DirectPair(south.user("bo"), north.user("ada"))).encoded),
            ("One person's notes", .directOpen, DirectOpening(DirectPair(south.user("bo"), south.user("bo"))).encoded),
            ("All members", .roomSet, change.encoded), ("Taking things away", .roomSet, clearing.encoded),
            ("The least", .messagePost, MessageContent(content: "").encoded),
            (
                "All members", .messagePost,
                MessageContent(
                    content: "Line one\nline two \u{202E}", type: "image", replyTo: id, attachments: [file],
                    mentions: [north.user("ada"), south.user("bo")], extra: extra
                ).encoded
            ),
            (
                "A text is kept as it is, not normalised", .messagePost,
                MessageContent(content: "e\u{301} \u{E9} \u{FEFF}\u{FFFF}").encoded
            ),
            ("All members", .messageEdit, edit.encoded), ("", .reactionSet, ReactionChange("like").encoded),
            ("Taking it back", .reactionSet, ReactionChange(nil).encoded), ("", .pinSet, PinChange(true).encoded),
            ("All members", .userPut, profile.encoded),
            (
                "Members that nobody knows are passed over", .messagePost,
                cbor { writer in
                    writer.beginMap()
                    writer.text("")
                    writer.null()
                    writer.text("poll")
                    writer.tag(1)
                    writer.beginArray()
                    writer.bytes([1, 2])
                    writer.endArray()
                    writer.text("content")
                    writer.text("x")
                    writer.text(String(repeating: "k", count: 65))
                    writer.bool(true)
                    writer.endMap()
                }
            ),
        ]
    }

    /// What JSON can say, fractions included.
    package static func sampleExtra() -> [UInt8] {
        cbor { writer in
            writer.beginMap()
            for (name, exponent, mantissa) in [("a", -2, 125), ("b", 400, 1), ("c", -1, -5)] as [(String, Int64, Int64)]
            {
                writer.text(name)
                fraction(&writer, exponent, mantissa)
            }
            writer.text("n")
            writer.integer(.min)
            writer.text("list")
            writer.beginArray()
            writer.null()
            writer.bool(false)
            writer.text("ø")
            writer.endArray()
            writer.endMap()
        }
    }

    private static func fraction(_ writer: inout CBORWriter, _ exponent: Int64, _ mantissa: Int64) {
        writer.tag(4)
        writer.beginArray()
        writer.integer(exponent)
        writer.integer(mantissa)
        writer.endArray()
    }

    static func cbor(_ write: (inout CBORWriter) -> Void) -> [UInt8] {
        var writer = CBORWriter()
        write(&writer)
        return writer.finish()
    }

    private static func map(_ members: (String, (inout CBORWriter) -> Void)...) -> [UInt8] {
        cbor { writer in
            writer.beginMap()
            for (name, write) in members {
                writer.text(name)
                write(&writer)
            }
            writer.endMap()
        }
    }

    package static func unfitPayloads() -> [(KnownKind, PayloadFault, [UInt8])] {
        let north = SampleNode.north
        func text(_ count: Int) -> (inout CBORWriter) -> Void { { $0.text(String(repeating: "x", count: count)) } }
        func extra(_ write: @escaping (inout CBORWriter) -> Void) -> [UInt8] {
            map(("extra", write), ("content", { $0.text("x") }))
        }
        func nested(_ depth: Int) -> [UInt8] {
            extra { writer in
                for _ in 0..<depth { writer.beginArray() }
                for _ in 0..<depth { writer.endArray() }
            }
        }
        func users(_ list: [UserID]) -> (inout CBORWriter) -> Void {
            { writer in
                writer.beginArray()
                for user in list { writer.user(user) }
                writer.endArray()
            }
        }
        func handle(_ handle: String) -> (inout CBORWriter) -> Void {
            { writer in
                writer.beginArray()
                writer.beginArray()
                writer.bytes32(north.id.bytes)
                writer.text(handle)
                writer.endArray()
                writer.endArray()
            }
        }
        func file(name: Int = 1, type: Int = 1, size: UInt64? = 1) -> (inout CBORWriter) -> Void {
            { writer in
                writer.beginArray()
                writer.beginMap()
                writer.text("hash")
                writer.bytes32(Bytes32())
                writer.text("name")
                text(name)(&writer)
                if let size {
                    writer.text("size")
                    writer.unsigned(size)
                }
                writer.text("type")
                text(type)(&writer)
                writer.endMap()
                writer.endArray()
            }
        }
        let valid = map(("content", { $0.text("x") }))
        return [
            (.messagePost, .malformed, []), (.messagePost, .malformed, valid + [0]),
            (.messagePost, .malformed, valid.dropLast() as [UInt8]),
            (.messagePost, .malformed, extra { $0.float(1.5) }),
            (.messagePost, .malformed, [0xA1, 0x67] + Array("content".utf8) + [0x62, 0xC3, 0x28]),
            (.messagePost, .malformed, [0xA2, 0x67] + Array("content".utf8) + [0x60, 0x61, 0x61, 0x00]),
            (.messagePost, .malformed, [0xA1, 0x61, 0x7A] + Array(repeating: 0x81, count: 16) + [0xF6]),
            (.messagePost, .missingMember, [0xA1, 0x61, 0x7A] + Array(repeating: 0x81, count: 15) + [0xF6]),
            (.messagePost, .wrongShape, [0x80]), (.messagePost, .wrongShape, map(("content", { $0.bytes([1]) }))),
            (.messagePost, .wrongShape, [0xA1, 0x01, 0x01]),
            (.messagePost, .wrongShape, map(("content", text(1)), ("reply_to", { $0.bytes([1]) }))),
            (.messagePost, .wrongShape, extra { $0.bytes([1]) }),
            (
                .messagePost, .wrongShape,
                extra { writer in
                    writer.tag(1)
                    writer.unsigned(1)
                }
            ),
            (.messagePost, .missingMember, [0xA0]), (.messageEdit, .missingMember, [0xA0]),
            (.messageEdit, .missingMember, map(("unknown", { $0.null() }))),
            (.roomCreate, .missingMember, map(("school", text(1)))), (.roomSet, .missingMember, [0xA0]),
            (.reactionSet, .missingMember, [0xA0]), (.pinSet, .missingMember, [0xA0]),
            (.userPut, .missingMember, [0xA0]),
            (.messagePost, .missingMember, map(("content", text(1)), ("attachments", file(size: nil)))),
            (.messagePost, .tooLarge, map(("content", text(Limits.contentBytesMax + 1)))),
            (.messagePost, .tooLarge, map(("type", text(Limits.tokenBytesMax + 1)), ("content", text(1)))),
            (.roomCreate, .tooLarge, map(("name", text(Limits.nameBytesMax + 1)))),
            (.roomSet, .tooLarge, map(("details", text(Limits.detailsBytesMax + 1)))),
            (.roomSet, .tooLarge, map(("client", text(Limits.nameBytesMax + 1)))),
            (.userPut, .tooLarge, map(("name", text(Limits.nameBytesMax + 1)))),
            (.reactionSet, .tooLarge, map(("value", text(Limits.reactionBytesMax + 1)))),
            (.messagePost, .tooLarge, extra(text(Limits.extraBytesMax - 2))),
            (.messagePost, .tooLarge, nested(Limits.extraDepthMax + 1)),
            (
                .messagePost, .tooLarge,
                map(
                    ("content", text(1)),
                    ("mentions", users(Array(repeating: north.user("a"), count: Limits.mentionsMax + 1))))
            ),
            (
                .messagePost, .tooLarge,
                map(("content", text(1)), ("attachments", file(name: Limits.fileNameBytesMax + 1)))
            ),
            (
                .messagePost, .tooLarge,
                map(("content", text(1)), ("attachments", file(type: Limits.mediaTypeBytesMax + 1)))
            ),
            (.messagePost, .tooLarge, map(("content", text(1)), ("attachments", file(size: Limits.fileSizeEnd)))),
            (
                .messagePost, .tooLarge,
                map(
                    ("content", text(1)),
                    (
                        "attachments",
                        { writer in
                            writer.beginArray()
                            for _ in 0...Limits.attachmentsMax { writer.null() }
                            writer.endArray()
                        }
                    ))
            ),
            (.messagePost, .badText, map(("content", { $0.text("a\0b") }))),
            (.messagePost, .badText, map(("type", { $0.text("Text") }), ("content", text(1)))),
            (.messagePost, .badText, map(("type", { $0.text("") }), ("content", text(1)))),
            (.messagePost, .badText, map(("content", text(1)), ("mentions", handle("Ada")))),
            (.messagePost, .badText, map(("content", text(1)), ("mentions", handle("")))),
            (.messagePost, .badText, extra { $0.text("\0") }),
            (.reactionSet, .badText, map(("value", { $0.text("") }))),
            (.messagePost, .badValue, extra { fraction(&$0, -1, 10) }),
            (.messagePost, .badValue, extra { fraction(&$0, 1, 2) }),
            (.messagePost, .badValue, extra { fraction(&$0, 401, 1) }),
            (.messagePost, .badValue, extra { fraction(&$0, -401, 1) }),
            (.messagePost, .badValue, extra { fraction(&$0, -1, 0) }),
            (.messagePost, .wrongShape, extra { $0.unsigned(1 << 63) }),
            (.directOpen, .badValue, map(("users", users([north.user("b"), north.user("a")])))),
            (.directOpen, .wrongShape, map(("users", users([north.user("b")])))),
            (
                .directOpen, .wrongShape,
                map(("a", { $0.null() }), ("users", users([north.user("a"), north.user("b")])))
            ),
        ]
    }
}
