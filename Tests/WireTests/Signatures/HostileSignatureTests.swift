import Bytes
import Keys
import Testing
import Wire

/// What strangers send in Signature-Input and Signature.
struct HostileSignatureTests {
    typealias Draft = MessageSignatureTests.Draft

    private static func fault(input: String?, signature: String?) throws -> SignatureFault? {
        var draft = Draft()
        if let input { draft.fields["Signature-Input"] = input }
        if let signature { draft.fields["Signature"] = signature }
        do throws(SignatureFault) {
            _ = try draft.verified()
            return nil
        } catch {
            return error
        }
    }

    private static let shortSignature = "sig=:" + Base64.padded.encode([UInt8](repeating: 1, count: 63)) + ":"
    private static let anySignature = "sig=:" + Base64.padded.encode([UInt8](repeating: 1, count: 64)) + ":"

    @Test
    func `a message without either field is unsigned`() throws {
        #expect(try Self.fault(input: nil, signature: nil) == .unsigned)
        #expect(try Self.fault(input: "sig=()", signature: nil) == .unsigned)
        #expect(try Self.fault(input: nil, signature: Self.anySignature) == .unsigned)
        #expect(try Self.fault(input: "", signature: Self.anySignature) == .unsigned)
    }

    @Test(
        arguments: [
            ("sig", .malformed(field: "signature-input")),
            ("sig=1", .malformed(field: "signature-input")),
            ("sig=\"@method\"", .malformed(field: "signature-input")),
            ("sig=(", .malformed(field: "signature-input")),
            ("sig=(\"@method\"", .malformed(field: "signature-input")),
            ("sig=(\"@method)", .malformed(field: "signature-input")),
            ("sig=(\"@method\"\"@path\")", .malformed(field: "signature-input")),
            ("sig=(\"@method\",\"@path\")", .malformed(field: "signature-input")),
            ("sig=(\"@method\");created", .unknownParameter("created")),
            ("sig=(\"@method\");created=\"1\"", .unknownParameter("created")),
            ("sig=(\"@method\");created=-1", .unknownParameter("created")),
            ("sig=(\"@method\");created=1.5", .malformed(field: "signature-input")),
            ("sig=(\"@method\");created=1;created=2", .malformed(field: "signature-input")),
            ("sig=(\"@method\");created=1;keyid=south", .unknownParameter("keyid")),
            ("sig=(\"@method\");created=1;nonce=:AAAA:", .unknownParameter("nonce")),
            ("sig=(\"@method\");created=1;extra=1", .unknownParameter("extra")),
            ("sig=(\"@method\");tag=\"federation\";alg=\"none\"", .unsupportedAlgorithm("none")),
            ("sig=(\"@method\");tag=\"federation\";alg=\"hmac-sha256\"", .unsupportedAlgorithm("hmac-sha256")),
            ("sig=(\"@method\" \"@method\")", .repeatedComponent("\"@method\"")),
            ("sig=(\"date\";bs \"date\";bs)", .repeatedComponent("\"date\";bs")),
            (
                "sig=(\"signature\";req;key=\"a\" \"signature\";key=\"a\";req)",
                .repeatedComponent("\"signature\";key=\"a\";req")
            ),
            ("sig=(@method)", .malformed(field: "signature-input")),
            ("sig=(method)", .unknownComponent("method")),
            ("sig=(1)", .unknownComponent("1")),
            ("sig=(\"@signature-params\")", .unknownComponent("\"@signature-params\"")),
            ("sig=(\"@unknown\")", .unknownComponent("\"@unknown\"")),
            ("sig=(\"@METHOD\")", .unknownComponent("\"@METHOD\"")),
            ("sig=(\"Date\")", .unknownComponent("\"Date\"")),
            ("sig=(\"\")", .unknownComponent("\"\"")),
            ("sig=(\"date\";tr)", .unknownComponent("\"date\";tr")),
            ("sig=(\"date\";foo)", .unknownComponent("\"date\";foo")),
            ("sig=(\"date\";sf)", .unknownComponent("\"date\";sf")),
            ("sig=(\"date\";key=\"a\")", .unknownComponent("\"date\";key=\"a\"")),
            ("sig=(\"signature\";bs;sf)", .unknownComponent("\"signature\";bs;sf")),
            ("sig=(\"signature\";sf;key=\"a\")", .unknownComponent("\"signature\";sf;key=\"a\"")),
            ("sig=(\"date\";req=?0)", .unknownComponent("\"date\";req=?0")),
            ("sig=(\"date\";bs=1)", .unknownComponent("\"date\";bs=1")),
            ("sig=(\"@query-param\")", .unknownComponent("\"@query-param\"")),
            ("sig=(\"@status\";req)", .unknownComponent("\"@status\";req")),
        ] as [(String, SignatureFault)])
    func `a malformed Signature-Input is refused for what is wrong with it`(
        input: String, fault: SignatureFault
    ) throws {
        #expect(try Self.fault(input: input, signature: Self.anySignature) == fault)
    }

