package import Bytes
import CBOR
package import Keys
package import Operations

/// What a node tells of itself to everybody, at `/.well-known/parley`: who it is, by which key it speaks now, and
/// where. Signed, so that it doesn't matter who brings it. Of all this a peer pins the id; the rest may change.
package struct Card: Sendable {
    package let statement: Statement
    package let signature: Signature
    /// As it came.
    package let encoded: [UInt8]
    /// Of the statement.
    package let hash: Hash

    package struct Statement: Equatable, Sendable {
        package var certificate: Certificate
        package var name: NodeName
        /// Nil for a node that nobody can call.
        package var url: NodeURL?
        /// Of the protocol, ascending.
        package var versions: [UInt64]
        package var limits: CardLimits
        /// Whether peers are given the whole directory, or only people in rooms that they share.
        package var givesDirectory: Bool
        /// Whether it takes sealed requests only.
        package var wantsSealed: Bool
        package var time: Timestamp

        package init(
            certificate: Certificate, name: NodeName, url: NodeURL?, versions: [UInt64] = [1],
            limits: CardLimits = CardLimits(), givesDirectory: Bool = true, wantsSealed: Bool = false, time: Timestamp
        ) {
            self.certificate = certificate
            self.name = name
            self.url = url
            self.versions = versions
            self.limits = limits
            self.givesDirectory = givesDirectory
            self.wantsSealed = wantsSealed
            self.time = time
        }
    }

    package static let bytesMax = 16_384
    package static let versionsMax = 16
    /// How far the clock of whoever made a card may be ahead of ours.
    package static let toleranceMilliseconds: Int64 = 300_000
    /// The end of hybrid time, in milliseconds.
    static let timeEnd: Int64 = 1 << 47

    package var node: NodeID { statement.certificate.node }
    package var certificate: Certificate { statement.certificate }
    package var name: NodeName { statement.name }
    package var url: NodeURL? { statement.url }
    package var key: PublicKey { statement.certificate.currentKey }

    /// Signs with the certificate's current key; refuses a statement that nobody would take.
    package init(_ statement: Statement, signingWith key: SigningKey) throws(CardFault) {
        guard key.publicKey == statement.certificate.currentKey else { throw .wrongSignature }
        let bytes = statement.encoded
        let hash = Hash(.card, of: bytes.span)
        let signature = hash.bytes.withSpan { key.sign(.card, $0) }
        try self.init(decoding: Self.encode(bytes, signature).span)
    }

    /// Reads what came from anywhere and verifies all of it but the time.
    package init(decoding bytes: Span<UInt8>) throws(CardFault) {
        guard bytes.count <= Self.bytesMax else { throw .tooLarge }
        let statementBytes: [UInt8]
        let signature: Signature
        do throws(CBORFault) {
            var reader = CBORReader(bytes)
            try reader.array(of: 2)
            statementBytes = [UInt8](copying: try reader.bytes())
            signature = Signature(try reader.bytes(count: 64))!  // the reader has made sure of the count
            try reader.finish()
        } catch { throw CardFault(error) }
        let statement = try Statement(decoding: statementBytes.span)
        let hash = Hash(.card, of: statementBytes.span)
        let isSigned = hash.bytes.withSpan { statement.certificate.currentKey.verify(signature, .card, of: $0) }
        guard isSigned else { throw .wrongSignature }
        self.statement = statement
        self.signature = signature
        self.hash = hash
        encoded = [UInt8](copying: bytes)
    }

    /// The same, of a card that has just come.
    package init(decoding bytes: Span<UInt8>, now: Timestamp) throws(CardFault) {
        try self.init(decoding: bytes)
        guard statement.time.milliseconds <= now.milliseconds.addingSaturating(Self.toleranceMilliseconds) else {
            throw .tooEarly
        }
    }

    private static func encode(_ statement: [UInt8], _ signature: Signature) -> [UInt8] {
        var writer = CBORWriter()
        writer.beginArray()
        writer.bytes(statement)
        signature.bytes.withSpan { writer.bytes($0) }
        writer.endArray()
        return writer.finish()
    }

    /// Which of two cards of one node counts: first by the certificate, as everywhere, then the later one, then that
    /// with the greater hash. Of two different ones, one always is.
    package func supersedes(_ other: Card) -> Bool {
        guard node == other.node else { return false }
        if certificate != other.certificate { return certificate.supersedes(other.certificate) }
        if statement.time != other.statement.time { return statement.time > other.statement.time }
        return hash > other.hash
    }
}

extension Card: Equatable {
    package static func == (left: Card, right: Card) -> Bool { left.encoded == right.encoded }
}

extension Int64 {
    fileprivate func addingSaturating(_ other: Int64) -> Int64 {
        let (sum, overflow) = addingReportingOverflow(other)
        return overflow ? .max : sum
    }
}

extension CardFault {
    init(_ fault: CBORFault) {
        if case .tooLong = fault.kind { self = .tooLarge } else { self = .unreadable(fault) }
    }
}

extension Tag {
    package static let card = Tag("card")
    package static let seal = Tag("seal")
    static let content = Tag("content")
}
