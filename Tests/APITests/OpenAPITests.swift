import API
import Bytes
import JSON
import Testing

/// openapi.json and the index, both ways.
struct OpenAPITests {
    /// `GET /api/users/{}`: without a slash at the end, and whatever a parameter is called.
    private static func route(_ method: String, _ path: String) -> String {
        var kept: [Substring] = []
        for part in path.split(separator: "/") { kept.append(part.hasPrefix("{") ? "{}" : part) }
        return "\(method.uppercased()) /" + kept.joined(separator: "/")
    }

    private static func documented() throws -> Set<String> {
        let bytes = [UInt8](APIDocument.json.buffer)
        var reader = JSONReader(bytes.span, depthMax: 64)
        let document = try reader.value(itemsMax: 1_000_000)
        var routes: Set<String> = []
        for path in document["paths"].keys {
            for method in document["paths"][path].keys where ["get", "post", "put", "patch", "delete"].contains(method)
            {
                routes.insert(route(method, path))
            }
        }
        return routes
    }

    @Test func `every route of the index is in the document, and every one of the document in the index`() throws {
        let documented = try Self.documented()
        let served = Set(RouteTable.lines.map { Self.route($0.name.method, $0.name.pattern) })
        #expect(served.subtracting(documented).sorted() == [])
        #expect(documented.subtracting(served).sorted() == [])
    }
}
