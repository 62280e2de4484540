import Glibc
import RawSockets

@testable import EventLoop

extension RawSocket {
    /// What it is bound to.
    var address: SocketAddress? {
        let copy = Descriptor(owning: dup(number))
        return Socket.address(of: copy)
    }

    /// Whether somebody listens there.
    static func canConnect(to address: SocketAddress) throws -> Bool {
        let descriptor = try Socket.connect(to: address)
        return Socket.connectionError(descriptor, "connect") == nil
    }
}
