import Server
import Wire

/// Which web pages of other origins may ask (Spec/api, section 8). There are no cookies, so there is nothing that a
/// foreign page could do in somebody's name; this only decides whether it may read the answers.
struct Origins {
    /// As browsers write them: `https://chat.example`.
    private let allowed: Set<String>
    /// The node's own; nil where it is called by whatever name the request has.
    private let own: String?

    init(allowed: Set<String>, own: String?) {
        self.allowed = allowed
        self.own = own
    }

    /// The request's origin, where it is one that may ask.
    func allowed(_ head: RequestHead) -> String? {
        guard let origin = head.fields.first("Origin") else { return nil }
        return isAllowed(origin, head) ? origin : nil
    }

    func isAllowed(_ origin: String, _ head: RequestHead) -> Bool {
        if allowed.contains(origin) { return true }
        if let own { return origin == own }
        let authority = head.target.authority
        return !authority.isEmpty && (origin == "http://\(authority)" || origin == "https://\(authority)")
    }

    private static let exposed =
        "ETag, Link, Location, Retry-After, Content-Range, Content-Disposition, Idempotency-Replayed"
    private static let taken =
        "Authorization, Content-Type, Idempotency-Key, If-Match, If-None-Match, If-Range, Last-Event-ID, Range"

    /// What every answer to that request says about it.
    func add(to response: inout Response, for head: RequestHead) {
        guard let origin = allowed(head) else { return }
        response.fields.append(("Access-Control-Allow-Origin", origin))
        response.fields.append(("Access-Control-Expose-Headers", Self.exposed))
        response.fields.append(("Vary", "Origin"))
    }

    /// The answer to `OPTIONS` of a path with these methods.
    func preflight(_ head: RequestHead, methods: String) -> Response {
        var response = Response(204, fields: [("Allow", methods)])
        if allowed(head) != nil, head.fields.contains("Access-Control-Request-Method") {
            response.fields.append(("Access-Control-Allow-Methods", methods))
            response.fields.append(("Access-Control-Allow-Headers", Self.taken))
            response.fields.append(("Access-Control-Max-Age", "600"))
        }
        return response
    }
}
