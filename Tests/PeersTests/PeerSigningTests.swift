import Bytes
import Keys
import OperationVectors
import Operations
import Testing
import Wire

@testable import Peers

struct PeerSigningTests {
    private let north = SampleNode.north
    private let south = SampleNode.south
    private var signer: PeerSigner { PeerSigner(node: north.id, key: north.first) }
    private let body: [UInt8] = [1, 2, 3]

    private func check(start: Timestamp = moment(-10_000)) -> PeerRequestCheck {
        PeerRequestCheck(destination: southURL, startedAt: start)
    }

    private func signed(
        _ method: String = "POST", _ target: String = "/federation/v1/push", to url: NodeURL = southURL,
        at seconds: Int64 = 0, by signer: PeerSigner? = nil, nonce: RequestNonce = RequestNonce()
    ) throws -> SignedPeerRequest {
        try (signer ?? self.signer).request(
            method, target, to: url, content: method == "GET" ? [] : body, now: moment(seconds), nonce: nonce)
    }

    private func keys(_ certificate: Certificate? = nil) -> (NodeID) -> PeerKeys? {
        { $0 == north.id ? PeerKeys(certificate ?? north.certificate) : nil }
    }

    private func refusal<Result>(_ body: () throws(PeerRefusal) -> Result) -> PeerRefusal? {
        do throws(PeerRefusal) {
            _ = try body()
            return nil
        } catch { return error }
    }

