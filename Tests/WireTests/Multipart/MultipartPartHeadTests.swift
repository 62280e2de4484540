import Testing

@testable import Wire

@Suite struct MultipartPartHeadTests {
    /// Reads one part with these lines for a head.
    private func reading(
        _ lines: String, limits: MultipartLimits = MultipartLimits(), sourceLocation: SourceLocation = #_sourceLocation
    ) throws -> MultipartReading {
        try .ofAnyCut("--b\r\n\(lines)\r\n\r\n1\r\n--b--\r\n", limits: limits, sourceLocation: sourceLocation)
    }

    @Test(
        arguments: [
            ("form-data; name=\"a\"", "a", nil), ("FORM-DATA;NAME=a", "a", nil),
            (" \tform-data ;\tname=\"\";; ", "", nil),
            ("form-data; size=3; filename=f; name=\"ü;=\"", "ü;=", "f"),
            ("form-data; name=\"a\"; filename=\"\"", "a", ""),
            ("form-data; name=\"a\\\"b\"; filename=\"c\\\"d\"", "a\"b", "c\"d"),
            ("form-data; name=\"a%22b\"; filename=\"c%22%0D%0Ad\"", "a\"b", "c\"\r\nd"),
            ("form-data; name=\"a\\b\\\\c\"; filename=\"100%.txt\"", "a\\b\\c", "100%.txt"),
            ("form-data; name=\"%2\"; filename=\"%0d%41%25\"", "%2", "%0d%41%25"),
            ("form-data; name=\"a\\\"", "a\\", nil), ("form-data; name=\"\\\\\\\" ", "\\\\", nil),
            ("form-data; name=\"a\\\" ; filename=\"b\\\"", "a\\", ""),
            ("form-data; name=\"a\\\"; b\"; filename=c", "a\"; b", "c"),
            ("form-data; name=\"\ta b\"; filename=\"👩‍💻 \u{202E}gpj.exe\"", "\ta b", "👩‍💻 \u{202E}gpj.exe"),
            ("form-data; name=a; filename=\"\\\"\\\"\"", "a", "\"\""),
            ("form-data; name=a; filename=plain; filename*=UTF-8'de-AT'%e2%82%ac%20rates", "a", "€ rates"),
            ("form-data; name=a; filename*=utf-8''x%22%5C; filename=plain", "a", ""),
            ("form-data; name=a; filename*=utf-8''", "a", ""),
            ("form-data; name=a; name*=utf-8''b; filename*0=x", "a", nil),
        ] as [(String, String, String?)])
    func `names are what their writer meant`(disposition: String, name: String, fileName: String?) throws {
        let reading = try reading("Content-Disposition:\(disposition)")
        #expect(reading.fault == nil)
        #expect(reading.heads == [MultipartPartHead(name: name, fileName: fileName)])
    }

    @Test(
        arguments: [
            ("C:\\dir\\a.txt", "a.txt"), ("C:\\\\dir\\\\a.txt", "a.txt"), ("../../x", "x"), ("/etc/passwd", "passwd"),
            ("..", ""), (".", ""), ("a/..", ""), ("a/", ""), ("a\\b/c", "c"), ("...", "..."), (".profile", ".profile"),
            ("\\\\host\\share\\x", "x"), ("dir%2Fx", "dir%2Fx"),
        ] as [(String, String)])
    func `a file name loses the directories before it`(sent: String, kept: String) throws {
        let reading = try reading("Content-Disposition: form-data; name=a; filename=\"\(sent)\"")
        #expect(reading.fault == nil)
        #expect(reading.heads.map(\.fileName) == [kept])
    }

    @Test func `a file name loses them after it was decoded, too`() throws {
        let reading = try reading("Content-Disposition: form-data; name=a; filename*=UTF-8''..%2F..%5Cx")
        #expect(reading.heads.map(\.fileName) == ["x"])
    }

