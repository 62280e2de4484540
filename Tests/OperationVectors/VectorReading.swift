import Bytes
import Glibc
package import JSON
package import Keys
package import Operations

/// A file of Spec/vectors as it lies there.
package func vectorText(_ name: String) throws -> String {
    let here = #filePath
    let root = here[..<here.range(of: "/Tests/OperationVectors/")!.lowerBound]
    return String(decoding: try readFile("\(root)/Spec/vectors/\(name)"), as: UTF8.self)
}

package func vectors(_ name: String) throws -> JSONValue {
    let bytes = Array(try vectorText(name).utf8)
    var reader = JSONReader(bytes.span)
    let value = try reader.value(itemsMax: 100_000)
    try reader.finish()
    return value
}

private struct MissingFile: Error {
    let path: String
}

private func readFile(_ path: String) throws -> [UInt8] {
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
    package subscript(name: String) -> JSONValue {
        guard case .object(let members) = self, let member = members.first(where: { $0.key == name }) else {
            preconditionFailure("No member \(name)")
        }
        return member.value
    }

    package var list: [JSONValue] {
        guard case .array(let elements) = self else { preconditionFailure("Not a list") }
        return elements
    }

    package var text: String {
        guard case .string(let text) = self else { preconditionFailure("Not a text: \(self)") }
        return text
    }

    package var hex: [UInt8] { Hex.decode(text)! }
    package var hash: Hash { Hash(hex: text)! }
    package var node: NodeID { NodeID(hash.bytes) }
    package var optionalHex: [UInt8]? { self == .null ? nil : hex }

    package var number: Int {
        guard case .integer(let value) = self else { preconditionFailure("Not a number") }
        return Int(value)
    }

    package var isTrue: Bool { self == .bool(true) }
}
