import Bytes
import FuzzInput
import Mail

/// A relay's side of a conversation, and texts for a message. One byte chooses what is sent, five the cuts.
@c(LLVMFuzzerTestOneInput)
func fuzzSMTP(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    var input = FuzzInput(start, count)
    let choice = Int(input.byte())
    let cuts = FuzzCuts(&input)
    let bytes = input.rest()
    let ways = cuts.ways(bytes.count)
    let whole = Conversation(bytes, piecesEndingAt: ways[0], choice: choice)
    for pieces in ways.dropFirst() {
        let other = Conversation(bytes, piecesEndingAt: pieces, choice: choice)
        precondition(other == whole, "in pieces that end at \(pieces): \(other), whole: \(whole)")
    }
    checkMessage(made: String(decoding: bytes, as: UTF8.self))
    checkStuffing(of: bytes, ways)
    return 0
}

private func address(_ text: String) -> MailAddress {
    guard let address = MailAddress(text) else { preconditionFailure("\(text) is an address") }
    return address
}

/// What two messages, each with three recipients, come to.
private struct Conversation: Equatable {
    private(set) var output: [UInt8] = []
    private(set) var outcomes: [[SMTPOutcome]] = []
    private(set) var end: SMTPEnd?

    init(_ bytes: [UInt8], piecesEndingAt ends: [Int], choice: Int) {
        guard let name = MailDomain("node.example") else { preconditionFailure("a name") }
        var client = SMTPClient(introducedAs: name)
        var sent = 0
        var consumed = 0
        var steps = 0
        for end in ends {
            var needsBytes = false
            while !needsBytes {
                steps += 1
                let shown = end - consumed
                switch client.step(bytes.span.extracting(consumed..<end), into: &output) {
                case .needBytes(let count):
                    precondition(count == shown, "all that is shown is consumed")
                    consumed += count
                    needsBytes = true
                case .ready(let count):
                    consumed += count
                    next(&client, &sent, choice)
                case .wantsContent(let count):
                    consumed += count
                    let content = Array("Subject: x\r\n\r\n.\r\n".utf8)
                    client.sendContent(content.span, into: &output)
                    client.endContent(into: &output)
                case .finished(let results, let count):
                    precondition(results.count == 3, "an outcome for each recipient")
                    consumed += count
                    outcomes.append(results)
                    next(&client, &sent, choice)
                case .ended(let reason, let results, let count):
                    precondition(self.end == nil && client.hasEnded, "a conversation ends once")
                    precondition(results.isEmpty || results.count == 3, "an outcome for each recipient")
                    consumed += count
                    self.end = reason
                    if !results.isEmpty { outcomes.append(results) }
                }
                precondition(consumed <= end, "more is consumed than was shown")
            }
        }
        precondition(steps <= bytes.count + ends.count + 1, "\(steps) steps for \(bytes.count) bytes")
        let lost = client.connectionLost()
        if !lost.isEmpty { outcomes.append(lost) }
        precondition(outcomes.count == sent, "a message without outcomes")
        checkOutput()
    }

    private mutating func next(_ client: inout SMTPClient, _ sent: inout Int, _ choice: Int) {
        while sent < 2 {
            let recipients = [
                address(choice & 1 == 0 ? "a@x.example" : "ü@x.example"), address("b@x.example"),
                address("\"c d\"@x.example"),
            ]
            let content = choice & 2 == 0 ? Array("plain".utf8) : [0xFF]
            guard let envelope = SMTPEnvelope(sender: nil, recipients: recipients, content: content) else {
                preconditionFailure("an envelope")
            }
            sent += 1
            guard let results = client.send(envelope, into: &output) else { return }
            precondition(results.count == 3, "an outcome for each recipient")
            outcomes.append(results)
        }
        client.quit(into: &output)
    }

    /// Whatever the relay says, we say whole lines, and only such as we know.
    private func checkOutput() {
        let known = ["EHLO ", "HELO ", "MAIL FROM:<", "RCPT TO:<", "DATA", "RSET", "QUIT", "Subject: x", "..", "."].map
        { Array($0.utf8) }
        precondition(output.isEmpty || output.suffix(2).elementsEqual([13, 10]), "half a line")
        for line in output.split(separator: UInt8(ascii: "\n")) {
            precondition(line.last == UInt8(ascii: "\r") && line.count <= 512, "a line that is none")
            precondition(line.count == 1 || known.contains { line.starts(with: $0) }, "an unknown command")
        }
    }
}

/// Whatever the texts are, a message has the same fields, its lines are short, and an address that is accepted
/// stays inside its brackets.
private func checkMessage(made text: String) {
    let sender = Mailbox(address("node@x.example"), name: String(text.prefix(50)))
    var message = MailMessage(
        from: sender, to: [sender, sender], subject: text, date: Timestamp(milliseconds: 0), idLeft: "1", text: text)
    message.unsubscribe = text
    if let address = MailAddress(text) {
        precondition(address.text == text && text.utf8.count <= MailAddress.bytesMax, "an address that was changed")
        precondition(text.unicodeScalars.allSatisfy(\.isVisible), "an address with control characters")
        message.to.append(Mailbox(address))
    }
    if (try? message.encoded()) == nil { message.unsubscribe = nil }
    guard let bytes = try? message.encoded() else { return }
    var fields = 0
    var isBody = false
    let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    for line in lines.dropLast() {
        precondition(line.last == UInt8(ascii: "\r") && line.count <= 998, "a line that is none")
        precondition(!line.dropLast().contains(UInt8(ascii: "\r")) && !line.contains(0), "a bare CR, or NUL")
        if line.count == 1 { isBody = true }
        if isBody {
            precondition(line.count <= 77, "a long line in the content")
        } else if line.first != UInt8(ascii: " ") {
            fields += 1
        }
    }
    precondition(lines.last?.isEmpty == true, "half a line")
    precondition(fields == 10 + (message.unsubscribe == nil ? 0 : 1), "\(fields) fields")
}

/// Content means the same however it is cut, and only its end looks like the end.
private func checkStuffing(of content: [UInt8], _ ways: [[Int]]) {
    var all: [[UInt8]] = []
    for pieces in ways {
        var stuffing = DotStuffing()
        var output: [UInt8] = []
        var start = 0
        for end in pieces {
            stuffing.append(content.span.extracting(start..<end), to: &output)
            start = end
        }
        stuffing.finish(to: &output)
        all.append(output)
    }
    precondition(all.allSatisfy { $0 == all[0] }, "content that depends on its pieces")
    let lines = all[0].split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    precondition(lines.dropLast().allSatisfy { $0.last == UInt8(ascii: "\r") }, "a line end of another kind")
    precondition(lines.filter { $0.elementsEqual([UInt8(ascii: "."), 13]) }.count == 1, "an end inside the content")
}
