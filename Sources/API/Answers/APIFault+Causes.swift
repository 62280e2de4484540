import Blobs
import Chat
import Keys
import SQLite
import Store

extension APIFault {
    /// What a client is told of an error that came up while it was answered; nil for our own mistakes, of which it
    /// learns nothing.
    init?(_ error: any Error) {
        switch error {
        case let fault as APIFault: self = fault
        case let fault as ChatFault: self.init(fault)
        case is IdempotencyFault: self = .conflict("The idempotency key came with another request.")
        case let fault as WriteFault:
            switch fault {
            case .clockIsWrong: self = .unavailable("The node's clock is wrong.", retryAfterSeconds: 60)
            case .noSuchRoom: self = .notFound()
            case .refused: return nil
            }
        case WriterRefusal.busy: self = .unavailable("The node is busy.")
        case WriterRefusal.stopped: self = .unavailable("The node is stopping.", retryAfterSeconds: 5)
        case let error as SQLiteError:
            switch error.kind {
            case .diskFull: self = .diskFull
            case .busy: self = .unavailable("The node is busy.")
            default: return nil
            }
        case BlobError.noRoom: self = .diskFull
        case BlobError.tooLarge: self = .tooLarge
        // Nobody has such a password.
        case PasswordError.tooLong: self = .wrongPassword
        case PasswordError.outOfMemory: self = .unavailable("The node is busy.")
        default: return nil
        }
    }

    private init(_ fault: ChatFault) {
        switch fault {
        case .invalid(let faults):
            self = .invalid(
                faults.map { FieldProblem($0.field.rawValue, $0.text.hasSuffix(".") ? $0.text : "Must be \($0.text).") }
            )
        case .nameTaken: self = .conflict("This name is or was somebody's.", field: "username")
        case .registrationClosed: self = .forbidden("Nobody can register here.")
        case .wrongInvite: self = .forbidden("This needs an invite that is good.", field: "invite")
        case .notSignedIn: self = .wrongPassword
        case .wrongOldPassword: self = .forbidden("This is not the password.", field: "old_password")
        case .tooOften(let wait): self = .tooOften(waitMilliseconds: wait)
        case .notFound: self = .notFound()
        case .unknown(let field): self = .notFound(field: field.rawValue)
        case .conflict(let conflict, let field): self = .conflict(conflict.text, field: field?.rawValue)
        case .notAllowed: self = .forbidden("You may not do this.")
        case .scopesExceeded: self = .forbidden("A token can't give scopes that it lacks.", field: "scopes")
        case .tokenNameTaken: self = .conflict("You have a token of this name.", field: "name")
        case .tooMany: self = .conflict("You have as many as you may.")
        case .lastAdministrator: self = .conflict("Nobody would be left to administer the node.")
        case .accountClosed: self = .conflict("The account is closed.")
        case .preferenceExists: self = .conflict("There is a preference for this type.", field: "type")
        case .otherType: self = .conflict("A preference keeps its type.", field: "type")
        }
    }
}