    @Test(
        arguments: [
            ("form-data", MultipartFault.nameMissing), ("form-data; filename=\"a\"", .nameMissing),
            ("form-data; name*=utf-8''a", .nameMissing), ("", .dispositionNotFormData),
            ("attachment; name=a", .dispositionNotFormData), ("form-data-x; name=a", .dispositionNotFormData),
            ("\"form-data\"; name=a", .dispositionNotFormData), ("form-data name=a", .dispositionMalformed),
            ("form-data, name=a", .dispositionMalformed), ("form-data; name", .dispositionMalformed),
            ("form-data; name=", .dispositionMalformed), ("form-data; name = a", .dispositionMalformed),
            ("form-data; =a", .dispositionMalformed), ("form-data; name=\"a", .dispositionMalformed),
            ("form-data; name=\"a\\\"b", .dispositionMalformed), ("form-data; name=\"a\\", .dispositionMalformed),
            ("form-data; name=\"a\\ ", .dispositionMalformed), ("form-data; name=\"", .dispositionMalformed),
            ("form-data; name=\"a\"b", .dispositionMalformed), ("form-data; name=ü", .dispositionMalformed),
            ("form-data; name=a; name=a", .dispositionMalformed), ("form-data; name=a; NAME=b", .dispositionMalformed),
            ("form-data; name=a; filename=b; filename=b", .dispositionMalformed),
            ("form-data; name=a; filename*=utf-8''b; filename*=utf-8''b", .dispositionMalformed),
            ("form-data; name=\"a\\\" filename=\"b\"", .dispositionMalformed),
            ("form-data; name=a; filename*=\"utf-8''b\"", .extendedFileNameInvalid),
            ("form-data; name=a; filename*=b", .extendedFileNameInvalid),
            ("form-data; name=a; filename*=utf-8'b", .extendedFileNameInvalid),
            ("form-data; name=a; filename*=''b", .extendedFileNameInvalid),
            ("form-data; name=a; filename*=iso-8859-1''%FC", .extendedFileNameInvalid),
            ("form-data; name=a; filename*=utf-8'!'b", .extendedFileNameInvalid),
            ("form-data; name=a; filename*=utf-8''%FC", .extendedFileNameInvalid),
            ("form-data; name=a; filename*=utf-8''%C3", .extendedFileNameInvalid),
            ("form-data; name=a; filename*=utf-8''%ED%A0%80", .extendedFileNameInvalid),
            ("form-data; name=a; filename*=utf-8''%C0%AF", .extendedFileNameInvalid),
            ("form-data; name=a; filename*=utf-8''a%00", .extendedFileNameInvalid),
            ("form-data; name=a; filename*=utf-8''a%", .extendedFileNameInvalid),
            ("form-data; name=a; filename*=utf-8''a%4", .extendedFileNameInvalid),
            ("form-data; name=a; filename*=utf-8''a%4g", .extendedFileNameInvalid),
            ("form-data; name=a; filename*=utf-8''a'b", .extendedFileNameInvalid),
            ("form-data; name=a; filename*=utf-8''a*b", .extendedFileNameInvalid),
        ] as [(String, MultipartFault)])
    func `a disposition without one clear name is refused`(disposition: String, fault: MultipartFault) throws {
        let reading = try reading("Content-Disposition: \(disposition)")
        #expect(reading.fault == fault)
        #expect(reading.parts.isEmpty)
    }

    @Test func `fields other than the three are skipped`() throws {
        let lines = "X-A: ä\r\ncontent-type:\t\r\nContent-Length: 999\r\nX:\r\n"
        let reading = try reading(lines + "CONTENT-DISPOSITION: form-data; name=a")
        #expect(reading.fault == nil)
        #expect(reading.heads == [MultipartPartHead(name: "a")])
        #expect(reading.texts == ["1"])
    }

    @Test(arguments: ["7bit", "8BIT", "Binary"])
    func `an encoding that changes nothing is accepted`(encoding: String) throws {
        let lines = "Content-Transfer-Encoding: \(encoding)\r\nContent-Disposition: form-data; name=a"
        #expect(try reading(lines).fault == nil)
    }

