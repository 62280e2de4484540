import Bytes

/// The fields of a message, however it keeps them.
package protocol SignableFields: Sendable {
    /// Calls `body` with the value of each field of that name, in their order, without the white space
    /// around it. `name` is in lower case; the fields' own names may be in any.
    func forEachValue(named name: String, _ body: (Span<UInt8>) -> Void)
}

/// A request, as a signature sees it.
package struct SignableRequest: Sendable {
    package let method: String
    package let scheme: String
    package let authority: String
    package let target: String
    package let fields: any SignableFields

    /// - Parameters:
    ///   - authority: where the request is meant to go. Whoever verifies gives *its own* public name here and
    ///     not what the Host field says, or a request signed for another destination would pass.
    ///   - target: exactly as it stands in the request line.
    package init(method: String, scheme: String, authority: String, target: String, fields: any SignableFields) {
        self.method = method
        self.scheme = scheme.asciiLowercased
        self.authority = Self.normalized(authority.asciiLowercased, scheme: self.scheme)
        self.target = target
        self.fields = fields
    }

    /// Without the port that goes without saying (RFC 9110, section 4.2.3).
    private static func normalized(_ authority: String, scheme: String) -> String {
        let implied = scheme == "https" ? ":443" : scheme == "http" ? ":80" : ":"
        guard let colon = authority.utf8.lastIndex(of: UInt8(ascii: ":")),
            authority[colon...] == implied || authority[colon...] == ":"
        else { return authority }
        return String(authority[..<colon])
    }

    /// The target's path; nil unless it is in origin form, the only one in which a signed request comes.
    var path: String? {
        guard target.utf8.first == UInt8(ascii: "/") else { return nil }
        return String(Substring(target.utf8.prefix { $0 != UInt8(ascii: "?") }))
    }

    /// The target's query with its `?`, and that alone where there is none.
    var query: String? {
        guard target.utf8.first == UInt8(ascii: "/") else { return nil }
        let query = target.utf8.drop { $0 != UInt8(ascii: "?") }
        return query.isEmpty ? "?" : String(Substring(query))
    }
}

/// What is signed: a request, or an answer together with the request that it answers.
package enum SignableMessage: Sendable {
    case request(SignableRequest)
    case response(status: Int, fields: any SignableFields, to: SignableRequest?)

    var fields: any SignableFields {
        switch self {
        case .request(let request): request.fields
        case .response(_, let fields, _): fields
        }
    }
}

extension SignableFields {
    /// The lines of a field; nil where there is none of that name.
    func lines(named name: String) -> [[UInt8]]? {
        var lines: [[UInt8]] = []
        forEachValue(named: name) { value in
            lines.append(value.withUnsafeBufferPointer { [UInt8]($0) }.trimmed)
        }
        return lines.isEmpty ? nil : lines
    }

    /// The field read as a dictionary, all lines of it together; nil where there is none of that name.
    /// The lines are measured before one is copied.
    func dictionary(named name: String) throws(StructuredFieldFault) -> StructuredDictionary? {
        var count = 0
        forEachValue(named: name) { count += $0.count + 2 }
        guard count <= StructuredFieldLimits.fieldBytesMax else { throw .tooLarge }
        guard let lines = lines(named: name) else { return nil }
        return try StructuredFieldParser.dictionary(Array(lines.joined(separator: ", ".utf8)).span)
    }
}

extension [UInt8] {
    /// Without spaces and tabs at either end.
    fileprivate var trimmed: [UInt8] {
        func isSpace(_ byte: UInt8) -> Bool { byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") }
        guard let first = firstIndex(where: { !isSpace($0) }), let last = lastIndex(where: { !isSpace($0) }) else {
            return []
        }
        return first == 0 && last == count - 1 ? self : Array(self[first...last])
    }
}

extension String {
    fileprivate var asciiLowercased: String {
        String(decoding: utf8.map(\.asciiLowercased), as: UTF8.self)
    }
}
