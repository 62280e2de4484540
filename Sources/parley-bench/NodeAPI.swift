import Bytes
import Client
import EventLoop
import JSON
import Wire

/// Asks a node what a measurement needs to be there, and waits for the answers.
final class NodeAPI {
    private let loop: EventLoop
    private let client: HTTPClient
    private let endpoint: Endpoint

    struct Request {
        let method: HTTPMethod
        let path: String
        var token: String?
        var json: String?
    }

    init(_ target: Target, on loop: EventLoop) {
        self.loop = loop
        client = HTTPClient(on: loop)
        endpoint = Endpoint(target.address, authority: target.authority)
    }

    func get(_ path: String, as token: String) throws -> JSONValue {
        try ask(Request(method: .get, path: path, token: token))
    }

    func post(_ path: String, _ json: String, as token: String? = nil) throws -> JSONValue {
        try ask(Request(method: .post, path: path, token: token, json: json))
    }

    private func ask(_ request: Request) throws -> JSONValue {
        try askAll([request])[0]
    }

    /// Some at a time. The answers come in the order of the requests; one that isn't 2xx ends it all.
    func askAll(_ requests: [Request]) throws -> [JSONValue] {
        var answers = [JSONValue?](repeating: nil, count: requests.count)
        var fault: LoadFailed?
        var next = 0
        func askNext() {
            guard next < requests.count, fault == nil else { return }
            let index = next
            next += 1
            client.fetch(Self.clientRequest(requests[index]), from: endpoint) { result in
                do throws(LoadFailed) {
                    answers[index] = try Self.value(of: result, to: requests[index])
                } catch {
                    fault = error
                }
                askNext()
            }
        }
        for _ in 0..<8 { askNext() }
        while fault == nil, answers.contains(where: { $0 == nil }) { try loop.turn(waitingAtMost: 100) }
        if let fault { throw fault }
        return answers.compactMap { $0 }
    }

    private static func clientRequest(_ request: Request) -> ClientRequest {
        var fields: [(name: String, value: String)] = []
        if let token = request.token { fields.append(("Authorization", "Bearer \(token)")) }
        guard let json = request.json else { return ClientRequest(request.method, request.path, fields: fields) }
        fields.append(("Content-Type", "application/json"))
        return ClientRequest(request.method, request.path, fields: fields, body: .bytes(Array(json.utf8)))
    }

    private static func value(
        of result: Result<ClientResponse, ClientFault>, to request: Request
    ) throws(LoadFailed) -> JSONValue {
        switch result {
        case .failure(let fault):
            throw LoadFailed(description: "\(request.method.name) \(request.path): \(fault)")
        case .success(let response):
            var reader = JSONReader(response.body.span)
            guard (200...299).contains(response.status), let value = try? reader.value(itemsMax: 1_000_000) else {
                let text = String(decoding: response.body.prefix(500), as: UTF8.self)
                throw LoadFailed(
                    description: "\(request.method.name) \(request.path): \(response.status) \(text)")
            }
            return value
        }
    }
}

extension JSONValue {
    subscript(key: String) -> JSONValue? {
        guard case .object(let members) = self else { return nil }
        return members.first { $0.key == key }?.value
    }

    var integer: Int? { if case .integer(let value) = self { Int(value) } else { nil } }
    var text: String? { if case .string(let value) = self { value } else { nil } }
    var elements: [JSONValue] { if case .array(let values) = self { values } else { [] } }
}
