import Bytes
package import Chat
import Keys
package import SQLite
import Server
import Store
import Wire

// Requests that make something, and that may come again (Spec/api, section 7).

extension Call {
    /// On the writer's thread, unless one of the keys has made it already; then the route shows what there is. `further`:
    /// keys beside the header's.
    package func make(
        bytes: Int = 1_024, under further: [Idempotency.Request] = [],
        _ body: @escaping @Sendable (borrowing Transaction, ChatState) throws -> Made
    ) throws -> Answer {
        let own = try idempotencyKey().map { Idempotency.Request($0, try fingerprint()) }
        let requests = (own.map { [$0] } ?? []) + further
        guard !requests.isEmpty else {
            return try write(bytes: bytes, body) { try self.show($0) }
        }
        let (person, now) = (person, now)
        return try write(bytes: bytes) { transaction, state in
            var made: Made?
            let outcome = try Idempotency.once(requests, by: person, at: now, in: transaction) {
                let new = try body(transaction, state)
                made = new
                return new.thing
            }
            return (outcome, made)
        } then: { outcome, made in
            switch outcome {
            case .made(let thing): try self.show(made ?? Made(thing))
            case .replayed(let thing): try self.show(Made(thing), isReplayed: true)
            }
        }
    }

    /// The answer to a request whose key has made something; nil for any other.
    func replay() throws -> Answer? {
        guard let key = try idempotencyKey() else { return nil }
        // What can't be read was never accepted; the handler will say what is wrong with it.
        guard let request = try? fingerprint() else { return nil }
        let known = try read {
            try Idempotency.known(key, request: request, by: person, at: now, on: $0)
        }
        return try known.map { try show(Made($0), isReplayed: true) }
    }

    private func show(_ made: Made, isReplayed: Bool = false) throws -> Answer {
        guard let showing = route.showing else { preconditionFailure("a route that makes something can show it") }
        var answer = try showing(self, made)
        if isReplayed { answer.response.fields.append(("Idempotency-Replayed", "true")) }
        return answer
    }

    private func idempotencyKey() throws(APIFault) -> IdempotencyKey? {
        guard route.showing != nil, let text = request.fields.combined("Idempotency-Key") else { return nil }
        guard (1...255).contains(text.utf8.count), text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
            throw .invalid([FieldProblem("Idempotency-Key", "Must be 1 to 255 visible ASCII characters.")])
        }
        return IdempotencyKey(header: text)
    }

    /// Tells a retry from another request: by method, path and body. Of a multipart body by what is in it, since its
    /// boundary changes.
    private func fingerprint() throws -> Hash {
        let secret = shared.settings.requestSecret
        var fingerprint = RequestFingerprint(nodeSecret: secret.span)
        fingerprint.add(Array(request.method.name.utf8).span)
        var path = request.target.path.description
        if path.hasSuffix("/") { path.removeLast() }
        let pathBytes = Array(path.utf8)
        fingerprint.add(pathBytes.span)
        if isMultipart, case .form(let items) = try fields().source {
            for item in items {
                fingerprint.add(Array(item.name.utf8).span)
                fingerprint.add(Array(item.value.utf8).span)
            }
            for file in files {
                fingerprint.add(Array(file.name.utf8).span)
                fingerprint.add(file.blob.bytes.array.span)
            }
        } else if case .bytes(let bytes) = body {
            fingerprint.add(bytes.span)
        }
        return fingerprint.finish()
    }
}
