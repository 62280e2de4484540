import Testing

@testable import Wire

@Suite struct MultipartParserTests {
    private static let head = "Content-Disposition: form-data; name=\"x\"\r\n\r\n"

    /// A form of one part, its boundary `b`.
    private static func form(_ content: String) -> String {
        "--b\r\n\(head)\(content)\r\n--b--\r\n"
    }

    @Test(arguments: MultipartSample.all)
    func `a client's form comes out as it was meant, however it is cut`(sample: MultipartSample) throws {
        let parser = try MultipartParser(contentType: sample.contentType)
        let reading = MultipartReading.ofAnyCut(Array(sample.body.utf8), by: parser)
        #expect(reading.fault == nil)
        #expect(reading.isEnded)
        #expect(reading.heads == sample.parts.map(\.head))
        #expect(reading.texts == sample.parts.map(\.text))
    }

    @Test(arguments: [
        "", "\r", "\n", "\r\n", "\r\n\r\n", "\r\n-", "\r\n--", "\r\r\n--", "-", "--", "--a", "--\r\n", "--bb",
        "\r\n--bX", "\r\n--b-", "\r\n--b-\r\n", "\r\n--b -", "\r\n--b \t x\r\n", "\r\n--b\r", "\r\n--b\rx",
        "\r\n--b\r\r\n--bb", "\n--b\n", "\n--b--\n", "\r--b--", " --b--", "\r\n--B--\r\n", "\r\n --b--\r\n", "--b: 1",
        "\r\n--bc\r\nContent-Disposition: attachment\r\n\r\nnested\r\n--bc--", "\r\n\r\n--\r\n-\r\n\r\r\r\n\n",
    ])
    func `content that only resembles a delimiter is content`(content: String) throws {
        let reading = try MultipartReading.ofAnyCut(Self.form(content))
        #expect(reading.fault == nil)
        #expect(reading.texts == [content])
        #expect(reading.isEnded)
    }

    @Test(arguments: [
        "--b\r\n", "--b \r\n", "--b\t \t\r\n", "a preamble\r\n--b\r\n", "\r\n--b\r\n", "--bb\r\n\r\n--b\r\n",
    ])
    func `the first delimiter needs no line before it and may be padded`(opening: String) throws {
        let reading = try MultipartReading.ofAnyCut(opening + Self.head + "1\r\n--b  \r\n" + Self.head + "2\r\n--b--")
        #expect(reading.fault == nil)
        #expect(reading.texts == ["1", "2"])
    }

    @Test(arguments: ["", "\r\n", "  \r\n", "an epilogue", "\r\n--b\r\nnot a part\r\n\r\n--b--\r\n"])
    func `what follows the closing delimiter is ignored`(epilogue: String) throws {
        let reading = try MultipartReading.ofAnyCut("--b\r\n\(Self.head)1\r\n--b--" + epilogue)
        #expect(reading.fault == nil)
        #expect(reading.texts == ["1"])
        #expect(reading.isEnded)
    }

    @Test(arguments: ["--b--", "--b--\r\n", "\r\n--b--\r\n", "text\r\n--b--"])
    func `a form may have no parts`(body: String) throws {
        let reading = try MultipartReading.ofAnyCut(body)
        #expect(reading == (try MultipartReading.ofAnyCut("--b--")))
        #expect(reading.isEnded && reading.parts.isEmpty && reading.fault == nil)
    }

    @Test func `an empty part may end where its head does`() throws {
        let reading = try MultipartReading.ofAnyCut(
            "--b\r\n\(Self.head)--b\r\n\(Self.head)\r\n--b\r\n\(Self.head)--b--")
        #expect(reading.fault == nil)
        #expect(reading.texts == ["", "", ""])
    }

    @Test func `equal names stay in order`() throws {
        let reading = try MultipartReading.ofAnyCut("--b\r\n\(Self.head)1\r\n--b\r\n\(Self.head)2\r\n--b--\r\n")
        #expect(reading.names == ["x", "x"])
        #expect(reading.texts == ["1", "2"])
    }

