import CLinux
import Configuration
import EventLoop
import Glibc
import Synchronization

/// Takes commands from other processes of the same user, each on a thread of its own, for as long as the node serves.
final class ControlServer: Sendable {
    private static let conversationsMax = 8

    private let folder: DataFolder
    private let perform: @Sendable (Settings, any Terminal) throws -> Void
    private let listener: Descriptor
    private let ending: Descriptor
    private let thread = Mutex<Thread?>(nil)
    private let conversations = Mutex<[Int: Conversation]>([:])

    private struct Conversation {
        let channel: ControlChannel
        var thread: Thread?
        var isOver = false
    }

    /// The socket is there, and answers, when this returns.
    init(
        _ folder: DataFolder, _ perform: @escaping @Sendable (Settings, any Terminal) throws -> Void
    ) throws(SystemError) {
        self.folder = folder
        self.perform = perform
        let listener = try ControlPath.makeSocket()
        // Whoever holds the folder's lock knows that a path left behind is nobody's.
        unlink(folder.control)
        try ControlPath.withAddress(in: folder) { address, length throws(SystemError) in
            guard bind(listener.number, address, length) == 0 else { throw SystemError("make \(folder.control)") }
        }
        guard chmod(folder.control, 0o600) == 0, listen(listener.number, 64) == 0 else {
            throw SystemError("listen on \(folder.control)")
        }
        self.listener = listener
        ending = try Descriptor(linux_eventfd(), "create an eventfd")
        let accepting = try Thread(name: "control") { [self] in accept() }
        thread.withLock { $0 = accepting }
    }

    /// Takes nothing more, breaks off what is under way and waits for that. Once.
    func stop() {
        unlink(folder.control)
        linux_raise_event(ending.number)
        thread.withLock { $0 }?.join()
        let rest = conversations.withLock { Array($0.values) }
        for conversation in rest { conversation.channel.cut() }
        for conversation in rest { conversation.thread?.join() }
    }

    private func accept() {
        var number = 0
        while true {
            var polled = [
                pollfd(fd: listener.number, events: Int16(POLLIN), revents: 0),
                pollfd(fd: ending.number, events: Int16(POLLIN), revents: 0),
            ]
            guard poll(&polled, 2, -1) > 0 else { continue }
            if polled[1].revents != 0 { return }
            let accepted = Glibc.accept(listener.number, nil, nil)
            guard accepted >= 0 else { continue }
            _ = fcntl(accepted, F_SETFD, FD_CLOEXEC)
            number += 1
            begin(ControlChannel(Descriptor(owning: accepted)), number)
        }
    }

    private func begin(_ channel: ControlChannel, _ number: Int) {
        reap()
        let isTaken = conversations.withLock { conversations in
            guard conversations.count < Self.conversationsMax else { return false }
            conversations[number] = Conversation(channel: channel)
            return true
        }
        guard isTaken else {
            try? channel.send(.end, [1] + Array("the node has too many commands under way".utf8))
            return
        }
        let thread = try? Thread(name: "control-\(number)") { [self] in
            converse(channel)
            conversations.withLock { $0[number]?.isOver = true }
        }
        conversations.withLock { conversations in
            if thread == nil { conversations[number] = nil } else { conversations[number]?.thread = thread }
        }
    }

    /// Threads that have ended are waited for: that gives their memory back.
    private func reap() {
        let over = conversations.withLock { conversations in
            let over = conversations.filter { $0.value.isOver && $0.value.thread != nil }
            for number in over.keys { conversations[number] = nil }
            return over
        }
        for conversation in over.values { conversation.thread?.join() }
    }

    private func converse(_ channel: ControlChannel) {
        var ending: [UInt8] = [0]
        do {
            let terminal = try RemoteTerminal(channel)
            // Who asks may be another version of this program, and think otherwise.
            guard case .run(let call) = try ParleyCommands.table.read(terminal.arguments),
                case let settings = try call.settings(.none), Commands.canRunRemotely(settings)
            else { throw NodeFault("that is no command for a running node") }
            try perform(settings, terminal)
        } catch let fault as UsageFault {
            ending = [UInt8(UsageFault.exitCode)] + Array(fault.description.utf8)
        } catch {
            ending = [1] + Array("\(error)".utf8.prefix(4_096))
        }
        try? channel.send(.end, ending)
    }
}
