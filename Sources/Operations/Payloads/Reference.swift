import Bytes
package import CBOR

/// A reference of the caller's own, which comes back as given: a text or an integer.
package enum Reference: Hashable, Sendable {
    case text(String)
    case integer(Int64)
}

extension CBORWriter {
    package mutating func reference(_ reference: Reference?) {
        switch reference {
        case .text(let value): text(value)
        case .integer(let value): integer(value)
        case nil: null()
        }
    }
}

extension FieldReader<PayloadFault> {
    mutating func reference() throws(PayloadFault) -> Reference? {
        switch try nextType() {
        case .null:
            _ = try takeNull()
            return nil
        case .text: return .text(try text(bytesMax: Limits.nameBytesMax))
        case .unsigned, .negative: return .integer(try integer())
        case .bytes, .array, .map, .tag, .bool, .float, .simple: throw .wrongShape
        }
    }
}
