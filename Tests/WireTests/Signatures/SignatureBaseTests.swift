import Bytes
import Testing
import Wire

struct SignatureBaseTests {
    struct Example: Sendable {
        let name: String
        let message: SignableMessage
        let parameters: @Sendable () throws -> SignatureParameters
        let base: String
    }

    /// RFC 9421, appendix B.2.
    static let examples = [
        Example(
            name: "B.2.1", message: RFC9421.request(),
            parameters: {
                try SignatureParameters(
                    covering: [], created: RFC9421.created, keyID: "test-key-rsa-pss", nonce: "b3k2pp5k7z-50gnwp.yemd")
            },
            base: """
                "@signature-params": ();created=1618884473;keyid="test-key-rsa-pss";nonce="b3k2pp5k7z-50gnwp.yemd"
                """),
        Example(
            name: "B.2.2", message: RFC9421.request(),
            parameters: {
                try SignatureParameters(
                    covering: [
                        .authority, .contentDigest, SignedComponent("@query-param", .queryParameter(name: "Pet")),
                    ], created: RFC9421.created, keyID: "test-key-rsa-pss", tag: "header-example")
            },
            base: """
                "@authority": example.com
                "content-digest": \(RFC9421.digest)
                "@query-param";name="Pet": dog
                "@signature-params": ("@authority" "content-digest" "@query-param";name="Pet")\
                ;created=1618884473;keyid="test-key-rsa-pss";tag="header-example"
                """),
        Example(
            name: "B.2.3", message: RFC9421.request(),
            parameters: {
                try SignatureParameters(
                    covering: [
                        .field("date"), .method, .path, .query, .authority, .field("content-type"), .contentDigest,
                        .field("content-length"),
                    ], created: RFC9421.created, keyID: "test-key-rsa-pss")
            },
            base: """
                "date": Tue, 20 Apr 2021 02:07:55 GMT
                "@method": POST
                "@path": /foo
                "@query": ?param=Value&Pet=dog
                "@authority": example.com
                "content-type": application/json
                "content-digest": \(RFC9421.digest)
                "content-length": 18
                "@signature-params": ("date" "@method" "@path" "@query" "@authority" "content-type" \
                "content-digest" "content-length");created=1618884473;keyid="test-key-rsa-pss"
                """),
        Example(
            name: "B.2.4", message: RFC9421.response,
            parameters: {
                try SignatureParameters(
                    covering: [.status, .field("content-type"), .contentDigest, .field("content-length")],
                    created: RFC9421.created, keyID: "test-key-ecc-p256")
            },
            base: """
                "@status": 200
                "content-type": application/json
                "content-digest": sha-512=:mEWXIS7MaLRuGgxOBdODa3xqM1XdEvxoYhvlCFJ41QJgJc4GTsPp29l5oGX69wWdXymyU0rj\
                Juahq4l5aGgfLQ==:
                "content-length": 23
                "@signature-params": ("@status" "content-type" "content-digest" "content-length")\
                ;created=1618884473;keyid="test-key-ecc-p256"
                """),
        Example(
            name: "B.2.5", message: RFC9421.request(),
            parameters: {
                try SignatureParameters(
                    covering: [.field("date"), .authority, .field("content-type")], created: RFC9421.created,
                    keyID: "test-shared-secret")
            },
            base: """
                "date": Tue, 20 Apr 2021 02:07:55 GMT
                "@authority": example.com
                "content-type": application/json
                "@signature-params": ("date" "@authority" "content-type");created=1618884473;keyid="test-shared-secret"
                """),
        Example(
            name: "B.2.6", message: RFC9421.request(),
            parameters: {
                try SignatureParameters(
                    covering: [
                        .field("date"), .method, .path, .authority, .field("content-type"), .field("content-length"),
                    ], created: RFC9421.created, keyID: "test-key-ed25519")
            },
            base: """
                "date": Tue, 20 Apr 2021 02:07:55 GMT
                "@method": POST
                "@path": /foo
                "@authority": example.com
                "content-type": application/json
                "content-length": 18
                "@signature-params": ("date" "@method" "@path" "@authority" "content-type" "content-length")\
                ;created=1618884473;keyid="test-key-ed25519"
                """),
    ]

    @Test(arguments: examples)
    func `the bases of RFC 9421 are built to the letter`(example: Example) throws {
        #expect(try example.message.baseText(example.parameters()) == example.base)
    }

    /// The first line of the base over one component.
    private static func line(_ component: SignedComponent, of message: SignableMessage) throws -> String {
        let parameters = try SignatureParameters(covering: [component], created: nil, keyID: nil)
        let base = try message.baseText(parameters)
        return String(base[..<(base.firstIndex(of: "\n") ?? base.endIndex)])
    }

