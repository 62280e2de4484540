import EventLoop

/// What a URL of the command line names: `http://127.0.0.1:8080/path`, `ws://[::1]:8080/`.
struct Target: Equatable {
    let address: SocketAddress
    /// The value of `Host`.
    let authority: String
    /// Path and query, as they are asked for.
    let path: String

    init(_ url: String) throws(ArgumentFault) {
        guard let scheme = ["http://", "ws://"].first(where: { url.hasPrefix($0) }) else {
            throw ArgumentFault("'\(url)' is not a URL that begins with http:// or ws://")
        }
        let rest = url.dropFirst(scheme.count)
        let end = rest.firstIndex { $0 == "/" || $0 == "?" || $0 == "#" } ?? rest.endIndex
        authority = String(rest[..<end])
        let hasPort = authority.last != "]" && authority.contains(":")
        guard let address = SocketAddress(hasPort ? authority : authority + ":80"), address.port != nil else {
            throw ArgumentFault(
                "'\(authority)' in '\(url)' is neither localhost nor a numeric address; names are not looked up")
        }
        self.address = address
        let path = String(rest[end...])
        guard path.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "#") }) else {
            throw ArgumentFault("the path of '\(url)' must be percent-encoded and without a fragment")
        }
        self.path = path.hasPrefix("/") ? path : "/" + path
    }
}
