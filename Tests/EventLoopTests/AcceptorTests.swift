import Glibc
import RawSockets
import Testing

@testable import EventLoop

struct AcceptorTests {
    private let loop: EventLoop
    private let loopback = SocketAddress.ipv4(0x7F00_0001, port: 0)

    init() throws {
        ignoreBrokenPipes()
        loop = try EventLoop()
    }

    /// Keeps what was accepted, and what went wrong.
    private final class Intake {
        final class Accepted {
            let descriptor: Descriptor

            init(_ descriptor: consuming Descriptor) {
                self.descriptor = descriptor
            }
        }

        private(set) var sockets: [Accepted] = []
        private(set) var addresses: [SocketAddress] = []
        private(set) var troubles: [SystemError] = []
        var onAccepted: () -> Void = {}
        var onTrouble: () -> Void = {}

        func take(_ descriptor: consuming Descriptor, _ address: SocketAddress) {
            sockets.append(Accepted(descriptor))
            addresses.append(address)
            onAccepted()
        }

        func hear(_ error: SystemError) {
            troubles.append(error)
            onTrouble()
        }

        func forgetSockets() {
            sockets = []
        }
    }

    private func acceptor(_ socket: ListeningSocket, _ intake: Intake, on loop: EventLoop) throws -> Acceptor {
        try Acceptor(socket, on: loop, accepted: { intake.take($0, $1) }, troubled: { intake.hear($0) })
    }

    private func clients(_ count: Int, to socket: ListeningSocket) -> [RawSocket] {
        (0..<count).map { _ in
            let client = RawSocket.tcp()
            client.connect(port: socket.address.port ?? 0)
            return client
        }
    }

    @Test func `connections come in, ready to be used, with the address of the other side`() throws {
        let socket = try ListeningSocket.open(at: loopback, count: 1)[0]
        let intake = Intake()
        let acceptor = try acceptor(socket, intake, on: loop)
        // More than one turn's worth.
        let clients = clients(150, to: socket)
        try loop.turn { intake.sockets.count == clients.count }
        #expect(intake.sockets.count == 150)
        let origins = clients.compactMap(\.address)
        #expect(Set(intake.addresses) == Set(origins))
        let accepted = intake.sockets[0].descriptor.number
        #expect(fcntl(accepted, F_GETFL) & O_NONBLOCK != 0)
        var value: Int32 = 0
        var length = socklen_t(4)
        getsockopt(accepted, Int32(IPPROTO_TCP), TCP_NODELAY, &value, &length)
        #expect(value == 1)
        #expect(intake.troubles.isEmpty)
        acceptor.close()
    }

    @Test func `a closed acceptor takes nothing more, not even in that moment`() throws {
        let socket = try ListeningSocket.open(at: loopback, count: 1)[0]
        let intake = Intake()
        let acceptor = try acceptor(socket, intake, on: loop)
        intake.onAccepted = { if intake.sockets.count == 3 { acceptor.close() } }
        let clients = clients(10, to: socket)
        try loop.turn { intake.sockets.count >= 3 }
        try loop.settle()
        #expect(intake.sockets.count == 3)
        _ = clients
    }

    @Test func `several loops share one address`() throws {
        let sockets = try ListeningSocket.open(at: loopback, count: 3)
        let loops = try (0..<3).map { _ in try EventLoop() }
        let intakes = (0..<3).map { _ in Intake() }
        let acceptors = try (0..<3).map { try acceptor(sockets[$0], intakes[$0], on: loops[$0]) }
        let clients = clients(120, to: sockets[0])
        for _ in 0..<50 where intakes.map(\.sockets.count).reduce(0, +) < clients.count {
            for loop in loops { try loop.turn(waitingAtMost: 5) }
        }
        #expect(intakes.map(\.sockets.count).reduce(0, +) == 120)
        // The kernel deals by a hash of the addresses: with so many each gets some.
        #expect(intakes.allSatisfy { !$0.sockets.isEmpty })
        for acceptor in acceptors { acceptor.close() }
    }

