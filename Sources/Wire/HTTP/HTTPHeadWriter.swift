import Bytes

/// Why a line of a head was not written. Nothing of it has been appended then.
package enum HTTPHeadWriteFault: Error, Equatable, Sendable {
    case method
    case target
    case fieldName
    case fieldValue
}

/// Heads are appended line by line to the connection's output.
///
/// What came from a caller is refused, not repaired, where it would end its line or could not be read back:
/// a value with its line end replaced would still be a value nobody meant, sent in silence. The literal
/// variants take only text that stands in our own source, and cannot fail.
extension [UInt8] {
    /// `HTTP/1.1 200 OK`. The status is between 100 and 599.
    package mutating func appendStatusLine(_ status: UInt16) {
        precondition((100...599).contains(status), "a status has three digits and a known class")
        append(literal: "HTTP/1.1 ")
        append(decimal: status)
        append(UInt8(ascii: " "))
        append(literal: HTTPStatus.reason(status))
        append(literal: "\r\n")
    }

    /// `GET /path HTTP/1.1`.
    package mutating func appendRequestLine(
        _ method: HTTPMethod, target: String
    ) throws(HTTPHeadWriteFault) {
        let name = method.name
        guard !name.isEmpty, name.utf8.allSatisfy({ ASCIISet.method.contains($0) }) else { throw .method }
        guard !target.isEmpty, target.utf8.allSatisfy({ ASCIISet.target.contains($0) }) else { throw .target }
        append(contentsOf: name.utf8)
        append(UInt8(ascii: " "))
        append(contentsOf: target.utf8)
        append(literal: " HTTP/1.1\r\n")
    }

    package mutating func appendField(_ name: StaticString, _ value: String) throws(HTTPHeadWriteFault) {
        guard value.utf8.allSatisfy({ !$0.isHTTPControl }) else { throw .fieldValue }
        append(literal: name)
        append(literal: ": ")
        append(contentsOf: value.utf8)
        append(literal: "\r\n")
    }

    package mutating func appendField(_ name: StaticString, literal value: StaticString) {
        append(literal: name)
        append(literal: ": ")
        append(literal: value)
        append(literal: "\r\n")
    }

    package mutating func appendField(_ name: StaticString, decimal value: UInt64) {
        append(literal: name)
        append(literal: ": ")
        append(decimal: value)
        append(literal: "\r\n")
    }

    /// All of them or, where one is refused, none.
    package mutating func appendFields(_ fields: HTTPFields) throws(HTTPHeadWriteFault) {
        let start = count
        do throws(HTTPHeadWriteFault) {
            try fields.forEach { name, value throws(HTTPHeadWriteFault) in
                var end = 0
                guard name.token(&end) != nil, end == name.count else { throw .fieldName }
                for index in 0..<value.count where value[index].isHTTPControl { throw .fieldValue }
                append(name)
                append(literal: ": ")
                append(value)
                append(literal: "\r\n")
            }
        } catch {
            removeSubrange(start...)
            throw error
        }
    }

    package mutating func appendHeadEnd() {
        append(literal: "\r\n")
    }

    /// One chunk of a chunked body. Empty data appends nothing, for an empty chunk would be the last one.
    package mutating func appendChunk(_ data: Span<UInt8>) {
        guard !data.isEmpty else { return }
        var shift = (Int.bitWidth - 1 - data.count.leadingZeroBitCount) & ~3
        while shift >= 0 {
            append(Hex.digit(UInt8(truncatingIfNeeded: data.count >> shift) & 15))
            shift -= 4
        }
        append(literal: "\r\n")
        append(data)
        append(literal: "\r\n")
    }

    /// The end of a chunked body, without trailer fields.
    package mutating func appendLastChunk() {
        append(literal: "0\r\n\r\n")
    }
}
