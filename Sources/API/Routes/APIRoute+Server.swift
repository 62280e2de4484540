package import Server
package import Wire

extension APIRoute {
    /// The table as the server of one loop takes it: each line, and `OPTIONS` for each path.
    package static func routes(of table: [APIRoute], in context: LoopContext) -> [Route] {
        var methods: [(pattern: StaticString, names: [String])] = []
        for line in table {
            let names = line.method == .get ? ["GET", "HEAD"] : [line.method.name]
            if let index = methods.firstIndex(where: { "\($0.pattern)" == "\(line.pattern)" }) {
                methods[index].names += names
            } else {
                methods.append((line.pattern, names))
            }
        }
        let preflights = methods.map { pattern, names in
            let allow = (names + ["OPTIONS"]).joined(separator: ", ")
            return Route(.options, pattern) { exchange in
                let response = context.shared.origins.preflight(exchange.request, methods: allow)
                exchange.answer(context.shared.finished(response, for: exchange.request))
            }
        }
        return table.map { $0.route(in: context) } + preflights
    }

    /// All bodies are streamed to us, so that who asks is known before a byte of one is kept.
    private func route(in context: LoopContext) -> Route {
        let handler: Route.Handler = { exchange in Call(exchange, self, in: context).begin() }
        return switch body {
        case .none: Route(method, pattern, handler)
        case .fields, .files, .taken: Route(method, pattern, body: .streamed(bytesMax: UInt64(Int64.max)), handler)
        }
    }
}

extension APIContext {
    /// What every answer has, those too that no route gives.
    func finished(_ response: Response, for request: RequestHead?) -> Response {
        var response = response
        response.fields.append(("X-Content-Type-Options", "nosniff"))
        response.fields.append(("Referrer-Policy", "no-referrer"))
        if let request { origins.add(to: &response, for: request) }
        return response
    }

    /// What the server itself refuses: a request that can't be parsed, a path that doesn't exist.
    package func refusal(_ status: UInt16, _ detail: String, _ request: RequestHead?) -> Response {
        finished(Problem.response(status, detail), for: request)
    }
}
