import Bytes

/// The text that is signed (RFC 9421, section 2.5): a line for each component, then the list of them with
/// the signature's parameters.
struct SignatureBase {
    private(set) var bytes: [UInt8] = []
    /// A head is smaller than this; only by covering the same thing in many forms does a base outgrow it.
    private static let bytesMax = 65_536

    init(of message: SignableMessage, _ parameters: SignatureParameters) throws(SignatureFault) {
        bytes.reserveCapacity(512)
        for component in parameters.components {
            bytes.append(contentsOf: component.text.utf8)
            bytes.append(contentsOf: ": ".utf8)
            try append(component, of: message)
            bytes.append(UInt8(ascii: "\n"))
            guard bytes.count <= Self.bytesMax else { throw .tooLarge(of: "signature base") }
        }
        bytes.append(contentsOf: "\"@signature-params\": ".utf8)
        bytes.append(contentsOf: parameters.text)
    }

    private mutating func append(
        _ component: SignedComponent, of message: SignableMessage
    ) throws(SignatureFault) {
        switch message {
        case .request(let request):
            // A request answers nothing, and has no status.
            guard !component.isOfRequest, component != .status else { throw .absent(component.text) }
            try append(component, of: request)
        case .response(_, _, let request) where component.isOfRequest:
            guard let request else { throw .absent(component.text) }
            try append(component, of: request)
        case .response(let status, let fields, _):
            if component == .status {
                guard (100...999).contains(status) else { throw .unrepresentable(component.text) }
                bytes.append(decimal: status)
            } else {
                guard component.name.utf8.first != UInt8(ascii: "@") else { throw .absent(component.text) }
                try append(component, of: fields)
            }
        }
    }

    private mutating func append(_ component: SignedComponent, of request: SignableRequest) throws(SignatureFault) {
        guard component.name.utf8.first == UInt8(ascii: "@") else {
            return try append(component, of: request.fields)
        }
        let value: String?
        if case .queryParameter(let name) = component.form {
            value = request.query.flatMap { SignedQueryParameters($0).value(of: name) }
        } else {
            switch component.name {
            case "@method": value = request.method
            case "@scheme": value = request.scheme
            case "@authority": value = request.authority
            case "@request-target": value = request.target
            case "@path": value = request.path
            case "@query": value = request.query
            case "@target-uri":
                value = request.path == nil ? nil : "\(request.scheme)://\(request.authority)\(request.target)"
            default: value = nil
            }
        }
        guard let value else { throw .absent(component.text) }
        // Of all of these only a query parameter can be empty.
        guard value.utf8.allSatisfy({ (0x20...0x7E).contains($0) }), value.utf8.first != UInt8(ascii: " "),
            value.utf8.last != UInt8(ascii: " "), !value.isEmpty || component.form != .plain
        else { throw .unrepresentable(component.text) }
        bytes.append(contentsOf: value.utf8)
    }

    private mutating func append(
        _ component: SignedComponent, of fields: any SignableFields
    ) throws(SignatureFault) {
        switch component.form {
        case .plain:
            guard let lines = fields.lines(named: component.name) else { throw .absent(component.text) }
            for (index, line) in lines.enumerated() {
                // A folded line would come out of some parsers as one line and out of others as two.
                guard line.allSatisfy({ (0x20...0x7E).contains($0) || $0 == UInt8(ascii: "\t") }) else {
                    throw .unrepresentable(component.text)
                }
                if index > 0 { bytes.append(contentsOf: ", ".utf8) }
                bytes.append(contentsOf: line)
            }
        case .bytes:
            guard let lines = fields.lines(named: component.name) else { throw .absent(component.text) }
            for (index, line) in lines.enumerated() {
                if index > 0 { bytes.append(contentsOf: ", ".utf8) }
                bytes.append(structured: .bytes(line))
            }
        case .canonical:
            bytes.append(structured: try dictionary(component, of: fields))
        case .member(let key):
            guard let member = try dictionary(component, of: fields)[key] else { throw .absent(component.text) }
            bytes.append(structured: member)
        case .queryParameter:
            throw .unknownComponent(component.text)
        }
    }

    private func dictionary(
        _ component: SignedComponent, of fields: any SignableFields
    ) throws(SignatureFault) -> StructuredDictionary {
        do throws(StructuredFieldFault) {
            if let dictionary = try fields.dictionary(named: component.name) { return dictionary }
        } catch {
            throw error == .tooLarge ? .tooLarge(of: component.name) : .malformed(field: component.name)
        }
        throw .absent(component.text)
    }
}
