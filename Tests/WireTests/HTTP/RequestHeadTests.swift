import HTTPCases
import Testing

@testable import Wire

struct RequestHeadTests {
    private func head(_ text: String, limits: HTTPLimits = HTTPLimits()) throws -> RequestHead {
        var driver = RequestDriver(limits: limits)
        driver.receive(text.utf8)
        if let fault = driver.fault { throw fault }
        return try #require(driver.heads.first)
    }

    private func fields(_ lines: String...) throws -> HTTPFields {
        try head((["GET / HTTP/1.1", "Host: a"] + lines).joined(separator: "\r\n") + "\r\n\r\n").fields
    }

    /// As a message signature asks for them.
    private func values(of name: String, in fields: HTTPFields) -> [String] {
        var values: [String] = []
        fields.forEachValue(named: name) { value in
            values.append(value.withUnsafeBufferPointer { String(decoding: $0, as: UTF8.self) })
        }
        return values
    }

    @Test func `fields are found in any case, in order, and joined`() throws {
        let fields = try fields("Accept: a", "X-A:  1 ", "accept: b, c", "Empty:", "X: \u{E9}")
        #expect(fields.count == 6)
        #expect(fields.first("ACCEPT") == "a")
        #expect(fields.all("Accept") == ["a", "b, c"])
        #expect(fields.combined("Accept") == "a, b, c")
        #expect(values(of: "accept", in: fields) == ["a", "b, c"])
        #expect(fields.first("X-A") == "1")
        #expect(fields.first("Empty") == "")
        #expect(fields.first("X") == "\u{E9}")
        #expect(fields.first("Y") == nil)
        #expect(fields.all("Y") == [])
        #expect(fields.combined("Y") == nil)
        #expect(values(of: "y", in: fields) == [])
        #expect(fields.contains("host"))
        #expect(!fields.contains("hos"))
    }

    @Test func `tokens are found in lists over several fields`() throws {
        let fields = try fields("Connection: keep-alive ,\tUpgrade", "Connection: x", "Upgrade: h2c, websocket")
        #expect(fields.contains("Connection", token: "upgrade"))
        #expect(fields.contains("connection", token: "KEEP-ALIVE"))
        #expect(fields.contains("Connection", token: "X"))
        #expect(fields.contains("Upgrade", token: "websocket"))
        #expect(!fields.contains("Connection", token: "up"))
        #expect(!fields.contains("Connection", token: "upgrades"))
        #expect(!fields.contains("Via", token: "x"))
    }

    @Test func `fields are shown without a copy and can be made by hand`() {
        var fields = HTTPFields([("A", "1"), ("B", "")])
        fields.append("a", "2")
        var seen: [String] = []
        fields.forEach { name, value in
            seen.append(name.text(0..<name.count) + "=" + value.text(0..<value.count))
        }
        #expect(seen == ["A=1", "B=", "a=2"])
        #expect(fields.withFirst("b") { $0.count } == 0)
        #expect(fields.withFirst("c") { $0.count } == nil)
        #expect(fields.combined("A") == "1, 2")
    }

    @Test func `a field that is not UTF-8 is still text`() {
        var driver = RequestDriver()
        driver.receive(Array("GET / HTTP/1.1\r\nHost: a\r\nX: a".utf8) + [0xFF] + Array("b\r\n\r\n".utf8))
        #expect(driver.heads.first?.fields.first("X") == "a\u{FFFD}b")
    }

    @Test func `a target keeps what it was received as`() throws {
        let origin = try head("GET /a/../b%20c?x=%31&y HTTP/1.1\r\nHost: a.example:80\r\n\r\n").target
        #expect(origin.form == .origin)
        #expect(origin.raw.elementsEqual("/a/../b%20c?x=%31&y".utf8))
        #expect(origin.rawPath.elementsEqual("/a/../b%20c".utf8))
        #expect(origin.rawQuery?.elementsEqual("x=%31&y".utf8) == true)
        #expect(origin.path.description == "/b%20c")
        #expect(origin.authority == "a.example:80")

        let absolute = try head("GET HTTP://B.example?q HTTP/1.1\r\nHost: a\r\n\r\n").target
        #expect(absolute.form == .absolute)
        #expect(absolute.raw.elementsEqual("HTTP://B.example?q".utf8))
        #expect(absolute.rawPath.isEmpty)
        #expect(absolute.rawQuery?.elementsEqual("q".utf8) == true)
        #expect(absolute.authority == "B.example")

        let asterisk = try head("OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n").target
        #expect(asterisk.form == .asterisk)
        #expect(asterisk.path.count == 0)
        #expect(asterisk.rawPath.elementsEqual("*".utf8))
        #expect(asterisk.rawQuery == nil)

        let old = try head("GET /? HTTP/1.0\r\n\r\n").target
        #expect(old.authority == "")
        #expect(old.rawQuery?.isEmpty == true)
        #expect(old.query.isEmpty)
    }