    @Test(arguments: [
        // RFC 9421, section 2.2.
        ("@method", "\"@method\": POST"),
        ("@target-uri", "\"@target-uri\": https://www.example.com/path?param=value"),
        ("@authority", "\"@authority\": www.example.com"),
        ("@scheme", "\"@scheme\": https"),
        ("@request-target", "\"@request-target\": /path?param=value"),
        ("@path", "\"@path\": /path"),
        ("@query", "\"@query\": ?param=value"),
    ])
    func `each derived component has its value`(name: String, line: String) throws {
        let message = RFC9421.request(authority: "www.example.com", target: "/path?param=value")
        #expect(try Self.line(SignedComponent(name), of: message) == line)
    }

    @Test(arguments: [
        ("HTTPS", "Www.Example.COM:443", "www.example.com"), ("https", "example.com:80", "example.com:80"),
        ("http", "example.com:80", "example.com"), ("http", "example.com:8080", "example.com:8080"),
        ("http", "[2001:DB8::1]:80", "[2001:db8::1]"), ("http", "[2001:db8::80]", "[2001:db8::80]"),
        ("http", "example.com:", "example.com"),
    ])
    func `the authority is in lower case and without the port that goes without saying`(
        scheme: String, authority: String, normalized: String
    ) throws {
        let message = RFC9421.request(scheme: scheme, authority: authority)
        #expect(try Self.line(.authority, of: message) == "\"@authority\": \(normalized)")
        #expect(try Self.line(.scheme, of: message) == "\"@scheme\": \(scheme.lowercased())")
    }

    @Test(arguments: [
        ("/", "/", "?"), ("/a?", "/a", "?"), ("/a%2Fb/../c", "/a%2Fb/../c", "?"),
        ("/path?param=value&foo=bar&baz=bat%2Dman", "/path", "?param=value&foo=bar&baz=bat%2Dman"),
        ("/path?queryString", "/path", "?queryString"), ("/a?b?c", "/a", "?b?c"), ("//x", "//x", "?"),
    ])
    func `path and query are the target's, undecoded`(target: String, path: String, query: String) throws {
        #expect(try Self.line(.path, of: RFC9421.request(target: target)) == "\"@path\": \(path)")
        #expect(try Self.line(.query, of: RFC9421.request(target: target)) == "\"@query\": \(query)")
    }

