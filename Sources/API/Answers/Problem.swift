import EventLoop
import JSON
package import Server
import Wire

/// `application/problem+json` (RFC 9457): the body of everything that is refused.
package enum Problem {
    static let contentType = "application/problem+json"

    static func response(_ fault: APIFault) -> Response {
        var instance: String?
        if case .mistake(let id) = fault { instance = "\(id)" }
        return Response(
            fault.status, fields: [("Content-Type", contentType)] + fault.fields,
            body: .bytes(json(fault.status, fault.detail, fault.problems, instance: instance)))
    }

    /// What the server itself refuses: a request that can't be parsed, a path that doesn't exist.
    package static func response(_ status: UInt16, _ detail: String) -> Response {
        Response(status, contentType: contentType, json(status, sentence(detail)))
    }

    private static func json(
        _ status: UInt16, _ detail: String, _ problems: [FieldProblem] = [], instance: String? = nil
    ) -> [UInt8] {
        Answer.json { json in
            json.object {
                $0.member("type", "about:blank")
                $0.member("title", "\(HTTPStatus.reason(status))")
                $0.member("status", Int(status))
                $0.member("detail", detail)
                if let instance { $0.member("instance", instance) }
                if !problems.isEmpty { $0.member("errors", object: { write(problems, to: &$0) }) }
            }
        }
    }

    /// For each field the texts about it.
    private static func write(_ problems: [FieldProblem], to json: inout JSONWriter) {
        var written: [String] = []
        for problem in problems where !written.contains(problem.field) {
            written.append(problem.field)
            json.key(problem.field)
            json.beginArray()
            for other in problems where other.field == problem.field { json.string(other.text) }
            json.endArray()
        }
    }

    private static func sentence(_ detail: String) -> String {
        detail.prefix(1).uppercased() + detail.dropFirst() + "."
    }
}