    @Test(
        arguments: [
            ("", MultipartFault.delimiterMissing), ("-", .delimiterMissing), ("--b", .delimiterMissing),
            ("no delimiter", .delimiterMissing), ("--b\n" + head, .delimiterMissing), ("--B--", .delimiterMissing),
            ("--b\r\n", .endedEarly), ("--b\r\nContent-Disposition: form-data; name=a\r\n", .endedEarly),
            ("--b\r\n" + head, .endedEarly), ("--b\r\n" + head + "1\r\n--b", .endedEarly),
            ("--b\r\n" + head + "1\r\n--b-", .endedEarly), ("--b\r\n" + head + "1\r\n--b\r\n", .endedEarly),
            ("--b\r\n" + head + "1\n--b--\n", .endedEarly), ("--b\r\n" + head + "1 --b--", .endedEarly),
        ] as [(String, MultipartFault)])
    func `a body that ends before the closing delimiter is refused`(body: String, fault: MultipartFault) throws {
        #expect(try MultipartReading.ofAnyCut(body).fault == fault)
    }

    @Test func `a fault is thrown again, whatever comes`() throws {
        var parser = try #require(MultipartParser(boundary: "b"))
        #expect(throws: MultipartFault.bareLineFeed) { _ = try parser.step(Array("--b\r\n\n".utf8).span) }
        #expect(throws: MultipartFault.bareLineFeed) { _ = try parser.step(Array(Self.head.utf8).span) }
        #expect(throws: MultipartFault.bareLineFeed) { try parser.closed() }
    }

    @Test func `every limit admits what it names and refuses one more`() throws {
        var limits = MultipartLimits()
        limits.partsMax = 2
        limits.preambleBytesMax = 3
        limits.epilogueBytesMax = 4
        limits.paddingBytesMax = 2
        func fault(_ body: String) throws -> MultipartFault? {
            try MultipartReading.ofAnyCut(body, limits: limits).fault
        }
        let part = Self.head + "1\r\n--b"
        #expect(try fault("--b\r\n\(part)\r\n\(part)--") == nil)
        #expect(try fault("--b\r\n\(part)\r\n\(part)\r\n\(part)--") == .tooManyParts(max: 2))
        #expect(try fault("abc\r\n--b--") == nil)
        #expect(try fault("abcd\r\n--b--") == .preambleTooLong(bytesMax: 3))
        #expect(try fault("ab\r\n\r\n--b--") == .preambleTooLong(bytesMax: 3))
        #expect(try fault("--b--\r\n\r\n") == nil)
        #expect(try fault("--b--\r\n\r\n\r") == .epilogueTooLong(bytesMax: 4))
        #expect(try fault("--b \t\r\n\(part)  \r\n\(part)--") == nil)
        #expect(try fault("--b   \r\n\(part)--") == .paddingTooLong(bytesMax: 2))
        #expect(try fault("a\r\n--b   \r\n\(part)--") == .paddingTooLong(bytesMax: 2))
        let padded = try MultipartReading.ofAnyCut("--b\r\n\(Self.head)12\r\n--b   \r\n", limits: limits)
        #expect(padded.texts == ["12"] && padded.fault == .paddingTooLong(bytesMax: 2))
    }

    /// The cost is counted as the driver sees it. Inside a step a search that went back over what it compared
    /// would take minutes for this.
    @Test(arguments: ["\r\n--boundar", "\r", "\r\n", "\r\n--boundary" + String(repeating: " ", count: 64) + "x"])
    func `content full of false beginnings costs a few looks at each byte`(fragment: String) throws {
        let parser = try #require(MultipartParser(boundary: "boundary"))
        let content = [UInt8](String(repeating: fragment, count: 300_000 / fragment.utf8.count).utf8)
        let body = Array("--boundary\r\n\(Self.head)".utf8) + content + Array("\r\n--boundary--\r\n".utf8)

        let whole = MultipartReading(body, cuts: [], by: parser)
        #expect(whole.parts.first?.content == content)
        #expect(whole.steps == 5)
        #expect(whole.bytesShown <= 2 * body.count + 100)

        let pieces = MultipartReading(body, cuts: stride(from: 0, to: body.count, by: 1_000), by: parser)
        #expect(pieces == whole)
        #expect(pieces.steps <= 2 * (body.count / 1_000 + 2) + 4)
        #expect(pieces.bytesShown <= body.count + pieces.steps * parser.heldBytesMax + 2_000)
    }

