import CLinux
import EventLoop
import Glibc

/// A program that we have started, and the duty to end it. Should we end without doing so, the kernel does.
final class ChildProcess: Sendable {
    let pid: Int32
    /// The end of a pipe; negative where nothing is read.
    private let output: Int32

    /// With `readsOutput`, its standard output is ours to read.
    init(_ path: String, _ arguments: [String], readsOutput: Bool = false) throws(SystemError) {
        guard access(path, X_OK) == 0 else { throw SystemError("execute \(path)") }
        var ends: [Int32] = [-1, -1]
        if readsOutput {
            guard pipe(&ends) == 0 else { throw SystemError("make a pipe") }
            for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        }
        var words = ([path] + arguments).map { strdup($0) } + [nil]
        pid = linux_spawn(path, &words, ends[1])
        let code = errno
        for word in words { free(word) }
        if ends[1] >= 0 { close(ends[1]) }
        output = ends[0]
        guard pid > 0 else {
            close(output)
            throw SystemError("start \(path)", code: code)
        }
    }

    deinit {
        end()
        close(output)
    }

    /// The next line that it writes; nil where none came within that time, or it has ended.
    func line(within milliseconds: UInt64) -> String? {
        let end = MonotonicTime.now() + milliseconds
        var bytes: [UInt8] = []
        while true {
            let now = MonotonicTime.now()
            guard now < end else { return nil }
            var polled = pollfd(fd: output, events: Int16(POLLIN), revents: 0)
            guard poll(&polled, 1, Int32(clamping: end.milliseconds - now.milliseconds)) > 0 else { continue }
            var byte: UInt8 = 0
            guard read(output, &byte, 1) == 1 else { return nil }
            if byte == UInt8(ascii: "\n") { return String(decoding: bytes, as: UTF8.self) }
            bytes.append(byte)
        }
    }

    /// Asks it to end, insists after two seconds, and returns when it has. Again: nothing.
    func end() {
        kill(pid, SIGTERM)
        for attempt in 0..<400 {
            var status: Int32 = 0
            let result = waitpid(pid, &status, WNOHANG)
            if result == pid || result < 0 { return }
            if attempt == 200 { kill(pid, SIGKILL) }
            usleep(10_000)
        }
    }
}
