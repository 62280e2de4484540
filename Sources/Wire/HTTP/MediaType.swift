import Bytes

/// `text/html; charset=utf-8` (RFC 9110, section 8.3.1).
package struct MediaType: Equatable, Sendable {
    package struct Parameter: Equatable, Sendable {
        /// In small letters.
        package let name: String
        /// As sent; quotes and backslashes removed.
        package let value: String
    }

    /// In small letters, as is `subtype`.
    package let type: String
    package let subtype: String
    package let parameters: [Parameter]

    private static let parametersMax = 16

    /// Nil for anything but one well-formed media type, where a parameter is named twice (which of two
    /// boundaries counts must not depend on who reads), and where there are more than anybody needs.
    package init?(_ text: String) {
        let bytes = Array(text.utf8)
        let span = bytes.span
        var at = 0
        guard let type = span.token(&at), span.skip(UInt8(ascii: "/"), &at), let subtype = span.token(&at) else {
            return nil
        }
        var parameters: [Parameter] = []
        span.skipSpace(&at)
        while at < span.count {
            guard span.skip(UInt8(ascii: ";"), &at) else { return nil }
            span.skipSpace(&at)
            // The grammar lets a semicolon stand with nothing behind it.
            guard at < span.count, span[at] != UInt8(ascii: ";") else { continue }
            guard let name = span.token(&at), span.skip(UInt8(ascii: "="), &at) else { return nil }
            let lowercasedName = span.text(name).lowercased()
            guard parameters.count < Self.parametersMax, !parameters.contains(where: { $0.name == lowercasedName })
            else { return nil }
            let value: String
            if let token = span.token(&at) {
                value = span.text(token)
            } else if let quoted = span.quotedString(&at) {
                value = span.unquoted(quoted)
            } else {
                return nil
            }
            parameters.append(Parameter(name: lowercasedName, value: value))
            span.skipSpace(&at)
        }
        self.type = span.text(type).lowercased()
        self.subtype = span.text(subtype).lowercased()
        self.parameters = parameters
    }

    /// `type/subtype`, without the parameters.
    package var essence: String { "\(type)/\(subtype)" }

    /// The value of a parameter whose name is given in small letters.
    package func parameter(_ name: String) -> String? {
        parameters.first { $0.name == name }?.value
    }
}
