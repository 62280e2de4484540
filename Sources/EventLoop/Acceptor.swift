import CLinux
import Glibc

/// Takes connections in on one loop.
///
/// When the process has no descriptor left, accepting fails and the listener stays readable: asked
/// again at once it would spin. So the acceptor looks away for a moment; who waits to be let in waits
/// in the kernel's queue and is served when a descriptor is free again.
package final class Acceptor: LoopMember {
    private let socket: ListeningSocket
    private let loop: EventLoop
    private let accepted: (consuming Descriptor, SocketAddress) -> Void
    private let troubled: (SystemError) -> Void
    private var place: EventLoop.Place!
    private var isClosed = false

    private static let perTurn = 64
    private static let pauseMilliseconds: UInt64 = 100

    /// `troubled` hears of an accept that failed for this machine's sake, at most ten times a second.
    package init(
        _ socket: ListeningSocket, on loop: EventLoop,
        accepted: @escaping (consuming Descriptor, SocketAddress) -> Void,
        troubled: @escaping (SystemError) -> Void
    ) throws(SystemError) {
        self.socket = socket
        self.loop = loop
        self.accepted = accepted
        self.troubled = troubled
        place = try join()
    }

    private func join() throws(SystemError) -> EventLoop.Place {
        let interest: Readiness = socket.isShared ? [.readable, .exclusive] : .readable
        return try loop.join(self, descriptor: socket.descriptor.number, interest: interest)
    }

    /// Takes no more connections in, from this moment on. Whoever connects later is refused at once, except at a path, which
    /// other loops may still serve.
    package func close() {
        isClosed = true
        loop.leave(place)
        if !socket.isShared { socket.refuse() }
    }

    package func ready(_ readiness: Readiness) {
        for _ in 0..<Self.perTurn where !isClosed {
            var storage = sockaddr_storage()
            var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
            let number = withUnsafeMutablePointer(to: &storage) {
                $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    linux_accept(socket.descriptor.number, $0, &length)
                }
            }
            if number >= 0 {
                let descriptor = Descriptor(owning: number)
                if socket.address.family != AF_UNIX {
                    Socket.setOption(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, 1)
                }
                accepted(descriptor, SocketAddress(storage) ?? .unix(path: ""))
                continue
            }
            switch errno {
            case EAGAIN:
                return
            case EINTR, ECONNABORTED, EPERM, EPROTO, ENETDOWN, ENOPROTOOPT, EHOSTDOWN, ENONET, EHOSTUNREACH,
                ENETUNREACH:
                // That connection's own misfortune: the next one may be well (accept(2), "Error handling").
                continue
            default:
                lookAway(SystemError("accept a connection"))
                return
            }
        }
    }

    package func deadlinePassed() {
        loop.leave(place)
        do {
            place = try join()
        } catch {
            lookAway(error)
        }
    }

    private func lookAway(_ error: SystemError) {
        troubled(error)
        guard !isClosed else { return }
        loop.leave(place)
        // A place without descriptor, for the deadline alone.
        guard let waiting = try? loop.join(self) else { return }
        place = waiting
        loop.setDeadline(place, loop.now + Self.pauseMilliseconds)
    }
}
