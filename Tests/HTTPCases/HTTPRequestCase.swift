/// Bytes that a client sends on one connection, and what must come of them: for the parser alone, and for
/// a running server that answers as an echo does.
///
/// That server answers `GET /` with a text of its own, and any method on `/echo` with the request's content and
/// content type. What it answers elsewhere (404, `OPTIONS *`) is not part of a case, only that it does.
package struct HTTPRequestCase: Sendable, CustomStringConvertible {
    /// One request as it must be understood.
    package struct Exchange: Equatable, Sendable {
        package let method: String
        /// Decoded, without dot segments, and written again with everything but unreserved characters
        /// percent-encoded; `*` for the asterisk form.
        package let path: String
        package let body: [UInt8]

        package init(_ method: String, _ path: String = "/echo", body: [UInt8] = []) {
            self.method = method
            self.path = path
            self.body = body
        }
    }

    package enum Outcome: Equatable, Sendable {
        /// Every request gets its answer, perhaps a 100 before it; then the connection is open or closed.
        case answered([Exchange], isOpen: Bool)
        /// The requests before the bad one get their answers; then comes this status, and the end.
        case refused(UInt16, after: [Exchange])
        /// The requests before get their answers; then both sides wait for the other.
        case incomplete(after: [Exchange])
    }

    package let name: String
    /// Where it is written, as "RFC 9112, 3.2".
    package let section: String
    package let bytes: [UInt8]
    package let outcome: Outcome

    package var description: String { name }

    package static let all: [HTTPRequestCase] = [
        requestLines, refusedRequestLines, targets, refusedTargets, fields, refusedFields, hosts, framing,
        refusedFraming, chunked, refusedChunks, connections, incomplete, limits,
    ].flatMap { $0 }
}

// How the tables are written. One character of `text` is one byte, so that `\u{FF}` is the byte FF.
extension HTTPRequestCase {
    static func good(
        _ name: String, _ section: String, _ text: String, _ exchanges: [Exchange] = [.get]
    ) -> HTTPRequestCase {
        HTTPRequestCase(
            name: name, section: section, bytes: latin1(text), outcome: .answered(exchanges, isOpen: true))
    }

    static func last(
        _ name: String, _ section: String, _ text: String, _ exchanges: [Exchange] = [.get]
    ) -> HTTPRequestCase {
        HTTPRequestCase(
            name: name, section: section, bytes: latin1(text), outcome: .answered(exchanges, isOpen: false))
    }

    static func bad(
        _ name: String, _ section: String, _ text: String, _ status: UInt16 = 400, after exchanges: [Exchange] = []
    ) -> HTTPRequestCase {
        HTTPRequestCase(
            name: name, section: section, bytes: latin1(text), outcome: .refused(status, after: exchanges))
    }

    static func open(
        _ name: String, _ section: String, _ text: String, after exchanges: [Exchange] = []
    ) -> HTTPRequestCase {
        HTTPRequestCase(name: name, section: section, bytes: latin1(text), outcome: .incomplete(after: exchanges))
    }

    /// A request without content: target, or further field lines.
    static func get(_ fieldLines: String..., target: String = "/echo") -> String {
        request("GET \(target) HTTP/1.1", ["Host: a.example"] + fieldLines)
    }

    static func post(_ fieldLines: String..., body: String = "") -> String {
        request("POST /echo HTTP/1.1", ["Host: a.example"] + fieldLines) + body
    }

    static func postChunked(_ body: String) -> String {
        post("Transfer-Encoding: chunked", body: body)
    }

    static func request(_ line: String, _ fieldLines: [String] = ["Host: a.example"]) -> String {
        ([line] + fieldLines).joined(separator: "\r\n") + "\r\n\r\n"
    }

    private static func latin1(_ text: String) -> [UInt8] {
        text.unicodeScalars.map { scalar in
            precondition(scalar.value <= 0xFF, "one character is one byte")
            return UInt8(scalar.value)
        }
    }
}

extension HTTPRequestCase.Exchange {
    static let get = HTTPRequestCase.Exchange("GET")

    static func get(_ path: String) -> HTTPRequestCase.Exchange {
        HTTPRequestCase.Exchange("GET", path)
    }

    static func post(_ body: String) -> HTTPRequestCase.Exchange {
        HTTPRequestCase.Exchange("POST", body: Array(body.utf8))
    }
}
