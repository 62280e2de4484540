import Testing

@testable import Wire

@Suite struct ContentDispositionTests {
    @Test(
        arguments: [
            ("report.pdf", "attachment; filename=\"report.pdf\""),
            ("a b;c'd=e,(f).txt", "attachment; filename=\"a b;c'd=e,(f).txt\""),
            ("", "attachment"), (".", "attachment"), ("..", "attachment"),
            ("Zoë €.txt", "attachment; filename=\"Zo_ _.txt\"; filename*=UTF-8''Zo%C3%AB%20%E2%82%AC.txt"),
            ("100%41.txt", "attachment; filename=\"100_41.txt\"; filename*=UTF-8''100%2541.txt"),
            ("a\"b", "attachment; filename=\"a_b\"; filename*=UTF-8''a%22b"),
            ("🙂'*", "attachment; filename=\"_'*\"; filename*=UTF-8''%F0%9F%99%82%27%2A"),
            ("a\r\nSet-Cookie: x", "attachment; filename=\"a__Set-Cookie: x\""),
            (
                "a\\\"; filename=\"b.exe",
                "attachment; filename=\"a__; filename=_b.exe\"; filename*=UTF-8''a_%22%3B%20filename%3D%22b.exe"
            ),
            ("../..\\x", "attachment; filename=\".._.._x\""),
            ("a\0\u{1B}\u{7F}\u{85}b", "attachment; filename=\"a____b\""),
            ("exe\u{202E}gpj.\u{2066}\u{2069}\u{200F}\u{061C}x\u{2028}", "attachment; filename=\"exe_gpj.____x_\""),
        ] as [(String, String)])
    func `a name is quoted, encoded, and made harmless`(fileName: String, expected: String) {
        #expect(ContentDisposition.attachment(fileName: fileName) == expected)
    }

    @Test func `a long name is cut between two characters`() {
        let long = String(repeating: "ä", count: 200)
        let kept = String(repeating: "%C3%A4", count: 127)
        let fallback = String(repeating: "_", count: 127)
        #expect(
            ContentDisposition.attachment(fileName: long)
                == "attachment; filename=\"\(fallback)\"; filename*=UTF-8''\(kept)")
    }

    @Test(arguments: 1...100 as ClosedRange<UInt64>)
    func `no name can say more than a name`(seed: UInt64) throws {
        var dice = MultipartDice(seed: seed)
        var name = ""
        for _ in 0..<Int.random(in: 0...60, using: &dice) {
            let isASCII = Bool.random(using: &dice)
            let value = UInt32.random(in: 0...(isASCII ? 0x7F : 0x2FFF), using: &dice)
            if let scalar = Unicode.Scalar(value) { name.unicodeScalars.append(scalar) }
        }
        let field = Array(ContentDisposition.attachment(fileName: name).utf8)
        #expect(field.allSatisfy { (0x20..<0x7F).contains($0) })
        #expect(!field.contains(UInt8(ascii: "\\")))

        // Read by our own rules it has exactly the parameters that were meant.
        var reader = MultipartParameterReader(field, 0..<field.count, malformed: .dispositionMalformed)
        #expect(String(decoding: field[reader.value()], as: UTF8.self) == "attachment")
        var parameters: [String] = []
        while let parameter = try reader.next() {
            parameters.append(String(decoding: field[parameter.name], as: UTF8.self))
        }
        #expect([[], ["filename"], ["filename", "filename*"]].contains(parameters))
    }

    @Test func `what is written is what a form's reader takes for the name`() throws {
        for name in ["ü 1.txt", "a\"b%22.txt", "€*'()", "plain"] {
            let field =
                "form-data; name=x" + ContentDisposition.attachment(fileName: name).dropFirst("attachment".count)
            let body = "--b\r\nContent-Disposition: \(field)\r\n\r\n\r\n--b--"
            #expect(try MultipartReading.ofAnyCut(body).heads.map(\.fileName) == [name])
        }
    }
}
