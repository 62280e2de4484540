import EventLoop
import Wire

extension Response {
    /// How the client finds the end of an answer's content (RFC 9112, section 6.3).
    enum Framing: Equatable {
        /// There is none, by the status alone.
        case none
        case length(UInt64)
        case chunked
        case untilClose
    }

    /// How content of that length (nil: not known yet) is sent to a client of that HTTP version.
    func framing(length: UInt64?, minorVersion: UInt8) -> Framing {
        // 204 and 304 never have content and say nothing of its length (RFC 9110, section 8.6): a client
        // would take it for the next answer.
        guard status >= 200, status != 204, status != 304 else { return .none }
        if let length { return .length(length) }
        return minorVersion >= 1 ? .chunked : .untilClose
    }

    /// The bytes before the content. `date` is a whole line, `connection` what the client is told of its
    /// connection.
    func head(
        _ framing: Framing, date: [UInt8], connection: StaticString?
    ) throws(HTTPHeadWriteFault) -> [UInt8] {
        var head: [UInt8] = []
        var room = 256
        if case .bytes(let content) = body, content.count <= ByteStream.joinedBytesMax { room += content.count }
        head.reserveCapacity(room)
        head.appendStatusLine(status)
        if isDated { head.append(contentsOf: date) }
        for (name, value) in fields {
            try head.appendField(name, value)
        }
        switch framing {
        case .none, .untilClose: break
        case .length(let length): head.appendField("Content-Length", decimal: length)
        case .chunked: head.appendField("Transfer-Encoding", literal: "chunked")
        }
        if let connection { head.appendField("Connection", literal: connection) }
        head.appendHeadEnd()
        return head
    }
}
