package import Bytes

/// What a line says beside its event.
///
/// A closed list, without a case for just any text: what people write to each other, tokens and passwords
/// are `String` and `[UInt8]`, and neither gets into a log unless somebody spells out `ShortText` for it.
/// Names and codes are literals of our own source.
package enum LogField: Sendable {
    case integer(StaticString, Int)
    /// What something is called by machines.
    case id(StaticString, LogID)
    /// One of a few words, such as why something was refused.
    case code(StaticString, LogCode)
    case duration(StaticString, milliseconds: Int64)
    case size(StaticString, bytes: UInt64)
    /// Of the other end of a connection, or of a listening socket.
    case address(StaticString, String)
    case text(StaticString, ShortText)

    var name: StaticString {
        switch self {
        case .integer(let name, _), .id(let name, _), .code(let name, _), .duration(let name, _),
            .size(let name, _), .address(let name, _), .text(let name, _):
            name
        }
    }

    /// A program that reads the number learns its unit from the name.
    var unit: StaticString? {
        switch self {
        case .duration: "ms"
        case .size: "bytes"
        case .integer, .id, .code, .address, .text: nil
        }
    }
}

package enum LogID: Sendable {
    case number(Int64)
    case uuid(UUID)
    /// A hash or a public key, written in hex; of more than 32 bytes, the first 32.
    case bytes([UInt8])
}

/// A word that stands in our source.
package struct LogCode: Sendable, ExpressibleByStringLiteral {
    let word: String

    package init(stringLiteral word: StaticString) {
        self.word = "\(word)"
    }

    /// A case of an enumeration: one of a list that the compiler knows.
    package init<Code: CaseIterable & RawRepresentable<String>>(_ code: Code) {
        word = code.rawValue
    }
}

/// Text from outside that may be logged, such as the name of a file or what a relay answered. It is cut to a
/// number of bytes, and written so that it stays on its line and inside its quotes.
package struct ShortText: Sendable, Equatable {
    package static let bytesMax = 200

    let kept: String
    let isCut: Bool

    package init(_ text: some StringProtocol, bytesMax: Int = ShortText.bytesMax) {
        kept = String(Substring(text).prefix(utf8Bytes: min(bytesMax, Self.bytesMax)))
        isCut = kept.utf8.count < text.utf8.count
    }
}

/// What must not be printed by accident: the text of a message, a token. It prints, reflects and dumps as
/// `(withheld)`; whoever needs the value says so by its name.
package struct Withheld<Value> {
    package let value: Value

    package init(_ value: Value) {
        self.value = value
    }
}

extension Withheld: Sendable where Value: Sendable {}
extension Withheld: Equatable where Value: Equatable {}

extension Withheld: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package var description: String { "(withheld)" }
    package var debugDescription: String { description }
    package var customMirror: Mirror { Mirror(self, children: []) }
}
