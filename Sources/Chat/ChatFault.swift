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
    /// The same, of something that the request's body names in this field.
    case unknown(FieldFault.Field)
    /// The caller sees it, and hasn't the right to do that.
    case notAllowed
    /// It can't be done as things are.
    case conflict(Conflict, FieldFault.Field? = nil)
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

/// Why something can't be done as things are.
package enum Conflict: String, Hashable, Sendable {
    /// A direct room has nothing of the kind.
    case directRoom = "That can't be done in a direct room."
    case lastAdmin = "Nobody would be left to administer the room: name another admin first."
    /// They were an admin before whoever wants to change it.
    case senior = "An admin who was appointed earlier can't be demoted or removed by a later one."
    case deletedMessage = "The message is deleted."
    case deletedRoom = "The room is deleted."
    case sentAttachment = "The attachment was sent already."
    case closedAccount = "The account is closed."
    case hasAdmin = "The room has an admin."
    case foundedElsewhere = "Another organisation founded the room."

    /// For people.
    package var text: String { rawValue }
}

package struct FieldFault: Hashable, Sendable {
    package enum Field: String, Hashable, Sendable {
        case username, password, email, name, scopes, uses, title, data, body, endpoint
        case displayName = "display_name"
        case expiresIn = "expires_in"
        case newPassword = "new_password"
        // Of rooms. Where faces call one thing by several names, the answer has the one that was sent.
        case room, details, type, client, property, participants, user, role, avatar
        case extra = "extra_data"
        case displayNames = "user_display_names"
        // Of messages.
        case content, attachments, message, reaction, file
        case messageType = "message_type"
        case replyTo = "reply_to"
        case clientID = "client_id"
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
    mutating func check(_ field: FieldFault.Field, _ isGood: Bool, _ text: @autoclosure () -> String) {
        if !isGood { append(FieldFault(field, text())) }
    }

    func throwIfAny() throws(ChatFault) {
        if !isEmpty { throw .invalid(self) }
    }
}
