import Chat
import Store
import Wire

/// One line of the index: what a path takes, who may ask, and who answers.
package struct APIRoute: Sendable {
    package enum Body: Sendable {
        /// Read and ignored.
        case none
        /// Fields, as JSON or a form; the handler is called when they are there.
        case fields
        /// The same, and files in these fields of a form, which are streamed to disk; or an image that is the whole body, where
        /// there is one such field and `takesImage` says so.
        /// `bytesMax`: of the files together; nil for what the node takes at all.
        case files([String], takesImage: Bool = false, bytesMax: UInt64? = nil)
        /// The handler is called before the body and takes it in by itself.
        case taken
    }

    /// How the caller may say who they are.
    package enum Credentials: Sendable {
        case header
        /// Or `?ticket=`: where a browser can set no header.
        case ticket
        /// Or `?token=` as well: where programs can't either.
        case ticketOrToken
        /// Or a subprotocol `bearer, TOKEN` as well.
        case socket
    }

    package typealias Handler = @Sendable (Call) throws -> Answer
    /// Answers with what a request has made: at once, and when the same request comes again.
    package typealias Showing = @Sendable (Call, Made) throws -> Answer

    let method: HTTPMethod
    let pattern: StaticString
    let showing: Showing?
    let handler: Handler
    private(set) var body: Body
    /// Nil: everybody, without a token.
    private(set) var scope: Scopes?
    private(set) var rate: Rates.Kind?
    private(set) var credentials = Credentials.header
    /// What the answer to a GET is; nil where the handler looks at `Accept` itself.
    private(set) var type: String? = Answer.jsonType

    private init(
        _ method: HTTPMethod, _ pattern: StaticString, _ body: Body, _ showing: Showing?, _ handler: @escaping Handler
    ) {
        self.method = method
        self.pattern = pattern
        self.body = body
        self.showing = showing
        self.handler = handler
        scope = method == .get ? .read : .write
        rate = method == .get ? .read : .write
    }

    /// What it is called in openapi.json.
    package var name: (method: String, pattern: String) { (method.name, "\(pattern)") }

    // MARK: Lines of the index

    package static func get(_ pattern: StaticString, _ handler: @escaping Handler) -> APIRoute {
        APIRoute(.get, pattern, .none, nil, handler)
    }

    /// `showing`: for a request that makes something, which may be sent again under its idempotency key.
    package static func post(
        _ pattern: StaticString, body: Body = .fields, showing: Showing? = nil, _ handler: @escaping Handler
    ) -> APIRoute {
        APIRoute(.post, pattern, body, showing, handler)
    }

    package static func put(_ pattern: StaticString, body: Body = .fields, _ handler: @escaping Handler) -> APIRoute {
        APIRoute(.put, pattern, body, nil, handler)
    }

    package static func patch(_ pattern: StaticString, body: Body = .fields, _ handler: @escaping Handler) -> APIRoute {
        APIRoute(.patch, pattern, body, nil, handler)
    }

    package static func delete(_ pattern: StaticString, body: Body = .none, _ handler: @escaping Handler) -> APIRoute {
        APIRoute(.delete, pattern, body, nil, handler)
    }

    // MARK: What differs from the usual

    package func forEverybody(rate: Rates.Kind? = .public) -> APIRoute {
        changed {
            $0.scope = nil
            $0.rate = rate
        }
    }

    package var forAdministrators: APIRoute { changed { $0.scope = .admin } }

    package func counted(as rate: Rates.Kind) -> APIRoute { changed { $0.rate = rate } }

    package func taking(_ credentials: Credentials) -> APIRoute { changed { $0.credentials = credentials } }

    package func answering(_ type: String?) -> APIRoute { changed { $0.type = type } }

    /// Files in these fields of a form.
    func takingFiles(_ names: [String]) -> APIRoute {
        changed { $0.body = .files(names) }
    }

    /// A picture in the field `avatar` of a form; `orImage`: or as the whole body.
    func takingPicture(orImage takesImage: Bool = false) -> APIRoute {
        changed { $0.body = .files(["avatar"], takesImage: takesImage, bytesMax: AvatarRoutes.bytesMax) }
    }

    private func changed(_ change: (inout APIRoute) -> Void) -> APIRoute {
        var copy = self
        change(&copy)
        return copy
    }
}

/// What a request has made, by the number under which it can be read.
package struct Made: Hashable, Sendable {
    package let number: Int64
    /// Whether it wasn't there before: 201, else 200.
    package let isNew: Bool
    /// A message that was written just now.
    private(set) var message: FreshMessage?

    package init(_ number: Int64, isNew: Bool = true) {
        self.number = number
        self.isNew = isNew
    }

    init(_ posted: PostedMessage) {
        self.init(posted.number.value)
        message = posted.fresh
    }

    /// As it is remembered under an idempotency key. The route is a part of the key's request, so it need not be said
    /// what sort of thing it is.
    var thing: MadeThing { MadeThing(kind: isNew ? 1 : 2, number: number) }

    init(_ thing: MadeThing) {
        self.init(thing.number, isNew: thing.kind == 1)
    }
}
