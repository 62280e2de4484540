@testable import Wire

/// Bytes that a server sends on one connection in answer to some methods, and what must come of them.
struct HTTPResponseCase: Sendable, CustomStringConvertible {
    struct Response: Equatable, Sendable {
        let status: UInt16
        let body: String
        let keepsAlive: Bool

        init(_ status: UInt16, _ body: String = "", keepsAlive: Bool = true) {
            self.status = status
            self.body = body
            self.keepsAlive = keepsAlive
        }
    }

    enum Ending: Equatable, Sendable {
        /// All awaited responses came; the connection is still there.
        case open
        /// The same, after the server has closed.
        case closed
        /// HTTP is over; so many bytes belong to the next protocol.
        case switched(left: Int)
        case waiting
        case refused(HTTPFault)
    }

    let description: String
    let methods: [HTTPMethod]
    let bytes: [UInt8]
    let closes: Bool
    let responses: [Response]
    let ending: Ending

    init(
        _ name: String, _ text: String, to methods: [HTTPMethod] = [.get], closes: Bool = false,
        _ responses: [Response] = [], _ ending: Ending = .open
    ) {
        description = name
        self.methods = methods
        bytes = text.unicodeScalars.map { UInt8($0.value) }
        self.closes = closes
        self.responses = responses
        self.ending = ending
    }

    private static func refused(
        _ name: String, _ text: String, _ fault: HTTPFault, after responses: [Response] = []
    ) -> HTTPResponseCase {
        HTTPResponseCase(name, text, responses, .refused(fault))
    }

    /// A response of length 0 with further fields.
    private static func ok(_ fieldLines: String...) -> String {
        (["HTTP/1.1 200 OK"] + fieldLines + ["Content-Length: 0"]).joined(separator: "\r\n") + "\r\n\r\n"
    }

    static let all: [HTTPResponseCase] = [statusLines, framing, interim, endings, refusals].flatMap { $0 }

    private static let statusLines: [HTTPResponseCase] = [
        HTTPResponseCase("a response", ok(), [Response(200)]),
        HTTPResponseCase("no reason", "HTTP/1.1 200 \r\nContent-Length: 0\r\n\r\n", [Response(200)]),
        HTTPResponseCase("no reason and no space", "HTTP/1.1 200\r\nContent-Length: 0\r\n\r\n", [Response(200)]),
        HTTPResponseCase(
            "a long reason", "HTTP/1.1 404 No\tsuch \u{E9} thing!\r\nContent-Length: 0\r\n\r\n", [Response(404)]),
        HTTPResponseCase("a reason of digits", "HTTP/1.1 200 200\r\nContent-Length: 0\r\n\r\n", [Response(200)]),
        HTTPResponseCase("a status nobody knows", "HTTP/1.1 599 X\r\nContent-Length: 0\r\n\r\n", [Response(599)]),
        HTTPResponseCase("HTTP/1.2", "HTTP/1.2 200 OK\r\nContent-Length: 0\r\n\r\n", [Response(200)]),
        HTTPResponseCase(
            "HTTP/1.0", "HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nhi", [Response(200, "hi", keepsAlive: false)]),
        HTTPResponseCase(
            "HTTP/1.0 with keep-alive", "HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 2\r\n\r\nhi",
            [Response(200, "hi")]),
        HTTPResponseCase("close", ok("Connection: close"), [Response(200, keepsAlive: false)]),
        HTTPResponseCase("fields of a request mean nothing", ok("Host: a", "Host: b c", "Expect: x"), [Response(200)]),
    ]

