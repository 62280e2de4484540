import Keys
import Testing

struct PasswordHashTests {
    /// As cheap as Argon2 gets.
    static let cheap = PasswordCost(passes: 1, memoryKibibytes: 8)

    @Test
    func `a password is known again, and no other`() throws {
        let hash = try PasswordHash(of: "tr0ub4dor&3", cost: Self.cheap)
        #expect(hash.text.hasPrefix("$argon2id$v=19$m=8,t=1,p=1$"))
        let stored = try #require(PasswordHash(hash.text))
        #expect(stored == hash)
        #expect(try PasswordHash.verify("tr0ub4dor&3", against: stored))
        for wrong in ["", "tr0ub4dor&", "tr0ub4dor&3 ", "Tr0ub4dor&3", "tr0ub4dor&3\0"] {
            #expect(try !PasswordHash.verify(wrong, against: stored), "\(wrong)")
        }
    }

    @Test
    func `the same password twice has two hashes`() throws {
        let password = "same"
        let first = try PasswordHash(of: password, cost: Self.cheap)
        #expect(try PasswordHash(of: password, cost: Self.cheap) != first)
    }

    /// Made by argon2-cffi 25.1 (the reference implementation).
    @Test(arguments: [
        (
            "correct horse battery staple",
            "$argon2id$v=19$m=4096,t=3,p=4$c2FsdHNhbHRzYWx0c2FsdA$/wUZfCaBgMlHCIJKub37VavPGcne93vTllmvfakpqcs"
        ),
        (
            "pässwörd",
            "$argon2id$v=19$m=512,t=2,p=1$YW5vdGhlciBzYWx0IDE2Yg$ZVbsJj0WhjIKB46mmQG1vfVRRjQU5MV9ee1mg2hw7WI"
        ),
        ("", "$argon2id$v=19$m=64,t=1,p=1$c2FsdHNhbHRzYWx0c2FsdA$gzxl0pVpAVzRX23Q0eoh4A"),
    ])
    func `hashes of another implementation are verified`(password: String, text: String) throws {
        let hash = try #require(PasswordHash(text))
        #expect(try PasswordHash.verify(password, against: hash))
        #expect(try !PasswordHash.verify(password + "x", against: hash))
    }

    @Test
    func `a password has at most 1,024 bytes`() throws {
        let longest = String(repeating: "a", count: 1_024)
        let hash = try PasswordHash(of: longest, cost: Self.cheap)
        #expect(try PasswordHash.verify(longest, against: hash))
        let longer = longest + "a"
        #expect(throws: PasswordError.tooLong) { try PasswordHash(of: longer, cost: Self.cheap) }
        #expect(try !PasswordHash.verify(longer, against: hash))
        #expect(try !PasswordHash.verify(longer, against: nil, cost: Self.cheap))
    }

    @Test
    func `nobody's password is never right and costs as much as somebody's`() throws {
        let cost = PasswordCost(passes: 4, memoryKibibytes: 2_048)
        let password = "whoever"
        let hash = try PasswordHash(of: password, cost: cost)
        let clock = ContinuousClock()
        var times: [Bool: Duration] = [:]
        for isKnown in [true, false] {
            times[isKnown] = try (0..<5).map { _ in
                try clock.measure {
                    let isRight = try PasswordHash.verify(password, against: isKnown ? hash : nil, cost: cost)
                    #expect(isRight == isKnown)
                }
            }.min()
        }
        // Without the work it would be a thousandth.
        #expect(try #require(times[false]) > #require(times[true]) / 4)
    }

    @Test
    func `a hash of another cost is made anew`() throws {
        let hash = try PasswordHash(of: "old", cost: Self.cheap)
        #expect(hash.needsRehash())
        #expect(!hash.needsRehash(for: Self.cheap))
        #expect(hash.needsRehash(for: PasswordCost(passes: 2, memoryKibibytes: 8)))
        #expect(hash.needsRehash(for: PasswordCost(passes: 1, memoryKibibytes: 16)))
    }