    @Test
    func `a request is its sender's, once`() throws {
        var check = check()
        let request = try signed("GET", "/federation/v1/changes?since=AAAA&wait=55")
        let proof = try check.check(request.method, request.target, request.fields, now: moment(3), keys: keys())
        #expect(proof.peer == north.id && proof.key == north.first.publicKey && proof.created == moment())
        #expect(proof.content == nil && proof.holds([]) && !proof.holds([0]))
        #expect(
            refusal { () throws(PeerRefusal) in
                try check.check(request.method, request.target, request.fields, now: moment(4), keys: keys())
            } == .replayed)
        let next = try signed("GET", request.target)
        _ = try check.check(next.method, next.target, next.fields, now: moment(4), keys: keys())
    }

    @Test
    func `a request for another destination, path, query or method is nobody's`() throws {
        var check = check()
        let elsewhere = try signed(to: northURL)
        let request = try signed("POST", "/federation/v1/push?a=b")
        let asked: [(String, String, HTTPFields)] = [
            (elsewhere.method, elsewhere.target, elsewhere.fields), ("PUT", request.target, request.fields),
            ("POST", "/federation/v1/pull?a=b", request.fields), ("POST", "/federation/v1/push", request.fields),
            ("POST", "/federation/v1/push?a=c", request.fields),
        ]
        for (method, target, fields) in asked {
            #expect(
                refusal { () throws(PeerRefusal) in
                    try check.check(method, target, fields, now: moment(), keys: keys())
                } == .wrongSignature)
        }
        // None of these has used up the nonce.
        _ = try check.check(request.method, request.target, request.fields, now: moment(), keys: keys())
    }

    @Test
    func `another body has another mark, and no body has none`() throws {
        var check = check()
        let request = try signed()
        let proof = try check.check(request.method, request.target, request.fields, now: moment(), keys: keys())
        #expect(proof.holds(body) && !proof.holds([1, 2, 4]) && !proof.holds([]))
        // However it is cut; and no two requests say the same of it.
        for pieces in cuts(body) {
            var hashing = ContentHashing(in: request.nonce)
            for piece in pieces { hashing.update(Array(piece).span) }
            #expect(hashing.finish() == proof.content && proof.content != nil)
        }
        #expect(ContentMark(of: body, in: RequestNonce()) != proof.content)
        #expect(ContentHashing(in: request.nonce).finish() == nil)
    }

    @Test(arguments: [(Int64(-301), PeerRefusal?.some(.old)), (-300, nil), (300, nil), (301, .future)])
    func `a request is taken within five minutes of our clock`(seconds: Int64, expected: PeerRefusal?) throws {
        var check = check()
        let request = try signed(at: seconds)
        #expect(
            refusal { () throws(PeerRefusal) in
                try check.check(request.method, request.target, request.fields, now: moment(), keys: keys())
            } == expected)
    }

    @Test
    func `strangers, unknown keys and keys of the past are refused, each for its reason`() throws {
        var check = check()
        let second = SampleNode.key("north second")
        let handedOver = try north.certificate.handingOver(to: second.publicKey, signedBy: north.first)
        let request = try signed()
        let cases: [(PeerKeys?, PeerRefusal?)] = [
            (nil, .unknownPeer), (PeerKeys(handedOver), .supersededKey), (PeerKeys(north.certificate), nil),
        ]
        for (known, expected) in cases {
            #expect(
                refusal { () throws(PeerRefusal) in
                    try check.check(request.method, request.target, request.fields, now: moment()) { _ in known }
                } == expected)
        }
        let newer = try signed(by: PeerSigner(node: north.id, key: second))
        #expect(
            refusal { () throws(PeerRefusal) in
                try check.check(newer.method, newer.target, newer.fields, now: moment(), keys: keys())
            } == .unknownKey)
        // Our name, and the key of somebody else.
        let forged = try signed(by: PeerSigner(node: north.id, key: south.first))
        #expect(
            refusal { () throws(PeerRefusal) in
                try check.check(forged.method, forged.target, forged.fields, now: moment(), keys: keys())
            } == .unknownKey)
    }

    @Test
    func `during a hand-over both keys count, and after it one`() throws {
        let second = SampleNode.key("north second")
        var known = PeerKeys(north.certificate)
        let handedOver = try north.certificate.handingOver(to: second.publicKey, signedBy: north.first)
        #expect(known.take(handedOver, now: moment()) == .handedOver)
        var check = check()
        for (seconds, expected) in [(Int64(0), PeerRefusal?.none), (300, nil), (301, .supersededKey)] {
            for (signer, isOld) in [(signer, true), (PeerSigner(node: north.id, key: second), false)] {
                let request = try signed(at: seconds, by: signer)
                #expect(
                    refusal { () throws(PeerRefusal) in
                        try check.check(request.method, request.target, request.fields, now: moment(seconds)) { _ in
                            known
                        }
                    } == (isOld ? expected : nil))
            }
        }
    }

    @Test
    func `a hand-over by the recovery key ends the old key at once, and an older certificate is not taken`() throws {
        let (second, third) = (SampleNode.key("north second"), SampleNode.key("north third"))
        let stolen = try north.certificate.handingOver(to: second.publicKey, signedBy: north.first)
        let recovered = try north.certificate.handingOver(to: third.publicKey, signedBy: north.recovery)
        var known = PeerKeys(north.certificate)
        #expect(known.take(stolen, now: moment()) == .handedOver)
        #expect(known.take(recovered, now: moment(1)) == .handedOver)
        #expect(known.standing(of: KeyHint(third.publicKey), now: moment(1)) == .valid)
        #expect(known.standing(of: KeyHint(second.publicKey), now: moment(1)) == .unknown)
        #expect(known.standing(of: KeyHint(north.first.publicKey), now: moment(1)) == .superseded)
        #expect(known.valid(KeyHint(north.first.publicKey), now: moment(1)) == nil)
        #expect(known.take(stolen, now: moment(2)) == .stale && known.take(recovered, now: moment(2)) == .unchanged)
        #expect(known.take(south.certificate, now: moment(2)) == .anotherNode)
        #expect(known.certificate == recovered)
    }

    @Test
    func `requests that are not signed as they must be are refused`() throws {
        var check = check()
        func found(_ fields: [(String, String)]) -> String? {
            refusal { () throws(PeerRefusal) in
                try check.check("POST", "/federation/v1/push", HTTPFields(fields), now: moment(), keys: keys())
            }?.code
        }
        let name = PeerSignature.KeyID(north.id, north.first.publicKey).text
        func custom(
            _ components: [SignedComponent] = PeerSignature.requestComponents, label: String = "p",
            nonce: String? = "AAAAAAAAAAA", tag: String? = nil, keyID: String? = nil
        ) throws -> [(String, String)] {
            let request = SignableRequest(
                method: "POST", scheme: "https", authority: southURL.authority, target: "/federation/v1/push",
                fields: HTTPFields())
            let parameters = try SignatureParameters(
                covering: components, created: moment(),
                keyID: keyID ?? name, nonce: nonce, tag: tag)
            let signed = try SignableMessage.request(request).signed(parameters, label: label, with: north.first)
            return [("Signature-Input", signed.input), ("Signature", signed.signature)]
        }
        #expect(found([]) == "unsigned")
        #expect(try found(custom(label: "sig1")) == "unsigned")
        #expect(try found(custom([.method])) == "uncovered")
        #expect(try found(custom([.targetURI])) == "uncovered")
        // The parts of it leave the scheme open.
        #expect(try found(custom([.method, .authority, .path, .query])) == "uncovered")
        #expect(try found(custom(nonce: nil)) == "malformed")
        for count in [0, 4, 10, 12, 22, 31, 33, 64] where count > 0 {
            #expect(try found(custom(nonce: String(repeating: "A", count: count))) == "bad-nonce", "\(count)")
        }
        #expect(try found(custom(nonce: "AAAAAAAAAAB")) == "bad-nonce")
        #expect(try found(custom(nonce: "AAAAAAAAAA=")) == "bad-nonce")
        #expect(try found(custom(keyID: "x")) == "unknown-peer")
        #expect(try found(custom(keyID: String(name.dropLast()))) == "unknown-peer")
        #expect(try found(custom(keyID: "\(north.id).\(north.first.publicKey)")) == "unknown-peer")
        #expect(try found(custom(keyID: PeerSignature.KeyID(north.id, south.first.publicKey).text)) == "unknown-key")
        #expect(try found(custom(tag: "anything")) == nil)
        #expect(try found(custom(nonce: "B" + String(repeating: "A", count: 31))) == nil)
        #expect(try found(custom(nonce: "AAAAAAAAAAE")) == nil)
    }

    @Test
    func `a stranger's knock proves itself, and may come twice`() throws {
        let check = check()
        let knock = Knock(card: try sampleCard())
        let request = try signed("POST", "/federation/v1/knock")
        for _ in 0..<2 {
            let proof = try check.checkKnock(knock, request.method, request.target, request.fields, now: moment())
            #expect(proof.peer == north.id)
        }
        let other = Knock(card: try sampleCard(of: .south))
        #expect(
            refusal { () throws(PeerRefusal) in
                try check.checkKnock(other, request.method, request.target, request.fields, now: moment())
            } == .unknownPeer)
    }

    // MARK: Answers

    private func proof(of request: SignedPeerRequest) throws -> PeerRequestProof {
        var check = check()
        return try check.check(request.method, request.target, request.fields, now: moment(), keys: keys())
    }

    @Test
    func `an answer of each sort is its sender's and says what its content is`() throws {
        let request = try signed()
        let answerer = PeerSigner(node: south.id, key: south.first)
        let contents: [AnswerContent] = [
            .whole(ContentMark(of: [7], in: request.nonce)), .whole(nil),
            .blob(BlobExtent(hash: Hash(of: body.span), first: 5, count: 10, size: 15)!),
            .blob(BlobExtent(hash: Hash(of: body.span), first: 0, count: 0, size: 0)!),
            .sealed(opening: [UInt8](repeating: 7, count: SealedBody.openingBytes)),
        ]
        for content in contents {
            let fields = try answerer.answer(200, content, to: proof(of: request).request, now: moment())
            let peer = PeerKeys(south.certificate)
            #expect(try request.checkAnswer(200, fields, from: peer, now: moment()) == content)
            #expect(
                refusal { () throws(PeerRefusal) in try request.checkAnswer(403, fields, from: peer, now: moment()) }
                    == .wrongSignature)
            #expect(
                refusal { () throws(PeerRefusal) in
                    try request.checkAnswer(200, fields, from: PeerKeys(north.certificate), now: moment())
                } == .unknownKey)
            #expect(
                refusal { () throws(PeerRefusal) in try request.checkAnswer(200, fields, from: peer, now: moment(301)) }
                    == .old)
        }
    }

    @Test
    func `an answer to another request is none`() throws {
        let (one, other) = (try signed(), try signed())
        let answerer = PeerSigner(node: south.id, key: south.first)
        let fields = try answerer.answer(
            200, .whole(ContentMark(of: [7], in: one.nonce)), to: proof(of: one).request, now: moment())
        #expect(
            refusal { () throws(PeerRefusal) in
                try other.checkAnswer(200, fields, from: PeerKeys(south.certificate), now: moment())
            } == .wrongSignature)
        #expect(
            refusal { () throws(PeerRefusal) in
                try one.checkAnswer(200, HTTPFields(), from: PeerKeys(south.certificate), now: moment())
            } == .unsigned)
    }

    @Test
    func `a part of a blob that isn't there has no name`() throws {
        let hash = Hash(of: body.span)
        #expect(BlobExtent(hash: hash, first: 5, count: 11, size: 15) == nil)
        #expect(BlobExtent(hash: hash, first: 16, count: 0, size: 15) == nil)
        #expect(BlobExtent(hash: hash, first: .max, count: .max, size: 15) == nil)
        #expect(BlobExtent(hash: hash, first: 0, count: 0, size: 1_000_000_000_000_000) == nil)
        for text in [
            "hash=:AAAA:, first=0, count=1, size=1", "first=0, count=1, size=1", "",
            "hash=:\(Base64.padded.encode(hash.bytes.array)):, first=-1, count=1, size=1",
            "hash=:\(Base64.padded.encode(hash.bytes.array)):, count=1, first=0, size=1",
            "hash=:\(Base64.padded.encode(hash.bytes.array)):, first=0;a, count=1, size=1",
        ] {
            let dictionary = try StructuredFieldParser.dictionary(Array(text.utf8).span)
            #expect(BlobExtent(dictionary) == nil, "\(text)")
        }
    }
}

