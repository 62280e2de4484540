import Bytes
import EventLoop
import Keys

/// The proxy on loopback through which the courier reaches the world: TLS is the courier's work, where a
/// connection leads is decided here. A tunnel is dug only to a host and port for which a request is under way,
/// and only to the address that was checked for it; no name is looked up a second time.
final class Tunnels {
    /// What the courier is given as its proxy.
    let proxyURL: String
    let loop: EventLoop
    private let credentials: [UInt8]
    private var pins: [String: Pin] = [:]
    private var acceptor: Acceptor?
    private var streams: [ObjectIdentifier: ByteStream] = [:]

    /// More has come from a host than its answers may have; the tunnel ends there. The courier might not notice: what
    /// URLSession keeps to itself, the content of a redirect for one, would grow in its memory.
    var overrun: (String) -> Void = { _ in }

    private struct Pin {
        var address: SocketAddress
        var requests = 0
        /// What those requests may have altogether, and what of it has not come yet.
        var bytesMax = 0
        var bytesLeft = 0
        /// Why the last attempt to get there failed.
        var error: SystemError?
    }

    private static let streamsMax = 256
    private static let askingMilliseconds: UInt64 = 5_000
    /// How long the courier may keep a tunnel that no request is under way for.
    static let idleMilliseconds: UInt64 = 30_000

    init(on loop: EventLoop) throws(SystemError) {
        self.loop = loop
        let secret = Base64.url.encode(SecureRandom.bytes(count: 24))
        credentials = ConnectRequest.credentials(secret)
        let socket = try ListeningSocket.open(at: .ipv4(0x7F00_0001, port: 0), count: 1)[0]
        proxyURL = "http://courier:\(secret)@\(socket.address)"
        acceptor = try Acceptor(
            socket, on: loop,
            accepted: { [weak self] descriptor, _ in self?.accept(descriptor) },
            // The courier's request fails, and is tried again like any other.
            troubled: { _ in })
    }

    /// Lets nobody in any more, and ends what there is.
    func close() {
        acceptor?.close()
        acceptor = nil
        for stream in streams.values { stream.close() }
    }

    // MARK: Requests under way

    /// `bytesMax` may come for that request.
    func pin(_ hostAndPort: String, to address: SocketAddress, bytesMax: Int) {
        var pin = pins[hostAndPort] ?? Pin(address: address)
        pin.requests += 1
        pin.address = address
        pin.error = nil
        pin.bytesMax += bytesMax
        pin.bytesLeft = max(pin.bytesLeft, 0) + bytesMax
        pins[hostAndPort] = pin
    }

    /// Ends what `pin` began. What that request has not used is nobody else's. If its answer is not whole, more of it
    /// may be on its way, which the next request would have to pay for.
    func unpin(_ hostAndPort: String, bytesMax: Int, isWhole: Bool) {
        guard var pin = pins[hostAndPort] else { return }
        pin.requests -= 1
        pin.bytesMax -= bytesMax
        pin.bytesLeft = min(pin.bytesLeft, pin.bytesMax)
        pins[hostAndPort] = pin.requests == 0 ? nil : pin
        guard pin.requests == 0, !isWhole else { return }
        for stream in streams.values {
            if let side = stream.owner as? TunnelSide, side.leads(to: hostAndPort) { stream.close() }
        }
    }

    /// Whether so much may come. While no request is under way all may: nobody reads it, and a socket holds little.
    fileprivate func allows(_ count: Int, from hostAndPort: String) -> Bool {
        guard let left = pins[hostAndPort]?.bytesLeft else { return true }
        pins[hostAndPort]?.bytesLeft = left - count
        return count <= left
    }

    func isPinned(_ hostAndPort: String) -> Bool { pins[hostAndPort] != nil }

    /// Why there was no connection, if there was none.
    func error(reaching hostAndPort: String) -> SystemError? { pins[hostAndPort]?.error }

    // MARK: Tunnels

    private func accept(_ descriptor: consuming Descriptor) {
        // Closed at once where there are too many: whoever knocks so often is not the courier.
        guard streams.count < Self.streamsMax, let stream = try? ByteStream(descriptor, on: loop) else { return }
        hold(stream)
        stream.setDeadline(loop.now + Self.askingMilliseconds)
        stream.owner = TunnelEntrance(stream, self)
    }

    private func hold(_ stream: ByteStream) {
        streams[ObjectIdentifier(stream)] = stream
        stream.whenClosed = { [weak self, unowned stream] in self?.streams[ObjectIdentifier(stream)] = nil }
    }

