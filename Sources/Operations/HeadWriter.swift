import Bytes
import Keys

/// Writes a header's CBOR. A `CBORWriter` keeps books that guard against mistakes in what is built freely;
/// here the shape is fixed, and a catch-up rebuilds hundreds of thousands of headers a second.
struct HeadWriter {
    enum Major: UInt8 {
        case unsigned = 0x00
        case bytes = 0x40
        case text = 0x60
        case array = 0x80
    }

    var bytes: [UInt8]

    mutating func head(_ major: Major, _ argument: UInt64) {
        if argument < 24 {
            bytes.append(major.rawValue | UInt8(argument))
        } else if argument <= UInt64(UInt8.max) {
            bytes.append(major.rawValue | 24)
            bytes.append(UInt8(argument))
        } else if argument <= UInt64(UInt16.max) {
            bytes.append(major.rawValue | 25)
            withUnsafeBytes(of: UInt16(argument).bigEndian) { bytes.append(contentsOf: $0) }
        } else if argument <= UInt64(UInt32.max) {
            bytes.append(major.rawValue | 26)
            withUnsafeBytes(of: UInt32(argument).bigEndian) { bytes.append(contentsOf: $0) }
        } else {
            bytes.append(major.rawValue | 27)
            withUnsafeBytes(of: argument.bigEndian) { bytes.append(contentsOf: $0) }
        }
    }

    mutating func unsigned(_ value: UInt64) {
        head(.unsigned, value)
    }

    mutating func null() {
        bytes.append(0xF6)
    }

    mutating func bytes32(_ value: Bytes32) {
        bytes.append(Major.bytes.rawValue | 24)
        bytes.append(32)
        withUnsafeBytes(of: value) { bytes.append(contentsOf: $0) }
    }

    mutating func byteString(_ value: Span<UInt8>, as major: Major = .bytes) {
        head(major, UInt64(value.count))
        bytes.append(value)
    }

    mutating func text(_ value: String) {
        byteString(value.utf8.span, as: .text)
    }

    mutating func dependencies(_ ids: [OperationID]) {
        head(.array, UInt64(ids.count))
        for id in ids { bytes32(id.bytes) }
    }

    mutating func target(_ target: OperationTarget) {
        switch target {
        case .none:
            null()
        case .operation(let id):
            bytes32(id.bytes)
        case .user(let user):
            head(.array, 2)
            bytes32(user.node.bytes)
            text(user.handle.text)
        case .grant(let user, let role):
            head(.array, 3)
            bytes32(user.node.bytes)
            text(user.handle.text)
            text(role.rawValue)
        }
    }
}
