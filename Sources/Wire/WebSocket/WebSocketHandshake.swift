import Bytes

/// The opening handshake (RFC 6455, section 4) as questions about plain values.
///
/// A header is given as its value, several of one name joined with commas, and nil where it is absent.
/// Whether the request's `Origin` may come in, and which subprotocol is chosen, is for the application.
package enum WebSocketHandshake {
    /// The only version there is.
    package static let version = "13"

    /// What a server says to a request.
    package enum Answer: Equatable, Sendable {
        /// 101 with this `Sec-WebSocket-Accept`, `Upgrade: websocket` and `Connection: Upgrade`.
        case switchProtocols(accept: String)
        /// 400: not a handshake. The text is for people.
        case badRequest(String)
        /// 426 with `Sec-WebSocket-Version: 13`: a handshake of another version.
        case upgradeRequired
    }

    /// Why a client must not go on with what the server answered.
    package enum Refusal: Error, Equatable, Sendable {
        case status(Int)
        case upgradeMissing
        case connectionMissing
        /// Absent, or not made from our key.
        case wrongAccept
        /// The server uses an extension; we never offer one.
        case extensionNotOffered
        /// The server chose a subprotocol that was not offered.
        case subprotocolNotOffered
    }

    /// The value of `Sec-WebSocket-Accept` for the client's key.
    package static func acceptValue(forKey key: String) -> String {
        Base64.padded.encode(SHA1.hash(Array((key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").utf8)))
    }

    /// The value of `Sec-WebSocket-Key` for 16 random bytes.
    package static func key(random: [UInt8]) -> String {
        precondition(random.count == 16, "A key is made of 16 bytes.")
        return Base64.padded.encode(random)
    }

    /// What a server answers. `isHTTP11` is also true for a later minor version.
    package static func answer(
        isGET: Bool, isHTTP11: Bool, upgrade: String?, connection: String?, key: String?, version: String?
    ) -> Answer {
        guard isGET else { return .badRequest("a WebSocket is opened with GET") }
        guard isHTTP11 else { return .badRequest("a WebSocket needs HTTP/1.1") }
        guard lists(upgrade, "websocket") else { return .badRequest("Upgrade does not name websocket") }
        guard lists(connection, "upgrade") else { return .badRequest("Connection does not name Upgrade") }
        guard version == Self.version else { return .upgradeRequired }
        guard let key, key.utf8.count == 24, Base64.padded.decode(key)?.count == 16 else {
            return .badRequest("Sec-WebSocket-Key is not 16 bytes in base 64")
        }
        return .switchProtocols(accept: acceptValue(forKey: key))
    }

    /// The client's check of the answer to a handshake with `key` and these offered subprotocols; nil
    /// where the connection now is a WebSocket.
    package static func refusal(
        status: Int, upgrade: String?, connection: String?, accept: String?, extensions: String? = nil,
        subprotocol: String? = nil, forKey key: String, offering subprotocols: [String] = []
    ) -> Refusal? {
        guard status == 101 else { return .status(status) }
        guard lists(upgrade, "websocket") else { return .upgradeMissing }
        guard lists(connection, "upgrade") else { return .connectionMissing }
        guard accept == acceptValue(forKey: key) else { return .wrongAccept }
        guard extensions == nil else { return .extensionNotOffered }
        if let subprotocol, !subprotocols.contains(subprotocol) { return .subprotocolNotOffered }
        return nil
    }

    /// Whether `token` is an item of a comma-separated header, in either case.
    private static func lists(_ header: String?, _ token: StaticString) -> Bool {
        guard let header else { return false }
        return header.utf8.split(separator: UInt8(ascii: ",")).contains { item in
            let trimmed = Array(item.drop(while: isBlank).reversed().drop(while: isBlank).reversed())
            return trimmed.span.equalsIgnoringASCIICase(token)
        }
    }

    private static func isBlank(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t")
    }
}
