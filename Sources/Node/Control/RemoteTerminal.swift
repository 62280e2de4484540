import Bytes

/// A terminal at the other end of the control socket.
final class RemoteTerminal: Terminal {
    let width: Int?
    let arguments: [String]
    private let channel: ControlChannel

    /// Waits for the command.
    init(_ channel: ControlChannel) throws {
        let frame = try channel.receive()
        let words = frame.bytes.split(separator: 0, omittingEmptySubsequences: false)
            .map { String(decoding: $0, as: UTF8.self) }
        guard frame.kind == .run, words.count >= 2 else {
            throw ControlChannel.Broken(description: "a conversation begins with a command")
        }
        width = Int(words[0])
        arguments = Array(words[1..<words.count - 1])
        self.channel = channel
    }

    /// The frame that says so.
    static func run(_ arguments: [String], width: Int?) -> [UInt8] {
        var bytes = Array("\(width.map(String.init) ?? "")\0".utf8)
        for argument in arguments { bytes += Array(argument.utf8) + [0] }
        return bytes
    }

    func write(_ content: [UInt8]) throws {
        for start in stride(from: 0, to: content.count, by: ControlChannel.frameBytesMax) {
            let end = min(content.count, start + ControlChannel.frameBytesMax)
            try channel.send(.content, Array(content[start..<end]))
        }
    }

    func say(_ text: String) throws {
        let bytes = Array(text.utf8)
        for start in stride(from: 0, to: bytes.count, by: ControlChannel.frameBytesMax) {
            try channel.send(.text, Array(bytes[start..<min(bytes.count, start + ControlChannel.frameBytesMax)]))
        }
    }

    func read(atMost count: Int) throws -> [UInt8] {
        let wanted = UInt32(min(count, ControlChannel.frameBytesMax))
        try channel.send(.want, withUnsafeBytes(of: wanted.bigEndian) { Array($0) })
        let frame = try channel.receive()
        guard frame.kind == .input, frame.bytes.count <= count else {
            throw ControlChannel.Broken(description: "input was asked for, and something else came")
        }
        return frame.bytes
    }

    func show(_ progress: Progress) {
        var bytes: [UInt8] = []
        for number in [progress.done, progress.total] {
            withUnsafeBytes(of: number.bigEndian) { bytes.append(contentsOf: $0) }
        }
        // Who has gone away is noticed by the next content.
        try? channel.send(.progress, bytes)
    }
}
