package import EventLoop
package import Wire

/// A server: the address to connect to, and the name it is asked by. Looking names up is not the
/// client's: who asks foreign servers wants to check and pin their addresses.
package struct Endpoint: Hashable, Sendable {
    package let address: SocketAddress
    /// The value of `Host`.
    package let authority: String

    package init(_ address: SocketAddress, authority: String? = nil) {
        self.address = address
        if let authority {
            self.authority = authority
        } else if case .unix = address {
            self.authority = "localhost"
        } else {
            self.authority = address.description
        }
    }
}

package struct ClientRequest: Sendable {
    package var method: HTTPMethod
    /// Path and query, encoded.
    package var target: String
    /// Without `Host`, `Content-Length` and `Transfer-Encoding`, which are the client's: a request that
    /// names them is not sent.
    package var fields: [(name: String, value: String)]
    package var body: Content
    /// Whether it may be asked a second time when the first may have been heard: by its method (RFC 9110, section 9.2.2),
    /// unless something in it is good once only.
    package var isRepeatable: Bool

    package init(
        _ method: HTTPMethod, _ target: String, fields: [(name: String, value: String)] = [], body: Content = .none
    ) {
        self.method = method
        self.target = target
        self.fields = fields
        self.body = body
        switch method {
        case .get, .head, .options, .put, .delete: isRepeatable = true
        case .post, .patch, .other: isRepeatable = false
        }
    }

    func head(to endpoint: Endpoint) throws(HTTPHeadWriteFault) -> [UInt8] {
        let own = HTTPFields(fields)
        guard !own.contains("Host"), !own.contains("Content-Length"), !own.contains("Transfer-Encoding") else {
            throw .fieldName
        }
        var head: [UInt8] = []
        try head.appendRequestLine(method, target: target)
        try head.appendField("Host", endpoint.authority)
        try head.appendFields(own)
        if body.count > 0 || method.bringsBody { head.appendField("Content-Length", decimal: UInt64(body.count)) }
        head.appendHeadEnd()
        return head
    }
}

extension HTTPMethod {
    /// Whether a server expects to be told the body's length even where there is none (RFC 9110, section 8.6).
    fileprivate var bringsBody: Bool {
        switch self {
        case .post, .put, .patch: true
        case .get, .head, .delete, .options, .other: false
        }
    }
}

/// What a call may cost.
package struct ClientLimits: Sendable {
    /// For everything: waiting for a connection, connecting, asking, and the last byte of the answer.
    package var deadlineMilliseconds: UInt64 = 30_000
    /// Once connected, the call fails when for so long not a byte of the answer has come, unless it is paused
    /// or the server still takes the request in.
    package var silenceMilliseconds: UInt64 = 15_000
    package var responseBytesMax: UInt64 = 16 << 20

    package init() {}
}

/// Takes an answer in as it arrives, on the client's loop: never before the call is in its sender's hands.
/// Either `responseEnded` or `responseFailed` comes, once, and nothing after it.
package protocol ResponseReceiver: AnyObject {
    func responseBegan(_ head: ResponseHead)
    /// The next bytes of the body; they are gone when this returns.
    func responseReceived(_ bytes: Span<UInt8>)
    func responseEnded()
    func responseFailed(_ fault: ClientFault)
}

/// A whole answer.
package struct ClientResponse: Sendable {
    package let head: ResponseHead
    package let body: [UInt8]

    package var status: UInt16 { head.status }
}
