import Glibc
import RawSockets
import Testing

@testable import EventLoop

struct ListeningSocketTests {
    private let loopback = SocketAddress.ipv4(0x7F00_0001, port: 0)

    private func isTaken(_ address: SocketAddress, _ count: Int = 1) -> Bool {
        do throws(SystemError) {
            _ = try ListeningSocket.open(at: address, count: count)
            return false
        } catch {
            return error == SystemError("listen on \(address)", code: EADDRINUSE)
        }
    }

    @Test func `port 0 becomes a port that all of them share`() throws {
        let sockets = try ListeningSocket.open(at: loopback, count: 4)
        #expect(Set(sockets.map(\.address)).count == 1)
        #expect(Set(sockets.map { $0.descriptor.number }).count == 4)
        #expect(sockets[0].address.port != 0)
        #expect(sockets[0].address.with(port: 0) == loopback)
    }

    @Test func `a port that we listen on ourselves is taken, until it is not`() throws {
        var sockets = try ListeningSocket.open(at: loopback, count: 2)
        let address = sockets[0].address
        #expect(isTaken(address))
        #expect(isTaken(address, 3))
        #expect(isTaken(.ipv4(0, port: address.port ?? 0)), "everywhere is there, too")
        sockets = []
        let again = try ListeningSocket.open(at: address, count: 2)
        #expect(again.map(\.address) == [address, address])
    }

    /// Two nodes of one user, both willing to share: the second must be told all the same.
    @Test(arguments: [false, true])
    func `a port that somebody else listens on is taken`(isShared: Bool) throws {
        let other = RawSocket.tcp()
        other.setOption(SO_REUSEADDR, 1)
        if isShared { other.setOption(SO_REUSEPORT, 1) }
        let bound = loopback.withSystemAddress { bind(other.number, $0, $1) }
        #expect(bound == 0 && listen(other.number, 1) == 0)
        let address = try #require(other.address)
        #expect(isTaken(address))
        other.close()
        #expect(!isTaken(address))
    }

    @Test func `connections that have just ended do not keep a port taken`() throws {
        var sockets = try ListeningSocket.open(at: loopback, count: 1)
        let address = sockets[0].address
        let client = RawSocket.tcp()
        client.connect(port: address.port ?? 0)
        let accepted = RawSocket(owning: accept(sockets[0].descriptor.number, nil, nil))
        // The side that closes first is the one that waits.
        accepted.close()
        client.close()
        sockets = []
        #expect(!isTaken(address))
    }

    @Test func `both kinds of address can have the same port`() throws {
        let six = try ListeningSocket.open(at: .ipv6(high: 0, low: 0, scope: 0, port: 0), count: 2)
        let port = try #require(six[0].address.port)
        let four = try ListeningSocket.open(at: .ipv4(0, port: port), count: 2)
        #expect(four[0].address == .ipv4(0, port: port))
        #expect(six[0].address == .ipv6(high: 0, low: 0, scope: 0, port: port))
    }

    @Test func `an address that is not ours is an error`() {
        // TEST-NET-1: nobody has it.
        let foreign = SocketAddress.ipv4(0xC000_0201, port: 0)
        #expect(throws: SystemError("listen on \(foreign)", code: EADDRNOTAVAIL)) {
            try ListeningSocket.open(at: foreign, count: 1)
        }
    }
}

struct UnixListeningSocketTests {
    private let folder = TemporaryFolder()
    private var path: String { folder / "socket" }
    private var address: SocketAddress { .unix(path: path) }

    @Test func `only the user may connect, and all loops share it`() throws {
        let sockets = try ListeningSocket.open(at: address, count: 3)
        #expect(sockets[0] === sockets[2])
        #expect(sockets.map(\.isShared) == [true, true, true])
        var status = stat()
        #expect(lstat(path, &status) == 0)
        #expect(status.st_mode == S_IFSOCK | 0o600)
        sockets[0].removePath()
        #expect(lstat(path, &status) == -1)
    }

    @Test func `a path that is served is refused and goes on being served`() throws {
        let socket = try ListeningSocket.open(at: address, count: 1)[0]
        #expect(throws: SystemError("listen on \(address)", code: EADDRINUSE)) {
            try ListeningSocket.open(at: address, count: 1)
        }
        #expect(try RawSocket.canConnect(to: address))
        socket.removePath()
    }

    @Test func `a path that was left behind is taken over`() throws {
        do {
            _ = try ListeningSocket.open(at: address, count: 1)
        }
        #expect(access(path, F_OK) == 0, "nobody removed it")
        let socket = try ListeningSocket.open(at: address, count: 1)[0]
        #expect(try RawSocket.canConnect(to: address))
        socket.removePath()
    }

    @Test func `what is no socket is refused and left as it is`() throws {
        _ = folder.file("socket", Array("precious".utf8))
        #expect(throws: SystemError("listen on \(address)", code: EADDRINUSE)) {
            try ListeningSocket.open(at: address, count: 1)
        }
        let file = try OpenFile(path: path)
        #expect(file.size == 8)
        #expect(unlink(path) == 0)
        // Nor where a link leads there.
        let target = folder.file("target", Array("precious".utf8))
        #expect(symlink(target, path) == 0)
        #expect(throws: SystemError.self) { try ListeningSocket.open(at: address, count: 1) }
        #expect(try OpenFile(path: target).size == 8)
    }

    @Test func `a folder that is not there is called that`() {
        let lost = SocketAddress.unix(path: folder / "none/socket")
        #expect(throws: SystemError("listen on \(lost)", code: ENOENT)) {
            try ListeningSocket.open(at: lost, count: 1)
        }
    }

    @Test func `what somebody else has put at the path is not removed`() throws {
        let socket = try ListeningSocket.open(at: address, count: 1)[0]
        #expect(rename(path, folder / "moved") == 0)
        _ = folder.file("socket", Array("precious".utf8))
        socket.removePath()
        #expect(try OpenFile(path: path).size == 8)
    }
}
