import Bytes
import CBOR
import Keys
import Operations

/// What is as large as it may be, and what is larger by one, for each row of Spec/operations.md, section 14.
struct LimitVector {
    /// The row's first column.
    let limit: String
    /// As in `Refused`, or `payload`: that of a `message.post`.
    let form: String
    let about: String
    /// Nil where it is taken.
    let code: String?
    let bytes: LargeBytes
    let context: [UInt8]?

    init(
        _ limit: String, _ form: String, _ about: String, _ code: String?, _ bytes: LargeBytes,
        with context: [UInt8]? = nil
    ) {
        (self.limit, self.form, self.about, self.code, self.bytes) = (limit, form, about, code, bytes)
        self.context = context
    }

    var described: Description {
        .object([
            ("limit", .text(limit)), ("form", .text(form)), ("about", .text(about)),
            ("code", code.map { .text($0) } ?? .null), ("bytes", bytes.described),
            ("context", context.map { .hex($0) } ?? .null),
        ])
    }
}

extension VectorFile {
    static func limits() throws -> VectorFile {
        VectorFile(
            "limits.json",
            "What is as large as it may be, and is taken or has another fault, and what is larger by one. Bytes are pieces: hex, what is repeated, or numbers that are counted up.",
            [("limits", .list(try LimitVector.all().map(\.described)))])
    }
}

extension LimitVector {
    static func all() throws -> [LimitVector] {
        try headers() + payloads() + certificates() + envelopes() + runs() + forks() + registers() + clocks()
    }

    /// So many bytes in all, of which the last are too many: one more and nobody looks.
    private static func filled(_ limit: String, _ form: String, _ bytes: [UInt8], to most: Int) -> [LimitVector] {
        [(most, "malformed"), (most + 1, "too-large")].map { size, code in
            LimitVector(
                limit, form, "\(size) bytes, of which the last are something behind", code,
                LargeBytes([.bytes(bytes), .repeated([0], times: size - bytes.count)]))
        }
    }

    private static func text(_ count: Int) -> (inout CBORWriter) -> Void {
        { $0.text(String(repeating: "a", count: count)) }
    }

    private static func headers() throws -> [LimitVector] {
        let feed = try SampleFeed(2)
        let message = LooseArray(feed.operations[1].headerBytes)
        /// Ids that count up from 0, in the place of the deps.
        func dependencies(_ count: Int) -> LargeBytes {
            let zeros = [UInt8](repeating: 0, count: 30)
            return LargeBytes([
                .bytes([0x8D] + message.items[0...5].joined() + head(.array, count)),
                .counted(from: 0, count: count, width: 2, inDigits: false, before: [0x58, 0x20] + zeros, after: []),
                .bytes(Array(message.items[7...].joined())),
            ])
        }
        func named(_ author: Int, _ kind: Int) -> LargeBytes {
            LargeBytes(message.with(8, text(author)).with(9, text(kind)).bytes)
        }
        let names = "handle / kind / token"
        return filled("header", "header", message.bytes, to: Limits.headerBytesMax) + [
            LimitVector("deps", "header", "128", nil, dependencies(Limits.dependenciesMax)),
            LimitVector("deps", "header", "129", "too-many-dependencies", dependencies(Limits.dependenciesMax + 1)),
            LimitVector(
                "seq, counter of a register", "header", "The last seq", nil,
                LargeBytes(message.with(4) { $0.unsigned(Limits.seqEnd - 1) }.bytes)),
            LimitVector(
                "seq, counter of a register", "header", "One more", "bad-sequence",
                LargeBytes(message.with(4) { $0.unsigned(Limits.seqEnd) }.bytes)),
            LimitVector(
                "time", "header", "The last moment", nil,
                LargeBytes(message.with(7) { $0.unsigned(Limits.timeEnd - 1) }.bytes)),
            LimitVector(
                "time", "header", "One more", "bad-time",
                LargeBytes(message.with(7) { $0.unsigned(Limits.timeEnd) }.bytes)),
            LimitVector(names, "header", "An author of 64 and a kind of 32", nil, named(64, 32)),
            LimitVector(names, "header", "An author of 65", "bad-handle", named(65, 32)),
            LimitVector(names, "header", "A kind of 33", "bad-kind", named(64, 33)),
        ]
    }

