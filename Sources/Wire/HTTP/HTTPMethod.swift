/// What a request wants done. Methods are case-sensitive (RFC 9110, section 9.1).
package enum HTTPMethod: Hashable, Sendable {
    case get, head, post, put, patch, delete, options
    /// Any other; never the name of one above when it comes from a parser or from `init(_:)`.
    case other(String)

    package init(_ name: String) {
        switch name {
        case "GET": self = .get
        case "HEAD": self = .head
        case "POST": self = .post
        case "PUT": self = .put
        case "PATCH": self = .patch
        case "DELETE": self = .delete
        case "OPTIONS": self = .options
        default: self = .other(name)
        }
    }

    package var name: String {
        switch self {
        case .get: "GET"
        case .head: "HEAD"
        case .post: "POST"
        case .put: "PUT"
        case .patch: "PATCH"
        case .delete: "DELETE"
        case .options: "OPTIONS"
        case .other(let name): name
        }
    }

    /// RFC 9112, section 3: a method longer than any that is implemented is answered with 501.
    private static let bytesMax = 24

    init(_ bytes: Span<UInt8>) throws(HTTPFault) {
        guard bytes.count > 0 else { throw .malformedRequestLine }
        for index in 0..<bytes.count where !ASCIISet.method.contains(bytes[index]) {
            throw .malformedMethod
        }
        guard bytes.count <= Self.bytesMax else { throw .unknownMethod }
        switch bytes.count {
        case 3 where bytes.equals("GET"): self = .get
        case 3 where bytes.equals("PUT"): self = .put
        case 4 where bytes.equals("POST"): self = .post
        case 4 where bytes.equals("HEAD"): self = .head
        case 5 where bytes.equals("PATCH"): self = .patch
        case 6 where bytes.equals("DELETE"): self = .delete
        case 7 where bytes.equals("OPTIONS"): self = .options
        // Its target has a form of its own, and tunnels are nothing this node offers.
        case 7 where bytes.equals("CONNECT"): throw .unknownMethod
        default: self = .other(bytes.text(0..<bytes.count))
        }
    }
}
