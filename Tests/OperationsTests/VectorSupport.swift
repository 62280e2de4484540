import Bytes
import Glibc
import JSON
import Keys
import OperationVectors

@testable import Operations

/// A file of Spec/vectors as it lies there.
func vectorText(_ name: String) throws -> String {
    let here = #filePath
    let root = here[..<here.range(of: "/Tests/OperationsTests/")!.lowerBound]
    return String(decoding: try readFile("\(root)/Spec/vectors/\(name)"), as: UTF8.self)
}

func vectors(_ name: String) throws -> JSONValue {
    let bytes = Array(try vectorText(name).utf8)
    var reader = JSONReader(bytes.span)
    let value = try reader.value(itemsMax: 100_000)
    try reader.finish()
    return value
}

struct MissingFile: Error {
    let path: String
}

func readFile(_ path: String) throws -> [UInt8] {
    guard let file = fopen(path, "r") else { throw MissingFile(path: path) }
    defer { fclose(file) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while true {
        let count = fread(&buffer, 1, buffer.count, file)
        guard count > 0 else { return bytes }
        bytes += buffer[..<count]
    }
}

extension String {
    fileprivate func range(of text: String) -> Range<String.Index>? {
        indices.first { self[$0...].hasPrefix(text) }.map { $0..<index($0, offsetBy: text.count) }
    }
}

// A vector that lacks a member is a mistake of ours, so these trap.
extension JSONValue {
    subscript(name: String) -> JSONValue {
        guard case .object(let members) = self, let member = members.first(where: { $0.key == name }) else {
            preconditionFailure("No member \(name)")
        }
        return member.value
    }

    var list: [JSONValue] {
        guard case .array(let elements) = self else { preconditionFailure("Not a list") }
        return elements
    }

    var text: String {
        guard case .string(let text) = self else { preconditionFailure("Not a text: \(self)") }
        return text
    }

    var hex: [UInt8] { Hex.decode(text)! }
    var hash: Hash { Hash(hex: text)! }
    var node: NodeID { NodeID(hash.bytes) }
    var optionalHex: [UInt8]? { self == .null ? nil : hex }

    var number: Int {
        guard case .integer(let value) = self else { preconditionFailure("Not a number") }
        return Int(value)
    }

    var isTrue: Bool { self == .bool(true) }
}

/// What these bytes are refused with; nil if they are not.
func fault(of form: Refused.Form, _ bytes: [UInt8], _ context: [UInt8]?) -> OperationFault? {
    do throws(OperationFault) {
        switch form {
        case .header: _ = try OperationHeader(decoding: bytes.span)
        case .next:
            let last = try OperationHeader(decoding: context!.span)
            try OperationHeader(decoding: bytes.span).check(follows: last, id: OperationID(ofHeader: context!.span))
        case .envelope: _ = try Envelope(decoding: bytes.span)
        case .run:
            let run = try Run(decoding: bytes.span)
            if let context { try run.verify(under: Certificate(decoding: context.span)) }
        case .certificate: _ = try Certificate(decoding: bytes.span)
        case .register: _ = try SignedRegister(decoding: bytes.span)
        case .fork: _ = try ForkProof(decoding: bytes.span)
        case .clock: _ = try Clock(decoding: bytes.span)
        case .nature:
            let opening = try? DirectOpening(payload: context!.span)
            try RoomNature.direct(opening!.pair).check(OperationHeader(decoding: bytes.span))
        }
        return nil
    } catch {
        return error
    }
}

// The macro `#expect` takes its arguments apart and can't hold a Span, so tests pass arrays.

extension OperationHeader {
    init(decoding bytes: [UInt8]) throws(OperationFault) { try self.init(decoding: bytes.span) }
}

extension Envelope {
    init(decoding bytes: [UInt8]) throws(OperationFault) { try self.init(decoding: bytes.span) }
}

extension Run {
    init(decoding bytes: [UInt8]) throws(OperationFault) { try self.init(decoding: bytes.span) }
}

extension Certificate {
    init(decoding bytes: [UInt8]) throws(OperationFault) { try self.init(decoding: bytes.span) }
}

extension SignedRegister {
    init(decoding bytes: [UInt8]) throws(OperationFault) { try self.init(decoding: bytes.span) }
}

extension ForkProof {
    init(decoding bytes: [UInt8]) throws(OperationFault) { try self.init(decoding: bytes.span) }
}

extension Clock {
    init(decoding bytes: [UInt8]) throws(OperationFault) { try self.init(decoding: bytes.span) }
}

extension Payload {
    init?(_ bytes: [UInt8], of kind: OperationKind) throws(PayloadFault) { try self.init(bytes.span, of: kind) }
}

extension PayloadReference {
    init(of bytes: [UInt8]) { self.init(of: bytes.span) }
}

extension Hash {
    init(_ tag: Tag, of bytes: [UInt8]) { self.init(tag, of: bytes.span) }
}
