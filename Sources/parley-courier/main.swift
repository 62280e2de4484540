import CBOR
import CourierFrames
import Foundation
import FoundationNetworking
import Glibc

// The companion that speaks TLS for the node. It reads orders from its standard input, a socket, and writes reports
// to the same; it ends when that does. It has no key, no database, and no network but the node's proxy on loopback,
// named in `https_proxy`: the node decides there which address a name means and whether it may be asked at all.

/// The next so many bytes of standard input; nil at its end.
func read(count: Int) -> [UInt8]? {
    var bytes = [UInt8](repeating: 0, count: count)
    var at = 0
    while at < count {
        let got = bytes.withUnsafeMutableBytes { Glibc.read(STDIN_FILENO, $0.baseAddress! + at, count - at) }
        if got < 0, errno == EINTR { continue }
        guard got > 0 else { return nil }
        at += got
    }
    return bytes
}

guard ProcessInfo.processInfo.environment["https_proxy"] != nil else {
    FileHandle.standardError.write(Data("parley-courier is started by parley, not by hand\n".utf8))
    exit(2)
}
signal(SIGPIPE, SIG_IGN)
// Whatever a library may do with what servers send, it is this process that ends and not the machine that swaps.
var memory = rlimit(rlim_cur: 1 << 30, rlim_max: 1 << 30)
setrlimit(__rlimit_resource_t(RLIMIT_DATA.rawValue), &memory)

let exchanges = Exchanges()
let session = exchanges.makeSession()
do {
    while let head = read(count: CourierFrame.lengthBytes) {
        let length = try CourierFrame.length(head.span, bytesMax: CourierOrder.bytesMax)
        guard let bytes = read(count: length) else { break }
        switch try CourierOrder(bytes.span) {
        case .ask(let request): exchanges.begin(request, in: session)
        case .drop(let number): exchanges.drop(number)
        }
    }
} catch {
    exit(1)
}
// Nobody is there any more to hear of what is under way.
exit(0)
