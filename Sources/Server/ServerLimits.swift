package import EventLoop
package import Wire

/// What one connection, and all of them together, may cost. Every phase of a connection has an end.
package struct ServerLimits: Sendable {
    package var http = HTTPLimits()
    package var stream = ByteStream.Limits()

    /// Connections in all, on all loops; more are answered 503 and closed.
    package var connectionsMax = 16_384
    /// Connections from one address (IPv4) or one /64 network (IPv6). Unix sockets have no such limit.
    package var connectionsPerAddressMax = 512

    /// From the first byte of a request, or from the connection's begin, until its head is whole.
    package var headMilliseconds: UInt64 = 10_000
    /// Between two requests.
    package var idleMilliseconds: UInt64 = 60_000
    /// A body, and a client reading its answer, is looked at each time so long has passed …
    package var paceMilliseconds: UInt64 = 10_000
    /// … and must have moved by so many bytes since.
    package var paceBytesMin: UInt64 = 4_096
    /// How long the rest of a refused request is read and thrown away, so that the refusal arrives.
    package var lingerMilliseconds: UInt64 = 2_000
    /// An unread body up to this size is read and thrown away to keep the connection; after a larger
    /// one it is closed.
    package var discardedBytesMax: UInt64 = 64 * 1_024

    package init() {}
}
