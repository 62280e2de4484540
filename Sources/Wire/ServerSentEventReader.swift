import Bytes

/// One event of a stream.
package struct ServerSentEvent: Equatable, Sendable {
    /// The stream's last id, which need not have come with this event; empty where there was none.
    package var id: String
    /// `message` where the event has no name.
    package var name: String
    /// As it was sent, its lines joined with LF.
    package var data: [UInt8]

    package init(id: String = "", name: String = "message", data: [UInt8]) {
        self.id = id
        self.name = name
        self.data = data
    }
}

package enum ServerSentEventFault: Error, Equatable, Sendable {
    case lineTooLong
    case eventTooLong
}

/// What `ServerSentEventReader.step` found. `consumed` counts from the start of what it was shown.
package enum ServerSentEventStep: Equatable, Sendable {
    case needBytes(consumed: Int)
    case event(ServerSentEvent, consumed: Int)
}

/// Turns the bytes of a stream into events (WHATWG HTML, section 9.2.5 and 9.2.6).
///
/// All that is shown is consumed, up to the end of an event. An event that the end of the stream cuts off
/// is none, so there is nothing to do at the end.
package struct ServerSentEventReader: Sendable {
    /// What `Last-Event-ID` says when connecting again; empty where there is nothing to say.
    package private(set) var lastEventID: String
    /// How long to wait before connecting again, once the server has asked for it.
    package private(set) var retryMilliseconds: Int?

    private let lineBytesMax: Int
    private let eventBytesMax: Int

    /// The beginning of a line whose end has not come.
    private var line: [UInt8] = []
    /// The line before ended in CR: an LF now belongs to that end.
    private var skipsLineFeed = false
    private var isFirstLine = true
    private var hasFailed = false

    // The event that is gathering. An id counts once its event is whole.
    private var id: String
    private var name = ""
    private var data: [UInt8]?

    /// `lastEventID` is that of the connection before.
    package init(lastEventID: String = "", lineBytesMax: Int = 1 << 20, eventBytesMax: Int = 4 << 20) {
        self.lastEventID = lastEventID
        self.lineBytesMax = lineBytesMax
        self.eventBytesMax = eventBytesMax
        id = lastEventID
    }

    /// `unread` is everything received and not consumed. To be called until it says `needBytes`. After a
    /// fault all bytes are ignored.
    package mutating func step(_ unread: Span<UInt8>) throws(ServerSentEventFault) -> ServerSentEventStep {
        if hasFailed { return .needBytes(consumed: unread.count) }
        do throws(ServerSentEventFault) {
            return try advance(unread)
        } catch {
            hasFailed = true
            line = []
            data = nil
            throw error
        }
    }

    private mutating func advance(_ unread: Span<UInt8>) throws(ServerSentEventFault) -> ServerSentEventStep {
        var start = 0
        if skipsLineFeed, unread.count > 0 {
            skipsLineFeed = false
            if unread[0] == UInt8(ascii: "\n") { start = 1 }
        }
        while let end = endOfLine(unread, from: start) {
            let event: ServerSentEvent?
            if line.isEmpty {
                event = try takeLine(unread.extracting(start..<end))
            } else {
                try keep(unread.extracting(start..<end))
                let whole = line
                line = []
                event = try takeLine(whole.span)
            }
            start = end + 1
            if unread[end] == UInt8(ascii: "\r") {
                // The end of the line is known without what follows: an event is not held back for it.
                if start == unread.count {
                    skipsLineFeed = true
                } else if unread[start] == UInt8(ascii: "\n") {
                    start += 1
                }
            }
            if let event { return .event(event, consumed: start) }
        }
        try keep(unread.extracting(droppingFirst: start))
        return .needBytes(consumed: unread.count)
    }

    private func endOfLine(_ bytes: Span<UInt8>, from start: Int) -> Int? {
        var at = start
        while at < bytes.count {
            if bytes[at] == UInt8(ascii: "\n") || bytes[at] == UInt8(ascii: "\r") { return at }
            at &+= 1
        }
        return nil
    }

    private mutating func keep(_ part: Span<UInt8>) throws(ServerSentEventFault) {
        guard line.count + part.count <= lineBytesMax else { throw .lineTooLong }
        part.withUnsafeBufferPointer { line.append(contentsOf: $0) }
    }

    private mutating func takeLine(_ raw: Span<UInt8>) throws(ServerSentEventFault) -> ServerSentEvent? {
        guard raw.count <= lineBytesMax else { throw .lineTooLong }
        // A byte order mark may stand at the very beginning of the stream.
        let hasMark = isFirstLine && raw.count >= 3 && raw[0] == 0xEF && raw[1] == 0xBB && raw[2] == 0xBF
        isFirstLine = false
        let line = raw.extracting(droppingFirst: hasMark ? 3 : 0)
        if line.count == 0 { return dispatch() }

        var colon = 0
        while colon < line.count, line[colon] != UInt8(ascii: ":") { colon &+= 1 }
        let field = line.extracting(0..<colon)
        var value = line.extracting(droppingFirst: min(colon + 1, line.count))
        if value.count > 0, value[0] == UInt8(ascii: " ") { value = value.extracting(droppingFirst: 1) }

        if matches(field, "data") {
            try takeData(value)
        } else if matches(field, "event") {
            name = text(value)
        } else if matches(field, "id") {
            if !contains(value, 0) { id = text(value) }
        } else if matches(field, "retry") {
            if let milliseconds = decimal(value) { retryMilliseconds = milliseconds }
        }
        // Other fields are ignored, and so are comments: their field is empty.
        return nil
    }

    private mutating func takeData(_ value: Span<UInt8>) throws(ServerSentEventFault) {
        // The line feed that joins two lines counts as well.
        let before = data.map { $0.count + 1 } ?? 0
        guard before + value.count <= eventBytesMax else { throw .eventTooLong }
        if before > 0 { data?.append(UInt8(ascii: "\n")) } else { data = [] }
        value.withUnsafeBufferPointer { data?.append(contentsOf: $0) }
    }

    /// What a blank line means: an event, if there was data.
    private mutating func dispatch() -> ServerSentEvent? {
        lastEventID = id
        let name = self.name
        self.name = ""
        guard let data = data.take() else { return nil }
        return ServerSentEvent(id: id, name: name.isEmpty ? "message" : name, data: data)
    }

    private func matches(_ field: Span<UInt8>, _ name: StaticString) -> Bool {
        guard field.count == name.utf8CodeUnitCount else { return false }
        for index in 0..<field.count where field[index] != name.utf8Start[index] { return false }
        return true
    }

    private func contains(_ bytes: Span<UInt8>, _ wanted: UInt8) -> Bool {
        for index in 0..<bytes.count where bytes[index] == wanted { return true }
        return false
    }

    /// Invalid UTF-8 is replaced, as the standard says.
    private func text(_ bytes: Span<UInt8>) -> String {
        bytes.withUnsafeBufferPointer { String(decoding: $0, as: UTF8.self) }
    }

    /// Nil for anything but digits, and for a number too large to mean a time.
    private func decimal(_ bytes: Span<UInt8>) -> Int? {
        guard (1...15).contains(bytes.count) else { return nil }
        var value = 0
        for index in 0..<bytes.count {
            guard bytes[index].isASCIIDigit else { return nil }
            value = value * 10 + Int(bytes[index] - UInt8(ascii: "0"))
        }
        return value
    }
}