    @Test func `content is handed on as soon as it cannot begin a delimiter`() throws {
        var parser = try #require(MultipartParser(boundary: "b"))
        var step = try parser.step(Array("--b\r\n\(Self.head)".utf8).span)
        #expect(step == .part(MultipartPartHead(name: "x"), consumed: 5 + Self.head.utf8.count))
        for (shown, expected) in [
            ("abc\r\n--", MultipartStep.content(0..<3, consumed: 3)), ("\r\n--", .needBytes(consumed: 0)),
            ("\r\n--bb", .content(0..<6, consumed: 6)), ("abc", .content(0..<3, consumed: 3)),
            ("a\r", .content(0..<1, consumed: 1)), ("\r\r", .content(0..<1, consumed: 1)),
            ("\r\n--b\r", .needBytes(consumed: 0)), ("\r\n--b\r\nC", .partEnd(consumed: 7)),
        ] {
            step = try parser.step(Array(shown.utf8).span)
            #expect(step == expected, "\(shown.debugDescription)")
        }
    }
}

@Suite struct MultipartBoundaryTests {
    @Test(
        arguments: [
            ("multipart/form-data; boundary=b", "b"), ("MULTIPART/FORM-DATA;BOUNDARY=b", "b"),
            ("multipart/form-data; boundary=\"a b:c?(d)=/,\"", "a b:c?(d)=/,"),
            ("multipart/form-data ;  boundary=\"b\" ; ", "b"),
            ("multipart/form-data; charset=utf-8;; boundary='+_.-", "'+_.-"),
            (" multipart/form-data;\tboundary=b\t", "b"),
        ] as [(String, String)])
    func `the boundary is found in the content type`(contentType: String, boundary: String) throws {
        let parser = try MultipartParser(contentType: contentType)
        #expect(MultipartReading.ofAnyCut(Array("--\(boundary)--".utf8), by: parser).isEnded)
    }

    @Test(
        arguments: [
            ("", MultipartFault.notFormData), ("multipart/mixed; boundary=b", .notFormData),
            ("multipart/form-dataX; boundary=b", .notFormData), ("application/json", .notFormData),
            ("multipart/form-data", .boundaryMissing),
            ("multipart/form-data; charset=\"boundary=b\"", .boundaryMissing),
            ("multipart/form-data; boundary=", .boundaryInvalid),
            ("multipart/form-data; boundary=\"\"", .boundaryInvalid),
            ("multipart/form-data; boundary=\"b", .boundaryInvalid),
            ("multipart/form-data; boundary=\"b\\", .boundaryInvalid),
            ("multipart/form-data; boundary=\"b \"", .boundaryInvalid),
            ("multipart/form-data; boundary=b c", .boundaryInvalid),
            ("multipart/form-data; boundary=b; boundary=b", .boundaryInvalid),
            ("multipart/form-data, boundary=b", .boundaryInvalid),
            ("multipart/form-data; boundary=a=b", .boundaryInvalid),
            ("multipart/form-data; boundary=\"ü\"", .boundaryInvalid),
            ("multipart/form-data; boundary=\"a\\\"b\"", .boundaryInvalid),
            ("multipart/form-data; boundary =b", .boundaryInvalid),
            ("multipart/form-data; boundary=\"a\rb\"", .boundaryInvalid),
            ("multipart/form-data; boundary=a*", .boundaryInvalid),
            ("multipart/form-data; boundary=" + String(repeating: "b", count: 71), .boundaryInvalid),
        ] as [(String, MultipartFault)])
    func `a content type without one usable boundary is refused`(contentType: String, fault: MultipartFault) {
        #expect(throws: fault) { _ = try MultipartParser(contentType: contentType) }
    }

    @Test func `a content type that is not UTF-8 is refused`() {
        let bytes = Array("multipart/form-data; boundary=\"".utf8) + [0xFF, 0x22]
        #expect(throws: MultipartFault.boundaryInvalid) { _ = try MultipartParser(contentType: bytes.span) }
    }

    @Test func `boundaries have one to 70 bytes`() {
        #expect((MultipartParser(boundary: "")) == nil)
        #expect((MultipartParser(boundary: String(repeating: "b", count: 70))) != nil)
        #expect((MultipartParser(boundary: String(repeating: "b", count: 71))) == nil)
        #expect((MultipartParser(boundary: "b\r\n")) == nil)
        #expect(MultipartWriter(boundary: "b ") == nil)
    }
}
