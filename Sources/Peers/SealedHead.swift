import CBOR

/// What comes first in a sealed body: the head of the request or answer inside, which nobody on the way may see
/// either, since paths name rooms and blobs. Two bytes with its length, then CBOR:
///
///     [1, method, target, [name, value, …]]
///     [1, status, [name, value, …]]
package enum SealedHead: Equatable, Sendable {
    case request(method: String, target: String, fields: [Field])
    case answer(status: Int, fields: [Field])

    /// A name in small letters, and a value of printable ASCII.
    package struct Field: Hashable, Sendable {
        package let name: String
        package let value: String

        package init(_ name: String, _ value: String) {
            self.name = name
            self.value = value
        }
    }

    package static let bytesMax = 8_192
    package static let fieldsMax = 8
    static let methodBytesMax = 24
    static let targetBytesMax = 4_096
    static let fieldNameBytesMax = 64
    static let fieldValueBytesMax = 1_024

    /// Length and head, to be followed by the content. Nil for a head that nobody would take.
    package var encoded: [UInt8]? {
        guard isSound else { return nil }
        var writer = CBORWriter()
        writer.beginArray()
        writer.unsigned(1)
        switch self {
        case .request(let method, let target, _):
            writer.text(method)
            writer.text(target)
        case .answer(let status, _):
            writer.unsigned(UInt64(status))
        }
        writer.beginArray()
        for field in fields {
            writer.text(field.name)
            writer.text(field.value)
        }
        writer.endArray()
        writer.endArray()
        let head = writer.finish()
        guard head.count <= Self.bytesMax else { return nil }
        return [UInt8(head.count >> 8), UInt8(head.count & 0xFF)] + head
    }

    /// Reads a head from the beginning of an opened content; nil as long as it is not all there.
    /// - Returns: the head, and how many bytes it took.
    package static func read(_ content: Span<UInt8>) throws(SealedHeadFault) -> (head: SealedHead, bytes: Int)? {
        guard content.count >= 2 else { return nil }
        let count = Int(content[0]) << 8 | Int(content[1])
        guard count <= bytesMax else { throw .tooLarge }
        guard content.count >= 2 + count else { return nil }
        let head = try SealedHead(decoding: content.extracting(2..<2 + count))
        guard head.isSound else { throw .unsound }
        return (head, 2 + count)
    }

    private init(decoding bytes: Span<UInt8>) throws(SealedHeadFault) {
        var version: UInt64 = 1
        do throws(CBORFault) {
            var reader = CBORReader(bytes)
            let count = try reader.arrayHeader()
            if count > 0 { version = try reader.unsigned() }
            if version == 1 {
                switch count {
                case 4:
                    let method = try reader.text()
                    let target = try reader.text()
                    self = .request(method: method, target: target, fields: try Self.fields(&reader))
                case 3:
                    let status = Int(clamping: try reader.unsigned())
                    self = .answer(status: status, fields: try Self.fields(&reader))
                default: throw CBORFault(kind: .wrongCount(expected: 4, found: count), offset: 0)
                }
                try reader.finish()
                return
            }
        } catch { throw .unreadable }
        throw .unknownVersion(version)
    }

    private static func fields(_ reader: inout CBORReader) throws(CBORFault) -> [Field] {
        let count = try reader.arrayHeader(countMax: 2 * fieldsMax)
        guard count % 2 == 0 else { throw CBORFault(kind: .wrongCount(expected: count + 1, found: count), offset: 0) }
        var fields: [Field] = []
        for _ in 0..<count / 2 { fields.append(Field(try reader.text(), try reader.text())) }
        return fields
    }

    package var fields: [Field] {
        switch self {
        case .request(_, _, let fields), .answer(_, let fields): fields
        }
    }

    /// Nothing in it may become another head once it is written out, and no field is there twice.
    private var isSound: Bool {
        switch self {
        case .request(let method, let target, _):
            let letters = UInt8(ascii: "A")...UInt8(ascii: "Z")
            guard (1...Self.methodBytesMax).contains(method.utf8.count), method.utf8.allSatisfy(letters.contains),
                target.utf8.first == UInt8(ascii: "/"), target.utf8.count <= Self.targetBytesMax,
                target.utf8.allSatisfy({ (0x21...0x7E).contains($0) })
            else { return false }
        case .answer(let status, _):
            guard (200...599).contains(status) else { return false }
        }
        guard fields.count <= Self.fieldsMax else { return false }
        let isAscending = zip(fields, fields.dropFirst()).allSatisfy {
            $0.name.utf8.lexicographicallyPrecedes($1.name.utf8)
        }
        return isAscending && fields.allSatisfy(\.isSound)
    }
}

package enum SealedHeadFault: Error, Equatable, Sendable {
    case unreadable
    case unknownVersion(UInt64)
    case tooLarge
    /// A method, target, status or field that no head has.
    case unsound
}

extension SealedHead.Field {
    fileprivate var isSound: Bool {
        let nameBytes = 1...SealedHead.fieldNameBytesMax
        guard nameBytes.contains(name.utf8.count), value.utf8.count <= SealedHead.fieldValueBytesMax else {
            return false
        }
        let letters = UInt8(ascii: "a")...UInt8(ascii: "z")
        return name.utf8.allSatisfy { letters.contains($0) || $0 == UInt8(ascii: "-") }
            && value.utf8.allSatisfy { (0x20...0x7E).contains($0) } && value.utf8.first != UInt8(ascii: " ")
            && value.utf8.last != UInt8(ascii: " ")
    }
}
