/// Whom a message goes to, and what a relay wants to know of it in advance.
package struct SMTPEnvelope: Equatable, Sendable {
    /// Every relay takes so many at once (RFC 5321, section 4.5.3.1.8).
    package static let recipientsMax = 100

    /// Where failures are reported; nil for nowhere (`MAIL FROM:<>`).
    package let sender: MailAddress?
    package let recipients: [MailAddress]
    package let contentBytes: Int
    /// Whether the content holds a byte above 127.
    package let is8Bit: Bool

    /// Nil without recipients, and with too many for one message.
    package init?(sender: MailAddress?, recipients: [MailAddress], contentBytes: Int, is8Bit: Bool) {
        guard (1...Self.recipientsMax).contains(recipients.count) else { return nil }
        self.sender = sender
        self.recipients = recipients
        self.contentBytes = contentBytes
        self.is8Bit = is8Bit
    }

    package init?(sender: MailAddress?, recipients: [MailAddress], content: [UInt8]) {
        self.init(
            sender: sender, recipients: recipients, contentBytes: content.count,
            is8Bit: content.contains { $0 >= 0x80 })
    }

    /// Only an address needs the extension; a text in UTF-8 does not (RFC 6531).
    var needsUTF8: Bool { sender?.needsUTF8 == true || recipients.contains(where: \.needsUTF8) }

    /// Why a relay with these extensions can't have the message.
    func reasonAgainst(_ relay: SMTPExtensions) -> SMTPReason? {
        if needsUTF8, !relay.hasUTF8 { return .notOffered("SMTPUTF8") }
        if is8Bit, !relay.has8BitMIME { return .notOffered("8BITMIME") }
        if let max = relay.messageBytesMax, contentBytes > max { return .tooLarge(bytesMax: max) }
        return nil
    }

    /// The command that begins the message.
    func mailCommand(for relay: SMTPExtensions) -> String {
        var command = "MAIL FROM:<\(sender?.text ?? "")>"
        if relay.hasSize { command += " SIZE=\(contentBytes)" }
        if is8Bit { command += " BODY=8BITMIME" }
        if needsUTF8 { command += " SMTPUTF8" }
        return command
    }
}
