import Bytes
package import Keys

/// What goes into a message to sign it: the values of its Signature-Input and Signature fields.
package struct SignatureFields: Equatable, Sendable {
    package let input: String
    package let signature: String
}

extension SignableMessage {
    /// Signs with Ed25519, the only algorithm here.
    package func signed(
        _ parameters: SignatureParameters, label: String, with key: SigningKey
    ) throws(SignatureFault) -> SignatureFields {
        guard label.isStructuredKey else { throw .unrepresentable("label") }
        if let algorithm = parameters.algorithm, algorithm != SignaturePolicy.algorithm {
            throw .unsupportedAlgorithm(algorithm)
        }
        let base = try SignatureBase(of: self, parameters).bytes
        let signature = Base64.padded.encode(key.sign(base.span).bytes.array)
        let list = String(decoding: parameters.text, as: UTF8.self)
        return SignatureFields(input: "\(label)=\(list)", signature: "\(label)=:\(signature):")
    }

    /// The bytes that are signed, for tests and for people who compare implementations.
    package func signatureBase(_ parameters: SignatureParameters) throws(SignatureFault) -> [UInt8] {
        try SignatureBase(of: self, parameters).bytes
    }
}
