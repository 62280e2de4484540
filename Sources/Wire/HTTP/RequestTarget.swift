import Bytes

/// What a request is about (RFC 9112, section 3.2). Of its four forms, the authority form belongs to
/// CONNECT and is refused with it.
package struct RequestTarget: Sendable {
    package enum Form: Sendable {
        case origin
        case absolute
        /// `OPTIONS *`: the server as a whole.
        case asterisk
    }

    package let form: Form
    package let path: RequestPath
    private let bytes: [UInt8]
    private let whole: Extent
    private let pathExtent: Extent
    private let queryExtent: Extent?
    private let authorityExtent: Extent

    /// `host` is where the Host field's value lies, which has been checked; nil where HTTP/1.0 had none.
    init(_ bytes: [UInt8], range: Range<Int>, method: HTTPMethod, host: Range<Int>?) throws(HTTPFault) {
        let span = bytes.span
        let text = span.extracting(range)
        var questionMark: Int?
        var isEscaped = false
        var at = 0
        while at < text.count {
            let byte = text[at]
            if !ASCIISet.plainTarget.contains(byte) {
                switch byte {
                case UInt8(ascii: "%"):
                    isEscaped = true
                case UInt8(ascii: "?"):
                    questionMark = questionMark ?? at
                // A reader that takes a backslash for a slash would see other segments than this one.
                case UInt8(ascii: "\\") where questionMark != nil:
                    break
                case UInt8(ascii: "#"):
                    throw .fragmentInTarget
                default:
                    throw .forbiddenTargetCharacter
                }
            }
            at &+= 1
        }
        self.bytes = bytes
        whole = Extent(range)
        let beforeQuery = range.lowerBound..<range.lowerBound + (questionMark ?? text.count)
        if let questionMark {
            if isEscaped { try RequestQuery.check(text.extracting(questionMark + 1..<text.count)) }
            queryExtent = Extent(beforeQuery.upperBound + 1..<range.upperBound)
        } else {
            queryExtent = nil
        }
        if text.equals("*") {
            guard method == .options else { throw .asteriskWithoutOptions }
            form = .asterisk
            authorityExtent = Extent(host ?? 0..<0)
            pathExtent = Extent(range)
            path = RequestPath()
            return
        }
        let pathRange: Range<Int>
        if !beforeQuery.isEmpty, span[range.lowerBound] == UInt8(ascii: "/") {
            form = .origin
            authorityExtent = Extent(host ?? 0..<0)
            pathRange = beforeQuery
        } else {
            let authority = try Self.authority(of: span, in: beforeQuery)
            form = .absolute
            authorityExtent = Extent(authority)
            pathRange = authority.upperBound..<beforeQuery.upperBound
        }
        pathExtent = Extent(pathRange)
        path = try pathRange.isEmpty ? RequestPath("/") : RequestPath(bytes: bytes, range: pathRange)
    }

    /// The authority of an `http` or `https` URL: up to the first slash.
    private static func authority(of span: Span<UInt8>, in range: Range<Int>) throws(HTTPFault) -> Range<Int> {
        let text = span.extracting(range)
        let scheme: Int
        if text.count >= 7, text.extracting(0..<7).equalsIgnoringASCIICase("http://") {
            scheme = 7
        } else if text.count >= 8, text.extracting(0..<8).equalsIgnoringASCIICase("https://") {
            scheme = 8
        } else {
            throw .malformedTarget
        }
        var end = scheme
        while end < text.count, text[end] != UInt8(ascii: "/") {
            guard text[end] != UInt8(ascii: "@") else { throw .userInformationInTarget }
            end += 1
        }
        guard text.extracting(scheme..<end).isAuthority else { throw .malformedAuthority }
        return range.lowerBound + scheme..<range.lowerBound + end
    }

    /// The request-target exactly as received: what signatures cover.
    package var raw: ArraySlice<UInt8> { bytes[whole.range] }

    /// The path as received; empty where an absolute target has none, and `*` for the asterisk.
    package var rawPath: ArraySlice<UInt8> { bytes[pathExtent.range] }

    /// What follows the `?` as received; nil if there is no `?`.
    package var rawQuery: ArraySlice<UInt8>? { queryExtent.map { bytes[$0.range] } }

    package var query: RequestQuery { RequestQuery(bytes: bytes, range: queryExtent?.range ?? 0..<0) }

    /// Host, and port if any, as received: of an absolute target, whatever Host says, otherwise of Host.
    /// Empty where HTTP/1.0 names neither.
    package var authority: String { bytes.span.text(authorityExtent.range) }
}

extension Span<UInt8> {
    /// A host name, IPv4 address or bracketed IPv6 address, and perhaps a colon and a port. Narrower than RFC
    /// 3986: no percent-encoding and no `!$&'()*+,;=`, which no name in the DNS contains.
    var isAuthority: Bool {
        var at = 0
        if skip(UInt8(ascii: "["), &at) {
            while at < count, ASCIISet.addressLiteral.contains(self[at]) { at &+= 1 }
            guard at > 1, skip(UInt8(ascii: "]"), &at) else { return false }
        } else {
            while at < count, ASCIISet.unreserved.contains(self[at]) { at &+= 1 }
            guard at > 0 else { return false }
        }
        guard at < count else { return true }
        guard skip(UInt8(ascii: ":"), &at) else { return false }
        // The grammar allows a colon with no port behind it.
        guard at < count else { return true }
        guard count - at <= 5, let port = decimal(&at), at == count else { return false }
        return port <= UInt64(UInt16.max)
    }
}
