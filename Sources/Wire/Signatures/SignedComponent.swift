import Bytes

/// One part of a message that a signature covers (RFC 9421, section 2): a field, or, with `@`, something
/// derived from the message as a whole.
///
/// Of the parameters, `req` (of the request that is answered), `key` (one member of a dictionary field),
/// `sf` (a dictionary field in canonical form), `bs` (each line of a field as bytes) and `name` (of
/// `@query-param`) are supported. `tr` is refused: we have no trailers. So are `sf` and `key` on fields
/// that we don't know to be dictionaries, and combinations that say a thing twice.
package struct SignedComponent: Sendable {
    package let name: String
    package let isOfRequest: Bool
    package let form: Form
    /// As the list of components and the signature base show it, parameters in the signer's order.
    let text: String

    package enum Form: Hashable, Sendable {
        /// The value as it stands; of a field, its lines joined.
        case plain
        case member(key: String)
        case canonical
        case bytes
        case queryParameter(name: String)
    }

    package static let method = SignedComponent(known: "@method")
    package static let targetURI = SignedComponent(known: "@target-uri")
    package static let authority = SignedComponent(known: "@authority")
    package static let scheme = SignedComponent(known: "@scheme")
    package static let requestTarget = SignedComponent(known: "@request-target")
    package static let path = SignedComponent(known: "@path")
    package static let query = SignedComponent(known: "@query")
    package static let status = SignedComponent(known: "@status")
    package static let contentDigest = SignedComponent(known: "content-digest")

    private static let ofRequests: Set<String> = [
        "@method", "@target-uri", "@authority", "@scheme", "@request-target", "@path", "@query", "@query-param",
    ]
    private static let dictionaries: Set<String> = [
        "content-digest", "repr-digest", "signature", "signature-input", "want-content-digest", "want-repr-digest",
    ]

    /// To sign with. `name` is in lower case.
    package init(_ name: String, _ form: Form = .plain, ofRequest: Bool = false) throws(SignatureFault) {
        var parameters: [StructuredParameter] = []
        if ofRequest { parameters.append(.init(key: "req", value: .boolean(true))) }
        switch form {
        case .plain: break
        case .member(let key): parameters.append(.init(key: "key", value: .string(key)))
        case .canonical: parameters.append(.init(key: "sf", value: .boolean(true)))
        case .bytes: parameters.append(.init(key: "bs", value: .boolean(true)))
        case .queryParameter(let query): parameters.append(.init(key: "name", value: .string(query)))
        }
        try self.init(StructuredItem(value: .string(name), parameters: parameters))
    }

    /// The same component of the request that is answered.
    package func ofRequest() throws(SignatureFault) -> SignedComponent {
        try SignedComponent(name, form, ofRequest: true)
    }

    private init(known name: StaticString) {
        self.name = "\(name)"
        isOfRequest = false
        form = .plain
        text = "\"\(name)\""
    }

    /// As it was received.
    init(_ item: StructuredItem) throws(SignatureFault) {
        var written: [UInt8] = []
        written.append(structured: item)
        let text = String(decoding: written, as: UTF8.self)
        guard case .string(let name) = item.value else { throw .unknownComponent(text) }
        var isOfRequest = false
        var form: Form?
        for parameter in item.parameters {
            let next: Form
            switch (parameter.key, parameter.value) {
            case ("req", .boolean(true)):
                isOfRequest = true
                continue
            case ("key", .string(let key)): next = .member(key: key)
            case ("sf", .boolean(true)): next = .canonical
            case ("bs", .boolean(true)): next = .bytes
            case ("name", .string(let query)): next = .queryParameter(name: query)
            default: throw .unknownComponent(text)
            }
            guard form == nil else { throw .unknownComponent(text) }
            form = next
        }
        self.name = name
        self.isOfRequest = isOfRequest
        self.form = form ?? .plain
        self.text = text
        guard isKnown else { throw .unknownComponent(text) }
    }

    private var isKnown: Bool {
        guard text.isStructuredComponent else { return false }
        if name.utf8.first == UInt8(ascii: "@") {
            if name == "@status" { return form == .plain && !isOfRequest }
            guard Self.ofRequests.contains(name) else { return false }
            if case .queryParameter = form { return name == "@query-param" }
            return form == .plain && name != "@query-param"
        }
        guard !name.isEmpty, name.utf8.allSatisfy({ $0.isFieldTokenCharacter && $0.asciiLowercased == $0 }) else {
            return false
        }
        switch form {
        case .plain, .bytes: return true
        case .member(let key): return Self.dictionaries.contains(name) && key.isStructuredKey
        case .canonical: return Self.dictionaries.contains(name)
        case .queryParameter: return false
        }
    }
}

/// The order in which the parameters were written makes no other component.
extension SignedComponent: Hashable, CustomStringConvertible {
    package static func == (left: SignedComponent, right: SignedComponent) -> Bool {
        left.name == right.name && left.isOfRequest == right.isOfRequest && left.form == right.form
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(name)
        hasher.combine(isOfRequest)
        hasher.combine(form)
    }

    package var description: String { text }
}

extension String {
    /// Printable ASCII, and not much of it.
    fileprivate var isStructuredComponent: Bool {
        utf8.count <= 2 * StructuredFieldLimits.valueBytesMax && utf8.allSatisfy { (0x20...0x7E).contains($0) }
    }
}
