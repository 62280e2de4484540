/// Limits that are worth telling, by name: what a node takes. What it doesn't tell is as the specification has it, and
/// names that are not known are passed over, for there will be others.
package struct CardLimits: Equatable, Sendable {
    /// Of names of `a-z _`, ascending as CBOR's keys do.
    private(set) var figures: [(name: String, value: UInt64)] = []

    static let figuresMax = 16
    static let nameBytesMax = 32

    package init(bodyBytes: UInt64? = nil, attachmentBytes: UInt64? = nil) {
        if let bodyBytes { figures.append(("body", bodyBytes)) }
        if let attachmentBytes { figures.append(("attachment", attachmentBytes)) }
    }

    /// The greatest body of a request.
    package var bodyBytes: UInt64? { self["body"] }
    /// The greatest attachment that it fetches.
    package var attachmentBytes: UInt64? { self["attachment"] }

    package subscript(name: String) -> UInt64? {
        figures.first { $0.name == name }?.value
    }

    /// False for what is no name, or one too many.
    mutating func take(_ name: String, _ value: UInt64) -> Bool {
        guard figures.count < Self.figuresMax, (1...Self.nameBytesMax).contains(name.utf8.count) else { return false }
        guard
            name.utf8.allSatisfy({ (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0) || $0 == UInt8(ascii: "_") })
        else { return false }
        figures.append((name, value))
        return true
    }

    package static func == (left: CardLimits, right: CardLimits) -> Bool {
        left.figures.elementsEqual(right.figures) { $0 == $1 }
    }
}
