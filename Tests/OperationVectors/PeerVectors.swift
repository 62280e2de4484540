import Bytes
import CBOR
import Keys
import Operations
import Peers
import Wire

/// What two nodes tell each other before anything else, and how they know each other by it.
extension VectorFile {
    static func peers() throws -> VectorFile {
        let samples = try PeerSamples()
        return VectorFile(
            "peers.json",
            "Cards, knocks, sealed bodies, signed requests and answers; and what of each is refused, with the code.",
            [
                ("now", .name(PeerSamples.now.milliseconds)), ("cards", .list(samples.cards())),
                ("refused_cards", .list(try samples.refusedCards())),
                ("newer", .list(samples.newer())), ("knocks", .list([samples.knock()])),
                ("requests", .list(try samples.requests())),
                ("refused_requests", .list(try samples.refusedRequests())),
                ("answers", .list(try samples.answers())), ("sealed", .list(try samples.sealed())),
            ])
    }
}

private struct PeerSamples {
    static let now = Timestamp(milliseconds: 1_800_000_000_000)

    let north = SampleNode.north
    let south = SampleNode.south
    let second = SampleNode.key("north second")
    let southURL = NodeURL("https://south.example:8443")!  // a URL in our own source
    let all: [(String, Card)]

    init() throws {
        let north = SampleNode.north
        let second = SampleNode.key("north second")
        let plain = Card.Statement(
            certificate: north.certificate, name: NodeName("north.example")!,  // a name in our own source
            url: NodeURL("https://north.example"), time: Self.now)
        var full = plain
        full.name = NodeName("Nordhafen Bø 港")!  // the same
        full.url = NodeURL("http://[2001:db8::1]:8080")
        full.versions = [1, 2]
        full.limits = CardLimits(bodyBytes: 4_194_304, attachmentBytes: 67_108_864)
        full.givesDirectory = false
        full.wantsSealed = true
        full.time = Timestamp(milliseconds: Self.now.milliseconds + 1)
        var hidden = plain
        hidden.url = nil
        var handedOver = hidden
        handedOver.certificate = try north.certificate.handingOver(to: second.publicKey, signedBy: north.first)
        handedOver.time = Timestamp(milliseconds: 0)
        all = [
            ("As little as possible", try Card(plain, signingWith: north.first)),
            ("Everything, and a millisecond later", try Card(full, signingWith: north.first)),
            ("A node that nobody can call, at the time of the first", try Card(hidden, signingWith: north.first)),
            ("Under a second key, with an early time", try Card(handedOver, signingWith: second)),
        ]
    }

    // MARK: Cards

    func cards() -> [Description] {
        all.map { about, card in
            let statement = card.statement
            return .object([
                ("about", .text(about)), ("card", .hex(card.encoded)), ("id", .name(card.node)),
                ("fingerprint", .text(card.node.fingerprint)), ("key", .name(card.key)),
                ("name", .text(card.name.text)), ("url", card.url.map { .name($0) } ?? .null),
                ("versions", .list(statement.versions.map { .number(Int($0)) })),
                ("body", statement.limits.bodyBytes.map { .number(Int($0)) } ?? .null),
                ("attachment", statement.limits.attachmentBytes.map { .number(Int($0)) } ?? .null),
                ("directory", .text(statement.givesDirectory ? "all" : "shared")),
                ("sealed", .bool(statement.wantsSealed)), ("time", .name(statement.time.milliseconds)),
                ("hash", .name(card.hash)),
            ])
        }
    }

    func newer() -> [Description] {
        var rows: [Description] = []
        for (left, one) in all.enumerated() {
            for (right, other) in all.enumerated() where left < right {
                rows.append(.list([.number(left), .number(right), .number(one.1.supersedes(other.1) ? left : right)]))
            }
        }
        return rows
    }

