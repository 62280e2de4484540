package import Bytes

/// Why a message can't be written.
package enum MailFault: Error, Equatable, Sendable {
    case noRecipient
    case tooManyRecipients(max: Int)
    /// The field has more bytes than it may.
    case tooLong(field: String, bytesMax: Int)
    /// The field holds what can't be written in it.
    case malformed(field: String)
}

/// Somebody with an address, and perhaps a name for people.
package struct Mailbox: Equatable, Sendable {
    package var name: String
    package var address: MailAddress

    package init(_ address: MailAddress, name: String = "") {
        self.name = name
        self.address = address
    }
}

/// A message of plain text, as the node sends it by itself (RFC 5322).
///
/// Whatever the texts hold, they stay in their fields: control characters become spaces, and what is not plain
/// ASCII is encoded. Only an address beyond ASCII is written as it is (RFC 6532).
package struct MailMessage: Sendable {
    package static let recipientsMax = 100
    package static let subjectBytesMax = 1_000
    package static let nameBytesMax = 300
    package static let textBytesMax = 1 << 20

    package var from: Mailbox
    package var to: [Mailbox]
    package var subject: String
    package var date: Timestamp
    /// What stands before the `@` of the Message-ID; the domain is that of `from`. Unique for each message.
    package var idLeft: String
    /// Where the reader can have such mail stopped: `https:`, `http:` or `mailto:`.
    package var unsubscribe: String?
    package var text: String

    package init(
        from: Mailbox, to: [Mailbox], subject: String, date: Timestamp, idLeft: String, unsubscribe: String? = nil,
        text: String
    ) {
        self.from = from
        self.to = to
        self.subject = subject
        self.date = date
        self.idLeft = idLeft
        self.unsubscribe = unsubscribe
        self.text = text
    }

    /// The whole message: CR LF everywhere, no line over 998 bytes. Dots at the beginning of lines are SMTP's
    /// affair.
    package func encoded() throws(MailFault) -> [UInt8] {
        try check()
        var bytes: [UInt8] = []
        bytes.appendField("From", words: words(from, comma: false))
        bytes.appendField("To", words: to.indices.flatMap { words(to[$0], comma: $0 < to.count - 1) })
        bytes.appendField("Subject", text: subject)
        bytes.appendField("Date", words: [date.mailDate])
        bytes.appendField("Message-ID", words: ["<\(idLeft)@\(from.address.domain)>"])
        // Keeps answering machines quiet (RFC 3834).
        bytes.appendField("Auto-Submitted", words: ["auto-generated"])
        if let unsubscribe { bytes.appendField("List-Unsubscribe", words: ["<\(unsubscribe)>"]) }
        bytes.appendField("MIME-Version", words: ["1.0"])
        bytes.appendField("Content-Type", words: ["text/plain;", "charset=utf-8"])
        bytes.appendField("Content-Disposition", words: ["inline"])
        let canonical = MailBody.canonical(text)
        let quoted = MailBody.quotedPrintable(canonical)
        let base64 = MailBody.base64(canonical)
        // Quoted-printable is the one that people can read in the raw: it wins until it is longer.
        let isQuoted = quoted.count <= base64.count
        bytes.appendField("Content-Transfer-Encoding", words: [isQuoted ? "quoted-printable" : "base64"])
        bytes.append(literal: "\r\n")
        bytes.append(contentsOf: isQuoted ? quoted : base64)
        return bytes
    }

    private func check() throws(MailFault) {
        guard !to.isEmpty else { throw .noRecipient }
        guard to.count <= Self.recipientsMax else { throw .tooManyRecipients(max: Self.recipientsMax) }
        try check("From", from.name, bytesMax: Self.nameBytesMax)
        for mailbox in to { try check("To", mailbox.name, bytesMax: Self.nameBytesMax) }
        try check("Subject", subject, bytesMax: Self.subjectBytesMax)
        try check("text", text, bytesMax: Self.textBytesMax)
        try check("Message-ID", idLeft, bytesMax: 200)
        let atoms = idLeft.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard atoms.allSatisfy({ !$0.isEmpty && $0.allSatisfy(\.isAtomText) }) else {
            throw .malformed(field: "Message-ID")
        }
        if let unsubscribe {
            try check("List-Unsubscribe", unsubscribe, bytesMax: 900)
            guard ["https:", "http:", "mailto:"].contains(where: unsubscribe.hasPrefix),
                unsubscribe.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && !"<>\",\\".utf8.contains($0) })
            else { throw .malformed(field: "List-Unsubscribe") }
        }
    }

    private func check(_ field: String, _ text: String, bytesMax: Int) throws(MailFault) {
        guard text.utf8.count <= bytesMax else { throw .tooLong(field: field, bytesMax: bytesMax) }
    }

    private func words(_ mailbox: Mailbox, comma: Bool) -> [String] {
        let name = mailbox.name.phraseWords
        let address = name.isEmpty ? mailbox.address.text : "<\(mailbox.address)>"
        return name + [comma ? address + "," : address]
    }
}

extension Timestamp {
    /// The date of RFC 5322: that of HTTP with the zone as a number.
    fileprivate var mailDate: String {
        httpDate.dropLast(3) + "+0000"
    }
}
