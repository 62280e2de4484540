import CLinux
import Glibc

/// Why a name led to no address.
package enum LookUpFault: Error, Equatable, Sendable {
    /// There is no such name, or it has no address.
    case unknown
    /// Nobody who would know has answered; later perhaps.
    case unanswered
}

// EAI_NODATA, which <netdb.h> keeps to those who define _GNU_SOURCE.
private let noData: Int32 = -5

extension SocketAddress {
    /// The addresses behind a name, best first, all with port 0. It waits, for many seconds where a server of
    /// names is silent: never on a loop.
    package static func lookUp(_ name: String) throws(LookUpFault) -> [SocketAddress] {
        // The C function would stop reading at a zero.
        guard !name.utf8.contains(0) else { throw .unknown }
        var hints = addrinfo()
        hints.ai_family = AF_UNSPEC
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        hints.ai_flags = AI_ADDRCONFIG
        var first: UnsafeMutablePointer<addrinfo>?
        let code = getaddrinfo(name, nil, &hints, &first)
        guard code == 0 else { throw code == EAI_NONAME || code == noData ? .unknown : .unanswered }
        defer { freeaddrinfo(first) }
        var addresses: [SocketAddress] = []
        var next = first
        while let entry = next {
            next = entry.pointee.ai_next
            var storage = sockaddr_storage()
            guard let address = entry.pointee.ai_addr,
                Int(entry.pointee.ai_addrlen) <= MemoryLayout<sockaddr_storage>.size
            else { continue }
            withUnsafeMutableBytes(of: &storage) {
                $0.copyMemory(from: UnsafeRawBufferPointer(start: address, count: Int(entry.pointee.ai_addrlen)))
            }
            if let found = SocketAddress(storage) { addresses.append(found) }
        }
        guard !addresses.isEmpty else { throw .unknown }
        return addresses
    }
}
