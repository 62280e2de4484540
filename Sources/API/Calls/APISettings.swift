package import Bytes
package import Chat
package import Configuration
import EventLoop
package import Keys

/// What the node's configuration says to whoever answers requests.
package struct APISettings: Sendable {
    /// The node's name: what stands behind the `@` of its people.
    package var name: String
    /// Where the node is reached; nil: by whatever name a request has.
    package var publicURL: WebURL?
    /// Other origins whose pages may ask, as browsers write them.
    package var allowedOrigins: Set<String> = []
    /// From there, `X-Forwarded-For` says who asks.
    package var trustedProxies: [NetworkRange] = []
    package var registration = RegistrationMode.invite
    /// The files of one request together.
    package var uploadBytesMax: UInt64 = 67_108_864
    package var rates = Rates.Figures()
    package var passwordCost = PasswordCost.standard
    package var reactions = ReactionList.standard
    package var isMetricsOpen = false
    /// Whether push endpoints may lie in private ranges.
    package var allowsPrivateAddresses = false
    /// What makes fingerprints of requests that nobody else can compute: the same at every start.
    package var requestSecret: [UInt8]

    /// The time of day for connections that stay open.
    package var now: @Sendable () -> Timestamp = { Timestamp.now() }

    package init(name: String, requestSecret: [UInt8]) {
        self.name = name
        self.requestSecret = requestSecret
    }
}
