import Bytes
import Store
import WebSockets

/// What is said on sockets and event streams: encoded once, whoever gets it.
package final class Frame: Sendable {
    /// Where it stands among the node's events; nil for what is of the moment only.
    let seq: EventNumber?
    let type: String
    /// As a WebSocket takes it.
    let message: SharedBytes
    private let jsonOffset: Int

    init(_ type: String, seq: EventNumber? = nil, _ json: [UInt8]) {
        self.type = type
        self.seq = seq
        message = WebSocket.frame(text: json.span)
        jsonOffset = message.count - json.count
    }

    /// As an event stream takes it. JSON has no line ends of its own.
    var event: [UInt8] {
        var bytes = Array("event: \(type)\n".utf8)
        if let seq { bytes += "id: \(seq)\n".utf8 }
        bytes += "data: ".utf8
        bytes += message.buffer[jsonOffset...]
        bytes += "\n\n".utf8
        return bytes
    }
}

/// Frames of late, so that those who come back together don't have them encoded one by one.
struct RecentFrames {
    private var frames: [Frame?]
    private let countMax: Int64

    init(countMax: Int = 4_096) {
        frames = Array(repeating: nil, count: countMax)
        self.countMax = Int64(countMax)
    }

    subscript(seq: EventNumber) -> Frame? {
        let frame = frames[Int(seq.value % countMax)]
        return frame?.seq == seq ? frame : nil
    }

    mutating func keep(_ frame: Frame) {
        guard let seq = frame.seq else { return }
        frames[Int(seq.value % countMax)] = frame
    }
}
