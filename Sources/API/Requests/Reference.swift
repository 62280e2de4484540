package import Bytes
import Operations

/// How a request names a room, a message, an attachment, a notification (Spec/api, section 2).
package enum Reference: Hashable, Sendable {
    case number(Int64)
    case uuid(UUID)

    /// Nil for text that is neither an id nor a uuid.
    init?(_ text: String) {
        if let number = Self.number(text) {
            self = .number(number)
        } else if let uuid = UUID(text) {
            self = .uuid(uuid)
        } else {
            return nil
        }
    }

    /// Digits that don't begin with 0; nil beyond 63 bits, too.
    static func number(_ text: String) -> Int64? {
        guard let first = text.utf8.first, first != UInt8(ascii: "0"), text.utf8.allSatisfy(\.isASCIIDigit) else {
            return nil
        }
        return Int64(text)
    }
}

/// How a request names a person.
package enum PersonReference: Hashable, Sendable {
    case number(Int64)
    case uuid(UUID)
    /// `node` nil: somebody of this one.
    case address(handle: String, node: String?)

    /// Nil for what can't name anybody.
    package init?(_ text: String) {
        switch Reference(text) {
        case .number(let number): self = .number(number)
        case .uuid(let uuid): self = .uuid(uuid)
        case nil:
            let parts = text.split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false)
            guard Handle(String(parts[0])) != nil, parts.count == 1 || !parts[1].isEmpty else { return nil }
            self = .address(handle: String(parts[0]), node: parts.count == 1 ? nil : String(parts[1]))
        }
    }
}