    private static let framing: [HTTPResponseCase] = [
        HTTPResponseCase("a length", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello", [Response(200, "hello")]),
        HTTPResponseCase(
            "chunks",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n3;a=b\r\nyou\r\n0\r\nA: b\r\n\r\n",
            [Response(200, "hiyou")]),
        HTTPResponseCase(
            "until it closes", "HTTP/1.1 200 OK\r\n\r\nhello", closes: true,
            [Response(200, "hello", keepsAlive: false)], .closed),
        HTTPResponseCase(
            "nothing until it closes", "HTTP/1.1 200 OK\r\n\r\n", closes: true, [Response(200, keepsAlive: false)],
            .closed),
        HTTPResponseCase(
            "until it closes in HTTP/1.0", "HTTP/1.0 200 OK\r\nConnection: keep-alive\r\n\r\nhi", closes: true,
            [Response(200, "hi", keepsAlive: false)], .closed),
        HTTPResponseCase(
            "HEAD with a length", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n", to: [.head], [Response(200)]),
        HTTPResponseCase(
            "HEAD with chunks", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", to: [.head], [Response(200)]),
        HTTPResponseCase("HEAD with neither", "HTTP/1.1 200 OK\r\n\r\n", to: [.head], [Response(200)]),
        HTTPResponseCase("204", "HTTP/1.1 204 No Content\r\n\r\n", [Response(204)]),
        HTTPResponseCase(
            "304 with a length", "HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n", [Response(304)]),
        HTTPResponseCase(
            "205 with length 0", "HTTP/1.1 205 Reset Content\r\nContent-Length: 0\r\n\r\n", to: [.post], [Response(205)]
        ),
        HTTPResponseCase("two responses", ok() + ok(), to: [.get, .get], [Response(200), Response(200)]),
        HTTPResponseCase(
            "HEAD and GET",
            "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi",
            to: [.head, .get], [Response(200), Response(200, "hi")]),
        HTTPResponseCase(
            "chunks and another", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n\r\n" + ok(),
            to: [.get, .get], [Response(200, "a"), Response(200)]),
        HTTPResponseCase(
            "304 and another", "HTTP/1.1 304 X\r\nContent-Length: 9\r\n\r\n" + ok(), to: [.get, .get],
            [Response(304), Response(200)]),
    ]

    private static let interim: [HTTPResponseCase] = [
        HTTPResponseCase(
            "100 first", "HTTP/1.1 100 Continue\r\n\r\n" + ok(), to: [.post], [Response(100), Response(200)]),
        HTTPResponseCase(
            "103 with fields first", "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" + ok(),
            [Response(103), Response(200)]),
        HTTPResponseCase(
            "102 and 100 first", "HTTP/1.1 102 X\r\n\r\nHTTP/1.1 100 X\r\n\r\n" + ok(),
            [Response(102), Response(100), Response(200)]),
        HTTPResponseCase(
            "100 first for HEAD", "HTTP/1.1 100 X\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\n", to: [.head],
            [Response(100), Response(200)]),
        HTTPResponseCase(
            "100 with a length has no content", "HTTP/1.1 100 X\r\nContent-Length: 5\r\n\r\n" + ok(),
            [Response(100), Response(200)]),
        HTTPResponseCase(
            "101", "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n", [Response(101)], .switched(left: 0)
        ),
        HTTPResponseCase(
            "101 and what comes then", "HTTP/1.1 101 X\r\nUpgrade: websocket\r\n\r\n\u{81}\u{2}hi", [Response(101)],
            .switched(left: 4)),
        HTTPResponseCase(
            "101 after 100", "HTTP/1.1 100 X\r\n\r\nHTTP/1.1 101 X\r\n\r\nHTTP/1.1 200 OK\r\n\r\n",
            [Response(100), Response(101)],
            .switched(left: 19)),
        HTTPResponseCase(
            "sixteen interim responses", String(repeating: "HTTP/1.1 100 X\r\n\r\n", count: 16) + ok(),
            [Response](repeating: Response(100), count: 16) + [Response(200)]),
        refused(
            "seventeen interim responses", String(repeating: "HTTP/1.1 100 X\r\n\r\n", count: 17),
            .tooManyInterimResponses,
            after: [Response](repeating: Response(100), count: 16)),
        HTTPResponseCase("100 and nothing yet", "HTTP/1.1 100 X\r\n\r\n", [Response(100)], .waiting),
        HTTPResponseCase(
            "100 and the end", "HTTP/1.1 100 X\r\n\r\n", closes: true, [Response(100)], .refused(.closedWithinMessage)),
    ]

    private static let endings: [HTTPResponseCase] = [
        HTTPResponseCase("closed after a response", ok(), closes: true, [Response(200)], .closed),
        HTTPResponseCase("closed before a response", "", closes: true, [], .refused(.closedBeforeResponse)),
        HTTPResponseCase(
            "closed before the second response", ok(), to: [.get, .get], closes: true, [Response(200)],
            .refused(.closedBeforeResponse)),
        HTTPResponseCase("closed within a status line", "HTTP/1.1 2", closes: true, [], .refused(.closedWithinMessage)),
        HTTPResponseCase(
            "closed within a head", "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n", closes: true, [],
            .refused(.closedWithinMessage)),
        HTTPResponseCase(
            "closed within a length", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhell", closes: true, [],
            .refused(.closedWithinMessage)),
        HTTPResponseCase(
            "closed within a chunk", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhell", closes: true, [],
            .refused(.closedWithinMessage)),
        HTTPResponseCase(
            "closed before the last chunk", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n",
            closes: true,
            [], .refused(.closedWithinMessage)),
        HTTPResponseCase(
            "closed within trailers", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n", closes: true, [],
            .refused(.closedWithinMessage)),
        HTTPResponseCase("half a status line", "HTTP/1.1 2", [], .waiting),
        HTTPResponseCase("half a head", "HTTP/1.1 200 OK\r\nA", [], .waiting),
        HTTPResponseCase("half the content", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhe", [], .waiting),
        HTTPResponseCase("no end yet", "HTTP/1.1 200 OK\r\n\r\nhello", [], .waiting),
    ]

    private static let refusals: [HTTPResponseCase] = [
        refused("more than was asked for", ok() + "H", .responseNotAwaited, after: [Response(200)]),
        refused(
            "content of HEAD", "HTTP/1.1 204 No Content\r\nContent-Length: 2\r\n\r\nhi", .responseNotAwaited,
            after: [Response(204)]),
        refused("an empty line first", "\r\n" + ok(), .tooManyEmptyLines),
        refused("HTTP/2.0", "HTTP/2.0 200 OK\r\n\r\n", .unsupportedVersion),
        refused("another protocol", "SSH-2.0-OpenSSH\r\n", .malformedVersion),
        refused("a version in small letters", "http/1.1 200 OK\r\n\r\n", .malformedVersion),
        refused("a short status line", "HTTP/1.1\r\n\r\n", .malformedStatusLine),
        refused("two digits", "HTTP/1.1 20\r\n\r\n", .malformedStatusLine),
        refused("two digits and a reason", "HTTP/1.1 20 OK\r\n\r\n", .malformedStatusLine),
        refused("four digits", "HTTP/1.1 2000 OK\r\n\r\n", .malformedStatusLine),
        refused("a sign", "HTTP/1.1 +20 OK\r\n\r\n", .malformedStatusLine),
        refused("a status of letters", "HTTP/1.1 2xx OK\r\n\r\n", .malformedStatusLine),
        refused("two spaces", "HTTP/1.1  200 OK\r\n\r\n", .malformedStatusLine),
        refused("a tab", "HTTP/1.1\t200 OK\r\n\r\n", .malformedStatusLine),
        refused("a tab after the status", "HTTP/1.1 200\tOK\r\n\r\n", .malformedStatusLine),
        refused("status 99", "HTTP/1.1 099 X\r\n\r\n", .malformedStatusLine),
        refused("status 600", "HTTP/1.1 600 X\r\n\r\n", .malformedStatusLine),
        refused("a request", "GET / HTTP/1.1\r\n\r\n", .malformedVersion),
        refused("NUL in a reason", "HTTP/1.1 200 \u{0}\r\n\r\n", .controlCharacter),
        refused("a bare CR in a reason", "HTTP/1.1 200 O\rK\r\n\r\n", .bareCR),
        refused("a status line that ends in LF", "HTTP/1.1 200 OK\n\n", .bareLF),
        refused("a folded field", ok("A: 1", " 2"), .foldedField),
        refused("a space before the colon", ok("A : 1"), .spaceBeforeColon),
        refused("NUL in a value", ok("A: \u{0}"), .controlCharacter),
        refused("a status line too long", "HTTP/1.1 200 " + String(repeating: "a", count: 8_180), .requestLineTooLong),
        refused("a head too long", ok("A: " + String(repeating: "a", count: 32_768)), .headTooLong),
        refused("too many fields", "HTTP/1.1 200 OK\r\n" + String(repeating: "A: 1\r\n", count: 101), .tooManyFields),
        refused(
            "two lengths", "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nContent-Length: 0\r\n\r\n", .repeatedContentLength),
        refused("a list of lengths", "HTTP/1.1 200 OK\r\nContent-Length: 0, 0\r\n\r\n", .repeatedContentLength),
        refused("a negative length", "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n", .malformedContentLength),
        refused(
            "length and chunks", "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nTransfer-Encoding: chunked\r\n\r\n",
            .contentLengthWithTransferEncoding),
        refused(
            "chunks in HTTP/1.0", "HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", .transferEncodingInHTTP10),
        refused("another coding", "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n", .unknownTransferCoding),
        refused("chunks not last", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked, gzip\r\n\r\n", .chunkedNotLast),
        refused("a bad chunk", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nx\r\n", .malformedChunkSize),
        refused(
            "data too long for its chunk", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nhi\r\n",
            .chunkWithoutEnd),
    ]
}
