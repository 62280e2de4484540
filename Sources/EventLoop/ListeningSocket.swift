import CLinux
import Glibc

/// A socket that takes connections in for one loop, or, at a path, for all of them.
package final class ListeningSocket: Sendable {
    /// Where it listens in truth: with the port that the kernel chose where 0 was asked for.
    package let address: SocketAddress
    let descriptor: Descriptor
    let isShared: Bool
    /// The file at the path, for a Unix socket.
    private let file: FileIdentity?

    private init(
        _ descriptor: consuming Descriptor, at address: SocketAddress, isShared: Bool, file: FileIdentity? = nil
    ) {
        self.descriptor = descriptor
        self.address = address
        self.isShared = isShared
        self.file = file
    }

    /// One for each of `count` loops, all at the same address.
    package static func open(at address: SocketAddress, count: Int) throws(SystemError) -> [ListeningSocket] {
        if case .unix(let path) = address {
            let socket = try openPath(path)
            return Array(repeating: socket, count: count)
        }
        // Sockets with SO_REUSEPORT share an address with any other of the same user's, so two nodes
        // started by mistake would each get half of the connections. Only a socket without it is told
        // that the address is taken. (A port that the kernel chooses is nobody's.)
        if address.port != 0 {
            let probe = try bound(to: address, options: [SO_REUSEADDR])
            guard listen(probe.number, 1) == 0 else { throw SystemError("listen on \(address)") }
        }
        var found = address
        var sockets: [ListeningSocket] = []
        for _ in 0..<count {
            let descriptor = try bound(to: found, options: [SO_REUSEADDR, SO_REUSEPORT])
            guard listen(descriptor.number, backlog) == 0 else { throw SystemError("listen on \(found)") }
            guard let name = Socket.address(of: descriptor) else { throw SystemError("find the port of \(address)") }
            found = name
            sockets.append(ListeningSocket(descriptor, at: found, isShared: false))
        }
        return sockets
    }

    private static let backlog: Int32 = 4_096

    private static func bound(to address: SocketAddress, options: [Int32]) throws(SystemError) -> Descriptor {
        let descriptor = try Socket.make(address.family)
        for option in options {
            Socket.setOption(descriptor, SOL_SOCKET, option, 1)
        }
        if address.family == AF_INET6 {
            // `[::]` and `0.0.0.0` are two addresses: who wants both says both.
            Socket.setOption(descriptor, Int32(IPPROTO_IPV6), IPV6_V6ONLY, 1)
        }
        guard address.withSystemAddress({ bind(descriptor.number, $0, $1) }) == 0 else {
            throw SystemError("listen on \(address)")
        }
        return descriptor
    }

    /// A socket that only this user may connect to. A path left behind by a process that is gone is
    /// taken over; one that still answers is not.
    private static func openPath(_ path: String) throws(SystemError) -> ListeningSocket {
        let address = SocketAddress.unix(path: path)
        let descriptor = try Socket.make(AF_UNIX)
        if address.withSystemAddress({ bind(descriptor.number, $0, $1) }) != 0 {
            let code = errno
            guard code == EADDRINUSE, isAbandoned(path) else { throw SystemError("listen on \(address)", code: code) }
            unlink(path)
            guard address.withSystemAddress({ bind(descriptor.number, $0, $1) }) == 0 else {
                throw SystemError("listen on \(address)")
            }
        }
        guard chmod(path, 0o600) == 0, listen(descriptor.number, backlog) == 0 else {
            throw SystemError("listen on \(address)")
        }
        return ListeningSocket(descriptor, at: address, isShared: true, file: FileIdentity(path))
    }

    private static func isAbandoned(_ path: String) -> Bool {
        var status = stat()
        guard lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFSOCK else { return false }
        guard let probe = try? Socket.make(AF_UNIX) else { return false }
        let result = SocketAddress.unix(path: path).withSystemAddress { Glibc.connect(probe.number, $0, $1) }
        return result != 0 && errno == ECONNREFUSED
    }

    /// Listens no more. Left to itself a listener nobody accepts from would go on connecting clients, who
    /// would then wait for nothing.
    func refuse() {
        shutdown(descriptor.number, Int32(SHUT_RDWR))
    }

    /// Takes the path of a Unix socket away, so that nobody connects to what is no longer served. What
    /// somebody else has put there meanwhile stays.
    package func removePath() {
        guard case .unix(let path) = address, let file, file == FileIdentity(path) else { return }
        unlink(path)
    }

    private struct FileIdentity: Equatable {
        let device: dev_t
        let number: ino_t

        init?(_ path: String) {
            var status = stat()
            guard lstat(path, &status) == 0 else { return nil }
            device = status.st_dev
            number = status.st_ino
        }
    }
}