    @Test(arguments: ["*", "https://example.com/foo", "example.com:80", ""])
    func `a target of another form has no path and no query`(target: String) throws {
        for component in [SignedComponent.path, .query, .targetURI] {
            #expect(throws: SignatureFault.absent(component.description)) {
                try Self.line(component, of: RFC9421.request(target: target))
            }
        }
    }

    @Test(arguments: [
        // RFC 9421, section 2.2.8.
        ("/path?param=value&foo=bar&baz=batman&qux=", "baz", "batman"),
        ("/path?param=value&foo=bar&baz=batman&qux=", "qux", ""),
        ("/path?param=value&foo=bar&baz=batman&qux=", "param", "value"),
        (
            "/parameters?var=this%20is%20a%20big%0Amultiline%20value&bar=with+plus+whitespace", "var",
            "this%20is%20a%20big%0Amultiline%20value"
        ),
        ("/parameters?bar=with+plus+whitespace", "bar", "with%20plus%20whitespace"),
        ("/parameters?fa%C3%A7ade%22%3A%20=something", "fa%C3%A7ade%22%3A%20", "something"),
        // Odd ones.
        ("/?a", "a", ""), ("/?&&a=1=2&", "a", "1%3D2"), ("/?a=%&b=%4&c=%zz", "b", "%254"),
        ("/?a=%FF", "a", "%EF%BF%BD"),
    ])
    func `a query parameter is decoded and encoded anew`(target: String, name: String, value: String) throws {
        let component = try SignedComponent("@query-param", .queryParameter(name: name))
        let line = try Self.line(component, of: RFC9421.request(target: target))
        #expect(line == "\"@query-param\";name=\"\(name)\": \(value)")
    }

    @Test(arguments: ["/?b=1", "/?a=1&a=2", "/?a=1&%61=2", "/", "*", "/?fa%c3%a7ade=1"])
    func `a query parameter that is missing or there twice has no value`(target: String) throws {
        for name in ["a", "fa%c3%a7ade"] {
            let component = try SignedComponent("@query-param", .queryParameter(name: name))
            #expect(throws: SignatureFault.absent(component.description)) {
                try Self.line(component, of: RFC9421.request(target: target))
            }
        }
    }

    /// RFC 9421, section 2.1.
    static let fields = PairFields([
        ("Host", "www.example.com"), ("X-OWS-Header", "   Leading and trailing whitespace.  \t"),
        ("Cache-Control", "max-age=60"), ("CACHE-control", "   must-revalidate"), ("X-Empty", ""),
        ("Example-Header", "value, with, lots"), ("Example-Header", "of, commas"),
        ("Want-Content-Digest", "a=1,    b=2;x=1;y=2,   c=(a   b   c)"), ("Want-Content-Digest", "d"),
    ])

    @Test(
        arguments: [
            ("host", .plain, "\"host\": www.example.com"),
            ("x-ows-header", .plain, "\"x-ows-header\": Leading and trailing whitespace."),
            ("cache-control", .plain, "\"cache-control\": max-age=60, must-revalidate"),
            ("x-empty", .plain, "\"x-empty\": "),
            ("example-header", .plain, "\"example-header\": value, with, lots, of, commas"),
            ("example-header", .bytes, "\"example-header\";bs: :dmFsdWUsIHdpdGgsIGxvdHM=:, :b2YsIGNvbW1hcw==:"),
            ("x-empty", .bytes, "\"x-empty\";bs: ::"),
            ("want-content-digest", .plain, "\"want-content-digest\": a=1,    b=2;x=1;y=2,   c=(a   b   c), d"),
            ("want-content-digest", .canonical, "\"want-content-digest\";sf: a=1, b=2;x=1;y=2, c=(a b c), d"),
            ("want-content-digest", .member(key: "a"), "\"want-content-digest\";key=\"a\": 1"),
            ("want-content-digest", .member(key: "b"), "\"want-content-digest\";key=\"b\": 2;x=1;y=2"),
            ("want-content-digest", .member(key: "c"), "\"want-content-digest\";key=\"c\": (a b c)"),
            ("want-content-digest", .member(key: "d"), "\"want-content-digest\";key=\"d\": ?1"),
        ] as [(String, SignedComponent.Form, String)])
    func `a field has the value of its form`(name: String, form: SignedComponent.Form, line: String) throws {
        let message = RFC9421.request(fields: Self.fields)
        #expect(try Self.line(SignedComponent(name, form), of: message) == line)
    }

    @Test
    func `a field that is missing, or lacks the member, or is no dictionary, has no value`() throws {
        let message = RFC9421.request(fields: PairFields([("Signature", "a=b,"), ("Content-Digest", "a=1")]))
        let absent = try [
            SignedComponent.field("date"), .field("date", .bytes), .field("repr-digest", .canonical),
            .field("content-digest", .member(key: "b")), .field("repr-digest", .member(key: "a")),
        ]
        for component in absent {
            #expect(throws: SignatureFault.absent(component.description)) { try Self.line(component, of: message) }
        }
        for component in try [SignedComponent.field("signature", .canonical), .field("signature", .member(key: "a"))] {
            #expect(throws: SignatureFault.malformed(field: "signature")) { try Self.line(component, of: message) }
        }
    }

    @Test(arguments: ["a\nb", "a\r\n b", "a\rb", "a\u{0}b", "a\u{7F}", "ä"])
    func `a value that could break a line is not signed, unless as bytes`(value: String) throws {
        let message = RFC9421.request(fields: PairFields([("Date", value)]))
        #expect(throws: SignatureFault.unrepresentable("\"date\"")) { try Self.line(.field("date"), of: message) }
        #expect(try Self.line(.field("date", .bytes), of: message).contains(Base64.padded.encode(Array(value.utf8))))
        for component in [SignedComponent.method, .path, .requestTarget] {
            let message = RFC9421.request(method: value, target: "/" + value)
            #expect(throws: SignatureFault.unrepresentable(component.description)) {
                try Self.line(component, of: message)
            }
        }
        #expect(throws: SignatureFault.unrepresentable("\"@authority\"")) {
            try Self.line(.authority, of: RFC9421.request(authority: value))
        }
    }

    @Test
    func `an empty method or authority is not signed`() {
        #expect(throws: SignatureFault.unrepresentable("\"@method\"")) {
            try Self.line(.method, of: RFC9421.request(method: ""))
        }
        #expect(throws: SignatureFault.unrepresentable("\"@authority\"")) {
            try Self.line(.authority, of: RFC9421.request(authority: ""))
        }
    }

    @Test
    func `an answer can cover its request, and a request covers no answer`() throws {
        var requestFields = RFC9421.fields
        requestFields["Signature"] = "other=:AAAA:, sig1=:\(Base64.padded.encode([UInt8](0..<64))):"
        let request = RFC9421.bareRequest(fields: requestFields)
        let answer = SignableMessage.response(
            status: 503,
            fields: PairFields([
                ("Content-Type", "application/json"),
                (
                    "Content-Digest",
                    "sha-512=:0Y6iCBzGg5rZtoXS95Ijz03mslf6KAMCloESHObfwnHJDbkkWWQz6PhhU9kxsTbARtY2PTBOzq24uJFpHsMuAg==:"
                ),
            ]), to: request)
        let parameters = try SignatureParameters(
            covering: [
                .status, .contentDigest, .field("content-type"), .authority.ofRequest(), .method.ofRequest(),
                .path.ofRequest(), .contentDigest.ofRequest(),
                SignedComponent("signature", .member(key: "sig1"), ofRequest: true),
            ], created: Timestamp(milliseconds: 1_618_884_479_000), keyID: "test-key-ecc-p256")
        // The lines of section 2.4, and the request's signature besides.
        #expect(
            try answer.baseText(parameters) == """
                "@status": 503
                "content-digest": sha-512=:0Y6iCBzGg5rZtoXS95Ijz03mslf6KAMCloESHObfwnHJDbkkWWQz6PhhU9kxsTbARtY2PTBO\
                zq24uJFpHsMuAg==:
                "content-type": application/json
                "@authority";req: example.com
                "@method";req: POST
                "@path";req: /foo
                "content-digest";req: \(RFC9421.digest)
                "signature";req;key="sig1": :AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8gISIjJCUmJygpKissLS4vMDEyMzQ1\
                Njc4OTo7PD0+Pw==:
                "@signature-params": ("@status" "content-digest" "content-type" "@authority";req "@method";req \
                "@path";req "content-digest";req "signature";req;key="sig1");created=1618884479\
                ;keyid="test-key-ecc-p256"
                """)
        #expect(throws: SignatureFault.absent("\"@method\";req")) {
            try Self.line(.method.ofRequest(), of: .request(request))
        }
        #expect(throws: SignatureFault.absent("\"@status\"")) { try Self.line(.status, of: .request(request)) }
        #expect(throws: SignatureFault.absent("\"@method\"")) { try Self.line(.method, of: answer) }
        #expect(throws: SignatureFault.absent("\"@method\";req")) {
            try Self.line(.method.ofRequest(), of: RFC9421.response)
        }
        for status in [-1, 0, 99, 1_000] {
            #expect(throws: SignatureFault.unrepresentable("\"@status\"")) {
                try Self.line(.status, of: .response(status: status, fields: PairFields([]), to: nil))
            }
        }
    }

    @Test
    func `a base does not grow without end`() throws {
        let long = String(repeating: "x", count: 8_000)
        let pairs = (0..<9).map { ("h\($0)", long) }
        let parameters = try SignatureParameters(
            covering: (0..<9).map { try SignedComponent("h\($0)") }, created: nil, keyID: nil)
        #expect(throws: SignatureFault.tooLarge(of: "signature base")) {
            try RFC9421.request(fields: PairFields(pairs)).signatureBase(parameters)
        }
    }

    @Test
    func `the order of a component's parameters makes no other component`() throws {
        let one = try SignedComponent("signature", .member(key: "a"), ofRequest: true)
        let two = try SignedComponent("signature", .member(key: "a"))
        #expect(one != two)
        #expect(try one == two.ofRequest())
        #expect(Set([one, two]).count == 2)
        #expect(one.description == "\"signature\";req;key=\"a\"")
    }

    @Test(
        arguments: [
            ("@nothing", .plain), ("@signature-params", .plain), ("@", .plain), ("", .plain), ("Date", .plain),
            ("da te", .plain), ("date\"", .plain), ("date\n", .plain), ("dätum", .plain), ("@query-param", .plain),
            ("@method", .bytes), ("@method", .canonical), ("@method", .member(key: "a")),
            ("@method", .queryParameter(name: "a")), ("date", .queryParameter(name: "a")), ("date", .canonical),
            ("date", .member(key: "a")), ("signature", .member(key: "")), ("signature", .member(key: "A")),
            ("@query-param", .queryParameter(name: "a\n")), ("@query-param", .bytes),
        ] as [(String, SignedComponent.Form)])
    func `a component that is not defined is refused`(name: String, form: SignedComponent.Form) {
        #expect {
            try SignedComponent(name, form)
        } throws: { error in
            if case SignatureFault.unknownComponent = error { true } else { false }
        }
        #expect(throws: SignatureFault.self) { try SignedComponent("@status", ofRequest: true) }
    }
}
