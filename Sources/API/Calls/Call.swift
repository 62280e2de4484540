package import Bytes
package import Chat
import EventLoop
import JSON
import Log
package import Server
package import Store
package import Wire

/// One request, from its head to its answer.
///
/// How it goes. The server finds the line of the index (`RouteTable`) that the path and the method name, and makes a
/// call of it on the loop's thread, when the head is there and the body is not:
///
/// 1. `admit`: who asks (`Call+Admission`), whether they do so too often, whether their token lets them, and what they
///    take for an answer. Whoever is refused here has not made us read a body.
/// 2. The body comes in (`BodyCollector`), unless the handler takes it by itself.
/// 3. An idempotency key that is known answers with what it made (`Call+Making`).
/// 4. The handler: *decode, one call into Chat, encode*. It names what the path means (404), looks whether the caller may
///    (403), reads `fields` (400, 413, 415) and then
///    - reads with `read`, here, on the loop's own connection, and returns an answer;
///    - or writes with `write` or `make`: the command goes to the writer's thread, together with all others that wait it
///      is committed, and the second closure runs here again, afterwards, and answers;
///    - or lets `work` do what takes longer than a loop may, on a thread for that.
/// 5. `answer` gives the answer its ETag, or none where the client has it, and what all answers have.
///
/// Whatever is thrown on the way is an answer, too: `APIFault` has the table. What has no place in it is a mistake of
/// ours, and stands in the log under the id that the client gets.
///
/// To add a face: a file of handlers, and its lines in `RouteTable`.
package final class Call {
    package let context: LoopContext
    package let exchange: Exchange
    let route: APIRoute
    package let now = Timestamp.now()
    private(set) lazy var address = ClientAddress(
        exchange.remoteAddress, request, trusting: shared.settings.trustedProxies)
    /// Nil on a route for everybody.
    package var access: Access?
    var body = Body.absent
    /// What `fields` has made of the body.
    var knownFields: Fields?

    /// Fields that this client calls by another name than Chat: by Chat's, theirs.
    package var fieldNames: [String: String] = [:]

    enum Body {
        case absent
        case bytes([UInt8])
        case tooLarge
        /// A form's fields, and its files, which are on disk.
        case parts([(name: String, value: String)], [ReceivedFile])
        case faulty(APIFault)
    }

    /// Those that came with the request.
    var files: [ReceivedFile] {
        if case .parts(_, let files) = body { files } else { [] }
    }

    init(_ exchange: Exchange, _ route: APIRoute, in context: LoopContext) {
        self.exchange = exchange
        self.route = route
        self.context = context
    }

    package var shared: APIContext { context.shared }
    package var request: RequestHead { exchange.request }

    /// Who asks, on a route that needs a token.
    package var person: PersonNumber {
        guard let access else { preconditionFailure("a route for everybody knows nobody") }
        return access.person
    }

    /// Whether the caller is an administrator, and their token lets them be one.
    package var isAdministrator: Bool { access?.scopes.contains(.admin) ?? false }

    package var occasion: Occasion { Occasion(now: now, by: access?.person, from: address.text) }

    package lazy var query = Query(request.target.query)

    // MARK: Its course

    func begin() {
        attempt {
            try admit()
            switch route.body {
            case .none: return try handle()
            case .fields:
                exchange.receiveBody(into: BodyCollector(self))
                return .later
            case .files(let names, let takesImage, let bytesMax):
                if isMultipart {
                    exchange.receiveBody(into: FileCollector(self, taking: names, bytesMax: bytesMax))
                } else if takesImage, let type = contentType, type.type == "image" {
                    exchange.receiveBody(into: ImageCollector(self, as: names[0]))
                } else {
                    exchange.receiveBody(into: BodyCollector(self))
                }
                return .later
            case .taken: return try route.handler(self)
            }
        }
    }

    /// The body is there, or as much of it as we want to see.
    func bodyCame(_ body: Body) {
        self.body = body
        attempt { try handle() }
    }

    private func handle() throws -> Answer {
        if let known = try replay() { return known }
        // Whatever somebody asks the database for one after the other is of one moment; what is for everybody, such as whether
        // the node is alive, needs no database.
        guard route.method == .get, route.scope != nil else { return try route.handler(self) }
        return try read { _ in try route.handler(self) }
    }

    /// Runs a part of the handling, and answers with what it returns or throws.
    package func attempt(_ body: () throws -> Answer) {
        do {
            answer(try body())
        } catch {
            fail(error)
        }
    }

    package func fail(_ error: any Error) {
        send(Problem.response(fault(of: error).renaming(fieldNames)))
    }

    /// What the client is told of it.
    func fault(of error: any Error) -> APIFault {
        let fault = APIFault(error) ?? mistake(error)
        if fault == .diskFull { shared.parts.status.noticeFullDisk() }
        return fault
    }

    private func mistake(_ error: any Error) -> APIFault {
        let instance = UUID(high: context.random.next(), low: context.random.next())
        shared.log.error(
            "request-failed",
            [
                .id("instance", .uuid(instance)), .text("method", ShortText(request.method.name)),
                .text("route", ShortText("\(route.pattern)")), .text("error", ShortText(String(describing: error))),
            ])
        return .mistake(instance: instance)
    }

    // MARK: Its answer

    private func answer(_ answer: Answer) {
        switch answer.form {
        case .later: break
        case .whole: send(answer.response)
        case .tagged: send(tagged(answer.response))
        }
    }

    private func send(_ response: Response) {
        var response = response
        if route.scope != nil {
            response.fields.append(("Cache-Control", "private, no-cache"))
            response.fields.append(("Vary", "Authorization"))
        }
        // Afterwards, so that a change of oneself is no change of what one had seen before it.
        if let access, route.method != .get, response.status < 400 {
            shared.realTime.presence.active(access.person, at: now)
        }
        exchange.answer(shared.finished(response, for: request))
    }
}