    /// Each ends in the byte that is refused: nothing more needs to come.
    @Test(
        arguments: [
            ("\n", MultipartFault.bareLineFeed), ("A: b\n", .bareLineFeed), ("A: b\rc", .bareCarriageReturn),
            ("\r\r", .bareCarriageReturn), ("A: b\r\r", .bareCarriageReturn), (" ", .foldedLine), ("\t", .foldedLine),
            ("A: b\r\n ", .foldedLine), ("A: b\r\n\t", .foldedLine), ("A: \u{0}", .controlCharacter),
            ("\u{1}", .controlCharacter), ("A: \u{7F}", .controlCharacter), ("A: \u{1B}", .controlCharacter),
            (":", .fieldNameInvalid), ("A ", .fieldNameInvalid), ("A\t", .fieldNameInvalid), ("A\r", .fieldNameInvalid),
            ("A(", .fieldNameInvalid), ("\r\n", .dispositionMissing),
            ("A: b\r\n\r\n", .dispositionMissing),
            ("Content-Disposition: form-data; name=a\r\ncontent-disposition:", .dispositionRepeated),
            ("Content-Type: a\r\nContent-Type:", .contentTypeRepeated),
            ("Content-Type:\r\nContent-Type:", .contentTypeRepeated),
            ("Content-Type: text/ü\r\n", .contentTypeInvalid), ("Content-Type: a\tb\r\n", .contentTypeInvalid),
            ("Content-Transfer-Encoding: base64\r\n", .transferEncodingUnsupported),
            ("Content-Transfer-Encoding: quoted-printable\r\n", .transferEncodingUnsupported),
            ("Content-Transfer-Encoding:\r\n", .transferEncodingUnsupported),
            ("Content-Transfer-Encoding: 8bit\r\nContent-Transfer-Encoding:", .transferEncodingRepeated),
            ("Content-Disposition: form-data\r\n", .nameMissing),
        ] as [(String, MultipartFault)])
    func `the first byte that no head may have there is refused`(lines: String, fault: MultipartFault) throws {
        let parser = try #require(MultipartParser(boundary: "b"))
        let body = Array("--b\r\n\(lines)".utf8)
        #expect(MultipartReading.ofAnyCut(body, by: parser).fault == fault)
        // A byte earlier nothing was wrong: it merely ended.
        #expect(MultipartReading.ofAnyCut(body.dropLast(), by: parser).fault == .endedEarly)
    }

    @Test(
        arguments: [[0xFC], [0xC3, 0x28], [0xC0], [0xED, 0xA0], [0xF5], [0x80], [0xC3, 0x0D]]
            as [[UInt8]])
    func `a head that is not UTF-8 is refused`(bytes: [UInt8]) throws {
        let parser = try #require(MultipartParser(boundary: "b"))
        let opening = Array("--b\r\nContent-Disposition: form-data; name=a; filename=\"".utf8)
        #expect(MultipartReading.ofAnyCut(opening + bytes, by: parser).fault == .notUTF8)
        #expect(MultipartReading.ofAnyCut(opening + bytes.dropLast(), by: parser).fault == .endedEarly)
    }

    @Test func `a head has a longest length and a greatest number of lines`() throws {
        let lines = "Content-Disposition: form-data; name=\"abc\"\r\nX: y"
        var limits = MultipartLimits()
        limits.headBytesMax = lines.utf8.count + 4
        limits.fieldsMax = 2
        limits.fieldNameBytesMax = 3
        #expect(try reading(lines, limits: limits).fault == nil)
        #expect(try reading(lines + "z", limits: limits).fault == .headTooLong(bytesMax: limits.headBytesMax))
        limits.headBytesMax += 10
        #expect(try reading(lines + "\r\nZ:", limits: limits).fault == .tooManyFields(max: 2))
        #expect(
            try reading("Content-Disposition: form-data; name=abcd", limits: limits).fault == .nameTooLong(bytesMax: 3))
        #expect(try reading("Content-Disposition: form-data; name=\"a%22b\"", limits: limits).fault == nil)
    }

    @Test func `a head without end is refused at its limit`() throws {
        let parser = try #require(MultipartParser(boundary: "b"))
        let body = Array("--b\r\nX: ".utf8) + [UInt8](repeating: UInt8(ascii: "x"), count: 100_000)
        let reading = MultipartReading(body, cuts: stride(from: 0, to: body.count, by: 100), by: parser)
        #expect(reading.fault == .headTooLong(bytesMax: 8_192))
        #expect(reading.bytesShown <= 8_300)
    }
}
