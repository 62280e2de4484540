/// Where a server is reached, as an operator types it: `http` or `https`, a host, and perhaps a port. A slash at
/// the end is taken and forgotten; a path, a user, a query or a fragment is not taken.
package struct WebURL: Hashable, Sendable, CustomStringConvertible {
    package let isSecure: Bool
    /// In small letters; an IPv6 address stands without its brackets.
    package let host: String
    /// Nil where the scheme's own is meant.
    package let port: UInt16?

    package init?(_ text: String) {
        let text = text.lowercased()
        let scheme = text.hasPrefix("https://") ? "https://" : "http://"
        guard text.hasPrefix(scheme) else { return nil }
        var authority = text.dropFirst(scheme.count)
        if authority.hasSuffix("/") { authority.removeLast() }
        guard let (host, port) = HostAndPort.split(String(authority)), port != 0 else { return nil }
        isSecure = scheme == "https://"
        self.host = host.text
        self.port = port == (isSecure ? 443 : 80) ? nil : port
    }

    package var description: String {
        let scheme = isSecure ? "https" : "http"
        let written = host.contains(":") ? "[\(host)]" : host
        return "\(scheme)://\(written)" + (port.map { ":\($0)" } ?? "")
    }
}
