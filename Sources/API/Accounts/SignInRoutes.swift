import Chat
import JSON
import Keys
import SQLite
import Store
import Wire

/// Coming in and going out (Spec/api/accounts.md, section 1).
enum SignInRoutes {
    static func register(_ call: Call) throws -> Answer {
        let fields = try call.fields()
        let username = fields.text("username") ?? fields.missing("username", "")
        let password = fields.text("password") ?? fields.missing("password", "")
        let displayName = fields.text("display_name")
        let invite = fields.text("invite")
        try fields.check()
        try call.shared.accountLimits?.beginRegistration(from: call.address.network, at: call.context.now)
        let registration = try Registration(
            username: username, password: Password(password), displayName: displayName, invite: invite)
        let (mode, cost) = (call.shared.settings.registration, call.shared.settings.passwordCost)
        try call.read { try Accounts.check(registration, mode, at: call.now, on: $0) }
        let (occasion, userAgent) = (call.occasion, call.userAgent)
        return try call.work { _ in
            try registration.hash(cost)
        } then: { hash in
            try call.write { transaction, state in
                let account = try Accounts.register(
                    registration, hash: hash, mode, state.accounts(at: occasion.now), on: occasion, in: transaction)
                return try Accounts.begin(
                    account, userAgent: userAgent, &state.random, on: occasion, in: transaction)
            } then: {
                try call.signedIn($0, status: 201)
            }
        }
    }

    static func login(_ call: Call) throws -> Answer {
        let fields = try call.fields()
        let username = fields.text("username") ?? fields.missing("username", "")
        let password = Password(fields.text("password") ?? fields.missing("password", ""))
        try fields.check()
        let attempt = try call.beginLogin(username) {
            try Accounts.attempt(username: username, password: password, on: $0)
        }
        let (cost, userAgent) = (call.shared.settings.passwordCost, call.userAgent)
        return try call.work { _ in
            try attempt.check(cost)
        } then: { verdict in
            guard case .right(let right) = verdict else {
                call.noteFailure(of: attempt)
                throw APIFault.wrongPassword
            }
            call.forgiveLogin(username)
            let occasion = Occasion(now: call.now, by: right.person, from: call.address.text)
            return try call.write { transaction, state in
                let signedIn = try Accounts.signIn(
                    right, userAgent: userAgent, &state.random, on: occasion, in: transaction)
                state.news.ended.append(signedIn.ended)
                return signedIn
            } then: {
                try call.signedIn($0, status: 200)
            }
        }
    }

    static func logout(_ call: Call) throws -> Answer {
        guard let access = call.access else { preconditionFailure("who leaves is known") }
        return try call.write { transaction, state in
            state.news.ended.append(try Accounts.signOut(access, in: transaction))
        } then: {
            .done
        }
    }

    static func changePassword(_ call: Call) throws -> Answer {
        let fields = try call.fields()
        let old = Password(fields.text("old_password") ?? fields.missing("old_password", ""))
        let new = Password(fields.text("new_password") ?? fields.missing("new_password", ""))
        try fields.check()
        let person = call.person
        let username = try call.read { try AccountTable.account(of: person, on: $0)?.handle ?? "" }
        let attempt = try call.beginLogin(username) {
            try Accounts.passwordAttempt(of: person, old: old, on: $0)
        }
        let change: PasswordChange
        do throws(ChatFault) {
            change = try PasswordChange(old: attempt, new: new)
        } catch {
            call.forgiveLogin(username)
            throw error
        }
        let (cost, occasion) = (call.shared.settings.passwordCost, call.occasion)
        let kept = call.access.flatMap { $0.isToken ? nil : $0.session }
        return try call.work { _ in
            try change.check(cost)
        } then: { checked in
            guard let checked else {
                call.noteFailure(of: attempt)
                throw ChatFault.wrongOldPassword
            }
            call.forgiveLogin(username)
            return try call.write { transaction, state in
                state.news.ended.append(
                    try Accounts.change(checked, keeping: kept, on: occasion, in: transaction))
            } then: {
                .done
            }
        }
    }

    static func makeTicket(_ call: Call) throws -> Answer {
        guard let access = call.access else { preconditionFailure("who wants a ticket is known") }
        let made = try call.shared.tickets.issue(to: access, at: call.now, &call.context.random)
        return .made(at: nil) { json in
            json.object {
                $0.member("ticket", made.secret.text)
                $0.member("expires_at", made.ticket.expires)
            }
        }
    }

    static func makeInvite(_ call: Call) throws -> Answer {
        let fields = try call.fields()
        let uses = fields.integer("uses") ?? 1
        let seconds = fields.integer("expires_in") ?? 604_800
        try fields.check()
        let occasion = call.occasion
        return try call.write { transaction, state in
            try Accounts.makeInvite(
                uses: Int(uses), seconds: seconds, &state.random, on: occasion, in: transaction)
        } then: { invite in
            .made(at: nil) { json in
                json.object {
                    $0.member("invite", invite.code)
                    $0.member("expires_at", invite.expires)
                    $0.member("uses", invite.uses)
                }
            }
        }
    }
}

extension Call {
    var userAgent: String { request.fields.first("User-Agent") ?? "" }

    /// Counts a password that is about to be checked, and looks whose it would be.
    fileprivate func beginLogin(
        _ username: String, _ attempt: (Connection) throws -> SignInAttempt
    ) throws -> SignInAttempt {
        try shared.accountLimits?.beginLogin(username, from: address.network, at: context.now)
        return try read(attempt)
    }

    fileprivate func forgiveLogin(_ username: String) {
        shared.accountLimits?.forgiveLogin(username, from: address.network, at: context.now)
    }

    /// Writes it down; who failed doesn't wait for that.
    fileprivate func noteFailure(of attempt: SignInAttempt) {
        let occasion = Occasion(now: now, by: nil, from: address.text)
        try? shared.writer.submit(bytes: 256) { transaction, _ in
            try Accounts.noteFailure(of: attempt, on: occasion, in: transaction)
        } completion: { _ in
        }
    }

    fileprivate func signedIn(_ signedIn: SignedIn, status: UInt16) throws -> Answer {
        let person = signedIn.account.person
        let (card, presence) = try read { connection in
            (
                try self.person(.number(person.value), on: connection),
                try shared.parts.presence.presence(of: person, for: person, on: connection)
            )
        }
        return .fresh(status) { json in
            json.object {
                $0.member("token", signedIn.secret.text)
                $0.member("expires_at", signedIn.session.expires)
                $0.key("user")
                $0.user(card, presence, base: base)
            }
        }
    }
}