    @Test func `a query is decoded item by item`() throws {
        let query = try head(
            "GET /?a=1&b=x+y&a=%C3%A9%26&&c&=d&e==f&%67=+ HTTP/1.1\r\nHost: a\r\n\r\n"
        ).target.query
        #expect(query.map { "\($0.name):\($0.value)" } == ["a:1", "b:x y", "a:\u{E9}&", "c:", ":d", "e:=f", "g: "])
        #expect(query.first("a") == "1")
        #expect(query.all("a") == ["1", "\u{E9}&"])
        #expect(query.first("c") == "")
        #expect(query.first("z") == nil)
        #expect(!query.isEmpty)
    }

    @Test(arguments: [
        ("GET / HTTP/1.1\r\nHost: a\r\n\r\n", BodyFraming.none, true, false),
        ("GET / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\n\r\n", .none, true, false),
        ("POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 0\r\n\r\n", .length(0), true, false),
        ("POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 1\r\n\r\n", .length(1), true, true),
        (
            "POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nTransfer-Encoding: chunked\r\n\r\n", .chunked, true,
            true
        ),
        ("POST / HTTP/1.0\r\nExpect: 100-continue\r\nContent-Length: 1\r\n\r\n", .length(1), false, false),
        (
            "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9223372036854775807\r\n\r\n", .length(UInt64(Int64.max)),
            true, false
        ),
    ])
    func `a head says how to go on`(text: String, body: BodyFraming, keepsAlive: Bool, expectsContinue: Bool) throws {
        let head = try head(text)
        #expect(head.body == body)
        #expect(head.keepsAlive == keepsAlive)
        #expect(head.expectsContinue == expectsContinue)
    }

    @Test func `a chunk may be as large as a number can say`() {
        var driver = RequestDriver()
        driver.receive("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n7FFFFFFFFFFFFFFF\r\nx".utf8)
        #expect(driver.outcome == .incomplete(after: []))
    }

    @Test func `limits are whoever makes the parser's to set`() throws {
        let text = "GET /1234 HTTP/1.1\r\nHost: a\r\nB: c\r\n\r\n"
        #expect(throws: Never.self) {
            try head(text, limits: HTTPLimits(requestLineBytesMax: 18, headBytesMax: text.utf8.count, fieldsMax: 2))
        }
        #expect(throws: HTTPFault.requestLineTooLong) {
            try head(text, limits: HTTPLimits(requestLineBytesMax: 17))
        }
        #expect(throws: HTTPFault.headTooLong) {
            try head(text, limits: HTTPLimits(headBytesMax: text.utf8.count - 1))
        }
        #expect(throws: HTTPFault.tooManyFields) { try head(text, limits: HTTPLimits(fieldsMax: 1)) }
    }

    @Test func `empty lines alone are no request`() {
        var driver = RequestDriver()
        driver.receive("\r\n\r\n".utf8)
        #expect(driver.outcome == .answered([], isOpen: true))
        var parser = HTTPRequestParser()
        #expect(parser.isIdle)
        let line = Array("\r\n".utf8)
        guard case .needBytes(consumed: 2)? = try? parser.step(line.span) else {
            Issue.record("an empty line is consumed")
            return
        }
    }

    @Test func `a parser that has refused goes on refusing`() {
        var parser = HTTPRequestParser()
        #expect(throws: HTTPFault.bareLF) { try parser.step([0x0A].span) }
        #expect(throws: HTTPFault.bareLF) { try parser.step([UInt8]().span) }
        #expect(!parser.isIdle)
    }

    @Test func `methods have their names`() {
        for name in ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"] {
            #expect(HTTPMethod(name).name == name)
        }
        #expect(HTTPMethod("PATCH") == .patch)
        #expect(HTTPMethod("get") == .other("get"))
    }
}
