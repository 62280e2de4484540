import Bytes
import Server

/// Takes in a body that fits into memory.
final class BodyCollector: BodySink {
    static let bytesMax = 1_048_576

    private let call: Call
    private var bytes: [UInt8] = []
    private var isOver = false

    init(_ call: Call) {
        self.call = call
    }

    func bodyReceived(_ unread: Span<UInt8>) {
        guard !isOver else { return }
        guard unread.count <= Self.bytesMax - bytes.count else {
            // What the path names and what the caller may comes before the body's faults; so the handler decides.
            isOver = true
            call.bodyCame(.tooLarge)
            return
        }
        bytes.append(copying: unread)
    }

    func bodyEnded() {
        guard !isOver else { return }
        isOver = true
        call.bodyCame(bytes.isEmpty ? .absent : .bytes(bytes))
    }

    func bodyAborted() {
        isOver = true
    }
}
