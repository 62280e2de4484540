import Glibc

/// The terminal, or what stands in its place. What is said is written at once: a pipe must not hold back that the
/// node is ready.
enum Console {
    /// Onto standard output, with a line's end.
    static func say(_ line: String) {
        _ = write(Array((line + "\n").utf8), to: STDOUT_FILENO)
    }

    /// Onto standard error, as the program.
    static func complain(_ line: String) {
        _ = write(Array("parley: \(line)\n".utf8), to: STDERR_FILENO)
    }

    /// All of it; false where nobody reads any more, or the disk is full.
    static func write(_ bytes: [UInt8], to descriptor: Int32) -> Bool {
        var written = 0
        while written < bytes.count {
            let count = bytes.withUnsafeBytes { room in
                Glibc.write(descriptor, room.baseAddress! + written, room.count - written)  // not empty
            }
            guard count >= 0 || errno == EINTR else { return false }
            written += max(count, 0)
        }
        return true
    }

    /// How many columns there are; nil where it isn't a terminal.
    static func width(of descriptor: Int32) -> Int? {
        guard isatty(descriptor) == 1 else { return nil }
        var size = winsize()
        guard ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
        return Int(size.ws_col)
    }
}
