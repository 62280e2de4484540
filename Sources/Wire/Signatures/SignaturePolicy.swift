import Bytes

/// What a signature must be to be accepted.
package struct SignaturePolicy: Sendable {
    /// Which of the message's signatures counts; nil if it must have exactly one.
    package var label: String?
    /// What must be covered at least.
    package var required: [SignedComponent]
    /// Nil accepts none as well as any.
    package var tag: String?
    /// How far the clocks of both sides may be apart, and how long a message may take; nil where that doesn't matter.
    package var toleranceSeconds: Int64?
    /// Not needed where the message is bound to something that came once: an answer to its request.
    package var needsNonce: Bool

    static let algorithm = "ed25519"
    static let keyIDBytesMax = 256
    /// Nonces are remembered, so they are short.
    package static let nonceBytesMax = 128

    package init(
        label: String? = nil, required: [SignedComponent], tag: String? = nil, toleranceSeconds: Int64? = 300,
        needsNonce: Bool = true
    ) {
        precondition((0...86_400).contains(toleranceSeconds ?? 0), "A tolerance of at most a day")
        self.label = label
        self.required = required
        self.tag = tag
        self.toleranceSeconds = toleranceSeconds
        self.needsNonce = needsNonce
    }

    /// Everything that can be said without the key and the message.
    func check(_ parameters: SignatureParameters, now: Timestamp) throws(SignatureFault) {
        if let algorithm = parameters.algorithm, algorithm != Self.algorithm {
            throw .unsupportedAlgorithm(algorithm)
        }
        if let tag, parameters.tag != tag { throw .wrongTag }
        guard let created = parameters.created else { throw .missingParameter("created") }
        let nowSeconds = now.milliseconds / 1_000
        let createdSeconds = created.milliseconds / 1_000
        // Both are thousandths of an Int64, so the difference fits.
        if let toleranceSeconds {
            guard nowSeconds - createdSeconds <= toleranceSeconds else { throw .tooOld }
            guard createdSeconds - nowSeconds <= toleranceSeconds else { throw .tooNew }
        }
        if let expires = parameters.expires {
            guard expires.milliseconds / 1_000 >= nowSeconds, expires >= created else { throw .expired }
        }
        let nonce = parameters.nonce ?? ""
        guard !nonce.isEmpty || !needsNonce else { throw .missingParameter("nonce") }
        guard nonce.utf8.count <= Self.nonceBytesMax else { throw .tooLarge(of: "nonce") }
        for component in required where !parameters.components.contains(component) {
            throw .uncovered(component.text)
        }
    }
}
