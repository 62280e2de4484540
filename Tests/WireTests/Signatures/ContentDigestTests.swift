import Bytes
import Keys
import Testing
import Wire

struct ContentDigestTests {
    private static func digest(_ lines: String...) throws(ContentDigestFault) -> ContentDigest {
        try ContentDigest(PairFields(lines.map { ("Content-Digest", $0) }))
    }

    private static func check(_ content: String, _ digest: ContentDigest, pieces: Int = 1) -> ContentDigestFault? {
        var check = ContentDigestCheck(digest)
        let bytes = Array(content.utf8)
        if pieces == 1 {
            check.update(bytes.span)
        } else {
            for byte in bytes { check.update([byte].span) }
        }
        do throws(ContentDigestFault) {
            try check.finish()
            return nil
        } catch {
            return error
        }
    }

    /// RFC 9530, section 2 and appendix B; RFC 9421, appendix B.2.
    @Test(arguments: [
        ("{\"hello\": \"world\"}\n", "sha-256=:RK/0qy18MlBSVnWgjwz6lZEWjP/lF5HF9bvEF8FabDg=:"),
        ("", "sha-256=:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=:"),
        ("\"world\"}\n", "sha-256=:jjcgBDWNAtbYUXI37CVG3gRuGOAjaaDRGpIUFsdyepQ=:"),
        (
            "{\"hello\": \"world\"}\n",
            "sha-512=:YMAam51Jz/jOATT6/zvHrLVgOYTGFy1d6GJiOHTohq4yP+pgk4vf2aCsyRZOtw8MjkM7iw7yZ/WkppmM44T3qg==:"
        ),
        ("{\"hello\": \"world\"}", RFC9421.digest),
        ("{\"hello\": \"world\"}", "sha-256=:X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE=:"),
        (
            "{\"message\": \"good dog\"}",
            "sha-512=:mEWXIS7MaLRuGgxOBdODa3xqM1XdEvxoYhvlCFJ41QJgJc4GTsPp29l5oGX69wWdXymyU0rjJuahq4l5aGgfLQ==:"
        ),
    ])
    func `the digests of the RFCs fit their contents, whole and byte by byte`(content: String, field: String) throws {
        let digest = try Self.digest(field)
        #expect(digest.fieldValue == field)
        for pieces in [1, 2] {
            #expect(Self.check(content, digest, pieces: pieces) == nil)
            #expect(Self.check(content + " ", digest, pieces: pieces) == .mismatch)
            #expect(Self.check(String(content.dropLast()) + "x", digest, pieces: pieces) == .mismatch)
        }
    }

    @Test
    func `the digest that we send is a sha-256 of the content`() throws {
        let content = Array("{\"hello\": \"world\"}".utf8)
        let digest = ContentDigest(of: content.span)
        #expect(digest.fieldValue == "sha-256=:X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE=:")
        #expect(digest == ContentDigest(sha256: SHA256.hash(content.span)))
        #expect(try Self.digest(digest.fieldValue) == digest)
    }

    @Test
    func `unknown and broken algorithms are passed over, but do not suffice`() throws {
        let known = "sha-256=:X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE=:"
        for others in ["md5=:AAAA:", "sha=:AAAA:", "unixsum=5", "sha-1024", "adler=(1 2);x", "id-sha-256=:AAAA:"] {
            let digest = try Self.digest(others + ", " + known)
            #expect(Self.check("{\"hello\": \"world\"}", digest) == nil)
            #expect(throws: ContentDigestFault.unknownAlgorithm) { try Self.digest(others) }
        }
        #expect(try Self.digest("md5=:AAAA:", known) == Self.digest(known))
        #expect(throws: ContentDigestFault.unknownAlgorithm) { try Self.digest("") }
    }

    @Test
    func `of two known algorithms both must agree`() throws {
        let sha256 = "sha-256=:X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE=:"
        let wrong256 = "sha-256=:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=:"
        let wrong512 = "sha-512=:" + Base64.padded.encode([UInt8](repeating: 0, count: 64)) + ":"
        let content = "{\"hello\": \"world\"}"
        #expect(Self.check(content, try Self.digest(sha256 + "," + RFC9421.digest)) == nil)
        #expect(Self.check(content, try Self.digest(wrong256 + "," + RFC9421.digest)) == .mismatch)
        #expect(Self.check(content, try Self.digest(sha256 + "," + wrong512)) == .mismatch)
    }

    @Test(arguments: [
        "sha-256", "sha-256=?1", "sha-256=\"X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE=\"", "sha-256=::",
        "sha-256=:X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBA==:", "sha-256=(:AAAA:)", "sha-512=:AAAA:",
        "sha-256=X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE=",
        "SHA-256=:X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE=:",
        "sha-256=:X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE=:,",
        "sha-256=:X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE:",
    ])
    func `a malformed digest is refused`(field: String) {
        #expect(throws: ContentDigestFault.malformed) { try Self.digest(field) }
    }

    @Test
    func `a missing digest and one said twice are refused`() throws {
        #expect(throws: ContentDigestFault.missing) { try ContentDigest(PairFields([])) }
        let field = "sha-256=:X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE=:"
        #expect(throws: ContentDigestFault.malformed) { try Self.digest(field, field) }
        #expect(throws: ContentDigestFault.malformed) { try Self.digest(String(repeating: " ", count: 9_000) + field) }
    }
}
