/// Everything before a response's content.
package struct ResponseHead: Sendable {
    /// 100 to 599.
    package let status: UInt16
    /// 0 or 1; a higher one counts as 1.
    package let minorVersion: UInt8
    package let fields: HTTPFields
    package let body: BodyFraming
    /// Whether the connection can carry another request once this response has ended.
    package let keepsAlive: Bool

    /// RFC 9112, section 6.3. `method` is that of the request it answers.
    init(_ line: StatusLine, _ fields: HTTPFields, to method: HTTPMethod) throws(HTTPFault) {
        let framing = try MessageFraming(fields, minorVersion: line.minorVersion)
        status = line.status
        minorVersion = line.minorVersion
        self.fields = fields
        if method == .head || status < 200 || status == 204 || status == 304 {
            body = .none
        } else if framing.isChunked {
            body = .chunked
        } else if let length = framing.contentLength {
            body = .length(length)
        } else {
            body = .untilClose
        }
        keepsAlive = framing.keepsAlive && body != .untilClose
    }
}

/// `HTTP/1.1 200 OK` (RFC 9112, section 4). The reason is for people and may be anything or nothing; without
/// one, the space before it may be missing too, as widely seen.
struct StatusLine: Sendable {
    let status: UInt16
    let minorVersion: UInt8

    init(_ line: Span<UInt8>) throws(HTTPFault) {
        guard line.count >= 12 else { throw .malformedStatusLine }
        minorVersion = try line.extracting(0..<8).httpMinorVersion()
        var at = 9
        guard line[8] == UInt8(ascii: " "), let status = line.extracting(0..<12).decimal(&at), at == 12,
            (100...599).contains(status), line.count == 12 || line[12] == UInt8(ascii: " ")
        else { throw .malformedStatusLine }
        self.status = UInt16(status)
    }
}
