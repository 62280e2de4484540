import Bytes
import Testing
import Wire

@testable import Server

struct RouterTests {
    private static func router(_ table: (HTTPMethod?, StaticString)...) -> Router {
        Router(
            table.map { method, pattern in
                if let method { Route(method, pattern) { _ in } } else { Route.anyMethod(pattern) { _ in } }
            })
    }

    private let rooms = router(
        (.get, "/"), (.get, "/rooms"), (.post, "/rooms"), (.get, "/rooms/{room:id}"), (.get, "/rooms/mine"),
        (.put, "/rooms/{name}"), (.delete, "/rooms/{room:id}/members/{member:id}"),
        (.get, "/rooms/{name}/topic"), (.get, "/rooms/mine/members"), (nil, "/echo"), (.options, "/asked"))

    /// What a request is given: the route as a pattern with its values, or the methods that there are.
    private func found(_ method: HTTPMethod, _ path: String, in router: Router) throws -> String {
        switch router.match(method, try RequestPath(path)) {
        case .none:
            return "none"
        case .otherMethods(let allow):
            return "only \(allow)"
        case .route(let route, let parameters):
            var text = route.method?.name ?? "any"
            var values = zip(route.pattern.names, parameters).makeIterator()
            for segment in route.pattern.segments {
                switch segment {
                case .literal(let literal): text += " \(literal)"
                case .parameter:
                    let (name, value) = values.next()!
                    text += " \(name)=\(value)"
                }
            }
            return text
        }
    }

    @Test(arguments: [
        ("/", "GET"), ("/rooms", "GET rooms"), ("/rooms/", "GET rooms"), ("/rooms/mine", "GET rooms mine"),
        ("/rooms/mine/", "GET rooms mine"), ("/rooms/7", "GET rooms room=integer(7)"),
        ("/rooms/%37", "GET rooms room=integer(7)"), ("/rooms/%6dine", "GET rooms mine"),
        ("/./rooms/a/../7", "GET rooms room=integer(7)"),
        ("/rooms/9223372036854775807", "GET rooms room=integer(9223372036854775807)"),
    ])
    func `a path finds its route`(path: String, expected: String) throws {
        #expect(try found(.get, path, in: rooms) == expected)
    }

    @Test func `a literal comes before an id, and an id before any text`() throws {
        let router = Self.router((.get, "/{any}"), (.get, "/{number:id}"), (.get, "/7"))
        #expect(try found(.get, "/7", in: router) == "GET 7")
        #expect(try found(.get, "/8", in: router) == "GET number=integer(8)")
        #expect(try found(.get, "/eight", in: router) == "GET any=text(\"eight\")")
    }

