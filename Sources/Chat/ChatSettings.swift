import Store

/// What the node's configuration says about its people's rooms.
package struct ChatSettings: Sendable {
    /// The organisation's name.
    package var name: String
    package var sending: Sending

    package init(name: String, sending: Sending = Sending(hasMail: false)) {
        self.name = name
        self.sending = sending
    }
}