    @Test func `several loops share one path`() throws {
        let folder = TemporaryFolder()
        let sockets = try ListeningSocket.open(at: .unix(path: folder / "socket"), count: 2)
        let loops = try (0..<2).map { _ in try EventLoop() }
        let intakes = (0..<2).map { _ in Intake() }
        let acceptors = try (0..<2).map { try acceptor(sockets[$0], intakes[$0], on: loops[$0]) }
        for round in 1...20 {
            let client = try Socket.connect(to: sockets[0].address)
            // Only one of the two is asked to turn: whichever it is, it can take the connection in.
            try loops[round % 2].turn(waitingAtMost: 1_000)
            #expect(intakes.map(\.sockets.count).reduce(0, +) == round)
            _ = client
        }
        #expect(intakes.allSatisfy { $0.addresses.allSatisfy { $0 == .unix(path: "") } })
        for acceptor in acceptors { acceptor.close() }
    }

    @Test func `the loop lets go of a closed acceptor`() throws {
        let socket = try ListeningSocket.open(at: loopback, count: 1)[0]
        weak var kept: Acceptor?
        do {
            let made = try acceptor(socket, Intake(), on: loop)
            kept = made
            made.close()
            made.close()
        }
        #expect(kept == nil)
    }

    /// In a process of its own: the limit is the whole process's.
    @Test func `without a free descriptor it looks away, and looks again`() async {
        await #expect(processExitsWith: .success) {
            ignoreBrokenPipes()
            let loop = try EventLoop()
            let intake = Intake()
            let socket = try ListeningSocket.open(at: .ipv4(0x7F00_0001, port: 0), count: 1)[0]
            let acceptor = try Acceptor(
                socket, on: loop, accepted: { intake.take($0, $1) }, troubled: { intake.hear($0) })
            let clients = (0..<4).map { _ in
                let client = RawSocket.tcp()
                client.connect(port: socket.address.port ?? 0)
                return client
            }
            // What is open stays, and nothing more can be opened.
            let next = dup(0)
            Self.limitDescriptors(to: next + 1)
            while dup(0) >= 0 {}

            let start = MonotonicTime.now()
            var turns = 0
            while MonotonicTime.now() < start + 250 {
                try loop.turn(waitingAtMost: 50)
                turns += 1
            }
            precondition(intake.sockets.count < clients.count, "there was no descriptor for it")
            precondition(intake.troubles.allSatisfy { $0.code == EMFILE }, "\(intake.troubles)")
            precondition((1...4).contains(intake.troubles.count), "told too often: \(intake.troubles.count)")
            precondition(turns < 20, "the loop spins: \(turns) turns")

            Self.limitDescriptors(to: next + 64)
            try loop.turn(atMost: 50) { intake.sockets.count == clients.count }
            precondition(intake.sockets.count == clients.count, "it did not go on")

            // Closed while it looks away it does not come back.
            intake.forgetSockets()
            let late = RawSocket.tcp()
            while dup(0) >= 0 {}
            late.connect(port: socket.address.port ?? 0)
            let known = intake.troubles.count
            try loop.turn { intake.troubles.count > known }
            acceptor.close()
            Self.limitDescriptors(to: next + 128)
            let end = MonotonicTime.now() + 130
            try loop.turn { MonotonicTime.now() > end }
            precondition(intake.sockets.isEmpty && intake.troubles.count == known + 1, "it came back")
            exit(0)
        }
    }

    private static func limitDescriptors(to count: Int32) {
        var limit = rlimit()
        getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        limit.rlim_cur = rlim_t(count)
        precondition(setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0, "no such limit")
    }

    @Test func `an acceptor that is closed by who hears of its trouble stays closed`() throws {
        // A socket that does not listen: accepting fails for reasons of ours.
        let socket = try ListeningSocket.open(at: loopback, count: 1)[0]
        let intake = Intake()
        let acceptor = try acceptor(socket, intake, on: loop)
        intake.onTrouble = { acceptor.close() }
        shutdown(socket.descriptor.number, Int32(SHUT_RDWR))
        let start = MonotonicTime.now()
        try loop.turn { MonotonicTime.now() > start + 130 }
        #expect(intake.troubles == [SystemError("accept a connection", code: EINVAL)])
    }
}
