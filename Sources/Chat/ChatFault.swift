import Store

/// Why somebody's request is refused. What the machine refuses is a `SQLiteError`.
package enum ChatFault: Error, Hashable, Sendable {
    /// All that is wrong with what was sent.
    case invalid([FieldFault])
    /// By somebody, now or formerly.
    case nameTaken
    case registrationClosed
    /// An invite that isn't good, or the set-up code.
    case wrongInvite
    /// Unknown name, wrong password, closed account: nobody learns which.
    case notSignedIn
    case wrongOldPassword
    case tooOften(waitMilliseconds: Int64)
    /// There is none, or none that the caller may see.
    case notFound
    /// For administrators.
    case notAllowed
    /// A token can't give what it hasn't got.
    case scopesExceeded
    case tokenNameTaken
    /// Of this, one has as many as one may.
    case tooMany
    /// Nobody would be left to administer the node.
    case lastAdministrator
    /// Its owner has closed it, for good.
    case accountClosed
    /// There is a preference for that type already, or a change names another type than its own.
    case preferenceExists
    case otherType
}

package struct FieldFault: Hashable, Sendable {
    package enum Field: String, Hashable, Sendable {
        case username, password, displayName = "display_name", email, name, scopes, uses, title, data, body, endpoint
        case expiresIn = "expires_in"
        case newPassword = "new_password"
    }

    package let field: Field
    /// For people.
    package let text: String

    package init(_ field: Field, _ text: String) {
        self.field = field
        self.text = text
    }
}

extension [FieldFault] {
    mutating func check(_ field: FieldFault.Field, _ isGood: Bool, _ text: String) {
        if !isGood { append(FieldFault(field, text)) }
    }

    func throwIfAny() throws(ChatFault) {
        if !isEmpty { throw .invalid(self) }
    }
}
