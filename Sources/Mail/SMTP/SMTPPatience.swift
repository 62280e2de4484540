/// How long to wait for a relay, in milliseconds (RFC 5321, section 4.5.3.2). Whoever has the clock obeys it.
package enum SMTPPatience {
    package static let greeting: Int64 = 300_000
    /// For the answers to EHLO, HELO, MAIL, RCPT, RSET and QUIT.
    package static let command: Int64 = 300_000
    /// For the answer to DATA.
    package static let dataBegins: Int64 = 120_000
    /// For the relay to take in a piece of the content.
    package static let dataBlock: Int64 = 180_000
    /// For the answer to the whole content: too little patience here delivers messages twice.
    package static let dataEnds: Int64 = 600_000
}