    private static func payloads() throws -> [LimitVector] {
        let feed = try SampleFeed(2)
        let message = LooseArray(feed.operations[1].headerBytes)
        /// `{"zz": [[[…]]], "content": ""}`, an array in an array.
        func nested(_ depth: Int) -> LargeBytes {
            LargeBytes([
                .bytes([0xA2, 0x62, 0x7A, 0x7A]), .repeated([0x81], times: depth - 2), .bytes([0x80]),
                .bytes([0x67] + Array("content".utf8) + [0x60]),
            ])
        }
        func token(_ count: Int) -> LargeBytes {
            LargeBytes(
                [0xA2, 0x64] + Array("type".utf8) + VectorFile.cbor(text(count)) + [0x67] + Array("content".utf8)
                    + [0x60])
        }
        let largest = PayloadReference(of: [UInt8](repeating: 0x20, count: Limits.payloadBytesMax).span)
        let header = message.with(11) { $0.bytes32(largest.hash.bytes) }
        let taken = header.with(12) { $0.unsigned(UInt64(Limits.payloadBytesMax)) }.bytes
        return [
            LimitVector(
                "payload", "envelope", "A payload of 65,536 bytes", nil,
                LargeBytes([
                    .bytes([0x84] + VectorFile.cbor { $0.bytes(taken) } + [0xF6, 0x5A, 0x00, 0x01, 0x00, 0x00]),
                    .repeated([0x20], times: Limits.payloadBytesMax), .bytes([0xF6]),
                ])),
            LimitVector(
                "payload", "header", "A payload of 65,537 bytes", "bad-payload-size",
                LargeBytes(header.with(12) { $0.unsigned(UInt64(Limits.payloadBytesMax) + 1) }.bytes)),
            LimitVector("CBOR depth", "payload", "16 deep", nil, nested(16)),
            LimitVector("CBOR depth", "payload", "17 deep", "malformed", nested(17)),
            LimitVector("handle / kind / token", "payload", "A token of 32", nil, token(Limits.tokenBytesMax)),
            LimitVector(
                "handle / kind / token", "payload", "A token of 33", "too-large", token(Limits.tokenBytesMax + 1)),
        ]
    }

    private static func certificates() throws -> [LimitVector] {
        let north = SampleNode.north
        var many = north.certificate
        var key = north.first
        for index in 0..<Limits.handOversMax {
            let next = SampleNode.key("many \(index)")
            many = try many.handingOver(to: next.publicKey, signedBy: key)
            key = next
        }
        let items = LooseArray(many.encoded).items
        let rows = LooseArray(items[3]).items
        // Nobody looks at the last one, which is another once more.
        let more =
            [0x84] + items[0...2].joined() + head(.array, Limits.handOversMax + 1) + (rows + [rows[0]]).joined()
        return filled(
            "hand-overs; certificate", "certificate", north.certificate.encoded, to: Limits.certificateBytesMax)
            + [
                LimitVector("hand-overs; certificate", "certificate", "64 hand-overs", nil, LargeBytes(many.encoded)),
                LimitVector(
                    "hand-overs; certificate", "certificate", "65", "too-many-handovers", LargeBytes(more)),
            ]
    }

    private static func envelopes() throws -> [LimitVector] {
        let envelope = try Envelope(operation: try SampleFeed(2).operations[1], certificate: nil)
        return filled("envelope", "envelope", envelope.encoded, to: Limits.envelopeBytesMax)
    }

    private static func clocks() -> [LimitVector] {
        func feeds(_ count: Int) -> LargeBytes {
            LargeBytes([
                .bytes([0xA1] + VectorFile.cbor { $0.bytes32(SampleNode.north.id.bytes) } + head(.map, count)),
                .counted(from: 256, count: count, width: 2, inDigits: false, before: [0x19], after: [0x00]),
            ])
        }
        return [
            LimitVector("feeds in a clock", "clock", "4,096", nil, feeds(Limits.feedsMax)),
            LimitVector("feeds in a clock", "clock", "4,097", "bad-clock", feeds(Limits.feedsMax + 1)),
        ]
    }

    enum Major: UInt8 {
        case bytes = 2
        case array = 4
        case map = 5
    }

    static func head(_ major: Major, _ count: Int) -> [UInt8] {
        let type = major.rawValue << 5
        switch count {
        case 0..<24: return [type | UInt8(count)]
        case 24..<0x100: return [type | 24, UInt8(count)]
        case 0x100..<0x1_0000: return [type | 25, UInt8(count >> 8), UInt8(count & 0xFF)]
        default: return [type | 26] + stride(from: 24, through: 0, by: -8).map { UInt8(count >> $0 & 0xFF) }
        }
    }
}
