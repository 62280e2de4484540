import Bytes
package import EventLoop
package import JSON
package import Server

/// What a handler answers. How it is sent — with which ETag, in which shape a refusal — is `Call`'s affair.
package struct Answer {
    enum Form {
        /// To be sent as it is.
        case whole
        /// Of exactly these bytes there is an ETag, by which a client may ask for them again.
        case tagged
        /// Nothing yet: what the handler has begun will answer.
        case later
    }

    var response: Response
    let form: Form

    private init(_ form: Form, _ response: Response) {
        self.form = form
        self.response = response
    }

    package static let jsonType = "application/json"

    /// Another thread is at work for it.
    package static var later: Answer { Answer(.later, Response(200)) }

    /// 200 with a single thing.
    package static func thing(_ write: (inout JSONWriter) throws -> Void) rethrows -> Answer {
        Answer(.tagged, Response(200, contentType: jsonType, try content(write)))
    }

    /// 200 with bytes that are the same for everybody, and have an ETag.
    package static func document(_ type: String, _ content: Content) -> Answer {
        Answer(.tagged, Response(200, fields: [("Content-Type", type)], body: content))
    }

    /// 200 with what has no name of its own: a list, a count.
    /// `room`: for about so many bytes.
    package static func ok(
        room: Int = 0, _ write: (inout JSONWriter) throws -> Void
    ) rethrows -> Answer {
        Answer(.whole, Response(200, contentType: jsonType, try content(room: room, write)))
    }

    /// The same, written already.
    static func ok(_ content: SharedBytes) -> Answer {
        Answer(.whole, Response(200, contentType: jsonType, .shared(content)))
    }

    /// 201, or 200 where it was there before; `path` is where it can be had from now on, nil for what can't be asked for
    /// again.
    package static func made(
        at path: String?, isNew: Bool = true, _ write: (inout JSONWriter) throws -> Void
    ) rethrows -> Answer {
        var response = Response(isNew ? 201 : 200, contentType: jsonType, try content(write))
        if let path { response.fields.append(("Location", path)) }
        return Answer(.whole, response)
    }

    /// What is shown in this one answer: a new token.
    package static func fresh(
        _ status: UInt16, _ write: (inout JSONWriter) throws -> Void
    ) rethrows -> Answer {
        var response = Response(status, contentType: jsonType, try content(write))
        response.fields.append(("Cache-Control", "no-store"))
        return Answer(.whole, response)
    }

    /// 204.
    package static var done: Answer { Answer(.whole, Response(204)) }

    package static func response(_ response: Response) -> Answer { Answer(.whole, response) }

    package static func json(_ write: (inout JSONWriter) throws -> Void) rethrows -> [UInt8] {
        var json = JSONWriter()
        try write(&json)
        return json.finish()
    }

    private static func content(
        room: Int = 0, _ write: (inout JSONWriter) throws -> Void
    ) rethrows -> Content {
        var json = JSONWriter(room: room)
        try write(&json)
        // What is small leaves in one piece with its head; what is large would be copied for that.
        return json.count < 4_096 ? .bytes(json.finish()) : .shared(json.finishInPlace())
    }
}
