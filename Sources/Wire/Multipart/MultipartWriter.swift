/// Writes a `multipart/form-data` body: `beginPart`, the content, `endPart` for each part, then `end`.
///
/// The boundary is the caller's choice, and so is the care that no line of the content begins with it: 16 random
/// bytes in hex see to that.
package struct MultipartWriter: Sendable {
    private let boundary: String

    /// Nil unless the boundary is one to 70 of the characters that RFC 2046 allows.
    package init?(boundary: String) {
        guard MultipartDelimiter.isBoundary(boundary) else { return nil }
        self.boundary = boundary
    }

    /// The `Content-Type` of the body.
    package var contentType: String {
        let isToken = boundary.utf8.allSatisfy { MultipartParameterReader.isTokenByte($0) }
        return "multipart/form-data; boundary=" + (isToken ? boundary : "\"\(boundary)\"")
    }

    /// A content type that is not printable ASCII is written as `application/octet-stream`: it must not be able
    /// to end its line.
    package func beginPart(_ head: MultipartPartHead, into body: inout [UInt8]) {
        body.append(contentsOf: "--\(boundary)\r\nContent-Disposition: form-data; name=\"".utf8)
        append(quoted: head.name, to: &body)
        if let fileName = head.fileName {
            body.append(contentsOf: "\"; filename=\"".utf8)
            append(quoted: fileName, to: &body)
        }
        body.append(contentsOf: "\"\r\n".utf8)
        if let contentType = head.contentType {
            let isPrintable = contentType.utf8.allSatisfy { (0x20..<0x7F).contains($0) }
            body.append(contentsOf: "Content-Type: ".utf8)
            body.append(contentsOf: (isPrintable ? contentType : "application/octet-stream").utf8)
            body.append(contentsOf: "\r\n".utf8)
        }
        body.append(contentsOf: "\r\n".utf8)
    }

    package func endPart(into body: inout [UInt8]) {
        body.append(contentsOf: "\r\n".utf8)
    }

    package func end(into body: inout [UInt8]) {
        body.append(contentsOf: "--\(boundary)--\r\n".utf8)
    }

    /// A whole part whose content is at hand.
    package func append(_ head: MultipartPartHead, content: [UInt8], to body: inout [UInt8]) {
        beginPart(head, into: &body)
        body.append(contentsOf: content)
        endPart(into: &body)
    }

    /// As WHATWG has it: quotes and line ends percent-encoded, all else raw, a percent sign included. Two things
    /// are ours. A backslash is doubled, since a reader of quoted strings would take the closing quote after
    /// a single one for an escaped one; and the other control characters, which no head may contain, become
    /// U+FFFD.
    private func append(quoted text: String, to body: inout [UInt8]) {
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\""): body.append(contentsOf: "%22".utf8)
            case UInt8(ascii: "\r"): body.append(contentsOf: "%0D".utf8)
            case UInt8(ascii: "\n"): body.append(contentsOf: "%0A".utf8)
            case UInt8(ascii: "\\"): body.append(contentsOf: "\\\\".utf8)
            case 0x00..<0x20 where byte != UInt8(ascii: "\t"), 0x7F: body.append(contentsOf: "\u{FFFD}".utf8)
            default: body.append(byte)
            }
        }
    }
}
