import Bytes
import Keys
import Testing
import Wire

struct MessageSignatureTests {
    @Test
    func `the Ed25519 signature of RFC 9421, appendix B.2.6, is made and accepted`() throws {
        let components = try [
            SignedComponent.field("date"), .method, .path, .authority, .field("content-type"),
            .field("content-length"),
        ]
        let parameters = try SignatureParameters(
            covering: components, created: RFC9421.created, keyID: "test-key-ed25519")
        let signed = try RFC9421.request().signed(parameters, label: "sig-b26", with: RFC9421.key)
        #expect(
            signed.input == """
                sig-b26=("date" "@method" "@path" "@authority" "content-type" "content-length")\
                ;created=1618884473;keyid="test-key-ed25519"
                """)
        #expect(
            signed.signature == """
                sig-b26=:wqcAqbmYJ2ji2glfAMaRy4gruYYnx2nEFN2HN6jrnDnQCK1u02Gb04v9EDgwUPiu4A0w6vuQv5lIp5WPpBKRCw==:
                """)
        var fields = RFC9421.fields
        fields["Signature-Input"] = signed.input
        fields["Signature"] = signed.signature
        let verified = try RFC9421.request(fields: fields).verified(
            by: SignaturePolicy(required: components, needsNonce: false), now: RFC9421.created
        ) { $0 == "test-key-ed25519" ? RFC9421.key.publicKey : nil }
        #expect(verified.label == "sig-b26")
        #expect(verified.keyID == "test-key-ed25519")
        #expect(verified.created == RFC9421.created)
        #expect(verified.nonce == nil)
    }

    /// RFC 9421, appendix B.4: which changes on the way a signature survives.
    @Test(arguments: [
        (true, "GET", "example.org", "/demo?name1=Value1&Name2=value2", ["application/json", "*/*"]),
        (true, "GET", "example.org", "/demo?name1=Value1&Name2=value2&param=added", ["application/json, */*"]),
        (true, "GET", "EXAMPLE.org:443", "/demo", ["application/json", " */*"]),
        (false, "POST", "example.com", "/demo?name1=Value1&Name2=value2", ["application/json", "*/*"]),
        (false, "GET", "example.org", "/demo?name1=Value1&Name2=value2", ["*/*", "application/json"]),
        (false, "GET", "example.org", "/demo2", ["application/json", "*/*"]),
    ])
    func `the signature of appendix B.4 survives what it may and nothing else`(
        survives: Bool, method: String, authority: String, target: String, accept: [String]
    ) throws {
        var fields = PairFields(accept.map { ("Accept", $0) } + [("Date", "Fri, 15 Jul 2022 14:24:55 GMT")])
        fields["Signature-Input"] = """
            transform=("@method" "@path" "@authority" "accept");created=1618884473;keyid="test-key-ed25519"
            """
        fields["Signature"] = """
            transform=:ZT1kooQsEHpZ0I1IjCqtQppOmIqlJPeo7DHR3SoMn0s5JZ1eRGS0A+vyYP9t/LXlh5QMFFQ6cpLt2m0pmj3NDA==:
            """
        let message = RFC9421.request(method: method, authority: authority, target: target, fields: fields)
        let policy = SignaturePolicy(label: "transform", required: [.method, .path, .authority], needsNonce: false)
        let verify = { () throws(SignatureFault) in
            try message.verified(by: policy, now: RFC9421.created) { _ in RFC9421.key.publicKey }
        }
        if survives {
            #expect(try verify().label == "transform")
        } else {
            #expect(throws: SignatureFault.mismatch) { try verify() }
        }
    }

    // What follows is between two nodes.

    static let now = Timestamp(milliseconds: 1_790_000_000_123)
    static let key = SigningKey()
    /// That of `{"hello": "world"}`, as RFC 9530 writes it.
    static let digest = "sha-256=:X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE=:"
    static let policy = SignaturePolicy(
        required: [.method, .authority, .path, .query, .contentDigest], tag: "federation")

    /// What the sender makes of one request, to be altered by a test before it is sent.
    struct Draft {
        var method = "POST"
        var authority = "north.example"
        var target = "/federation/v1/push?a=1"
        var fields = PairFields([("Content-Digest", digest)])

        var request: SignableRequest {
            SignableRequest(method: method, scheme: "https", authority: authority, target: target, fields: fields)
        }

        var message: SignableMessage { .request(request) }

        func signed(
            created: Timestamp? = now, expires: Timestamp? = nil, keyID: String? = "south", algorithm: String? = nil,
            nonce: String? = "n-1", tag: String? = "federation", covering: [SignedComponent] = policy.required
        ) throws -> Draft {
            let parameters = try SignatureParameters(
                covering: covering, created: created, expires: expires, keyID: keyID, algorithm: algorithm,
                nonce: nonce, tag: tag)
            let fields = try message.signed(parameters, label: "sig", with: key)
            var copy = self
            copy.fields["Signature-Input"] = fields.input
            copy.fields["Signature"] = fields.signature
            return copy
        }

        func verified(
            by policy: SignaturePolicy = policy, now: Timestamp = now
        ) throws(SignatureFault) -> VerifiedSignature {
            try message.verified(by: policy, now: now) { $0 == "south" ? key.publicKey : nil }
        }
    }

    @Test
    func `a signed request is accepted, with all that it says of itself`() throws {
        let expires = Timestamp(milliseconds: Self.now.milliseconds + 60_000)
        let verified = try Draft().signed(expires: expires, algorithm: "ed25519").verified()
        #expect(verified.keyID == "south")
        #expect(verified.key == Self.key.publicKey)
        #expect(verified.nonce == "n-1")
        #expect(verified.created.milliseconds == 1_790_000_000_000)
        #expect(verified.parameters.expires?.milliseconds == 1_790_000_060_000)
        #expect(verified.parameters.components == Self.policy.required)
        #expect(verified.parameters.tag == "federation")
    }

    @Test
    func `a change in any covered part is noticed, and in no other`() throws {
        let signed = try Draft().signed()
        var drafts = Array(repeating: signed, count: 6)
        drafts[0].method = "PUT"
        drafts[1].target = "/federation/v1/pull?a=1"
        drafts[2].target = "/federation/v1/push?a=2"
        drafts[3].target = "/federation/v1/push"
        drafts[4].fields["Content-Digest"] = "sha-256=:AAAA:"
        drafts[5].fields.pairs.append((name: "content-digest", value: "md5=:AAAA:"))
        for draft in drafts {
            #expect(throws: SignatureFault.mismatch) { try draft.verified() }
        }
        var other = signed
        other.fields["Via"] = "1.1 proxy"
        #expect(try other.verified().nonce == "n-1")
    }

    @Test(arguments: ["east.example", "north.example:8443", "xnorth.example", "north.example.evil.example"])
    func `a request for another destination is refused`(authority: String) throws {
        var draft = try Draft().signed()
        draft.authority = authority
        #expect(throws: SignatureFault.mismatch) { try draft.verified() }
    }

    @Test(
        arguments: [
            (-301, SignatureFault.tooOld), (-300, nil), (0, nil), (300, nil), (301, .tooNew), (-1_000_000_000, .tooOld),
            (1_000_000_000, .tooNew),
        ] as [(Int64, SignatureFault?)])
    func `five minutes either way are tolerated`(seconds: Int64, fault: SignatureFault?) throws {
        let created = Timestamp(milliseconds: Self.now.milliseconds + seconds * 1_000)
        let draft = try Draft().signed(created: created)
        if let fault {
            #expect(throws: fault) { try draft.verified() }
        } else {
            #expect(try draft.verified().keyID == "south")
        }
    }

    @Test
    func `neither the end of time nor its beginning overflows`() throws {
        var draft = try Draft().signed()
        draft.fields["Signature-Input"] = draft.fields["Signature-Input"].replacing(
            "created=1790000000", with: "created=999999999999999")
        for milliseconds in [Int64.min, .max, 0] {
            #expect(throws: SignatureFault.tooNew) {
                try draft.verified(now: Timestamp(milliseconds: min(milliseconds, 999_999_999_999_000_000 - 301_000)))
            }
        }
        #expect(throws: SignatureFault.tooOld) { try draft.verified(now: Timestamp(milliseconds: .max)) }
    }

    @Test
    func `an expired signature is refused, within the tolerance too`() throws {
        let before = Timestamp(milliseconds: Self.now.milliseconds - 2_000)
        let draft = try Draft().signed(created: before, expires: before)
        #expect(throws: SignatureFault.expired) { try draft.verified() }
        let backwards = try Draft().signed(
            created: Timestamp(milliseconds: Self.now.milliseconds + 9_000),
            expires: Timestamp(milliseconds: Self.now.milliseconds + 5_000))
        #expect(throws: SignatureFault.expired) { try backwards.verified() }
    }

    @Test
    func `what the policy wants must be there`() throws {
        let draft = Draft()
        #expect(throws: SignatureFault.missingParameter("created")) { try draft.signed(created: nil).verified() }
        #expect(throws: SignatureFault.missingParameter("nonce")) { try draft.signed(nonce: nil).verified() }
        #expect(throws: SignatureFault.missingParameter("nonce")) { try draft.signed(nonce: "").verified() }
        #expect(throws: SignatureFault.missingParameter("keyid")) { try draft.signed(keyID: nil).verified() }
        #expect(throws: SignatureFault.missingParameter("keyid")) { try draft.signed(keyID: "").verified() }
        #expect(throws: SignatureFault.unknownKey("west")) { try draft.signed(keyID: "west").verified() }
        #expect(throws: SignatureFault.wrongTag) { try draft.signed(tag: "other").verified() }
        #expect(throws: SignatureFault.wrongTag) { try draft.signed(tag: nil).verified() }
        #expect(throws: SignatureFault.unsupportedAlgorithm("rsa-pss-sha512")) {
            try draft.signed(algorithm: "rsa-pss-sha512")
        }
        #expect(throws: SignatureFault.tooLarge(of: "nonce")) {
            try draft.signed(nonce: String(repeating: "n", count: 129)).verified()
        }
        #expect(throws: SignatureFault.tooLarge(of: "keyid")) {
            try draft.signed(keyID: String(repeating: "k", count: 257)).verified()
        }
        for missing in Self.policy.required {
            let signed = try draft.signed(covering: Self.policy.required.filter { $0 != missing })
            #expect(throws: SignatureFault.uncovered(missing.description)) { try signed.verified() }
        }
    }

    @Test
    func `what can't be read back is not signed`() throws {
        #expect(throws: SignatureFault.unrepresentable("nonce")) { try Draft().signed(nonce: "a\nb") }
        #expect(throws: SignatureFault.unrepresentable("keyid")) { try Draft().signed(keyID: "ä") }
        #expect(throws: SignatureFault.unrepresentable("tag")) {
            try Draft().signed(tag: String(repeating: "x", count: 1_025))
        }
        #expect(throws: SignatureFault.unknownParameter("created")) {
            try Draft().signed(created: Timestamp(milliseconds: -1_000))
        }
        #expect(throws: SignatureFault.repeatedComponent("\"@path\"")) {
            try Draft().signed(covering: [.path, .method, .path])
        }
        #expect(throws: SignatureFault.tooLarge(of: "signature-input")) {
            try Draft().signed(covering: (0..<33).map { try SignedComponent("h\($0)") })
        }
        let parameters = try SignatureParameters(covering: [.path], created: Self.now, keyID: "k")
        for label in ["", "Sig", "a b", "1", String(repeating: "a", count: 65)] {
            #expect(throws: SignatureFault.unrepresentable("label")) {
                try Draft().message.signed(parameters, label: label, with: Self.key)
            }
        }
        // Quotes are fine: they are escaped.
        #expect(try Draft().signed(nonce: "a\"b\\c").verified().nonce == "a\"b\\c")
    }

    @Test
    func `an answer is bound to the request that it answers`() throws {
        let request = try Draft().signed().request
        let components = try [
            SignedComponent.status, .contentDigest, .field("signature", .member(key: "sig"), ofRequest: true),
        ]
        let policy = SignaturePolicy(required: components, needsNonce: false)
        var fields = PairFields([("Content-Digest", Self.digest)])
        let parameters = try SignatureParameters(covering: components, created: Self.now, keyID: "north")
        let north = SigningKey()
        let signed = try SignableMessage.response(status: 200, fields: fields, to: request)
            .signed(parameters, label: "sig", with: north)
        fields["Signature-Input"] = signed.input
        fields["Signature"] = signed.signature

        func verify(
            status: Int, to request: SignableRequest?
        ) throws(SignatureFault) -> VerifiedSignature {
            try SignableMessage.response(status: status, fields: fields, to: request)
                .verified(by: policy, now: Self.now) { _ in north.publicKey }
        }
        #expect(try verify(status: 200, to: request).keyID == "north")
        #expect(throws: SignatureFault.mismatch) { try verify(status: 201, to: request) }
        let another = try Draft().signed(nonce: "n-2").request
        let unsigned = Draft().request
        #expect(throws: SignatureFault.mismatch) { try verify(status: 200, to: another) }
        #expect(throws: SignatureFault.absent("\"signature\";req;key=\"sig\"")) {
            try verify(status: 200, to: unsigned)
        }
        #expect(throws: SignatureFault.absent("\"signature\";req;key=\"sig\"")) { try verify(status: 200, to: nil) }
    }

    @Test
    func `of several signatures the policy's label counts`() throws {
        var draft = try Draft().signed()
        let input = draft.fields["Signature-Input"]
        let signature = draft.fields["Signature"]
        draft.fields.pairs.append((name: "Signature-Input", value: "proxy=(\"via\");created=1"))
        draft.fields.pairs.append((name: "Signature", value: "proxy=:AAAA:"))
        #expect(throws: SignatureFault.ambiguous) { try draft.verified() }
        var policy = Self.policy
        policy.label = "sig"
        #expect(try draft.verified(by: policy).label == "sig")
        policy.label = "other"
        #expect(throws: SignatureFault.noSignature(label: "other")) { try draft.verified(by: policy) }
        // The same label twice is not "the last one wins".
        draft.fields["Signature-Input"] = input + ", " + input
        #expect(throws: SignatureFault.malformed(field: "signature-input")) { try draft.verified() }
        draft.fields["Signature-Input"] = input
        draft.fields["Signature"] = signature + ", " + signature
        #expect(throws: SignatureFault.malformed(field: "signature")) { try draft.verified() }
        draft.fields["Signature"] = "other=:AAAA:"
        #expect(throws: SignatureFault.noSignature(label: "sig")) { try draft.verified() }
    }

    @Test
    func `the meaning counts, not the spelling`() throws {
        var draft = try Draft().signed()
        let input = draft.fields["Signature-Input"]
        draft.fields["Signature-Input"] = "  " + input.replacing("\" \"", with: "\"   \"").replacing(";", with: ";  ")
        #expect(try draft.verified().keyID == "south")
    }
}
