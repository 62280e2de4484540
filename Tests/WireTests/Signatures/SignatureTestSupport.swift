import Bytes
import Keys
import Wire

/// Fields as pairs, names in any case.
struct PairFields: SignableFields {
    var pairs: [(name: String, value: String)]

    init(_ pairs: [(String, String)]) {
        self.pairs = pairs.map { (name: $0.0, value: $0.1) }
    }

    func forEachValue(named name: String, _ body: (Span<UInt8>) -> Void) {
        for pair in pairs where pair.name.lowercased() == name { body(pair.value.utf8.span) }
    }

    subscript(name: String) -> String {
        get { pairs.first { $0.name == name }?.value ?? "" }
        set {
            pairs.removeAll { $0.name == name }
            pairs.append((name: name, value: newValue))
        }
    }
}

/// The message, key and times of RFC 9421, appendix B.
enum RFC9421 {
    static let created = Timestamp(milliseconds: 1_618_884_473_000)
    static let digest = """
        sha-512=:WZDPaVn/7XgHaAy8pmojAkGWoRx2UFChF41A2svX+TaPm+AbwAgBWnrIiYllu7BNNyealdVLvRwEmTHWXvJwew==:
        """

    static let fields = PairFields([
        ("Host", "example.com"), ("Date", "Tue, 20 Apr 2021 02:07:55 GMT"), ("Content-Type", "application/json"),
        ("Content-Digest", digest), ("Content-Length", "18"),
    ])

    static func request(
        method: String = "POST", scheme: String = "https", authority: String = "example.com",
        target: String = "/foo?param=Value&Pet=dog", fields: PairFields = fields
    ) -> SignableMessage {
        .request(bareRequest(method: method, scheme: scheme, authority: authority, target: target, fields: fields))
    }

    static func bareRequest(
        method: String = "POST", scheme: String = "https", authority: String = "example.com",
        target: String = "/foo?param=Value&Pet=dog", fields: PairFields = fields
    ) -> SignableRequest {
        SignableRequest(method: method, scheme: scheme, authority: authority, target: target, fields: fields)
    }

    static let response = SignableMessage.response(
        status: 200,
        fields: PairFields([
            ("Date", "Tue, 20 Apr 2021 02:07:56 GMT"), ("Content-Type", "application/json"),
            (
                "Content-Digest",
                "sha-512=:mEWXIS7MaLRuGgxOBdODa3xqM1XdEvxoYhvlCFJ41QJgJc4GTsPp29l5oGX69wWdXymyU0rjJuahq4l5aGgfLQ==:"
            ), ("Content-Length", "23"),
        ]), to: nil)

    /// B.1.4, test-key-ed25519.
    static let key: SigningKey = {
        let seed = Base64.url.decode("n4Ni-HpISpVObnQMW0wOhCKROaIKqKtW_2ZYb2p9KcU")!  // from the RFC
        return SigningKey(seed: SecretBytes(copying: seed.span))!  // 32 bytes
    }()
}

extension SignedComponent {
    /// A component that the test knows to be right.
    static func field(_ name: String, _ form: Form = .plain, ofRequest: Bool = false) throws -> SignedComponent {
        try SignedComponent(name, form, ofRequest: ofRequest)
    }
}

extension SignableMessage {
    func baseText(_ parameters: SignatureParameters) throws(SignatureFault) -> String {
        String(decoding: try signatureBase(parameters), as: UTF8.self)
    }
}

/// A sequence that is the same in every run.
struct SignatureDice: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var word = state
        word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
        word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
        return word ^ (word >> 31)
    }
}

extension [UInt8] {
    /// One small change of the kind that attackers and bugs make; most with characters of the grammar.
    mutating func mutate(using random: inout SignatureDice) {
        let grammar = Array("\"\\();=,: \t?-*@0919azAZ.\u{7F}\u{0}\n\r".utf8) + [0x80, 0xFF]
        let at = isEmpty ? 0 : Int.random(in: 0..<count, using: &random)
        switch Int.random(in: 0..<6, using: &random) {
        case 0 where !isEmpty: remove(at: at)
        case 1 where !isEmpty: self[at] = grammar.randomElement(using: &random) ?? 0
        case 2 where !isEmpty: self[at] ^= 1 << UInt8.random(in: 0..<8, using: &random)
        case 3 where !isEmpty: removeSubrange(at..<Swift.min(count, at + Int.random(in: 1..<20, using: &random)))
        case 4 where !isEmpty:
            insert(contentsOf: self[at..<Swift.min(count, at + Int.random(in: 1..<40, using: &random))], at: at)
        default: insert(grammar.randomElement(using: &random) ?? 0, at: at)
        }
    }
}
