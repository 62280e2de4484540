import Bytes
import FuzzInput
import Wire

/// A line for each value of a handshake: Upgrade, Connection, key, version, accept, subprotocol. A line that
/// begins with `-` stands for a field that is not there.
func checkHandshake(_ input: inout FuzzInput) {
    let upgrade = value(input.line())
    let connection = value(input.line())
    let key = value(input.line())
    let version = value(input.line())
    let accept = value(input.line())
    let subprotocol = value(input.line())

    let answer = WebSocketHandshake.answer(
        isGET: true, isHTTP11: true, upgrade: upgrade, connection: connection, key: key, version: version)
    switch answer {
    case .badRequest(let reason):
        precondition(!reason.isEmpty, "refused without a word")
    case .upgradeRequired:
        precondition(version != "13", "another version than the one there is")
    case .switchProtocols(let made):
        guard let key, let random = Base64.padded.decode(key), version == "13" else {
            preconditionFailure("accepted without a key, or in another version")
        }
        precondition(WebSocketHandshake.key(random: random) == key, "a key with two texts")
        precondition(Base64.padded.decode(made)?.count == 20, "an answer that is no digest")
        // Our own client goes on with what our own server says, and with nothing else.
        precondition(refusal(made, key) == nil, "our client does not know our answer")
        precondition(accept == made || refusal(accept, key) == .wrongAccept, "another answer passes")
        precondition(
            WebSocketHandshake.refusal(
                status: 101, upgrade: upgrade, connection: connection, accept: made, extensions: accept,
                subprotocol: subprotocol, forKey: key, offering: ["chat"])
                == (accept != nil
                    ? .extensionNotOffered
                    : subprotocol == nil || subprotocol == "chat" ? nil : .subprotocolNotOffered),
            "what was not offered passes")
        for isGET in [true, false] {
            let other = WebSocketHandshake.answer(
                isGET: isGET, isHTTP11: !isGET, upgrade: upgrade, connection: connection, key: key, version: version)
            if case .badRequest = other { continue }
            preconditionFailure("no GET of HTTP/1.1 and yet accepted")
        }
    }

    func refusal(_ accept: String?, _ key: String) -> WebSocketHandshake.Refusal? {
        WebSocketHandshake.refusal(
            status: 101, upgrade: upgrade, connection: connection, accept: accept, forKey: key)
    }
}

private func value(_ line: [UInt8]) -> String? {
    line.first == UInt8(ascii: "-") ? nil : String(decoding: line, as: UTF8.self)
}