    @Test
    func `what a covering signature can't find in the message is refused`() throws {
        let input = """
            sig=("@method" "@authority" "@path" "@query" "content-digest" EXTRA)\
            ;created=1790000000;keyid="south";nonce="n";tag="federation"
            """
        for (extra, fault) in [
            ("\"date\"", SignatureFault.absent("\"date\"")), ("\"@method\";req", .absent("\"@method\";req")),
            ("\"@status\"", .absent("\"@status\"")),
            ("\"content-digest\";key=\"sha-512\"", .absent("\"content-digest\";key=\"sha-512\"")),
            ("\"@scheme\"", .mismatch),
        ] {
            let found = try Self.fault(
                input: input.replacing("EXTRA", with: extra), signature: Self.anySignature)
            #expect(found == fault)
        }
    }

    @Test(arguments: ["sig", "sig=\"AAAA\"", "sig=(:AAAA:)", "sig=:AAAA:", "sig=:AA==:x", "sig=::", shortSignature])
    func `a Signature that is not 64 bytes is refused`(signature: String) throws {
        let input = try Draft().signed().fields["Signature-Input"]
        #expect(try Self.fault(input: input, signature: signature) == .malformed(field: "signature"))
        #expect(
            try Self.fault(input: input, signature: Self.anySignature + ";x") == .malformed(field: "signature"))
    }

    @Test
    func `a field that is too long is not even read`() throws {
        let huge = "sig=(\"@method\");nonce=\"" + String(repeating: "x", count: 1_000_000) + "\""
        #expect(try Self.fault(input: huge, signature: Self.anySignature) == .tooLarge(of: "signature-input"))
        #expect(try Self.fault(input: "sig=()", signature: "sig=:" + huge) == .tooLarge(of: "signature"))
        var draft = try Draft().signed()
        for number in 0..<1_000 {
            draft.fields.pairs.append((name: "signature-input", value: "sig\(number)=()"))
        }
        #expect(throws: SignatureFault.tooLarge(of: "signature-input")) { try draft.verified() }
        let many = "sig=(" + (0..<33).map { "\"h\($0)\"" }.joined(separator: " ") + ")"
        #expect(try Self.fault(input: many, signature: Self.anySignature) == .tooLarge(of: "signature-input"))
    }

    @Test
    func `a signature over other bytes with the right key does not pass for one of a message`() throws {
        // The key also signs operations, with a tag in front. No tag begins like a signature base.
        let draft = try Draft().signed()
        let base = try draft.message.signatureBase(
            SignatureParameters(
                covering: MessageSignatureTests.policy.required, created: MessageSignatureTests.now, keyID: "south",
                nonce: "n-1", tag: "federation"))
        #expect(base.first == UInt8(ascii: "\""))
        let tagged = MessageSignatureTests.key.sign(Tag("operation"), base.span)
        var other = draft
        other.fields["Signature"] = "sig=:" + Base64.padded.encode(tagged.bytes.array) + ":"
        #expect(throws: SignatureFault.mismatch) { try other.verified() }
    }

    @Test(arguments: 0..<8 as Range<UInt64>)
    func `no mutation traps, and none verifies unless it means the same`(seed: UInt64) throws {
        var random = SignatureDice(seed: seed)
        let draft = try Draft().signed()
        let input = Array(draft.fields["Signature-Input"].utf8)
        let signature = Array(draft.fields["Signature"].utf8)
        let original = try draft.verified()
        var faults: Set<String> = []
        for round in 0..<500 {
            var newInput = input
            var newSignature = signature
            for _ in 0...(round % 4) {
                if random.next() % 3 == 0 {
                    newSignature.mutate(using: &random)
                } else {
                    newInput.mutate(using: &random)
                }
            }
            var mutated = draft
            mutated.fields["Signature-Input"] = String(decoding: newInput, as: UTF8.self)
            mutated.fields["Signature"] = String(decoding: newSignature, as: UTF8.self)
            do throws(SignatureFault) {
                let verified = try mutated.verified()
                #expect(verified.parameters.text == original.parameters.text, "\(newInput)")
                #expect(verified.signature == original.signature)
            } catch {
                faults.insert(String("\(error)".prefix { $0 != "(" }))
            }
        }
        // The mutations reach far into the machine.
        #expect(faults.contains("malformed") && faults.contains("mismatch") && faults.count >= 6, "\(faults)")
    }
}
