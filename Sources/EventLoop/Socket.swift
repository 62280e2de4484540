import CLinux
import Glibc

/// What the system calls on sockets are to us: typed, non-blocking, close-on-exec.
enum Socket {
    /// What came of reading or writing without waiting.
    enum Transfer: Equatable, Sendable {
        case bytes(Int)
        /// Nothing now; later perhaps.
        case wouldBlock
        /// The other side sends no more.
        case end
        case failed(SystemError)
    }

    /// Begins to connect. The descriptor becomes writable once that has succeeded or failed, which
    /// `connectionError` tells.
    static func connect(
        to address: SocketAddress, from source: SocketAddress? = nil
    ) throws(SystemError) -> Descriptor {
        let descriptor = try make(address.family)
        if let source {
            // The port is chosen with the connection: one source port may then serve many destinations.
            setOption(descriptor, Int32(IPPROTO_IP), IP_BIND_ADDRESS_NO_PORT, 1)
            guard source.withSystemAddress({ bind(descriptor.number, $0, $1) }) == 0 else {
                throw SystemError("connect from \(source)")
            }
        }
        let result = address.withSystemAddress { Glibc.connect(descriptor.number, $0, $1) }
        guard result == 0 || errno == EINPROGRESS else { throw SystemError("connect to \(address)") }
        if address.family != AF_UNIX { setOption(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, 1) }
        return descriptor
    }

    /// What the kernel holds against a connection: why one that was begun did not come about, or why one
    /// broke. Told once; nil where there is nothing.
    static func connectionError(_ descriptor: borrowing Descriptor, _ action: String) -> SystemError? {
        var code: Int32 = 0
        var length = socklen_t(MemoryLayout<Int32>.size)
        getsockopt(descriptor.number, SOL_SOCKET, SO_ERROR, &code, &length)
        return code == 0 ? nil : SystemError(action, code: code)
    }

    static func receive(
        _ descriptor: borrowing Descriptor, into room: UnsafeMutableRawBufferPointer
    ) -> Transfer {
        let count = recv(descriptor.number, room.baseAddress, room.count, 0)
        return count == 0 ? .end : transfer(count, "receive")
    }

    static func send(
        _ descriptor: borrowing Descriptor, _ bytes: UnsafeRawBufferPointer, more: Bool = false
    ) -> Transfer {
        let flags = Int32(MSG_NOSIGNAL) | (more ? Int32(MSG_MORE) : 0)
        return transfer(Glibc.send(descriptor.number, bytes.baseAddress, bytes.count, flags), "send")
    }

    /// Sends several pieces with one call.
    static func send(
        _ descriptor: borrowing Descriptor, pieces: UnsafeMutableBufferPointer<iovec>, more: Bool
    ) -> Transfer {
        var message = msghdr()
        message.msg_iov = pieces.baseAddress
        message.msg_iovlen = pieces.count
        let flags = Int32(MSG_NOSIGNAL) | (more ? Int32(MSG_MORE) : 0)
        return transfer(sendmsg(descriptor.number, &message, flags), "send")
    }

    /// Sends a part of a file without its bytes passing through this program. `.end`: the file has
    /// become shorter than that. SIGPIPE must be ignored, for this call has no flag against it.
    static func send(
        _ descriptor: borrowing Descriptor, file: OpenFile, offset: UInt64, count: Int
    ) -> Transfer {
        var position = off_t(offset)
        let sent = sendfile(descriptor.number, file.descriptor.number, &position, count)
        return sent == 0 ? .end : transfer(sent, "send a file")
    }

    private static func transfer(_ count: Int, _ action: @autoclosure () -> String) -> Transfer {
        if count >= 0 { return .bytes(count) }
        switch errno {
        case EAGAIN, EINTR: return .wouldBlock
        default: return .failed(SystemError(action()))
        }
    }

    /// Tells the other side that no more will come.
    static func endSending(_ descriptor: borrowing Descriptor) {
        shutdown(descriptor.number, Int32(SHUT_WR))
    }

    /// Breaks a connection off, as an error that the other side sees.
    static func reset(_ descriptor: borrowing Descriptor) {
        // Connecting a TCP socket to nowhere is how Linux takes its connection away (connect(2)).
        var nowhere = sockaddr()
        nowhere.sa_family = sa_family_t(AF_UNSPEC)
        let length = socklen_t(MemoryLayout<sockaddr>.size)
        if Glibc.connect(descriptor.number, &nowhere, length) != 0 { shutdown(descriptor.number, Int32(SHUT_RDWR)) }
    }

    static func make(_ family: Int32) throws(SystemError) -> Descriptor {
        let type = Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
        return try Descriptor(socket(family, type, 0), "make a socket")
    }

    static func setOption(_ descriptor: borrowing Descriptor, _ level: Int32, _ option: Int32, _ value: Int32) {
        var value = value
        setsockopt(descriptor.number, level, option, &value, socklen_t(MemoryLayout<Int32>.size))
    }

    static func address(of descriptor: borrowing Descriptor) -> SocketAddress? {
        var storage = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        let result = withUnsafeMutablePointer(to: &storage) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(descriptor.number, $0, &length) }
        }
        return result == 0 ? SocketAddress(storage) : nil
    }
}
