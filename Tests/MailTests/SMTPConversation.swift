import Mail

/// A relay that answers from a script, and a driver that does what the client says.
struct SMTPConversation: Equatable {
    /// What we said, line by line, without the content.
    private(set) var commands: [String] = []
    private(set) var contents: [String] = []
    private(set) var outcomes: [[SMTPOutcome]] = []
    private(set) var end: SMTPEnd?

    /// `replies` are all that the relay ever says, shown in pieces of `size`; then the connection is gone.
    init(
        sending envelopes: [SMTPEnvelope], content: String = "Subject: x\r\n\r\n.dot\r\n", replies: [String],
        piecesOf size: Int = .max, name: String = "north.example"
    ) {
        var client = SMTPClient(introducedAs: MailDomain(name)!)  // The tests name themselves.
        var waiting = envelopes[...]
        let bytes = Array(replies.joined(separator: "\r\n").utf8) + Array("\r\n".utf8)
        var output: [UInt8] = []
        var consumed = 0
        var shown = 0
        while shown < bytes.count, !client.hasEnded {
            shown += min(size, bytes.count - shown)
            var needsBytes = false
            while !needsBytes {
                let step = client.step(bytes.span.extracting(consumed..<shown), into: &output)
                note(&output)
                switch step {
                case .needBytes(let count):
                    consumed += count
                    needsBytes = true
                case .ready(let count):
                    consumed += count
                    next(&client, &waiting, &output)
                case .wantsContent(let count):
                    consumed += count
                    // In two pieces, wherever they are cut.
                    let content = Array(content.utf8)
                    client.sendContent(content.span.extracting(first: content.count / 2), into: &output)
                    client.sendContent(content.span.extracting(droppingFirst: content.count / 2), into: &output)
                    client.endContent(into: &output)
                    contents.append(String(decoding: output, as: UTF8.self))
                    output = []
                case .finished(let results, let count):
                    consumed += count
                    outcomes.append(results)
                    next(&client, &waiting, &output)
                case .ended(let end, let results, let count):
                    consumed += count
                    self.end = end
                    if !results.isEmpty { outcomes.append(results) }
                    needsBytes = true
                }
            }
        }
        if !client.hasEnded {
            let results = client.connectionLost()
            if !results.isEmpty { outcomes.append(results) }
        }
    }

    private mutating func next(
        _ client: inout SMTPClient, _ waiting: inout ArraySlice<SMTPEnvelope>, _ output: inout [UInt8]
    ) {
        while let envelope = waiting.popFirst() {
            guard let results = client.send(envelope, into: &output) else { return note(&output) }
            outcomes.append(results)
        }
        client.quit(into: &output)
        note(&output)
    }

    private mutating func note(_ output: inout [UInt8]) {
        commands += String(decoding: output, as: UTF8.self).split(separator: "\r\n").map(String.init)
        output = []
    }
}
