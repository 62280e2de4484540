package import Wire

/// One line of the route table.
package struct Route {
    /// How a handler wants the request's body.
    package enum Body: Sendable {
        /// Not at all: a small one (`ServerLimits.discardedBytesMax`) is read and thrown away, as clients
        /// like to send `{}` where nothing is asked for; a larger one is refused with 413.
        case none
        /// Whole, in `exchange.body`, up to so many bytes; the handler is called when it is there. A longer
        /// one is refused with 413.
        case buffered(bytesMax: UInt64)
        /// Piece by piece, up to so many bytes; the handler is called before the first and calls
        /// `exchange.receiveBody`.
        case streamed(bytesMax: UInt64)
    }

    package typealias Handler = (Exchange) -> Void

    /// Nil: any method.
    let method: HTTPMethod?
    let pattern: RoutePattern
    let body: Body
    let handler: Handler

    /// `pattern`: `/rooms/{room:id}/messages`; each path is served with and without a slash at its end.
    package init(
        _ method: HTTPMethod, _ pattern: StaticString, body: Body = .none, _ handler: @escaping Handler
    ) {
        self.init(method: method, pattern: RoutePattern(pattern), body: body, handler: handler)
    }

    package static func anyMethod(
        _ pattern: StaticString, body: Body = .none, _ handler: @escaping Handler
    ) -> Route {
        Route(method: nil, pattern: RoutePattern(pattern), body: body, handler: handler)
    }

    private init(method: HTTPMethod?, pattern: RoutePattern, body: Body, handler: @escaping Handler) {
        self.method = method
        self.pattern = pattern
        self.body = body
        self.handler = handler
    }
}

/// The route table as a tree of path segments. It belongs to one loop, as its handlers do.
package final class Router {
    enum Match {
        case route(Route, [Parameter])
        /// The path exists with other methods: these.
        case otherMethods(String)
        case none
    }

    private final class Node {
        var literals: [(text: [UInt8], node: Node)] = []
        var parameters: [(kind: ParameterKind, node: Node)] = []
        var routes: [Route] = []

        /// The methods that stand in the table. GET brings HEAD with it.
        var methods: [HTTPMethod] {
            routes.flatMap { route -> [HTTPMethod] in
                switch route.method {
                case .get: return [.get, .head]
                case .some(let method): return [method]
                case nil: return []
                }
            }
        }
    }

    static let everyMethod = "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS"

    private let root = Node()

    /// Two routes with the same method and path are our mistake, and end the program at its start.
    package init(_ routes: [Route]) {
        for route in routes {
            let node = node(for: route.pattern)
            precondition(
                !node.routes.contains { $0.method == route.method }, "a route stands twice in the table")
            node.routes.append(route)
        }
    }

    private func node(for pattern: RoutePattern) -> Node {
        var node = root
        for segment in pattern.segments {
            let child: Node
            switch segment {
            case .literal(let text):
                let bytes = Array(text.utf8)
                child = node.literals.first { $0.text == bytes }?.node ?? Node()
                if !node.literals.contains(where: { $0.text == bytes }) { node.literals.append((bytes, child)) }
            case .parameter(let kind):
                child = node.parameters.first { $0.kind == kind }?.node ?? Node()
                if !node.parameters.contains(where: { $0.kind == kind }) {
                    node.parameters.append((kind, child))
                    node.parameters.sort { $0.kind == .id && $1.kind == .text }
                }
            }
            node = child
        }
        return node
    }

    /// The route for a request. Where a path fits several patterns, one that has the method is taken.
    func match(_ method: HTTPMethod, _ path: borrowing RequestPath) -> Match {
        var search = Search(method: method)
        search.descend(root, path, from: 0)
        if let route = search.route { return .route(route, search.parameters) }
        return search.allow.map { .otherMethods($0) } ?? .none
    }

    private struct Search {
        let method: HTTPMethod
        var parameters: [Parameter] = []
        var route: Route?
        private var methods: [HTTPMethod] = []

        init(method: HTTPMethod) {
            self.method = method
        }

        /// The methods of all patterns that the path fits; nil where it fits none. OPTIONS every path has.
        var allow: String? {
            guard !methods.isEmpty else { return nil }
            var names: [String] = []
            for name in methods.map(\.name) + ["OPTIONS"] where !names.contains(name) {
                names.append(name)
            }
            return names.joined(separator: ", ")
        }

        mutating func descend(_ node: Node, _ path: borrowing RequestPath, from index: Int) {
            if index == path.count {
                settle(node)
                return
            }
            for (text, child) in node.literals where path.segment(index, equals: text) {
                descend(child, path, from: index + 1)
                if route != nil { return }
            }
            for (kind, child) in node.parameters {
                guard let value = path.withSegment(index, { Parameter($0, as: kind) }) else { continue }
                parameters.append(value)
                descend(child, path, from: index + 1)
                if route != nil { return }
                parameters.removeLast()
            }
        }

        private mutating func settle(_ node: Node) {
            guard !node.routes.isEmpty else { return }
            route =
                node.routes.first { $0.method == method }
                ?? node.routes.first { $0.method == .get && method == .head }
                ?? node.routes.first { $0.method == nil }
            if route == nil { methods += node.methods }
        }
    }
}
