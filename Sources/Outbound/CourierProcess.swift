import CLinux
import CourierFrames
import EventLoop
import Glibc

/// The running companion, and the socket to it: what it reports comes out, orders go in.
final class CourierProcess: ByteStreamOwner {
    /// False ends it: what it said makes no sense.
    var reported: ((CourierReport) -> Bool)?
    /// It is gone, by itself; not told after `end`.
    var died: (() -> Void)?
    let pid: Int32
    private let stream: ByteStream
    private var isOver = false

    init(_ program: String, environment: [String: String], on loop: EventLoop) throws(SystemError) {
        guard access(program, X_OK) == 0 else { throw SystemError("execute \(program)") }
        var ends: (Int32, Int32) = (-1, -1)
        let type = Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
        let result = withUnsafeMutableBytes(of: &ends) {
            socketpair(AF_UNIX, type, 0, $0.baseAddress!.assumingMemoryBound(to: Int32.self))
        }
        guard result == 0 else { throw SystemError("make a pair of sockets") }
        let ours = Descriptor(owning: ends.0)
        let theirs = Descriptor(owning: ends.1)
        // The courier has threads that wait, no loop.
        guard fcntl(theirs.number, F_SETFL, 0) == 0 else { throw SystemError("prepare a socket") }
        let stream = try ByteStream(ours, on: loop)
        // Its reports and our orders wait for nothing of one another; two that waited would wait for ever.
        stream.readsWhenCongested = true
        var arguments = [strdup(program), nil]
        var variables = environment.sorted { $0.key < $1.key }.map { strdup("\($0.key)=\($0.value)") } + [nil]
        pid = linux_spawn_companion(program, &arguments, &variables, theirs.number)
        let code = errno
        for word in arguments + variables { free(word) }
        self.stream = stream
        guard pid > 0 else {
            stream.close()
            throw SystemError("start \(program)", code: code)
        }
        stream.owner = self
    }

    func tell(_ order: CourierOrder) {
        stream.write(order.frame)
    }

    /// Ends it now: it holds nothing that it would have to save.
    func end() {
        guard !isOver else { return }
        isOver = true
        reported = nil
        died = nil
        stream.close()
        kill(pid, SIGKILL)
        var status: Int32 = 0
        while waitpid(pid, &status, 0) < 0, errno == EINTR {}
    }

    private func fail() {
        let last = died
        end()
        last?()
    }

    func streamReceived(_ unread: Span<UInt8>) -> Int {
        var at = 0
        do {
            while !isOver {
                let rest = unread.extracting(droppingFirst: at)
                guard let frame = try CourierFrame.next(in: rest, bytesMax: CourierReport.bytesMax) else { return at }
                let report = try CourierReport(rest.extracting(frame))
                at += frame.upperBound
                guard reported?(report) ?? true else {
                    fail()
                    break
                }
            }
        } catch {
            fail()
        }
        return unread.count
    }

    func streamEnded() { fail() }
    func streamDrained() {}
    func streamDeadlinePassed() {}
    func streamClosed(_ error: SystemError?) { if !isOver { fail() } }
}
