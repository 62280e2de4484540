package import Bytes
package import Configuration
import EventLoop
package import Mail
package import Outbound

/// How what waits in the outbox goes.
package struct DeliverySettings: Sendable {
    /// The organisation's name.
    package var organisation: String
    /// Where its people find the node: `https://north.example/`, with the slash.
    package var publicURL: String?
    /// Nil where no mail is sent.
    package var mail: MailSettings?
    package var databasePath: String
    /// The path of `parley-courier`.
    package var courier: String
    package var allowsPrivateAddresses = false

    /// Pushes under way at once, altogether and to one host.
    package var pushesMax = 64
    package var pushesPerHostMax = 4
    package var deadlineMilliseconds: UInt64 = 10_000

    package var lookUp: Resolver.LookUp = Resolver.systemLookUp
    package var now: @Sendable () -> Timestamp = { Timestamp.now() }

    package init(organisation: String, databasePath: String, courier: String) {
        self.organisation = organisation
        self.databasePath = databasePath
        self.courier = courier
    }
}

package struct MailSettings: Sendable {
    package enum Way: Sendable {
        case relay(Endpoint)
        /// The path of a program.
        case sendmail(String)
    }

    package var way: Way
    package var from: MailAddress

    package init(_ way: Way, from: MailAddress) {
        self.way = way
        self.from = from
    }
}
