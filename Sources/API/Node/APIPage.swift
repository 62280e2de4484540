import JSON

/// A readable page made of an OpenAPI document: every route under its tag, every shape, no script, and nothing from any
/// other host.
struct APIPage {
    private static let methods = ["get", "post", "put", "patch", "delete"]

    private let document: JSONValue
    private var html = ""

    static func html(of document: JSONValue) -> [UInt8] {
        var page = APIPage(document: document)
        page.write()
        return Array(page.html.utf8)
    }

    private init(document: JSONValue) {
        self.document = document
    }

    private mutating func write() {
        let title = Self.escaped(document["info"]["title"].text ?? "")
        html += "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>\(title): API</title>\n"
        html += "<meta name=\"viewport\" content=\"width=device-width\"><style>\(Self.style)</style></head><body>\n"
        html += "<h1>\(title)</h1><p>\(Self.prose(document["info"]["description"].text ?? ""))</p>\n"
        html += "<p><a href=\"/openapi.json\">openapi.json</a> · <a href=\"#shapes\">Shapes</a></p>\n"
        for tag in document["tags"].elements { write(tag: tag) }
        html += "<h2 id=\"shapes\">Shapes</h2>\n"
        for shape in document["components"]["schemas"].members { write(shape: shape.key, shape.value) }
        html += "</body></html>\n"
    }

    private mutating func write(tag: JSONValue) {
        let name = tag["name"].text ?? ""
        html += "<h2>\(Self.escaped(name))</h2><p>\(Self.prose(tag["description"].text ?? ""))</p>\n"
        for path in document["paths"].members {
            for method in Self.methods {
                let operation = path.value[method]
                guard operation["tags"].elements.contains(.string(name)) else { continue }
                write(method, path.key, operation, shared: path.value["parameters"].elements)
            }
        }
    }

    private mutating func write(_ method: String, _ path: String, _ operation: JSONValue, shared: [JSONValue]) {
        html += "<details><summary><b>\(method.uppercased())</b> <code>\(Self.escaped(path))</code> "
        html += "\(Self.escaped(operation["summary"].text ?? ""))</summary>\n"
        if let text = operation["description"].text { html += "<p>\(Self.prose(text))</p>\n" }
        let parameters = (shared + operation["parameters"].elements).map(resolved)
        if !parameters.isEmpty {
            html += "<table><tr><th>Parameter<th>in<th>Type<th>\n"
            for parameter in parameters {
                html += "<tr><td><code>\(Self.escaped(parameter["name"].text ?? ""))</code>"
                html += "<td>\(Self.escaped(parameter["in"].text ?? ""))<td>\(type(parameter["schema"]))"
                html += "<td>\(Self.prose(parameter["description"].text ?? ""))\n"
            }
            html += "</table>\n"
        }
        for content in resolved(operation["requestBody"])["content"].members {
            html += "<p>Body: <code>\(Self.escaped(content.key))</code> \(type(content.value["schema"]))</p>\n"
        }
        html += "<table><tr><th>Status<th>Answer<th>\n"
        for response in operation["responses"].members {
            let answer = resolved(response.value)
            let types = answer["content"].members.map { type($0.value["schema"]) }.filter { !$0.isEmpty }
            html += "<tr><td>\(Self.escaped(response.key))<td>\(types.first ?? "")"
            html += "<td>\(Self.prose(answer["description"].text ?? ""))\n"
        }
        html += "</table></details>\n"
    }

    private mutating func write(shape name: String, _ schema: JSONValue) {
        html += "<details id=\"\(Self.escaped(name))\"><summary><b>\(Self.escaped(name))</b> "
        html += "\(Self.prose(schema["description"].text ?? ""))</summary>\n"
        let properties = schema["properties"].members
        if properties.isEmpty {
            html += "<p>\(type(schema))</p>"
        } else {
            let required = schema["required"].elements
            html += "<table><tr><th>Member<th>Type<th>\n"
            for property in properties {
                let mark = required.contains(.string(property.key)) ? "" : " <i>optional</i>"
                html += "<tr><td><code>\(Self.escaped(property.key))</code>\(mark)<td>\(type(property.value))"
                html += "<td>\(Self.prose(property.value["description"].text ?? ""))\n"
            }
            html += "</table>"
        }
        html += "</details>\n"
    }

    // MARK: Parts of the document

    /// What a `$ref` stands for.
    private func resolved(_ value: JSONValue) -> JSONValue {
        guard let reference = value["$ref"].text else { return value }
        return reference.split(separator: "/").dropFirst().reduce(document) { $0[String($1)] }
    }

    private func type(_ schema: JSONValue) -> String {
        if let reference = schema["$ref"].text {
            let name = Self.escaped(String(reference.split(separator: "/").last ?? ""))
            return "<a href=\"#\(name)\">\(name)</a>"
        }
        for key in ["anyOf", "oneOf", "allOf"] where !schema[key].elements.isEmpty {
            return schema[key].elements.map(type).joined(separator: " or ")
        }
        if !schema["enum"].elements.isEmpty {
            return schema["enum"].elements.compactMap(\.text).map { "<code>\(Self.escaped($0))</code>" }
                .joined(separator: " ")
        }
        let names = schema["type"].text.map { [$0] } ?? schema["type"].elements.compactMap(\.text)
        let text = Self.escaped(names.joined(separator: " or "))
        return names.contains("array") ? text + " of " + type(schema["items"]) : text
    }

    // MARK: Text

    private static func escaped(_ text: String) -> String {
        var escaped = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            case "&": escaped += "&amp;"
            case "\"": escaped += "&quot;"
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }

    /// What stands between backquotes is code.
    private static func prose(_ text: String) -> String {
        var prose = ""
        for (index, part) in text.split(separator: "`", omittingEmptySubsequences: false).enumerated() {
            prose += index % 2 == 1 ? "<code>\(escaped(String(part)))</code>" : escaped(String(part))
        }
        return prose
    }

    private static let style = """
        body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}
        details{margin:.3rem 0;padding:.2rem .6rem;border-left:3px solid #8888}summary{cursor:pointer}
        table{border-collapse:collapse;margin:.5rem 0}td,th{text-align:left;vertical-align:top;padding:.1rem .8rem .1rem 0}
        """
}

extension JSONValue {
    fileprivate subscript(key: String) -> JSONValue {
        members.first { $0.key == key }?.value ?? .null
    }

    fileprivate var members: [Member] {
        if case .object(let members) = self { members } else { [] }
    }

    fileprivate var elements: [JSONValue] {
        if case .array(let elements) = self { elements } else { [] }
    }

    fileprivate var text: String? {
        if case .string(let text) = self { text } else { nil }
    }
}