    fileprivate func read(_ unread: Span<UInt8>) -> ConnectRequest {
        ConnectRequest(unread, credentials: credentials)
    }

    /// Digs a tunnel behind an entrance, or closes that with the status that says why not.
    fileprivate func dig(from near: ByteStream, to hostAndPort: String) {
        guard let address = pins[hostAndPort]?.address else {
            refuse(near, "403 Forbidden")
            return
        }
        do {
            let far = try ByteStream(connectingTo: address, on: loop)
            hold(far)
            let entrance = TunnelSide(near, isFar: false, hostAndPort, self)
            let exit = TunnelSide(far, isFar: true, hostAndPort, self)
            (entrance.other, exit.other) = (exit, entrance)
            near.owner = entrance
            far.owner = exit
        } catch {
            unreached(hostAndPort, error, near)
        }
    }

    fileprivate func unreached(_ hostAndPort: String, _ error: SystemError?, _ near: ByteStream) {
        pins[hostAndPort]?.error = error
        refuse(near, "502 Bad Gateway")
    }

    fileprivate func refuse(_ near: ByteStream, _ status: String) {
        near.write(Array("HTTP/1.1 \(status)\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".utf8))
        near.closeWhenDrained()
    }
}

/// Hears what is asked for at an entrance.
private final class TunnelEntrance: ByteStreamOwner {
    private let stream: ByteStream
    private unowned let tunnels: Tunnels

    init(_ stream: ByteStream, _ tunnels: Tunnels) {
        self.stream = stream
        self.tunnels = tunnels
    }

    func streamReceived(_ unread: Span<UInt8>) -> Int {
        switch tunnels.read(unread) {
        case .incomplete: return 0
        case .refused: tunnels.refuse(stream, "407 Proxy Authentication Required")
        case .asks(let hostAndPort): tunnels.dig(from: stream, to: hostAndPort)
        }
        return unread.count
    }

    func streamEnded() { stream.close() }
    func streamDrained() {}
    func streamDeadlinePassed() { stream.close() }
    func streamClosed(_ error: SystemError?) {}
}

/// One side of a tunnel: what arrives here leaves on the other, and waits here while it can't.
private final class TunnelSide: ByteStreamOwner {
    private let stream: ByteStream
    private let isFar: Bool
    private let hostAndPort: String
    private unowned let tunnels: Tunnels
    /// Nil once either side is closed.
    var other: TunnelSide?
    private var isConnected = false

    init(_ stream: ByteStream, isFar: Bool, _ hostAndPort: String, _ tunnels: Tunnels) {
        self.stream = stream
        self.isFar = isFar
        self.hostAndPort = hostAndPort
        self.tunnels = tunnels
        touch()
    }

    func leads(to place: String) -> Bool { isFar && hostAndPort == place }

    /// Of the far side only; the near one was connected when it came.
    func streamConnected() {
        guard let other else { return }
        isConnected = true
        other.isConnected = true
        other.stream.write(Array("HTTP/1.1 200 OK\r\n\r\n".utf8))
        other.stream.redeliver()
        touch()
    }

    func streamReceived(_ unread: Span<UInt8>) -> Int {
        guard let other, isConnected else { return 0 }
        guard !isFar || tunnels.allows(unread.count, from: hostAndPort) else {
            tunnels.overrun(hostAndPort)
            stream.close()
            return unread.count
        }
        touch()
        other.stream.write(unread)
        if other.stream.isCongested { stream.pauseReading() }
        return unread.count
    }

    func streamDrained() {
        touch()
        other?.stream.resumeReading()
    }

    func streamEnded() {
        // HTTP within TLS has no use for half a connection.
        if isConnected { other?.stream.closeWhenDrained() } else { stream.close() }
    }

    private func touch() {
        stream.setDeadline(tunnels.loop.now + Tunnels.idleMilliseconds)
    }

    func streamDeadlinePassed() {
        // Who waits for a slow answer, waits: the request has a deadline of its own.
        if tunnels.isPinned(hostAndPort) { touch() } else { stream.close() }
    }

    func streamClosed(_ error: SystemError?) {
        guard let last = other else { return }
        other = nil
        last.other = nil
        if isConnected {
            last.stream.closeWhenDrained()
        } else if isFar {
            tunnels.unreached(hostAndPort, error, last.stream)
        } else {
            last.stream.close()
        }
    }
}
