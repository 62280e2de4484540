import Chat
import Mail

/// A mail that is ready to go.
struct OutgoingMail {
    let from: MailAddress
    let to: MailAddress
    let content: [UInt8]
}

/// Takes mails, one after the other.
protocol Mailer: AnyObject {
    /// Not before the one before has ended. `completion` comes later, once.
    func send(_ mail: OutgoingMail, _ completion: @escaping (MailOutcome) -> Void)
    /// What is under way comes to no end any more.
    func close()
}

struct MailOutcome {
    let result: Outbox.Result
    /// Whether it is the relay that is in trouble, and not one recipient's mail.
    var isRelayFailing = false
}
