import Glibc
import Synchronization

/// A descriptor that is written to without waiting.
///
/// O_NONBLOCK belongs to what was opened, not to the descriptor: setting it on standard error would set it
/// for the shell too that shares its terminal. So a pipe or a terminal is opened a second time, for us alone;
/// a socket is told with each call; and a file never keeps one waiting for a reader.
final class LogOutput: Sendable {
    private enum Kind {
        case nonBlocking
        case socket
        /// What can't be opened again: it is asked before each write whether it has room.
        case asked
    }

    private let descriptor: Int32
    private let kind: Kind
    private let ownsDescriptor: Bool
    /// A terminal took only the beginning of a line: the next begins on a line of its own.
    private let isInsideLine = Atomic<Bool>(false)

    init(_ given: Int32) {
        var status = stat()
        let type = fstat(given, &status) == 0 ? status.st_mode & S_IFMT : 0
        var opened: Int32 = -1
        if type == S_IFIFO || type == S_IFCHR {
            opened = open("/proc/self/fd/\(given)", O_WRONLY | O_APPEND | O_NONBLOCK | O_NOCTTY | O_CLOEXEC)
        }
        ownsDescriptor = opened >= 0
        descriptor = ownsDescriptor ? opened : given
        kind = ownsDescriptor ? .nonBlocking : type == S_IFSOCK ? .socket : .asked
    }

    deinit {
        if ownsDescriptor { close(descriptor) }
    }

    /// Writes it all, or says that it did not.
    func write(_ line: [UInt8]) -> Bool {
        let begins = isInsideLine.exchange(false, ordering: .relaxed)
        let bytes = begins ? [UInt8(ascii: "\n")] + line : line
        let count = attempt(bytes)
        if count < bytes.count, begins || count > 0 { isInsideLine.store(true, ordering: .relaxed) }
        return count == bytes.count
    }

    private func attempt(_ bytes: [UInt8]) -> Int {
        while true {
            let count = bytes.withUnsafeBytes { room in
                switch kind {
                case .nonBlocking: Glibc.write(descriptor, room.baseAddress, room.count)
                case .socket: send(descriptor, room.baseAddress, room.count, Int32(MSG_DONTWAIT | MSG_NOSIGNAL))
                case .asked: hasRoom ? Glibc.write(descriptor, room.baseAddress, room.count) : 0
                }
            }
            if count >= 0 { return count }
            guard errno == EINTR else { return 0 }
        }
    }

    private var hasRoom: Bool {
        var asked = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        return poll(&asked, 1, 0) == 1 && asked.revents & Int16(POLLOUT) != 0
    }
}
