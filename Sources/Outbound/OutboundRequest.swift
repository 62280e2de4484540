package import EventLoop
package import Wire

/// A request to a server that somebody has named to us.
package struct OutboundRequest: Sendable {
    package var method: HTTPMethod
    package var url: OutboundURL
    /// Without those that say how it travels, which is not the caller's to say: `Host`, `Connection`, `TE`, `Upgrade`,
    /// `Expect`, `Content-Length`, `Transfer-Encoding`, `Accept-Encoding`, `Proxy-Authorization`.
    package var fields: [(name: String, value: String)]
    package var body: [UInt8]
    package var policy: AddressPolicy
    /// For everything: looking the name up, waiting, connecting, asking, and the last byte of the answer.
    package var deadlineMilliseconds: UInt64 = 10_000
    package var answerBytesMax: Int = 64 << 10
    /// Whether a larger answer is cut off there: for those who want the status, and perhaps some words. Otherwise
    /// it is a failure.
    package var cutsAnswer = false
    /// Whether it is answered when something happens, which may take as long as its deadline.
    package var isWaiting = false
    /// Whether something in it is good once only, such as a nonce: then it is not asked a second time where the first may
    /// have been heard.
    package var isOnceOnly = false

    package static let bodyBytesMax = 8 << 20

    package init(
        _ method: HTTPMethod, _ url: OutboundURL, fields: [(name: String, value: String)] = [], body: [UInt8] = [],
        policy: AddressPolicy
    ) {
        self.method = method
        self.url = url
        self.fields = fields
        self.body = body
        self.policy = policy
    }
}

/// What a server said: also a redirect, which nobody follows, and any error of its own.
package struct OutboundAnswer: Sendable {
    package let status: UInt16
    package let fields: HTTPFields
    package let body: [UInt8]
}

/// Why there is no answer.
package enum OutboundFailure: Error, Equatable, Sendable {
    case unresolved(LookUpFault)
    case refusedAddress(SocketAddress, AddressKind)
    /// There was no connection.
    case unreachable(SystemError)
    /// There was a connection, and no trust in it: the words are the TLS library's.
    case tls(String)
    case timedOut
    case tooLarge
    /// What came is not HTTP, or ended too soon.
    case broken(String)
    /// So much is under way that this was not begun.
    case busy
    /// The companion for `https` died, or does not start.
    case noCourier
    /// The request holds what can't be sent.
    case unsendable
    case cancelled
}
