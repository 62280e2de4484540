package import Bytes

/// What a signature covers and says about itself (RFC 9421, section 2.3). Times are whole seconds.
package struct SignatureParameters: Sendable {
    package let components: [SignedComponent]
    package let created: Timestamp?
    package let expires: Timestamp?
    package let keyID: String?
    package let algorithm: String?
    package let nonce: String?
    package let tag: String?
    /// The list as it is signed. It is written once, in the order of whoever made it.
    package let text: [UInt8]

    /// To sign with; `created`, `expires`, `keyid`, `alg`, `nonce` and `tag` follow in this order.
    package init(
        covering components: [SignedComponent], created: Timestamp?, expires: Timestamp? = nil, keyID: String?,
        algorithm: String? = nil, nonce: String? = nil, tag: String? = nil
    ) throws(SignatureFault) {
        var parameters: [StructuredParameter] = []
        for (key, moment) in [("created", created), ("expires", expires)] {
            guard let moment else { continue }
            parameters.append(.init(key: key, value: .integer(moment.milliseconds / 1_000)))
        }
        for (key, text) in [("keyid", keyID), ("alg", algorithm), ("nonce", nonce), ("tag", tag)] {
            guard let text else { continue }
            guard text.isStructuredString else { throw .unrepresentable(key) }
            parameters.append(.init(key: key, value: .string(text)))
        }
        guard components.count <= StructuredFieldLimits.itemsMax else { throw .tooLarge(of: "signature-input") }
        try self.init(components, parameters)
    }

    /// As it was received.
    init(_ list: StructuredInnerList) throws(SignatureFault) {
        var components: [SignedComponent] = []
        for item in list.items {
            components.append(try SignedComponent(item))
        }
        try self.init(components, list.parameters)
    }

    private init(_ components: [SignedComponent], _ parameters: [StructuredParameter]) throws(SignatureFault) {
        var seen: Set<SignedComponent> = []
        for component in components {
            guard seen.insert(component).inserted else { throw .repeatedComponent(component.text) }
        }
        var times: [String: Timestamp] = [:]
        var texts: [String: String] = [:]
        for parameter in parameters {
            switch (parameter.key, parameter.value) {
            case ("created", .integer(let seconds)), ("expires", .integer(let seconds)):
                // Fifteen digits at most, so this is far from overflowing.
                guard seconds >= 0, seconds <= 999_999_999_999_999 else { throw .unknownParameter(parameter.key) }
                times[parameter.key] = Timestamp(milliseconds: seconds * 1_000)
            case ("keyid", .string(let text)), ("alg", .string(let text)), ("nonce", .string(let text)),
                ("tag", .string(let text)):
                texts[parameter.key] = text
            default:
                // The RFC lets a verifier pass over others. They would be signed, but not understood.
                throw .unknownParameter(parameter.key)
            }
        }
        self.components = components
        created = times["created"]
        expires = times["expires"]
        keyID = texts["keyid"]
        algorithm = texts["alg"]
        nonce = texts["nonce"]
        tag = texts["tag"]

        var text: [UInt8] = [UInt8(ascii: "(")]
        for (index, component) in components.enumerated() {
            if index > 0 { text.append(UInt8(ascii: " ")) }
            text.append(contentsOf: component.text.utf8)
        }
        text.append(UInt8(ascii: ")"))
        text.append(structured: parameters)
        self.text = text
    }
}
