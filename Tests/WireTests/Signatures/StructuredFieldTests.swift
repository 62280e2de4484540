import Testing
import Wire

struct StructuredFieldTests {
    private static func parse(_ text: String) throws(StructuredFieldFault) -> StructuredDictionary {
        try StructuredFieldParser.dictionary(text.utf8.span)
    }

    /// What a text means, seen through serialisation, which is public only as part of a signature base.
    private static func canonical(_ text: String) throws -> String {
        let message = SignableMessage.request(
            SignableRequest(
                method: "GET", scheme: "http", authority: "a", target: "/",
                fields: PairFields([("Content-Digest", text)])))
        let parameters = try SignatureParameters(
            covering: [SignedComponent("content-digest", .canonical)], created: nil, keyID: nil)
        let base = try message.baseText(parameters)
        return String(base.split(separator: "\n")[0].dropFirst("\"content-digest\";sf: ".count))
    }

    @Test(arguments: [
        // RFC 9421, section 2.1.1 and 2.1.2.
        ("a=1,    b=2;x=1;y=2,   c=(a   b   c)", "a=1, b=2;x=1;y=2, c=(a b c)"),
        ("a=1, b=2;x=1;y=2, c=(a   b    c), d", "a=1, b=2;x=1;y=2, c=(a b c), d"),
        // Each type; a lone key is true.
        ("a=?1,b=?0,c;x=?1,d;x=?0", "a, b=?0, c;x, d;x=?0"),
        ("a=\"q\\\"uote\\\\\"", "a=\"q\\\"uote\\\\\""),
        ("a=\"\"", "a=\"\""),
        ("a=:cHJldGVuZA==:,b=::", "a=:cHJldGVuZA==:, b=::"),
        ("a=-0,b=007,c=-999999999999999", "a=0, b=7, c=-999999999999999"),
        ("*a-b_c.d*=tok/en:!#$%&'*+-.^_`|~", "*a-b_c.d*=tok/en:!#$%&'*+-.^_`|~"),
        ("a=*t", "a=*t"),
        // Inner lists.
        ("a=()", "a=()"),
        ("a=(  )", "a=()"),
        ("a=( \"x\";y  1 )  ", "a=(\"x\";y 1)"),
        ("a=(1;b=2 :AA==:);c", "a=(1;b=2 :AA==:);c"),
        // White space.
        ("  a=1 \t,\t b=2  ", "a=1, b=2"),
        ("a=1;  b=2", "a=1;b=2"),
        ("", ""),
        ("   ", ""),
    ])
    func `a field is read and written in its one canonical form`(text: String, canonical: String) throws {
        #expect(try Self.canonical(text) == canonical)
        #expect(try Self.canonical(canonical) == canonical)
    }

    @Test(arguments: [
        "a=", "=1", "a=1,", "a=1,,b=2", ",a=1", "a=1 b=2", "a=1;", "a=1;=2", "a=1 ;b", "a =1", "a= 1",
        "A=1", "1a=1", "-a=1", "a=1;B=2", "ä=1",
        "a=\"", "a=\"x", "a=\"\\", "a=\"\\x\"", "a=\"\u{7F}\"", "a=\"\t\"", "a=\"\n\"", "a=\"ä\"",
        "a=:", "a=:AA==", "a=:A:", "a=:AA:", "a=:AB==:", "a=:A A=:", "a=:_-8=:", "a=:AA==:x",
        "a=?", "a=?2", "a=?true", "a=-", "a=--1", "a=+1", "a=1234567890123456", "a=1.5", "a=1.", "a=.5",
        "a=@1659578233",
        "a=%\"x\"", "a=(", "a=(1", "a=(1 2", "a=(1,2)", "a=(1)2", "a=(1\t2)", "a=((1))", "a=(\"x\"\"y\")", "a=)",
        "a=1\u{0}", "\ta=1", "a=1\n", "a={}", "a=[1]", "a=1;b=(1)",
    ])
    func `what is not of the grammar, or of a type that is not needed, is refused`(text: String) {
        #expect {
            try Self.parse(text)
        } throws: { error in
            guard case StructuredFieldFault.malformed(let offset) = error else { return false }
            return (0...text.utf8.count).contains(offset)
        }
    }

    @Test(arguments: [("a=1,a=2", 4), ("a=1, b, a", 8), ("a=1;x=1;x=2", 8), ("a=(1;x;y;x)", 9), ("a=();x;x", 7)])
    func `a key twice is refused where it is met`(text: String, offset: Int) {
        #expect(throws: StructuredFieldFault.repeatedKey(offset: offset)) { try Self.parse(text) }
    }

    struct Limit: Sendable {
        let name: String
        let count: Int
        let text: @Sendable (Int) -> String

        static let all = [
            Limit(name: "field", count: 8_192) { "a=\"x\"" + String(repeating: " ", count: $0 - 5) },
            Limit(name: "entries", count: 16) { count in (0..<count).map { "k\($0)" }.joined(separator: ",") },
            Limit(name: "items", count: 32) { "a=(" + String(repeating: "1 ", count: $0) + ")" },
            Limit(name: "parameters", count: 16) { "a=1" + (0..<$0).map { ";k\($0)" }.joined() },
            Limit(name: "key", count: 64) { String(repeating: "k", count: $0) },
            Limit(name: "string", count: 1_024) { "a=\"" + String(repeating: "x", count: $0) + "\"" },
            Limit(name: "token", count: 1_024) { "a=" + String(repeating: "x", count: $0) },
        ]
    }

    @Test(arguments: Limit.all)
    func `each limit holds exactly`(limit: Limit) {
        #expect(throws: Never.self) { try Self.parse(limit.text(limit.count)) }
        #expect(throws: StructuredFieldFault.tooLarge) { try Self.parse(limit.text(limit.count + 1)) }
    }

    @Test
    func `a byte sequence is bounded as it is written`() {
        #expect(throws: Never.self) { try Self.parse("a=:" + String(repeating: "AAAA", count: 256) + ":") }
        #expect(throws: StructuredFieldFault.tooLarge) {
            try Self.parse("a=:" + String(repeating: "AAAA", count: 257) + ":")
        }
    }

    @Test
    func `whatever is accepted is written, and read again as the same`() throws {
        var random = SignatureDice(seed: 8941)
        let seeds = [
            "sig1=(\"@method\" \"signature\";req;key=\"sig\");created=1618884473;keyid=\"k\";nonce=\"n\"",
            "sha-256=:X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE=:, b=?0, c=tok;x=-5",
        ]
        var accepted = 0
        for round in 0..<4_000 {
            var bytes = Array(seeds[round % 2].utf8)
            for _ in 0...(round % 5) { bytes.mutate(using: &random) }
            guard let first = try? StructuredFieldParser.dictionary(bytes.span) else { continue }
            accepted += 1
            let written = try Self.canonical(String(decoding: bytes, as: UTF8.self))
            #expect(try Self.parse(written) == first)
        }
        #expect(accepted > 200)
    }
}
