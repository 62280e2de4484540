import Testing

@testable import Wire

@Suite struct MultipartWriterTests {
    @Test func `a form is written as browsers write it`() throws {
        let writer = try #require(MultipartWriter(boundary: "----x"))
        var body: [UInt8] = []
        writer.append(MultipartPartHead(name: "ü \"1\"\r\n"), content: Array("one".utf8), to: &body)
        let file = MultipartPartHead(name: "f", fileName: "100%.txt", contentType: "text/plain")
        writer.beginPart(file, into: &body)
        body.append(contentsOf: "two".utf8)
        writer.endPart(into: &body)
        writer.end(into: &body)
        #expect(
            String(decoding: body, as: UTF8.self)
                == "------x\r\nContent-Disposition: form-data; name=\"ü %221%22%0D%0A\"\r\n\r\none\r\n"
                + "------x\r\nContent-Disposition: form-data; name=\"f\"; filename=\"100%.txt\"\r\n"
                + "Content-Type: text/plain\r\n\r\ntwo\r\n------x--\r\n")
        #expect(writer.contentType == "multipart/form-data; boundary=----x")
        #expect(MultipartWriter(boundary: "a b:c")?.contentType == "multipart/form-data; boundary=\"a b:c\"")
    }

    @Test(arguments: ["a\"; filename=\"x", "a\r\nX: y\r\n\r\nz", "a\\", "a\\\"", "\\\\", "\t;=", "a\n--b--\r\n"])
    func `no name can leave its quotes`(name: String) throws {
        let writer = try #require(MultipartWriter(boundary: "b"))
        var body: [UInt8] = []
        writer.append(MultipartPartHead(name: name), content: [], to: &body)
        writer.end(into: &body)
        let reading = MultipartReading.ofAnyCut(body, by: try MultipartParser(contentType: writer.contentType))
        #expect(reading.fault == nil)
        #expect(reading.heads == [MultipartPartHead(name: name)])
    }

    @Test func `what no head may contain is replaced`() throws {
        let writer = try #require(MultipartWriter(boundary: "b"))
        var body: [UInt8] = []
        let head = MultipartPartHead(name: "a\u{0}b\u{7F}", fileName: "\u{1B}[2J", contentType: "text/x\r\nX: y")
        writer.append(head, content: [], to: &body)
        writer.end(into: &body)
        let reading = MultipartReading.ofAnyCut(body, by: try MultipartParser(contentType: writer.contentType))
        let replaced = MultipartPartHead(
            name: "a\u{FFFD}b\u{FFFD}", fileName: "\u{FFFD}[2J", contentType: "application/octet-stream")
        #expect(reading.heads == [replaced])
    }
}

/// Generated forms, written and read again; and forms that were damaged on the way.
@Suite struct MultipartLawTests {
    private static let boundary = "boundary"
    private static let lookAlikes = [
        "\r", "\n", "\r\n", "\r\n-", "\r\n--", "\r\n--b", "\r\n--boundar", "\r\n--boundary", "--boundary", "--", "-",
        "boundary", "\r\n--boundaryX", "\r\n--boundary -", "\r\n--Boundary--", " ", "\t", "\r\r\n", "\0",
    ].map { Array($0.utf8) }

    private static func content(_ dice: inout MultipartDice) -> [UInt8] {
        var content: [UInt8] = []
        for _ in 0..<Int.random(in: 0...12, using: &dice) {
            if Bool.random(using: &dice) {
                content += dice.pick(lookAlikes)
            } else {
                for _ in 0..<Int.random(in: 0...40, using: &dice) {
                    content.append(UInt8.random(in: 0...255, using: &dice))
                }
            }
        }
        return content
    }

    /// Whether no delimiter line comes about between a part's head and the end of its content, found the
    /// slow way: line by line.
    private static func isUnambiguous(_ content: [UInt8]) -> Bool {
        var lines: [[UInt8]] = [[]]
        for byte in content {
            if byte == 10 && lines[lines.count - 1].last == 13 {
                lines[lines.count - 1].removeLast()
                lines.append([])
            } else {
                lines[lines.count - 1].append(byte)
            }
        }
        return lines.allSatisfy { line in
            guard line.starts(with: "--\(boundary)".utf8) else { return true }
            let rest = line.dropFirst(2 + boundary.utf8.count)
            return !rest.starts(with: "--".utf8) && !rest.allSatisfy { $0 == 32 || $0 == 9 }
        }
    }

