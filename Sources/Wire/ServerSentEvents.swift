import Bytes

// The writing half of server-sent events (WHATWG HTML, section 9.2). Lines end in LF. A field's value
// stands after ": ", so that a value of its own leading space keeps it: a reader drops one.

extension [UInt8] {
    /// Appends one event. `data` is split at LF, CR and CR LF into as many lines; a reader joins them with
    /// LF. An `id` stays the stream's last id until another one comes.
    ///
    /// Nothing in the values can begin a field or an event of its own: CR, LF and NUL, which an id and a
    /// name cannot hold, are left out of them.
    package mutating func appendServerSentEvent(id: String? = nil, event: String? = nil, data: Span<UInt8>) {
        if let id { appendEventField("id", id) }
        if let event { appendEventField("event", event) }
        append(literal: "data: ")
        var start = 0
        var at = 0
        while at < data.count {
            let byte = data[at]
            guard byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r") else {
                at &+= 1
                continue
            }
            append(data.extracting(start..<at))
            append(literal: "\ndata: ")
            let isPair = byte == UInt8(ascii: "\r") && at + 1 < data.count && data[at + 1] == UInt8(ascii: "\n")
            at &+= isPair ? 2 : 1
            start = at
        }
        append(data.extracting(start..<at))
        append(literal: "\n\n")
    }

    /// Tells the client how long to wait before it connects again.
    package mutating func appendServerSentRetry(milliseconds: UInt32) {
        append(literal: "retry: ")
        append(decimal: milliseconds)
        append(literal: "\n\n")
    }

    /// Appends a comment: it is no event, and keeps the connection from looking idle.
    package mutating func appendServerSentComment(_ text: String = "") {
        appendEventField("", text)
        append(literal: "\n")
    }

    private mutating func appendEventField(_ name: StaticString, _ value: String) {
        append(literal: name)
        append(literal: ": ")
        for byte in value.utf8 where byte != UInt8(ascii: "\n") && byte != UInt8(ascii: "\r") && byte != 0 {
            append(byte)
        }
        append(literal: "\n")
    }
}
