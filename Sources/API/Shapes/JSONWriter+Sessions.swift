package import JSON
package import Store

extension JSONWriter {
    package mutating func session(_ session: Session, isCurrent: Bool) {
        object {
            $0.member("id", session.number)
            $0.member("created_at", session.created)
            $0.member("last_used_at", session.lastUsed ?? session.created)
            $0.member("expires_at", session.expires)
            $0.member("address", session.address)
            $0.member("user_agent", session.userAgent)
            $0.member("is_current", isCurrent)
        }
    }

    /// `secret`: in the answer to whoever has just made it, and never again.
    package mutating func token(_ token: Session, secret: String? = nil) {
        object {
            $0.member("id", token.number)
            $0.member("name", token.name ?? "")
            $0.member("scopes", array: { token.scopes.write(to: &$0) })
            $0.member("created_at", token.created)
            $0.member("last_used_at", token.lastUsed)
            $0.member("expires_at", token.expires)
            if let secret { $0.member("token", secret) }
        }
    }
}

extension Scopes {
    static let names: [(name: String, scope: Scopes)] = [("read", .read), ("write", .write), ("admin", .admin)]

    init?(name: String) {
        guard let scope = Self.names.first(where: { $0.name == name })?.scope else { return nil }
        self = scope
    }

    fileprivate func write(to json: inout JSONWriter) {
        for (name, scope) in Self.names where contains(scope) { json.string(name) }
    }
}