    @Test func `a branch that ends in nothing is left again, and its values with it`() throws {
        #expect(try found(.get, "/rooms/mine/topic", in: rooms) == "GET rooms name=text(\"mine\") topic")
        #expect(try found(.get, "/rooms/7/topic", in: rooms) == "GET rooms name=text(\"7\") topic")
        #expect(
            try found(.delete, "/rooms/7/members/8", in: rooms)
                == "DELETE rooms room=integer(7) members member=integer(8)")
        #expect(try found(.get, "/rooms/mine/members", in: rooms) == "GET rooms mine members")
        #expect(try found(.delete, "/rooms/mine/members/8", in: rooms) == "none")
        #expect(try found(.get, "/rooms/7/members/8/9", in: rooms) == "none")
    }

    @Test func `a route with the method is taken though a closer one fits the path`() throws {
        #expect(try found(.put, "/rooms/7", in: rooms) == "PUT rooms name=text(\"7\")")
        #expect(try found(.put, "/rooms/mine", in: rooms) == "PUT rooms name=text(\"mine\")")
        #expect(try found(.head, "/rooms/7", in: rooms) == "GET rooms room=integer(7)")
    }

    @Test(arguments: [
        "007", "0", "-1", "+1", "9223372036854775808", "18446744073709551617", "99999999999999999999", "1.0", "1e3",
        "0x1F", "7%20", "%207", "7%00", "%D9%A7", "F81D4FAE-7DEC-11D0-A765-00A0C91E6BF", "null", "",
        "g81d4fae-7dec-11d0-a765-00a0c91e6bf6", "{f81d4fae-7dec-11d0-a765-00a0c91e6bf6}",
    ])
    func `what is neither a number nor a UUID is no id`(text: String) throws {
        let router = Self.router((.get, "/{room:id}/end"))
        guard let path = try? RequestPath("/\(text)/end") else {
            #expect(text.contains("%00"))
            return
        }
        guard case .none = router.match(.get, path) else {
            Issue.record("\(text) was taken for an id")
            return
        }
    }

    @Test func `an id may be a UUID`() throws {
        let text = "f81d4fae-7dec-11d0-a765-00a0c91e6bf6"
        let router = Self.router((.get, "/{room:id}"))
        guard case .route(_, let parameters) = router.match(.get, try RequestPath("/\(text)")) else {
            Issue.record("no route")
            return
        }
        #expect(parameters == [.uuid(try #require(UUID(text)))])
    }

    @Test func `an escaped slash stays in its segment`() throws {
        #expect(try found(.put, "/rooms/a%2Fb", in: rooms) == "PUT rooms name=text(\"a/b\")")
        #expect(try found(.get, "/rooms%2Fmine", in: rooms) == "none")
        #expect(try found(.put, "/rooms/%2e%2e%2fetc", in: rooms) == "PUT rooms name=text(\"../etc\")")
    }

    @Test func `an empty segment is no text and no literal`() throws {
        #expect(try found(.put, "/rooms//", in: rooms) == "none")
        #expect(try found(.get, "/rooms//topic", in: rooms) == "none")
        #expect(try found(.get, "//rooms", in: rooms) == "none")
        #expect(try found(.get, "//", in: rooms) == "none")
    }

    @Test(arguments: [
        ("/", "GET, HEAD, OPTIONS"), ("/rooms", "GET, HEAD, POST, OPTIONS"), ("/rooms/x", "PUT, OPTIONS"),
        ("/rooms/7", "GET, HEAD, PUT, OPTIONS"), ("/rooms/mine", "GET, HEAD, PUT, OPTIONS"),
        ("/rooms/7/members/8", "DELETE, OPTIONS"), ("/asked", "OPTIONS"),
    ])
    func `a path without the method names all that it has`(path: String, allow: String) throws {
        #expect(try found(.patch, path, in: rooms) == "only \(allow)")
        #expect(try found(.other("PROPFIND"), path, in: rooms) == "only \(allow)")
    }

    @Test func `a route for any method takes every method`() throws {
        for method in [HTTPMethod.get, .head, .options, .delete, .other("PROPFIND")] {
            #expect(try found(method, "/echo", in: rooms) == "any echo")
        }
        let both = Self.router((nil, "/a"), (.get, "/a"))
        #expect(try found(.get, "/a", in: both) == "GET a")
        #expect(try found(.head, "/a", in: both) == "GET a")
        #expect(try found(.post, "/a", in: both) == "any a")
    }

    @Test func `HEAD and OPTIONS come for free, and may be had as routes`() throws {
        let router = Self.router((.get, "/a"), (.head, "/a"), (.options, "/a"))
        #expect(try found(.head, "/a", in: router) == "HEAD a")
        #expect(try found(.options, "/a", in: router) == "OPTIONS a")
        #expect(try found(.post, "/a", in: router) == "only GET, HEAD, OPTIONS")
        #expect(try found(.options, "/rooms", in: rooms) == "only GET, HEAD, POST, OPTIONS")
    }

    @Test func `what is nowhere in the table is not found`() throws {
        for path in ["/x", "/rooms/7/x", "/rooms/7/topic/x", "/Rooms", "/room", "/roomss", "/echo/x"] {
            #expect(try found(.get, path, in: rooms) == "none", "\(path)")
        }
    }

    @Test func `a long path is refused in no time`() throws {
        let router = Self.router(
            (.get, "/{a}/{b:id}/{c}/{d:id}/1"), (.get, "/{a:id}/{b}/{c:id}/{d}/2"), (.get, "/1/1/1/1/3"))
        #expect(try found(.get, "/1/1/1/1/4", in: router) == "none")
        #expect(try found(.get, String(repeating: "/1", count: 4_000), in: router) == "none")
    }
}
