package import Bytes

/// What a path parameter may be. Where both fit, an id is tried first, and a literal segment before any.
enum ParameterKind: Sendable {
    /// A positive decimal number without leading zeros that fits 63 bits, or a UUID.
    case id
    /// Any text but the empty one.
    case text
}

/// The value that a path has for a parameter.
package enum Parameter: Hashable, Sendable {
    case integer(Int64)
    case uuid(UUID)
    case text(String)
}

/// A route's path as the table writes it: `/rooms/{room:id}/messages`. `{room}` takes any text.
struct RoutePattern {
    enum Segment: Equatable {
        case literal(String)
        case parameter(ParameterKind)
    }

    private(set) var segments: [Segment] = []
    private(set) var names: [String] = []

    /// Patterns stand in the program's text: a wrong one is our mistake.
    init(_ text: StaticString) {
        precondition(text.description.hasPrefix("/"), "a route begins with a slash")
        for part in text.description.dropFirst().split(separator: "/") {
            guard part.hasPrefix("{") else {
                segments.append(.literal(String(part)))
                continue
            }
            precondition(part.hasSuffix("}"), "a parameter ends with a brace: \(text)")
            let halves = part.dropFirst().dropLast().split(separator: ":", omittingEmptySubsequences: false)
            precondition(!halves[0].isEmpty, "a parameter has a name: \(text)")
            names.append(String(halves[0]))
            switch halves.dropFirst().first {
            case nil: segments.append(.parameter(.text))
            case "id": segments.append(.parameter(.id))
            case .some(let kind): preconditionFailure("no kind of parameter: \(kind) in \(text)")
            }
        }
    }
}

extension Parameter {
    /// The value of one decoded path segment as that kind; nil where it isn't one.
    init?(_ segment: Span<UInt8>, as kind: ParameterKind) {
        switch kind {
        case .id:
            if let number = Self.integer(segment) {
                self = .integer(number)
            } else if segment.count == 36, let uuid = UUID(Self.text(segment)) {
                self = .uuid(uuid)
            } else {
                return nil
            }
        case .text:
            // `//` names nothing, and the same as no slash at all to too many.
            guard segment.count > 0 else { return nil }
            self = .text(Self.text(segment))
        }
    }

    private static func integer(_ segment: Span<UInt8>) -> Int64? {
        guard segment.count >= 1, segment.count <= 19, segment[0] != UInt8(ascii: "0") else { return nil }
        var value: Int64 = 0
        for index in 0..<segment.count {
            guard segment[index].isASCIIDigit else { return nil }
            let (tenfold, overflow) = value.multipliedReportingOverflow(by: 10)
            let (sum, carry) = tenfold.addingReportingOverflow(Int64(segment[index] - UInt8(ascii: "0")))
            guard !overflow, !carry else { return nil }
            value = sum
        }
        return value
    }

    private static func text(_ segment: Span<UInt8>) -> String {
        segment.withUnsafeBufferPointer { String(decoding: $0, as: UTF8.self) }
    }
}