    @Test(arguments: [
        "", "$", "$$$$$", "$argon2id$v=19$m=64,t=1,p=1$c2FsdHNhbHRzYWx0c2FsdA",
        // Other algorithms and versions.
        "$argon2i$v=19$m=64,t=1,p=1$c2FsdHNhbHRzYWx0c2FsdA$klziKzYv6adHtkN427p9cg",
        "$argon2d$v=19$m=64,t=1,p=1$c2FsdHNhbHRzYWx0c2FsdA$klziKzYv6adHtkN427p9cg",
        "$argon2id$v=16$m=64,t=1,p=1$c2FsdHNhbHRzYWx0c2FsdA$gzxl0pVpAVzRX23Q0eoh4A",
        "$argon2id$m=64,t=1,p=1$c2FsdHNhbHRzYWx0c2FsdA$gzxl0pVpAVzRX23Q0eoh4A",
        "$2b$12$abcdefghijklmnopqrstuuvwxyz",
        // What would cost too much, or makes no sense.
        "$argon2id$v=19$m=4194304,t=1,p=1$c2FsdHNhbHRzYWx0c2FsdA$gzxl0pVpAVzRX23Q0eoh4A",
        "$argon2id$v=19$m=262144,t=5,p=1$c2FsdHNhbHRzYWx0c2FsdA$gzxl0pVpAVzRX23Q0eoh4A",
        "$argon2id$v=19$m=64,t=65,p=1$c2FsdHNhbHRzYWx0c2FsdA$gzxl0pVpAVzRX23Q0eoh4A",
        "$argon2id$v=19$m=64,t=0,p=1$c2FsdHNhbHRzYWx0c2FsdA$gzxl0pVpAVzRX23Q0eoh4A",
        "$argon2id$v=19$m=7,t=1,p=1$c2FsdHNhbHRzYWx0c2FsdA$gzxl0pVpAVzRX23Q0eoh4A",
        "$argon2id$v=19$m=64,t=1,p=17$c2FsdHNhbHRzYWx0c2FsdA$gzxl0pVpAVzRX23Q0eoh4A",
        "$argon2id$v=19$m=64,t=1,p=9$c2FsdHNhbHRzYWx0c2FsdA$gzxl0pVpAVzRX23Q0eoh4A",
        "$argon2id$v=19$m=99999999999999999999,t=1,p=1$c2FsdHNhbHRzYWx0c2FsdA$gzxl0pVpAVzRX23Q0eoh4A",
        // Other spellings.
        "$argon2id$v=19$m=064,t=1,p=1$c2FsdHNhbHRzYWx0c2FsdA$gzxl0pVpAVzRX23Q0eoh4A",
        "$argon2id$v=19$m=+64,t=1,p=1$c2FsdHNhbHRzYWx0c2FsdA$gzxl0pVpAVzRX23Q0eoh4A",
        "$argon2id$v=19$t=1,m=64,p=1$c2FsdHNhbHRzYWx0c2FsdA$gzxl0pVpAVzRX23Q0eoh4A",
        "$argon2id$v=19$m=64,t=1,p=1,x=1$c2FsdHNhbHRzYWx0c2FsdA$gzxl0pVpAVzRX23Q0eoh4A",
        "$argon2id$v=19$m=64,t=1,p=1$c2FsdHNhbHRzYWx0c2FsdA$gzxl0pVpAVzRX23Q0eoh4A$",
        "$argon2id$v=19$m=64,t=1,p=1$c2FsdHNhbHRzYWx0c2FsdA==$gzxl0pVpAVzRX23Q0eoh4A",
        "$argon2id$v=19$m=64,t=1,p=1$c2Fs!HNhbHRzYWx0c2FsdA$gzxl0pVpAVzRX23Q0eoh4A",
        "$argon2id$v=19$m=64,t=1,p=1$c2Fs$gzxl0pVpAVzRX23Q0eoh4A",
        "$argon2id$v=19$m=64,t=1,p=1$c2FsdHNhbHRzYWx0c2FsdA$gzxl",
        "$argon2id$v=19$m=64,t=1,p=1$c2FsdHNhbHRzYWx0c2FsdA$gzxl0pVpAVzRX23Q0eoh4A\0",
        " $argon2id$v=19$m=64,t=1,p=1$c2FsdHNhbHRzYWx0c2FsdA$gzxl0pVpAVzRX23Q0eoh4A",
    ])
    func `what we would not compute is no hash`(text: String) {
        #expect(PasswordHash(text) == nil)
    }

    @Test
    func `a text of any length is bounded first`() {
        let text =
            "$argon2id$v=19$m=64,t=1,p=1$" + String(repeating: "QUFB", count: 100_000) + "$QUFBQUFBQUFBQUFBQUFBQQ"
        #expect(PasswordHash(text) == nil)
    }

    @Test
    func `printing a hash shows what it costs and no more`() throws {
        let hash = try PasswordHash(of: "secret", cost: Self.cheap)
        var dumped = ""
        dump(hash, to: &dumped)
        for text in [
            "\(hash)", String(reflecting: hash), dumped, "\([hash])", "\(Mirror(reflecting: hash).children.count)",
        ] {
            #expect(!text.contains("$argon2id"))
        }
        #expect("\(hash)" == "PasswordHash(m=8,t=1)")
    }

    @Test
    func `the standard cost is what it says`() throws {
        let hash = try PasswordHash(of: "x")
        #expect(hash.text.hasPrefix("$argon2id$v=19$m=19456,t=2,p=1$"))
        #expect(!hash.needsRehash())
    }
}