struct NonceMemoryTests {
    private func nonce(_ number: Int) -> RequestNonce {
        RequestNonce((0..<8).map { UInt8(truncatingIfNeeded: number >> (8 * ($0 % 4))) })!
    }

    @Test
    func `a nonce has one text, with a mark and without`() {
        let nonce = nonce(77)
        #expect(RequestNonce() != RequestNonce())
        for content in [[], [1, 2, 3] as [UInt8]] {
            let mark = ContentMark(of: content, in: nonce)
            let text = NonceText.request(nonce, mark)
            #expect(text.utf8.count == (mark == nil ? 11 : 32))
            let read = NonceText.readRequest(text)
            #expect(read?.nonce == nonce && read?.mark == mark)
            #expect(NonceText.readRequest("") == nil && NonceText.readRequest(text + "A") == nil)
            guard let mark else { continue }
            #expect(NonceText.answer(mark).utf8.count == 22 && NonceText.readAnswer(NonceText.answer(mark)) == mark)
            #expect(NonceText.readAnswer(text) == nil && NonceText.readAnswer("") == nil)
        }
    }

    @Test
    func `a nonce is new once for each peer, for as long as its request could be taken`() {
        var memory = NonceMemory(startedAt: moment(-1_000))
        let (north, south) = (SampleNode.north.id, SampleNode.south.id)
        #expect(memory.note(nonce(1), of: north, created: moment(), now: moment()) == .new)
        #expect(memory.note(nonce(1), of: south, created: moment(), now: moment()) == .new)
        for later in [0, 1, 299, 300] as [Int64] {
            #expect(memory.note(nonce(1), of: north, created: moment(), now: moment(later)) == .replayed)
        }
        #expect(memory.note(nonce(2), of: north, created: moment(301), now: moment(301)) == .new)
        // Of those who are gone nothing is left, without anybody asking.
        #expect(memory.count == 1)
        #expect(memory.note(nonce(3), of: north, created: moment(602), now: moment(602)) == .new)
        #expect(memory.count == 1)
    }

