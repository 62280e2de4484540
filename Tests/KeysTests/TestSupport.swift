import Bytes
import Keys

/// The bytes of a test vector.
func hex(_ text: String) -> [UInt8] {
    guard let bytes = Hex.decode(text) else { preconditionFailure("Not hex: \(text)") }
    return bytes
}

extension SigningKey {
    convenience init(hexSeed: String) {
        self.init(seed: SecretBytes(copying: hex(hexSeed).span))!  // vectors have 32 bytes
    }
}

/// Bytes 0 to 250, over and over: what the hash vectors were computed from.
func sequence(_ count: Int) -> [UInt8] {
    (0..<count).map { UInt8($0 % 251) }
}

extension Tag {
    static let operation = Tag("operation")
    static let receipt = Tag("receipt")
}

// The `#expect` macro takes its arguments apart and can't hold a Span, so tests pass arrays.

extension PublicKey {
    init?(_ bytes: [UInt8]) {
        self.init(bytes.span)
    }

    func seal(_ content: [UInt8]) -> [UInt8] {
        seal(content.span)
    }

    func verify(_ signature: Signature, of message: [UInt8]) -> Bool {
        verify(signature, of: message.span)
    }

    func verify(_ signature: Signature, _ tag: Tag, of message: [UInt8]) -> Bool {
        verify(signature, tag, of: message.span)
    }
}

extension SigningKey {
    func sign(_ message: [UInt8]) -> Signature {
        sign(message.span)
    }

    func sign(_ tag: Tag, _ message: [UInt8]) -> Signature {
        sign(tag, message.span)
    }

    func open(_ box: [UInt8]) throws(SealFault) -> [UInt8] {
        try open(box.span)
    }
}

extension Signature {
    init?(_ bytes: [UInt8]) {
        self.init(bytes.span)
    }
}

extension Hash {
    init(of content: [UInt8]) {
        self.init(of: content.span)
    }

    init(_ tag: Tag, of content: [UInt8]) {
        self.init(tag, of: content.span)
    }

    init?(_ bytes: [UInt8]) {
        self.init(bytes.span)
    }
}

extension HMACSHA256 {
    static func code(for content: [UInt8], key: [UInt8]) -> Bytes32 {
        code(for: content.span, key: key.span)
    }
}

extension PasswordHash {
    init(of password: String, cost: PasswordCost = .standard) throws(PasswordError) {
        try self.init(of: password.utf8.span, cost: cost)
    }

    static func verify(
        _ password: String, against hash: PasswordHash?, cost: PasswordCost = .standard
    ) throws(PasswordError) -> Bool {
        try verify(password.utf8.span, against: hash, cost: cost)
    }
}

extension [UInt8] {
    func equalsInConstantTime(_ other: [UInt8]) -> Bool {
        span.equalsInConstantTime(other.span)
    }
}