    func refusedCards() throws -> [Description] {
        let card = all[0].1.encoded
        let certificate = north.certificate.encoded
        // name, url, versions, limits, directory, time
        func custom(
            id: NodeID = SampleNode.north.id, certificate: [UInt8] = SampleNode.north.certificate.encoded,
            name: String = "n", url: String? = "http://n", versions: [UInt64] = [1], limit: String = "body",
            directory: String = "all", time: UInt64 = 1, version: UInt64 = 1, key: SigningKey = SampleNode.north.first
        ) -> [UInt8] {
            var writer = CBORWriter()
            writer.beginArray()
            writer.unsigned(version)
            writer.bytes(id.bytes.array)
            writer.bytes(certificate)
            writer.text(name)
            if let url { writer.text(url) } else { writer.null() }
            writer.beginArray()
            for version in versions { writer.unsigned(version) }
            writer.endArray()
            writer.beginMap()
            writer.text(limit)
            writer.unsigned(1)
            writer.endMap()
            writer.text(directory)
            writer.bool(false)
            writer.unsigned(time)
            writer.endArray()
            let statement = writer.finish()
            let hash = Hash(.card, of: statement.span).bytes.array
            var outer = CBORWriter()
            outer.beginArray()
            outer.bytes(statement)
            outer.bytes(key.sign(.card, hash.span).bytes.array)
            outer.endArray()
            return outer.finish()
        }
        let zeros = SigningKey(seed: SecretBytes(copying: [UInt8](repeating: 0, count: 32).span))!  // 32 bytes
        let published = try Certificate(firstKey: zeros.publicKey, recoveryKey: north.recovery.publicKey)
        let ahead = UInt64(Self.now.milliseconds) + 300_001
        let rows: [(String, [UInt8])] = [
            ("Cut off", Array(card.dropLast())), ("Something behind it", card + [0]), ("Version 2", custom(version: 2)),
            ("Signed by another key", custom(key: south.first)),
            ("An altered signature", card.dropLast() + [card.last! ^ 1]),  // not empty
            ("Another node's id", custom(id: south.id)),
            ("A certificate that is cut off", custom(certificate: Array(certificate.dropLast()))),
            ("Another node's certificate", custom(certificate: south.certificate.encoded)),
            ("A key that everybody knows", custom(id: published.node, certificate: published.encoded, key: zeros)),
            ("No name", custom(name: "")), ("A name with a line break", custom(name: "a\nb")),
            ("A name that turns the direction", custom(name: "a\u{202E}b")), ("A space in front", custom(name: " a")),
            ("A name of 256 bytes", custom(name: String(repeating: "a", count: 256))),
            ("A URL with a path", custom(url: "https://a/b")), ("A slash at the end", custom(url: "https://a/")),
            ("A user", custom(url: "https://u@a")), ("A query", custom(url: "https://a?b")),
            ("Another scheme", custom(url: "ftp://a")), ("Capitals", custom(url: "https://A")),
            ("The scheme's own port", custom(url: "https://a:443")),
            ("An address in another writing", custom(url: "http://[::01]")),
            ("A number for a host", custom(url: "http://0x7f000001")),
            ("No versions", custom(versions: [])), ("Versions that don't ascend", custom(versions: [2, 1])),
            ("17 versions", custom(versions: Array(1...17))), ("A limit without a proper name", custom(limit: "A")),
            ("Another word for the directory", custom(directory: "none")),
            ("A time of 2\u{2074}\u{2077}", custom(time: 1 << 47)),
            ("More than five minutes ahead", custom(time: ahead)),
        ]
        return rows.map { about, bytes in
            var code = ""
            do throws(CardFault) { _ = try Card(decoding: bytes.span, now: Self.now) } catch { code = error.code }
            return .object([("about", .text(about)), ("code", .text(code)), ("card", .hex(bytes))])
        }
    }

    func knock() -> Description {
        .object([("card", .number(0)), ("knock", .hex(Knock(card: all[0].1).encoded))])
    }

    // MARK: Requests and answers

