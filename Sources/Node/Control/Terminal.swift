/// Whoever gave a command: where its words go, and what it reads. It may sit in another process.
protocol Terminal: AnyObject {
    /// How many columns tables may have; nil for as many as they like.
    var width: Int? { get }

    /// A piece of what the command makes: the room that is written out, the backup.
    func write(_ content: [UInt8]) throws
    /// What it says beside that, whole lines.
    func say(_ text: String) throws
    /// The next piece of what it was given, up to so many bytes; empty at the end.
    func read(atMost count: Int) throws -> [UInt8]
    func show(_ progress: Progress)
}

/// How far a work is that takes its time.
struct Progress: Equatable, Sendable {
    var done: UInt64
    var total: UInt64
}

extension Terminal {
    /// One line, without its end, of at most so many bytes.
    func readLine(bytesMax: Int) throws -> String {
        var line: [UInt8] = []
        while true {
            let piece = try read(atMost: bytesMax + 1)
            line += piece.prefix { $0 != UInt8(ascii: "\n") }
            guard line.count <= bytesMax else { throw NodeFault("the line is longer than \(bytesMax) bytes") }
            if piece.isEmpty || piece.contains(UInt8(ascii: "\n")) { break }
        }
        if line.last == UInt8(ascii: "\r") { line.removeLast() }
        guard let text = String(validating: line, as: UTF8.self) else { throw NodeFault("the line is not UTF-8") }
        return text
    }
}
