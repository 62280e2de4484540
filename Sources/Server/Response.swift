package import EventLoop

/// An answer: what a handler says, as values. The server writes it.
package struct Response: Sendable {
    package var status: UInt16
    /// Without `Date`, `Content-Length`, `Transfer-Encoding` and `Connection`, which are the server's.
    package var fields: [(name: StaticString, value: String)]
    package var body: Content
    /// Whether a `Date` goes with it. Without one, whoever passes it on may add the time at which it came (RFC 9110, section
    /// 6.6.1); for those whose content says it itself, and that nobody keeps.
    package var isDated = true
    /// Whether the connection ends with this answer.
    package var closesConnection = false

    package init(_ status: UInt16, fields: [(name: StaticString, value: String)] = [], body: Content = .none) {
        self.status = status
        self.fields = fields
        self.body = body
    }

    package init(_ status: UInt16, contentType: String, _ body: [UInt8]) {
        self.init(status, contentType: contentType, .bytes(body))
    }

    package init(_ status: UInt16, contentType: String, _ body: Content) {
        // More follow: what every answer has.
        var fields: [(name: StaticString, value: String)] = []
        fields.reserveCapacity(8)
        fields.append(("Content-Type", contentType))
        self.init(status, fields: fields, body: body)
    }

    package static func text(_ status: UInt16, _ text: String) -> Response {
        Response(status, contentType: "text/plain; charset=utf-8", Array(text.utf8))
    }
}