    private func signed(
        _ method: String, _ target: String, _ content: [UInt8], number: UInt8, at seconds: Int64 = 0,
        key: SigningKey = SampleNode.north.first
    ) throws -> SignedPeerRequest {
        let nonce = Self.nonce(number)
        return try PeerSigner(node: north.id, key: key).request(
            method, target, to: southURL, content: content,
            now: Timestamp(milliseconds: Self.now.milliseconds + seconds * 1_000), nonce: nonce)
    }

    private static func nonce(_ number: UInt8) -> RequestNonce {
        RequestNonce([UInt8](repeating: number, count: 8))!  // 8 bytes
    }

    private static func fields(_ fields: HTTPFields) -> Description {
        var members: [(String, Description)] = []
        for name in ["parley-blob", "parley-seal", "signature-input", "signature"] {
            fields.forEachValue(named: name) { value in
                members.append((name, .text(String(decoding: [UInt8](copying: value), as: UTF8.self))))
            }
        }
        return .object(members)
    }

    private func describe(_ about: String, _ request: SignedPeerRequest, _ content: [UInt8]) -> [(String, Description)]
    {
        [
            ("about", .text(about)), ("method", .text(request.method)), ("target", .text(request.target)),
            ("destination", .name(request.destination)), ("content", .hex(content)),
            ("fields", Self.fields(request.fields)),
        ]
    }

    private let push = "/federation/v1/push"
    private let content: [UInt8] = [0x83, 0x01, 0xF6, 0x41, 0x09]

    func requests() throws -> [Description] {
        try [
            ("A push", signed("POST", push, content, number: 1), content),
            (
                "Changes, without content",
                signed("GET", "/federation/v1/changes?since=AQIDBA&wait=55", [], number: 2), []
            ),
        ].map { about, request, content in
            .object(
                describe(about, request, content) + [
                    ("base", .text(base(of: request))), ("key", .name(north.first.publicKey)),
                ])
        }
    }

    private func base(of request: SignedPeerRequest) -> String {
        var parameters = ""
        request.fields.forEachValue(named: "signature-input") {
            parameters = String(decoding: [UInt8](copying: $0).dropFirst("p=".utf8.count), as: UTF8.self)
        }
        return """
            "@method": \(request.method)
            "@target-uri": \(request.destination)\(request.target)
            "@signature-params": \(parameters)
            """
    }

    /// To south, which knows north by the certificate of the second card: of two keys.
    func refusedRequests() throws -> [Description] {
        let good = try signed("POST", push, content, number: 3)
        let handedOver = all[3].1.certificate
        let empty = try signed("POST", push, [], number: 10)
        let changes = "/federation/v1/changes"
        let rows: [(String, SignedPeerRequest, String, Certificate?, [UInt8])] = [
            ("To another path", good, "/federation/v1/pull", north.certificate, content),
            ("From a stranger", good, push, nil, content),
            ("Under a key that was handed over", good, push, handedOver, content),
            ("With other content", good, push, north.certificate, content.dropLast() + [0x0A]),
            ("Without its content", good, push, north.certificate, []),
            ("With content, and signed without", empty, push, north.certificate, [0]),
            (
                "With content where the method has none", try signed("GET", changes, [], number: 11), changes,
                north.certificate, content
            ),
            (
                "Under a key that the receiver has not seen", try signed("POST", push, content, number: 4, key: second),
                push, north.certificate, content
            ),
            (
                "301 seconds old", try signed("POST", push, content, number: 5, at: -301), push, north.certificate,
                content
            ),
            (
                "301 seconds ahead", try signed("POST", push, content, number: 6, at: 301), push, north.certificate,
                content
            ),
            (
                "For another destination",
                try PeerSigner(node: north.id, key: north.first).request(
                    "POST", push, to: NodeURL("https://other.example")!,  // a URL in our own source
                    content: content, now: Self.now, nonce: Self.nonce(7)), push, north.certificate, content
            ),
        ]
        return rows.map { about, request, target, certificate, content in
            var check = PeerRequestCheck(destination: southURL, startedAt: Timestamp(milliseconds: 0))
            var code = ""
            do throws(PeerRefusal) {
                let proof = try check.check(request.method, target, request.fields, now: Self.now) { _ in
                    certificate.map { PeerKeys($0) }
                }
                if !proof.holds(content) { throw .content }
            } catch { code = error.code }
            return .object([
                ("about", .text(about)), ("code", .text(code)), ("method", .text(request.method)),
                ("target", .text(target)), ("content", .hex(content)), ("destination", .name(southURL)),
                ("certificate", certificate.map { .hex($0.encoded) } ?? .null),
                ("fields", Self.fields(request.fields)),
            ])
        }
    }