    private static func text(_ dice: inout MultipartDice) -> String {
        let characters: [Character] = ["a", "\"", "\r", "\n", "%", "ü", "€", "🙂", ";", "=", "'", " ", "\t", "."]
        return String((0..<Int.random(in: 1...8, using: &dice)).map { _ in dice.pick(characters) }) + "z"
    }

    @Test(arguments: 1...60 as ClosedRange<UInt64>)
    func `a form that was written comes out the same, wherever it is cut`(seed: UInt64) throws {
        var dice = MultipartDice(seed: seed)
        let writer = try #require(MultipartWriter(boundary: Self.boundary))
        var parts: [MultipartReading.Part] = []
        var body: [UInt8] = []
        for _ in 0..<Int.random(in: 0...5, using: &dice) {
            let head = MultipartPartHead(
                name: Self.text(&dice) + (Bool.random(using: &dice) ? "\\" : ""),
                fileName: Bool.random(using: &dice) ? Self.text(&dice) : nil,
                contentType: Bool.random(using: &dice) ? "text/plain; charset=\"utf-8\"" : nil)
            var content = Self.content(&dice)
            while !Self.isUnambiguous(content) {
                content = Self.content(&dice)
            }
            parts.append(MultipartReading.Part(head: head, content: content, isWhole: true))
            writer.append(head, content: content, to: &body)
        }
        writer.end(into: &body)

        let parser = try MultipartParser(contentType: writer.contentType)
        let whole = MultipartReading(body, cuts: [], by: parser)
        #expect(whole.parts == parts)
        #expect(whole.fault == nil && whole.isEnded)
        #expect(MultipartReading(body, cuts: 0..<body.count, by: parser) == whole)
        for _ in 0..<20 {
            let cuts = dice.cuts(10, upTo: body.count)
            #expect(MultipartReading(body, cuts: cuts, by: parser) == whole, "cut at \(cuts)")
        }
    }

    @Test func `a damaged form is read alike whole and in pieces, and nothing traps`() throws {
        var dice = MultipartDice(seed: 7578)
        var fine = 0
        var faults: Set<String> = []
        for round in 0..<400 {
            let sample = dice.pick(MultipartSample.all)
            let parser = try MultipartParser(contentType: sample.contentType)
            let body = Self.damaged(Array(sample.body.utf8), &dice)
            let whole = MultipartReading(body, cuts: [], by: parser)
            let single = MultipartReading(body, cuts: 0..<body.count, by: parser)
            let pieces = MultipartReading(body, cuts: dice.cuts(6, upTo: body.count), by: parser)
            if single != whole || pieces != whole {
                Issue.record("round \(round), \(sample), \(String(decoding: body, as: UTF8.self).debugDescription)")
            }
            fine += whole.fault == nil ? 1 : 0
            if let fault = whole.fault { faults.insert("\(fault)") }
        }
        // The damage must be neither harmless nor always the same.
        #expect((30...370).contains(fine))
        #expect(faults.count >= 10, "\(faults.sorted())")
    }

    private static func damaged(_ form: [UInt8], _ dice: inout MultipartDice) -> [UInt8] {
        let crooked = ["\r\n", "\r", "\n", "--", ":", ";", "\"", "\\", "%", "\0", " ", "\r\n\r\n", "=", "\u{FC}", "*"]
        var body = form
        for _ in 0..<Int.random(in: 1...3, using: &dice) where !body.isEmpty {
            let at = Int.random(in: 0..<body.count, using: &dice)
            let end = min(at + Int.random(in: 1...20, using: &dice), body.count)
            switch Int.random(in: 0..<6, using: &dice) {
            case 0: body[at] = UInt8.random(in: 0...255, using: &dice)
            case 1: body[at] ^= 1 << UInt8.random(in: 0..<8, using: &dice)
            case 2: body.insert(contentsOf: dice.pick(crooked).utf8, at: at)
            case 3: body.removeSubrange(at..<end)
            case 4: body.insert(contentsOf: body[at..<end], at: Int.random(in: 0...body.count, using: &dice))
            default: body.removeSubrange(max(at, body.count - 40)...)
            }
        }
        return body
    }
}
