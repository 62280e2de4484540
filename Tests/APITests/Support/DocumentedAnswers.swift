import API
import Bytes
import JSON
import Testing

/// openapi.json as a judge: whether a status is documented for its route, and a body has exactly the shape that is
/// written there. Every answer that a test gets over `TestClient` is shown to it.
struct DocumentedAnswers: Sendable {
    static let shared = DocumentedAnswers()

    private let document: JSONValue
    private let paths: [(segments: [Substring], operations: JSONValue)]
    /// What HTTP itself may answer to any request, and is not repeated for each route.
    private static let always: Set<Int> = [404, 405, 408, 411, 414, 417, 431, 501, 505]

    private init() {
        var reader = JSONReader([UInt8](APIDocument.json.buffer).span, depthMax: 64)
        document = (try? reader.value(itemsMax: 1_000_000)) ?? .null
        let document = document
        paths = document["paths"].keys.map { ($0.split(separator: "/"), document["paths"][$0]) }
    }

    private static func fits(_ type: Substring, _ range: String) -> Bool {
        range.hasSuffix("/*") ? type.hasPrefix(range.dropLast()) : range == type
    }

    /// What is wrong with an answer; nil for nothing, and for paths that the document doesn't have.
    func fault(of answer: TestAnswer, to method: String, _ target: String) -> String? {
        let path = target.prefix { $0 != "?" }
        guard let operations = operations(at: path) else { return nil }
        let operation = operations[method == "HEAD" ? "get" : method.lowercased()]
        guard operation != .null else { return nil }
        let response = operation["responses"]["\(answer.status)"]
        guard response != .null else {
            return Self.always.contains(answer.status) ? nil : "\(method) \(path): \(answer.status) is not documented"
        }
        let headers = resolved(response)["headers"]
        for name in headers.keys where resolved(headers[name])["required"] == true && answer[name] == nil {
            return "\(method) \(path) \(answer.status): the header \(name) is missing"
        }
        guard !answer.body.isEmpty, let type = answer["Content-Type"]?.prefix(while: { $0 != ";" }) else { return nil }
        let content = resolved(response)["content"]
        guard let media = content.keys.first(where: { Self.fits(type, $0) }) else {
            return "\(method) \(path) \(answer.status): \(type) is not documented"
        }
        guard type.hasSuffix("json"), content[media]["schema"] != .null else { return nil }
        return mismatch(answer.json, content[media]["schema"], at: "$").map {
            "\(method) \(path) \(answer.status): \($0)"
        }
    }

    /// A path of literal words goes before one with a parameter.
    private func operations(at path: Substring) -> JSONValue? {
        let segments = path.split(separator: "/")
        func matches(_ pattern: [Substring], literally: Bool) -> Bool {
            pattern.count == segments.count
                && zip(pattern, segments).allSatisfy { $0 == $1 || (!literally && $0.hasPrefix("{")) }
        }
        return
            (paths.first { matches($0.segments, literally: true) }
            ?? paths.first { matches($0.segments, literally: false) })?.operations
    }

    private func resolved(_ value: JSONValue) -> JSONValue {
        guard let reference = value["$ref"].string else { return value }
        return reference.split(separator: "/").dropFirst().reduce(document) { $0[String($1)] }
    }

    // MARK: Operations

    struct Operation {
        let name: String
        let statuses: [Int]
        let takesBody: Bool
        let parameters: [String]
    }

    /// What a request's path and method are in the document.
    func operation(_ method: String, _ path: Substring) -> Operation? {
        guard let operation = operations(at: path)?[method.lowercased()], operation != .null else { return nil }
        return Operation(
            name: operation["operationId"].string ?? "", statuses: operation["responses"].keys.compactMap { Int($0) },
            takesBody: operation["requestBody"] != .null,
            parameters: operation["parameters"].elements.compactMap { resolved($0)["name"].string })
    }

    var operationNames: Set<String> {
        Set(paths.flatMap { path in path.operations.keys.compactMap { path.operations[$0]["operationId"].string } })
    }

    // MARK: Shapes

    /// Where a value isn't what its schema says; nil where it is.
    private func mismatch(_ value: JSONValue, _ schema: JSONValue, at place: String) -> String? {
        let schema = resolved(schema)
        for key in ["anyOf", "oneOf"] where schema[key] != .null {
            let fits = schema[key].elements.contains { mismatch(value, $0, at: place) == nil }
            if !fits { return "\(place) fits none of its shapes" }
        }
        for part in schema["allOf"].elements {
            if let fault = mismatch(value, part, at: place) { return fault }
        }
        if schema["const"] != .null, schema["const"] != value { return "\(place) is not \(schema["const"])" }
        if schema["enum"] != .null, !schema["enum"].elements.contains(value) { return "\(place) is \(value)" }
        let types = schema["type"].string.map { [$0] } ?? schema["type"].elements.compactMap(\.string)
        guard types.isEmpty || types.contains(where: { isOf(value, type: $0) }) else {
            return "\(place) is \(value), not \(types)"
        }
        switch value {
        case .object: return mismatch(members: value, schema, at: place)
        case .array(let elements):
            guard schema["items"] != .null else { return nil }
            for (index, element) in elements.enumerated() {
                if let fault = mismatch(element, schema["items"], at: "\(place)[\(index)]") { return fault }
            }
            return nil
        case .null, .bool, .integer, .double, .string: return nil
        }
    }

    private func mismatch(members value: JSONValue, _ schema: JSONValue, at place: String) -> String? {
        for name in schema["required"].elements.compactMap(\.string) where !value.keys.contains(name) {
            return "\(place) lacks \(name)"
        }
        let properties = schema["properties"]
        for name in value.keys {
            if properties.keys.contains(name) {
                if let fault = mismatch(value[name], properties[name], at: "\(place).\(name)") { return fault }
            } else if schema["additionalProperties"] == false {
                return "\(place).\(name) is nowhere in its shape"
            } else if schema["additionalProperties"].keys.count > 0,
                let fault = mismatch(value[name], schema["additionalProperties"], at: "\(place).\(name)")
            {
                return fault
            }
        }
        return nil
    }

    private func isOf(_ value: JSONValue, type: String) -> Bool {
        switch (value, type) {
        case (.null, "null"), (.bool, "boolean"), (.integer, "integer"), (.integer, "number"), (.double, "number"),
            (.string, "string"), (.array, "array"), (.object, "object"):
            true
        default: false
        }
    }
}