    @Test
    func `what was signed before the start can't be told from a replay`() {
        var memory = NonceMemory(startedAt: moment())
        let north = SampleNode.north.id
        #expect(memory.note(nonce(1), of: north, created: moment(-7), now: moment()) == .unknowable(seconds: 7))
        #expect(memory.note(nonce(1), of: north, created: moment(), now: moment()) == .new)
    }

    @Test
    func `a full memory forgets the oldest second and takes nothing from it any more`() {
        var memory = NonceMemory(startedAt: moment(-1_000), noncesPerPeer: 10)
        let north = SampleNode.north.id
        for number in 0..<1_000 {
            let created = moment(Int64(number / 4))
            #expect(memory.note(nonce(number), of: north, created: created, now: created) == .new)
            #expect(memory.count <= 10)
        }
        // Neither what is remembered nor what is forgotten passes a second time.
        let now = moment(250)
        for number in 0..<1_000 {
            let outcome = memory.note(nonce(number), of: north, created: moment(Int64(number / 4)), now: now)
            #expect(outcome != .new)
        }
        #expect(memory.note(nonce(1_000), of: north, created: now, now: now) == .new)
        #expect(memory.note(nonce(1), of: SampleNode.south.id, created: moment(), now: now) == .new)
    }

    @Test
    func `more in one second than there is room for have to wait`() {
        var memory = NonceMemory(startedAt: moment(-1_000), noncesPerPeer: 3)
        let north = SampleNode.north.id
        for number in 0..<3 { #expect(memory.note(nonce(number), of: north, created: moment(), now: moment()) == .new) }
        #expect(memory.note(nonce(3), of: north, created: moment(), now: moment()) == .unknowable(seconds: 1))
        #expect(memory.note(nonce(3), of: north, created: moment(-1), now: moment()) == .unknowable(seconds: 1))
        #expect(memory.note(nonce(4), of: north, created: moment(1), now: moment(1)) == .new)
        #expect(memory.count == 1)
    }

    @Test
    func `a clock that is put back lets nothing old pass again`() {
        var memory = NonceMemory(startedAt: moment(-1_000))
        let north = SampleNode.north.id
        #expect(memory.note(nonce(1), of: north, created: moment(), now: moment()) == .new)
        let south = SampleNode.south.id
        #expect(memory.note(nonce(2), of: south, created: moment(1_000), now: moment(1_000)) == .new)
        #expect(memory.count == 1)
        #expect(memory.note(nonce(1), of: north, created: moment(), now: moment()) != .new)
    }
}
