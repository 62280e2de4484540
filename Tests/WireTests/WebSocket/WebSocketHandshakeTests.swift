import Bytes
import Testing
import Wire

struct WebSocketHandshakeTests {
    private typealias Handshake = WebSocketHandshake
    private static let key = "dGhlIHNhbXBsZSBub25jZQ=="
    private static let accept = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="

    /// RFC 6455, section 1.3.
    @Test func `the example of the RFC`() {
        #expect(Handshake.acceptValue(forKey: Self.key) == Self.accept)
        #expect(Handshake.key(random: Array("the sample nonce".utf8)) == Self.key)
        #expect(answer() == .switchProtocols(accept: Self.accept))
        #expect(refusal() == nil)
    }

    @Test(arguments: ["websocket", "WebSocket", "WEBSOCKET", "h2c, websocket", "h2c ,\tWebSocket , x", ",websocket,"])
    func `Upgrade is a list in either case`(upgrade: String) {
        #expect(answer(upgrade: upgrade) == .switchProtocols(accept: Self.accept))
        #expect(refusal(upgrade: upgrade) == nil)
    }

    @Test(arguments: [nil, "", " ", "h2c", "websockets", "web socket", "websocket/13", "h2c websocket", "websocket;"])
    func `without websocket in Upgrade it is none`(upgrade: String?) {
        #expect(answer(upgrade: upgrade).isBadRequest)
        #expect(refusal(upgrade: upgrade) == .upgradeMissing)
    }

    @Test(arguments: ["Upgrade", "upgrade", "keep-alive, Upgrade", "Upgrade,keep-alive"])
    func `Connection is a list in either case`(connection: String) {
        #expect(answer(connection: connection) == .switchProtocols(accept: Self.accept))
        #expect(refusal(connection: connection) == nil)
    }

    @Test(arguments: [nil, "", "keep-alive", "close", "Upgrades", "Up grade"])
    func `without Upgrade in Connection it is none`(connection: String?) {
        #expect(answer(connection: connection).isBadRequest)
        #expect(refusal(connection: connection) == .connectionMissing)
    }

    @Test func `only GET of HTTP 1.1 opens one`() {
        #expect(answer(isGET: false).isBadRequest)
        #expect(answer(isHTTP11: false).isBadRequest)
    }

    @Test(arguments: [nil, "", "0", "7", "8", "12", "14", "013", "13, 8", "13 ", "+13"])
    func `another version is told which one there is`(version: String?) {
        #expect(answer(version: version) == .upgradeRequired)
        #expect(answer(isGET: false, version: version).isBadRequest, "what is no handshake has no version")
    }

    @Test(arguments: [
        nil, "", "dGhlIHNhbXBsZSBub25jZQ", "dGhlIHNhbXBsZSBub25jZQ=", "dGhlIHNhbXBsZSBub25jZR==",
        "dGhlIHNhbXBsZSBub25jZ===", "dGhlIHNhbXBsZSBub25jZWE=", "dGhlIHNhbXBsZSBub25jZWFi",
        " dGhlIHNhbXBsZSBub25jZQ==", "dGhlIHNhbXBsZSBub25jZQ==, dGhlIHNhbXBsZSBub25jZQ==", "dGhl-HNhbXBsZSBub25jZQ==",
    ])
    func `a key is exactly 16 bytes in base 64`(key: String?) {
        #expect(answer(key: key).isBadRequest)
    }

    @Test func `a client goes on only with the right answer to its own key`() {
        #expect(refusal(status: 200) == .status(200))
        #expect(refusal(status: 426) == .status(426))
        #expect(refusal(accept: nil) == .wrongAccept)
        #expect(refusal(accept: "") == .wrongAccept)
        #expect(refusal(accept: Self.accept.lowercased()) == .wrongAccept)
        #expect(refusal(accept: Handshake.acceptValue(forKey: "another key")) == .wrongAccept)
    }

    @Test func `a client takes nothing it did not offer`() {
        #expect(refusal(extensions: "permessage-deflate") == .extensionNotOffered)
        #expect(refusal(subprotocol: "chat") == .subprotocolNotOffered)
        #expect(refusal(subprotocol: "chat", offering: ["feed"]) == .subprotocolNotOffered)
        #expect(refusal(subprotocol: "feed", offering: ["chat", "feed"]) == nil)
        #expect(refusal(subprotocol: nil, offering: ["feed"]) == nil)
    }

    private func answer(
        isGET: Bool = true, isHTTP11: Bool = true, upgrade: String? = "websocket", connection: String? = "Upgrade",
        key: String? = Self.key, version: String? = "13"
    ) -> Handshake.Answer {
        Handshake.answer(
            isGET: isGET, isHTTP11: isHTTP11, upgrade: upgrade, connection: connection, key: key, version: version)
    }

    private func refusal(
        status: Int = 101, upgrade: String? = "websocket", connection: String? = "Upgrade",
        accept: String? = Self.accept, extensions: String? = nil, subprotocol: String? = nil, offering: [String] = []
    ) -> Handshake.Refusal? {
        Handshake.refusal(
            status: status, upgrade: upgrade, connection: connection, accept: accept, extensions: extensions,
            subprotocol: subprotocol, forKey: Self.key, offering: offering)
    }
}

extension WebSocketHandshake.Answer {
    fileprivate var isBadRequest: Bool {
        if case .badRequest = self { true } else { false }
    }
}

struct SHA1Tests {
    /// RFC 3174, section 7.3, and FIPS 180.
    @Test(arguments: [
        ("", "da39a3ee5e6b4b0d3255bfef95601890afd80709"),
        ("abc", "a9993e364706816aba3e25717850c26c9cd0d89d"),
        ("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", "84983e441c3bd26ebaae4aa1f95129e5e54670f1"),
        (String(repeating: "01234567", count: 80), "dea356a2cddd90c7a7ecedc5ebb563934f460452"),
        (String(repeating: "a", count: 1_000), "291e9a6c66994949b57ba5e650361e98fc36b1ba"),
    ])
    func `the published digests`(message: String, digest: String) {
        #expect(Hex.encode(SHA1.hash(Array(message.utf8))) == digest)
    }

    /// The digest of the digests of 200 messages, as another implementation computed it: every length of
    /// padding is among them.
    @Test func `messages of every length`() {
        var digests: [UInt8] = []
        for count in 0..<200 {
            digests += SHA1.hash((0..<count).map { UInt8(truncatingIfNeeded: $0 * 7 + count) })
        }
        #expect(Hex.encode(SHA1.hash(digests)) == "c2add6cb3908952ddaf192d7f14c30588649e3b5")
    }
}
