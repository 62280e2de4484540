import Bytes
import EventLoop
import JSON
import Server
import Store

/// The node's own routes (Spec/api, section 11).
enum OwnRoutes {
    static func emoji(_ call: Call) -> Answer {
        .document(Answer.jsonType, .shared(call.shared.settings.reactions.json))
    }

    static func health(_ call: Call) -> Answer {
        .ok { json in
            json.object { $0.member("status", "ok") }
        }
    }

    static func readiness(_ call: Call) -> Answer {
        let readiness = call.shared.parts.status.readiness
        let json = Answer.json { json in
            json.object {
                $0.member("status", readiness.canWrite ? "ready" : "not_ready")
                $0.member("can_write", readiness.canWrite)
                $0.member("peers_known", readiness.peersKnown)
                $0.member("peers_reachable", readiness.peersReachable)
            }
        }
        guard !readiness.canWrite else { return .response(Response(200, contentType: Answer.jsonType, json)) }
        var response = Response(503, contentType: Answer.jsonType, json)
        response.fields.append(("Retry-After", "5"))
        return .response(response)
    }

    /// For an administrator's program, or for everybody where the operator says so.
    static func metrics(_ call: Call) throws -> Answer {
        if !call.shared.settings.isMetricsOpen { try call.requireAdministrator() }
        return .response(
            Response(200, contentType: "text/plain; version=0.0.4; charset=utf-8", call.shared.parts.status.metrics()))
    }

    static func document(_ call: Call) -> Answer {
        .document(Answer.jsonType, .shared(APIDocument.json))
    }

    static func pages(_ call: Call) -> Answer {
        var answer = Answer.document("text/html; charset=utf-8", .shared(APIDocument.page))
        answer.response.fields.append(("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'"))
        return answer
    }

    static func card(_ call: Call) -> Answer {
        .response(Response(200, contentType: "application/cbor", call.shared.parts.status.card()))
    }
}
