import CLinux
import Chat
import EventLoop
import Glibc
import Mail

/// Mail by a program: `PATH -i -f FROM -- TO`, the mail on its standard input. No shell has a part in it, and of our
/// environment it gets `PATH` alone.
final class SendmailMailer: Mailer {
    private let path: String
    private let loop: EventLoop
    private let patienceMilliseconds: UInt64
    private var run: SendmailRun?

    init(_ path: String, on loop: EventLoop, patienceMilliseconds: UInt64 = 60_000) {
        self.path = path
        self.loop = loop
        self.patienceMilliseconds = patienceMilliseconds
    }

    func send(_ mail: OutgoingMail, _ completion: @escaping (MailOutcome) -> Void) {
        precondition(run == nil, "one mail after the other")
        let run = SendmailRun(on: loop, until: loop.now + patienceMilliseconds) { [weak self] outcome in
            self?.run = nil
            completion(outcome)
        }
        self.run = run
        run.start(path, mail)
    }

    func close() {
        run?.end(nil)
        run = nil
    }
}

/// One run of the program.
private final class SendmailRun: ByteStreamOwner {
    /// How often somebody looks whether it has ended. It needs many times as long to begin.
    private static let lookMilliseconds: UInt64 = 20

    private let loop: EventLoop
    private let end: MonotonicTime
    private var completion: ((MailOutcome) -> Void)?
    private var timer: LoopTimer?
    private var stream: ByteStream?
    private var pid: pid_t = -1
    private var startError: SystemError?

    init(on loop: EventLoop, until end: MonotonicTime, _ completion: @escaping (MailOutcome) -> Void) {
        self.loop = loop
        self.end = end
        self.completion = completion
    }

    func start(_ path: String, _ mail: OutgoingMail) {
        do throws(SystemError) {
            timer = try LoopTimer(on: loop) { [weak self] in self?.look() }
        } catch {
            preconditionFailure("a member without a descriptor is always taken in")
        }
        do throws(SystemError) {
            try spawn(path, mail)
        } catch {
            startError = error
        }
        timer?.set(loop.now)
    }

    private func spawn(_ path: String, _ mail: OutgoingMail) throws(SystemError) {
        guard access(path, X_OK) == 0 else { throw SystemError("execute \(path)") }
        var ends: (Int32, Int32) = (-1, -1)
        let type = Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
        let result = withUnsafeMutableBytes(of: &ends) {
            socketpair(AF_UNIX, type, 0, $0.baseAddress!.assumingMemoryBound(to: Int32.self))  // of two numbers
        }
        guard result == 0 else { throw SystemError("make a pair of sockets") }
        let ours = Descriptor(owning: ends.0)
        let theirs = Descriptor(owning: ends.1)
        // A program that reads its input expects to wait for it.
        guard fcntl(theirs.number, F_SETFL, 0) == 0 else { throw SystemError("prepare a socket") }
        let stream = try ByteStream(ours, on: loop)
        let words = [path, "-i", "-f", mail.from.text, "--", mail.to.text]
        var arguments: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) } + [nil]
        let search = getenv("PATH").map { ["PATH=" + String(cString: $0)] } ?? []
        var variables: [UnsafeMutablePointer<CChar>?] = search.map { strdup($0) } + [nil]
        pid = linux_spawn_companion(path, &arguments, &variables, theirs.number)
        let code = errno
        for word in arguments + variables { free(word) }
        guard pid > 0 else {
            stream.close()
            throw SystemError("start \(path)", code: code)
        }
        stream.owner = self
        self.stream = stream
        // Programs that take a mail from their standard input know lines as this system ends them.
        stream.write(mail.content.filter { $0 != UInt8(ascii: "\r") })
        stream.endSendingWhenDrained()
    }

    private func look() {
        if let startError {
            let result = MailOutcome(result: .again(error: "\(startError)"), isRelayFailing: true)
            end(result)
            return
        }
        var status: Int32 = 0
        if waitpid(pid, &status, WNOHANG) == pid {
            pid = -1
            end(MailOutcome(waitStatus: status))
        } else if loop.now >= end {
            end(MailOutcome(result: .again(error: "The mail program did not come to an end"), isRelayFailing: true))
        } else {
            timer?.set(loop.now + Self.lookMilliseconds)
        }
    }

    /// Nil: nobody is to hear of it.
    func end(_ outcome: MailOutcome?) {
        if pid > 0 {
            kill(pid, SIGKILL)
            var status: Int32 = 0
            while waitpid(pid, &status, 0) < 0, errno == EINTR {}
            pid = -1
        }
        timer?.end()
        timer = nil
        stream?.close()
        stream = nil
        let last = completion
        completion = nil
        if let outcome { last?(outcome) }
    }

    // What it says on the other way is nobody's; that it stops reading is seen from how it ends.
    func streamReceived(_ unread: Span<UInt8>) -> Int { unread.count }
    func streamEnded() {}
    func streamDrained() {}
    func streamDeadlinePassed() {}
    func streamClosed(_ error: SystemError?) {}
}

extension MailOutcome {
    /// As `<sysexits.h>` numbers them.
    init(waitStatus: Int32) {
        guard waitStatus & 0x7F == 0 else {
            self.init(result: .again(error: "The mail program was killed by signal \(waitStatus & 0x7F)"))
            isRelayFailing = true
            return
        }
        let code = waitStatus >> 8 & 0xFF
        switch code {
        case 0: self.init(result: .sent)
        case 64...74, 76...78: self.init(result: .refused(error: "The mail program refused it with status \(code)"))
        default:
            self.init(result: .again(error: "The mail program ended with status \(code)"), isRelayFailing: true)
        }
    }
}
