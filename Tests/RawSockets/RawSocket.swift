import Glibc

/// The other end of a connection, made of plain system calls, so that a stream is not tested with
/// another stream. It never waits.
package final class RawSocket {
    package private(set) var number: Int32

    package init(owning number: Int32) {
        precondition(number >= 0, "no socket: \(errno)")
        self.number = number
    }

    deinit {
        close()
    }

    /// Two connected Unix sockets: the number of one, for the code that is tested to own, and its other end.
    package static func pair() -> (own: Int32, peer: RawSocket) {
        var numbers: (Int32, Int32) = (-1, -1)
        let type = Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
        let result = withUnsafeMutableBytes(of: &numbers) {
            socketpair(AF_UNIX, type, 0, $0.baseAddress!.assumingMemoryBound(to: Int32.self))
        }
        precondition(result == 0, "no pair of sockets: \(errno)")
        return (numbers.0, RawSocket(owning: numbers.1))
    }

    /// A TCP connection over loopback: one end for the code that is tested, and the other.
    package static func tcpPair() -> (own: Int32, peer: RawSocket) {
        let listener = RawSocket.tcp()
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                precondition(bind(listener.number, $0, length) == 0 && listen(listener.number, 1) == 0, "no listener")
                precondition(getsockname(listener.number, $0, &length) == 0, "no name")
            }
        }
        let client = RawSocket.tcp()
        client.connect(port: UInt16(bigEndian: address.sin_port))
        var poll = pollfd(fd: listener.number, events: Int16(POLLIN), revents: 0)
        precondition(Glibc.poll(&poll, 1, 5_000) == 1, "nobody came")
        let accepted = accept(listener.number, nil, nil)
        precondition(fcntl(accepted, F_SETFL, O_NONBLOCK) == 0, "not accepted: \(errno)")
        return (accepted, client)
    }

    /// A socket that nothing was done with yet.
    package static func tcp(_ family: Int32 = AF_INET) -> RawSocket {
        let type = Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
        return RawSocket(owning: socket(family, type, 0))
    }

    /// Begins to connect to 127.0.0.1.
    package func connect(port: UInt16) {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let result = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { Glibc.connect(number, $0, length) }
        }
        precondition(result == 0 || errno == EINPROGRESS, "not connecting: \(errno)")
    }

    /// How much the socket took.
    @discardableResult
    package func send(_ bytes: some Collection<UInt8>) -> Int {
        let array = Array(bytes)
        return max(0, Glibc.send(number, array, array.count, Int32(MSG_NOSIGNAL)))
    }

    package enum Arrival: Equatable {
        case bytes([UInt8])
        case nothing
        case end
        case failed(Int32)
    }

    package func receive(atMost count: Int = 256 * 1_024) -> Arrival {
        var failure: Int32 = 0
        let bytes = [UInt8](unsafeUninitializedCapacity: count) { room, used in
            let result = recv(number, room.baseAddress, room.count, 0)
            failure = result < 0 ? errno : 0
            used = max(0, result)
        }
        if failure == EAGAIN { return .nothing }
        if failure != 0 { return .failed(failure) }
        return bytes.isEmpty ? .end : .bytes(bytes)
    }

    /// Everything that is there at the moment.
    package func receiveAll() -> [UInt8] {
        var all: [UInt8] = []
        while case .bytes(let bytes) = receive() { all += bytes }
        return all
    }

    package func endSending() {
        shutdown(number, Int32(SHUT_WR))
    }

    package func close() {
        guard number >= 0 else { return }
        Glibc.close(number)
        number = -1
    }

    /// Gives the socket to somebody else.
    package func release() -> Int32 {
        defer { number = -1 }
        return number
    }

    /// Closes a TCP connection with RST.
    package func reset() {
        var option = linger(l_onoff: 1, l_linger: 0)
        setsockopt(number, SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout<linger>.size))
        close()
    }

    package func setOption(_ option: Int32, _ value: Int32) {
        RawSocket.setOption(number, option, value)
    }

    package static func setOption(_ number: Int32, _ option: Int32, _ value: Int32) {
        var value = value
        setsockopt(number, SOL_SOCKET, option, &value, socklen_t(MemoryLayout<Int32>.size))
    }
}
