import Keys
import Synchronization
import Testing

struct SecretBytesTests {
    static let pattern = Array("a secret that nobody may read!!!".utf8)

    /// All the ways in which Swift turns a value into text.
    static func texts(of value: some Any) -> [String] {
        var dumped = ""
        dump(value, to: &dumped)
        var printed = ""
        print(value, to: &printed)
        debugPrint(value, to: &printed)
        let mirror = Mirror(reflecting: value)
        return [
            "\(value)", String(describing: value), String(reflecting: value), dumped, printed,
            "\(Array(mirror.children))", "\(String(describing: mirror.superclassMirror))", "\([value])",
            "\(Optional(value) as Any)", "\(["key": value])", "\((value, 1))",
        ]
    }

    private struct Owner {
        let name = "north.example"
        let key: SigningKey
        let secret: SecretBytes
    }

    @Test
    func `nothing that makes text of a secret shows it`() throws {
        let secret = SecretBytes(copying: Self.pattern.span)
        let key = try #require(SigningKey(seed: secret))
        let shown = Self.texts(of: secret) + Self.texts(of: key) + Self.texts(of: Owner(key: key, secret: secret))
        let hidden = [
            "a secret", hexText(Self.pattern), hexText(Array(Self.pattern[..<8])), "97, 32, 115", "0x", "pointer",
            "Pointer",
        ]
        for text in shown {
            for part in hidden { #expect(!text.lowercased().contains(part.lowercased()), "\(text)") }
        }
        #expect(Mirror(reflecting: secret).children.isEmpty)
        #expect(Mirror(reflecting: key).children.isEmpty)
        #expect("\(secret)" == "SecretBytes(32)")
        #expect("\(key)" == "SigningKey(of: \(key.publicKey))")
    }

    @Test
    func `a secret can be neither compared, hashed nor encoded`() {
        for type in [SecretBytes.self, SigningKey.self] as [Any.Type] {
            #expect(!(type is any Equatable.Type))
            #expect(!(type is any Hashable.Type))
            #expect(!(type is any Encodable.Type))
        }
    }

    @Test
    func `the memory is zero when the last owner lets go, and not before`() {
        let seen = Seen()
        var first: SecretBytes? = SecretBytes(
            count: 32,
            fill: { room in
                #expect(room.allSatisfy { $0 == 0 })
                _ = room.update(fromContentsOf: Self.pattern)
            },
            whenErased: { memory in seen.bytes.withLock { $0 = Array(memory) } })
        var second = first
        first = nil
        #expect(seen.bytes.withLock { $0 } == nil)
        #expect(second?.withSpan { span in (0..<32).map { span[$0] } } == Self.pattern)
        second = nil
        #expect(seen.bytes.withLock { $0 } == [UInt8](repeating: 0, count: 32))
        #expect(second == nil && first == nil)
    }

    @Test
    func `a copy is independent of its source`() {
        var source = Self.pattern
        let secret = SecretBytes(copying: source.span)
        source[0] = 0
        #expect(secret.withSpan { $0[0] } == Self.pattern[0])
        #expect(secret.count == 32)
    }

    private final class Seen: Sendable {
        let bytes = Mutex<[UInt8]?>(nil)
    }

    private func hexText(_ bytes: [UInt8]) -> String {
        bytes.map { String($0, radix: 16) }.joined()
    }
}

struct SecureRandomTests {
    @Test
    func `random bytes are as many as asked for and differ`() {
        for count in [0, 1, 16, 1_000] { #expect(SecureRandom.bytes(count: count).count == count) }
        #expect(SecureRandom.bytes(count: 16) != SecureRandom.bytes(count: 16))
        let random = SecureRandom()
        let values = (0..<64).map { _ in random.next() }
        #expect(Set(values).count == 64)
        // Every bit is sometimes set and sometimes not.
        #expect(values.reduce(0, |) == .max)
        #expect(values.reduce(.max, &) == 0)
    }
}