    func answers() throws -> [Description] {
        let signer = PeerSigner(node: south.id, key: south.first)
        let pushed = try signed("POST", push, content, number: 1)
        let blob = Hash(of: content.span)
        let asked = try signed(
            "GET", "/federation/v1/blobs/\(blob)?room=\(north.id)", [], number: 8)
        let extent = BlobExtent(hash: blob, first: 1, count: 3, size: UInt64(content.count))!  // within it
        let sealed = [UInt8](repeating: 5, count: SealedBody.openingBytes)
        let answer: [UInt8] = [0x81, 0x01]
        let rows: [(String, SignedPeerRequest, Int, AnswerContent, [UInt8]?)] = [
            ("With content", pushed, 200, .whole(ContentMark(of: answer, in: pushed.nonce)), answer),
            ("Without content", pushed, 204, .whole(nil), []),
            ("A part of a blob", asked, 206, .blob(extent), nil),
            (
                "Sealed", try signed("POST", "/federation/v1/sealed", content, number: 9), 200,
                .sealed(opening: sealed), nil
            ),
        ]
        return try rows.map { about, request, status, content, bytes in
            let answer = try signer.answer(status, content, to: request.signable, now: Self.now)
            return .object([
                ("about", .text(about)), ("request", Self.fields(request.fields)), ("status", .number(status)),
                ("method", .text(request.method)), ("target", .text(request.target)),
                ("content", bytes.map { .hex($0) } ?? .null),
                ("fields", Self.fields(answer)), ("key", .name(south.first.publicKey)),
            ])
        }
    }

    // MARK: Sealed bodies

    func sealed() throws -> [Description] {
        let head = SealedHead.request(
            method: "POST", target: push, fields: [.init("content-type", "application/cbor-seq")])
        let request = SealContext(requestFrom: north.id, to: south.id)
        let answer = SealContext(answerFrom: north.id, to: south.id, requestOpening: [1, 2, 3])
        let rows: [(String, SealContext, [UInt8]?, [UInt8])] = [
            ("Nothing", request, nil, []), ("A push", request, nil, head.encoded! + content),  // a sound head
            ("The first size beyond one chunk, as an answer", answer, [1, 2, 3], [UInt8](repeating: 7, count: 249)),
        ]
        return try rows.enumerated().map { index, row in
            let (about, context, opening, content) = row
            let entropy = (0..<3).flatMap { SampleNode.seed("sealed \(index) \($0)") }.prefix(SealEntropy.count)
            let sealed = SealedBodyWriter.seal(
                content, to: south.first.publicKey, context, SealEntropy(fixed: Array(entropy))!)  // 88 bytes
            let opened = try SealedBodyReader.open(sealed, with: south.first, context, contentBytesMax: 1_000)
            precondition(opened == content, "What was sealed is opened")
            return .object([
                ("about", .text(about)), ("from", .name(north.id)), ("to", .name(south.id)),
                ("answers", opening.map { .hex($0) } ?? .null), ("seed", .hex(SampleNode.seed("south first"))),
                ("entropy", .hex(Array(entropy))), ("content", .hex(content)), ("sealed", .hex(sealed)),
            ])
        }
    }
}
