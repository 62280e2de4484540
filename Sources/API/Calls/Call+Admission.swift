import Bytes
import Chat
import SQLite
import Store
import Wire

// Whether a request is let in, before any of its body is read.

extension Call {
    func admit() throws {
        if let scope = route.scope {
            let access = try identify()
            self.access = access
            try count()
            guard access.scopes.isSuperset(of: scope) else {
                throw APIFault.forbidden(
                    scope == .admin ? "This is for administrators." : "The token's scopes don't include this.")
            }
        } else {
            try count()
        }
        if route.method == .get, let type = route.type, Acceptance.excludes(type, request.fields) {
            throw APIFault.notAcceptable
        }
    }

    /// On a route for everybody: lets in administrators only.
    func requireAdministrator() throws {
        access = try identify()
        try mustAdministrate()
    }

    /// For what only administrators may ask of a route that is everybody's.
    package func mustAdministrate() throws(APIFault) {
        guard isAdministrator else { throw .forbidden("This is for administrators.") }
    }

    // MARK: Rates

    private func count() throws(APIFault) {
        if let rate = route.rate { try count(rate) }
        if route.method == .get, request.target.query.contains(where: { $0.name == "search" }) { try count(.search) }
    }

    package func count(_ kind: Rates.Kind) throws(APIFault) {
        let asker = access.map { Rates.Asker.person($0.person) } ?? .address(address.network)
        try shared.rates.take(kind, by: asker, at: context.now)
    }

    // MARK: Tokens

    private func identify() throws -> Access {
        let headers = request.fields.all("Authorization")
        let parameters = credentials()
        guard (headers.isEmpty ? 0 : 1) + parameters.count <= 1 else {
            throw APIFault.malformed("Say who you are in one way.")
        }
        switch parameters.first {
        case .ticket(let text)?:
            guard let ticket = shared.tickets.redeem(text, at: now),
                let access = try context.reader.read({ try Accounts.access(by: ticket, at: now, on: $0) })
            else { throw APIFault.unauthenticated(hadToken: true) }
            return access
        case .token(let text)?: return try access(by: text)
        case nil: break
        }
        guard !headers.isEmpty else { throw APIFault.unauthenticated(hadToken: false) }
        guard headers.count == 1, let token = Self.token(headers[0]) else {
            throw APIFault.unauthenticated(hadToken: true)
        }
        return try access(by: token)
    }

    private enum Parameter {
        case ticket(String)
        case token(String)
    }

    private func credentials() -> [Parameter] {
        guard route.credentials != .header else { return [] }
        var found: [Parameter] = request.target.query.compactMap { name, value in
            switch name {
            case "ticket": .ticket(value)
            case "token" where route.credentials != .ticket: .token(value)
            default: nil
            }
        }
        if route.credentials == .socket, let token = subprotocolToken { found.append(.token(token)) }
        return found
    }

    /// `Sec-WebSocket-Protocol: bearer, TOKEN`. Without `bearer` what is offered is ignored.
    var subprotocolToken: String? {
        let offered = request.fields.combined("Sec-WebSocket-Protocol")?.split(separator: ",").map {
            String($0.drop { $0 == " " }.prefix { $0 != " " })
        }
        guard let offered, let place = offered.firstIndex(of: "bearer") else { return nil }
        return offered.indices.first { $0 != place }.map { offered[$0] } ?? ""
    }

    /// `Bearer` or `Token`, in any case, and what follows.
    private static func token(_ field: String) -> Substring? {
        let bytes = field.utf8
        guard let blank = bytes.firstIndex(of: UInt8(ascii: " ")) else { return nil }
        let isKnown = ["bearer", "token"].contains { scheme in
            bytes[..<blank].elementsEqual(scheme.utf8) { $0.asciiLowercased == $1 }
        }
        guard isKnown else { return nil }
        return field[(bytes[blank...].firstIndex { $0 != UInt8(ascii: " ") } ?? field.endIndex)...]
    }

    private func access(by text: some StringProtocol) throws -> Access {
        guard let secret = Secret.hash(of: text) else { throw APIFault.unauthenticated(hadToken: true) }
        switch shared.sessions.access(by: secret, at: now) {
        case .known(let access, let isDue):
            if isDue { touch(access) }
            return access
        case .unknown(let reading):
            guard let access = try context.reader.read({ try Accounts.access(by: secret, at: now, on: $0) }) else {
                throw APIFault.unauthenticated(hadToken: true)
            }
            if shared.sessions.keep(access, for: secret, at: now, since: reading) { touch(access) }
            return access
        }
    }

    /// Writes down that the session was used. Nobody waits for it, and should it fail, the next minute brings another.
    private func touch(_ access: Access) {
        let userAgent = request.fields.first("User-Agent") ?? ""
        let occasion = Occasion(now: now, by: access.person, from: address.text)
        try? shared.writer.submit(bytes: 256) { transaction, _ in
            try Accounts.touch(access, userAgent: userAgent, on: occasion, in: transaction)
        } completion: { _ in
        }
    }
}
