import Bytes

/// The name of one state of a resource (RFC 9110, section 8.8.3).
package struct EntityTag: Equatable, Sendable, CustomStringConvertible {
    package let isWeak: Bool
    /// What stands between the quotes.
    package let opaque: String

    /// `opaque` is visible ASCII without a quote.
    package init(_ opaque: String, isWeak: Bool = false) {
        precondition(opaque.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "\"") }, "an entity tag")
        self.opaque = opaque
        self.isWeak = isWeak
    }

    fileprivate init?(_ text: Span<UInt8>, _ at: inout Int) {
        isWeak = at + 1 < text.count && text.extracting(at..<at + 2).equals("W/")
        if isWeak { at += 2 }
        guard text.skip(UInt8(ascii: "\""), &at) else { return nil }
        let start = at
        while at < text.count, text[at] != UInt8(ascii: "\""), text[at] > 0x20, text[at] != 0x7F {
            at += 1
        }
        guard text.skip(UInt8(ascii: "\""), &at) else { return nil }
        opaque = text.text(start..<at - 1)
    }

    /// As written in a field.
    package var description: String { isWeak ? "W/\"\(opaque)\"" : "\"\(opaque)\"" }

    /// Whether both name the same content, if perhaps not byte for byte: for `If-None-Match`.
    package func matchesWeakly(_ other: EntityTag) -> Bool {
        opaque == other.opaque
    }

    /// Whether both name the same bytes: for `If-Match` and `If-Range`.
    package func matchesStrongly(_ other: EntityTag) -> Bool {
        opaque == other.opaque && !isWeak && !other.isWeak
    }
}

/// The value of `If-None-Match` or `If-Match`: some tags, or `*` for whatever there is.
package enum EntityTagCondition: Equatable, Sendable {
    case any
    case tags([EntityTag])

    /// Nil for a malformed list: such a condition does not count.
    package init?(_ field: String) {
        let bytes = Array(field.utf8)
        let span = bytes.span
        if span.equals("*") {
            self = .any
            return
        }
        var tags: [EntityTag] = []
        var at = 0
        while true {
            // Empty elements are allowed, so a comma may come before, between and after.
            repeat { span.skipSpace(&at) } while span.skip(UInt8(ascii: ","), &at)
            guard at < span.count else { break }
            guard let tag = EntityTag(span, &at) else { return nil }
            tags.append(tag)
            span.skipSpace(&at)
            guard at == span.count || span[at] == UInt8(ascii: ",") else { return nil }
        }
        guard !tags.isEmpty else { return nil }
        self = .tags(tags)
    }

    package func matchesWeakly(_ tag: EntityTag) -> Bool {
        switch self {
        case .any: true
        case .tags(let tags): tags.contains { $0.matchesWeakly(tag) }
        }
    }

    package func matchesStrongly(_ tag: EntityTag) -> Bool {
        switch self {
        case .any: true
        case .tags(let tags): tags.contains { $0.matchesStrongly(tag) }
        }
    }
}
