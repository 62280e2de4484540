import HTTPCases
import Testing

@testable import Wire

struct HTTPHeadWriterTests {
    private func text(_ bytes: [UInt8]) -> String {
        String(decoding: bytes, as: UTF8.self)
    }

    @Test func `a response is written line by line`() throws {
        var output = Array("before".utf8)
        output.appendStatusLine(200)
        output.appendField("Content-Type", literal: "text/plain")
        output.appendField("Content-Length", decimal: 2)
        try output.appendField("X-A", "a \u{E9}\tb")
        try output.appendFields(HTTPFields([("B", ""), ("c", "d")]))
        output.appendHeadEnd()
        #expect(
            text(output) == "beforeHTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 2\r\n"
                + "X-A: a \u{E9}\tb\r\nB: \r\nc: d\r\n\r\n")
    }

    @Test(
        arguments: [
            (100, "Continue"), (101, "Switching Protocols"), (103, "Early Hints"), (201, "Created"),
            (204, "No Content"),
            (206, "Partial Content"), (304, "Not Modified"), (308, "Permanent Redirect"), (405, "Method Not Allowed"),
            (413, "Content Too Large"), (414, "URI Too Long"), (415, "Unsupported Media Type"),
            (416, "Range Not Satisfiable"), (417, "Expectation Failed"), (421, "Misdirected Request"),
            (422, "Unprocessable Content"), (425, "Too Early"), (426, "Upgrade Required"),
            (428, "Precondition Required"),
            (429, "Too Many Requests"), (431, "Request Header Fields Too Large"), (500, "Internal Server Error"),
            (505, "HTTP Version Not Supported"), (507, "Insufficient Storage"), (508, "Loop Detected"),
            (511, "Network Authentication Required"), (599, ""),
        ] as [(UInt16, String)])
    func `a status has its reason`(status: UInt16, reason: String) {
        var output: [UInt8] = []
        output.appendStatusLine(status)
        #expect(text(output) == "HTTP/1.1 \(status) \(reason)\r\n")
    }

    @Test(arguments: [
        "a\r\nSet-Cookie: b", "a\nb", "a\rb", "\n", "a\0b", "a\u{7F}", "\u{1B}[0m", "\u{B}",
    ])
    func `a value that would end its line is not written`(value: String) throws {
        var output = Array("x".utf8)
        #expect(throws: HTTPHeadWriteFault.fieldValue) { try output.appendField("A", value) }
        #expect(throws: HTTPHeadWriteFault.fieldValue) {
            try output.appendFields(HTTPFields([("A", "good"), ("B", value)]))
        }
        #expect(text(output) == "x", "nothing is left behind")
    }

    @Test(arguments: ["", "a b", "a:", "a\r\nb", "\u{E9}", "(a)", "a\0"])
    func `a name that is no token is not written`(name: String) {
        var output: [UInt8] = []
        #expect(throws: HTTPHeadWriteFault.fieldName) { try output.appendFields(HTTPFields([(name, "a")])) }
        #expect(output.isEmpty)
    }

    @Test func `a request line is written only where it would be read back`() throws {
        var output: [UInt8] = []
        try output.appendRequestLine(.post, target: "/a?b=%20")
        #expect(text(output) == "POST /a?b=%20 HTTP/1.1\r\n")
        for target in ["", "/a b", "/a\r\nb", "/\u{E9}", "/#a", "/\0"] {
            #expect(throws: HTTPHeadWriteFault.target) { try output.appendRequestLine(.get, target: target) }
        }
        for method in ["", "get", "A B", "A\r\n", "\u{C9}"] {
            #expect(throws: HTTPHeadWriteFault.method) { try output.appendRequestLine(.other(method), target: "/") }
        }
        #expect(text(output) == "POST /a?b=%20 HTTP/1.1\r\n")
    }

    @Test(arguments: [0, 1, 15, 16, 17, 255, 256, 4_096, 65_535])
    func `what is written in chunks is read back`(count: Int) throws {
        let data = [UInt8](repeating: 7, count: count)
        var output: [UInt8] = []
        try output.appendRequestLine(.post, target: "/")
        try output.appendFields(HTTPFields([("Host", "a"), ("Transfer-Encoding", "chunked")]))
        output.appendHeadEnd()
        output.appendChunk(data.span)
        output.appendChunk(data.span)
        output.appendLastChunk()
        var driver = RequestDriver()
        driver.receive(output)
        #expect(driver.exchanges.map(\.body) == [data + data])
        #expect(driver.outcome == .answered(driver.exchanges, isOpen: true))
    }

    @Test func `a fault says what is wrong and what to answer`() {
        let faults: [(HTTPFault, UInt16)] = [
            (.bareCR, 400), (.requestLineTooLong, 414), (.headTooLong, 431), (.tooManyFields, 431),
            (.unknownMethod, 501),
            (.unsupportedVersion, 505), (.unmetExpectation, 417), (.unknownTransferCoding, 501),
            (.trailersTooLong, 431),
            (.closedWithinMessage, 502),
        ]
        for (fault, status) in faults {
            #expect(fault.status == status)
            #expect(!fault.detail.isEmpty)
        }
    }
}
