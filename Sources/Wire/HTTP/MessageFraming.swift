import Bytes

/// How the end of a message's content is found (RFC 9112, section 6.3).
package enum BodyFraming: Equatable, Sendable {
    case none
    case length(UInt64)
    case chunked
    /// Everything until the connection is closed; in responses only.
    case untilClose
}

/// What the fields of a head say about the message itself, read in one pass.
///
/// Wherever two readers could find two ends of one message there is no choice made here: it is refused
/// (RFC 9112, section 11.2).
struct MessageFraming {
    private(set) var hosts = 0
    private(set) var host: Range<Int>?
    private(set) var contentLength: UInt64?
    private(set) var isChunked = false
    private(set) var expectsContinue = false
    private(set) var expectsOther = false
    private(set) var keepsAlive = false

    init(_ fields: HTTPFields, minorVersion: UInt8) throws(HTTPFault) {
        let bytes = fields.bytes.span
        var hasTransferEncoding = false
        var hasUnknownCoding = false
        var saysClose = false
        var saysKeepAlive = false
        for field in fields.fields {
            let name = bytes.extracting(field.name)
            let value = bytes.extracting(field.value)
            switch name.count {
            case 4 where name.equalsIgnoringASCIICase("host"):
                hosts += 1
                host = field.value
            case 6 where name.equalsIgnoringASCIICase("expect"):
                if value.equalsIgnoringASCIICase("100-continue") {
                    expectsContinue = true
                } else {
                    expectsOther = true
                }
            case 10 where name.equalsIgnoringASCIICase("connection"):
                if value.listContains("close") { saysClose = true }
                if value.listContains("keep-alive") { saysKeepAlive = true }
            case 14 where name.equalsIgnoringASCIICase("content-length"):
                guard contentLength == nil else { throw .repeatedContentLength }
                contentLength = try Self.contentLength(value)
            case 17 where name.equalsIgnoringASCIICase("transfer-encoding"):
                hasTransferEncoding = true
                try readCodings(value, hasUnknown: &hasUnknownCoding)
            default:
                break
            }
        }
        keepsAlive = !saysClose && (minorVersion > 0 || saysKeepAlive)
        guard hasTransferEncoding else { return }
        guard minorVersion > 0 else { throw .transferEncodingInHTTP10 }
        guard contentLength == nil else { throw .contentLengthWithTransferEncoding }
        guard !hasUnknownCoding else { throw .unknownTransferCoding }
    }

    private static func contentLength(_ value: Span<UInt8>) throws(HTTPFault) -> UInt64 {
        var at = 0
        guard let length = value.decimal(&at), at == value.count else {
            // The same length twice in one value is as bad as in two fields.
            throw value.withUnsafeBufferPointer { $0.contains(UInt8(ascii: ",")) }
                ? .repeatedContentLength : .malformedContentLength
        }
        return length
    }

    private mutating func readCodings(_ value: Span<UInt8>, hasUnknown: inout Bool) throws(HTTPFault) {
        var at = 0
        while let range = value.nextListElement(&at) {
            let element = value.extracting(range)
            let isChunkedCoding = element.equalsIgnoringASCIICase("chunked")
            guard !isChunked else { throw isChunkedCoding ? .chunkedTwice : .chunkedNotLast }
            if isChunkedCoding {
                isChunked = true
                continue
            }
            var end = 0
            guard element.token(&end) != nil else { throw .malformedTransferEncoding }
            element.skipSpace(&end)
            guard end == element.count || element[end] == UInt8(ascii: ";") else { throw .malformedTransferEncoding }
            hasUnknown = true
        }
    }
}
