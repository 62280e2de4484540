/// Everything before a request's content.
package struct RequestHead: Sendable {
    package let method: HTTPMethod
    package let target: RequestTarget
    /// 0 or 1; a higher one counts as 1 (RFC 9110, section 2.5).
    package let minorVersion: UInt8
    package let fields: HTTPFields
    package let body: BodyFraming
    /// Whether the client wants to go on with this connection afterwards.
    package let keepsAlive: Bool
    /// Whether the client waits for a 100 before it sends the content. Only where there is content, and
    /// never in HTTP/1.0 (RFC 9110, section 10.1.1).
    package let expectsContinue: Bool

    init(_ line: RequestLine, _ fields: HTTPFields) throws(HTTPFault) {
        let framing = try MessageFraming(fields, minorVersion: line.minorVersion)
        guard framing.hosts <= 1 else { throw .repeatedHost }
        if let host = framing.host {
            guard fields.bytes.span.extracting(host).isAuthority else { throw .malformedHost }
        } else if line.minorVersion > 0 {
            throw .missingHost
        }
        guard !framing.expectsOther else { throw .unmetExpectation }
        target = try RequestTarget(fields.bytes, range: line.target, method: line.method, host: framing.host)
        method = line.method
        minorVersion = line.minorVersion
        self.fields = fields
        body = framing.isChunked ? .chunked : framing.contentLength.map { .length($0) } ?? .none
        keepsAlive = framing.keepsAlive
        expectsContinue = framing.expectsContinue && line.minorVersion > 0 && body != .none && body != .length(0)
    }
}

/// `GET /path HTTP/1.1` (RFC 9112, section 3), taken apart as soon as it is complete. The target waits for
/// the rest of the head.
struct RequestLine: Sendable {
    let method: HTTPMethod
    /// Counted from the line's first byte.
    let target: Range<Int>
    let minorVersion: UInt8

    /// One space on each side of the target, nothing else. RFC 9112 allows a lenient reader to take any
    /// white space; then `GET /a HTTP/1.1 HTTP/1.1` has two readings.
    init(_ line: Span<UInt8>) throws(HTTPFault) {
        var methodEnd = 0
        while methodEnd < line.count, line[methodEnd] != UInt8(ascii: " ") {
            methodEnd &+= 1
        }
        method = try HTTPMethod(line.extracting(0..<methodEnd))
        var targetEnd = methodEnd &+ 1
        while targetEnd < line.count, line[targetEnd] != UInt8(ascii: " ") {
            targetEnd &+= 1
        }
        guard targetEnd < line.count, targetEnd > methodEnd &+ 1 else { throw .malformedRequestLine }
        target = methodEnd &+ 1..<targetEnd
        minorVersion = try line.extracting(targetEnd &+ 1..<line.count).httpMinorVersion()
    }
}

extension Span<UInt8> {
    /// `HTTP/1.0` or `HTTP/1.1`, the name in capitals; every higher minor version is read as 1.
    func httpMinorVersion() throws(HTTPFault) -> UInt8 {
        guard count == 8, extracting(0..<5).equals("HTTP/"), self[5] >= UInt8(ascii: "0"), self[5] <= UInt8(ascii: "9"),
            self[6] == UInt8(ascii: "."), self[7] >= UInt8(ascii: "0"), self[7] <= UInt8(ascii: "9")
        else { throw .malformedVersion }
        guard self[5] == UInt8(ascii: "1") else { throw .unsupportedVersion }
        return self[7] == UInt8(ascii: "0") ? 0 : 1
    }
}
