package import Bytes
import Wire

/// Why a request gets another answer than the one it wanted, and the only table of statuses (Spec/api, section 6).
package enum APIFault: Error, Hashable, Sendable {
    /// The body, the query or a header can't be read.
    case malformed(String)
    /// All fields at fault, in the order in which they were found.
    case invalid([FieldProblem])
    /// `hadToken`: one was sent, and isn't good.
    case unauthenticated(hadToken: Bool)
    case wrongPassword
    case forbidden(String, field: String? = nil)
    /// There is none, or none that the caller may see. `field`: it was named there, and not in the path.
    case notFound(field: String? = nil)
    case notAcceptable
    case conflict(String, field: String? = nil)
    case preconditionFailed
    case tooLarge
    case unsupportedType
    case tooOften(waitMilliseconds: Int64)
    /// A mistake of ours. The log has more, under this id.
    case mistake(instance: UUID)
    case unavailable(String, retryAfterSeconds: Int64 = 1)
    case diskFull
    /// As much is kept of another node as may be.
    case shareFull
}

/// What is wrong with one field.
package struct FieldProblem: Hashable, Sendable {
    package let field: String
    /// For people.
    package let text: String

    package init(_ field: String, _ text: String) {
        self.field = field
        self.text = text
    }
}

extension APIFault {
    package var status: UInt16 {
        switch self {
        case .malformed, .invalid: 400
        case .unauthenticated, .wrongPassword: 401
        case .forbidden: 403
        case .notFound: 404
        case .notAcceptable: 406
        case .conflict: 409
        case .preconditionFailed: 412
        case .tooLarge: 413
        case .unsupportedType: 415
        case .tooOften: 429
        case .mistake: 500
        case .unavailable: 503
        case .diskFull, .shareFull: 507
        }
    }

    package var detail: String {
        switch self {
        case .malformed(let text), .forbidden(let text, _), .conflict(let text, _), .unavailable(let text, _): text
        case .invalid(let problems):
            problems.count == 1 ? "1 field is invalid." : "\(problems.count) fields are invalid."
        case .unauthenticated(hadToken: false): "This needs a token."
        case .unauthenticated(hadToken: true): "The token is unknown, expired or revoked."
        case .wrongPassword: "The name or the password is wrong."
        case .notFound: "There is none, or none that you may see."
        case .notAcceptable: "There is nothing here of a type that the request accepts."
        case .preconditionFailed: "It is no longer as If-Match says."
        case .tooLarge: "The body is larger than this route takes."
        case .unsupportedType:
            "The body must be application/json, application/x-www-form-urlencoded or multipart/form-data, in UTF-8."
        case .tooOften: "Too many requests of this kind."
        case .mistake: "The node made a mistake. Its log says more under this instance."
        case .diskFull: "The node's disk is full."
        case .shareFull: "As much is kept here of that organisation as may be, and the file is not."
        }
    }

    var problems: [FieldProblem] {
        switch self {
        case .invalid(let problems): problems
        case .forbidden(let text, let field?), .conflict(let text, let field?): [FieldProblem(field, text)]
        case .notFound(let field?): [FieldProblem(field, "There is none, or none that you may see.")]
        default: []
        }
    }

    /// The same, where the client called fields by other names than we do: by ours, theirs.
    func renaming(_ names: [String: String]) -> APIFault {
        func named(_ field: String?) -> String? { field.map { names[$0] ?? $0 } }
        switch self {
        case .invalid(let problems):
            return .invalid(problems.map { FieldProblem(names[$0.field] ?? $0.field, $0.text) })
        case .forbidden(let text, let field): return .forbidden(text, field: named(field))
        case .notFound(let field): return .notFound(field: named(field))
        case .conflict(let text, let field): return .conflict(text, field: named(field))
        default: return self
        }
    }

    /// What the head says beside the status.
    var fields: [(name: StaticString, value: String)] {
        switch self {
        case .unauthenticated(let hadToken):
            let error = hadToken ? ", error=\"invalid_token\"" : ""
            return [("WWW-Authenticate", "Bearer realm=\"parley\"\(error)")]
        case .wrongPassword: return [("WWW-Authenticate", "Bearer realm=\"parley\"")]
        case .tooOften(let wait): return [("Retry-After", "\(max(1, (wait + 999) / 1_000))")]
        case .unavailable(_, let seconds): return [("Retry-After", "\(seconds)")]
        default: return []
        }
    }
}
