import Bytes
import CBOR
import Keys

typealias PayloadReader = FieldReader<PayloadFault>

/// A payload that can be read.
protocol PayloadMembers {
    init()
    /// Reads the value of a member, or returns false if it knows none of this name.
    mutating func read(_ name: String, _ reader: inout PayloadReader) throws(PayloadFault) -> Bool
}

extension PayloadMembers {
    /// Reads a map. Members that nobody here knows are checked and passed over: a newer node may have more to
    /// say. Which ones were there is in `found`, each once, since a map has no key twice.
    static func readMap(_ reader: inout PayloadReader, found: inout [String]) throws(PayloadFault) -> Self {
        var payload = Self()
        for _ in 0..<(try reader.mapHeader()) {
            let utf8 = try reader.utf8()
            let name: String? = utf8.count <= Limits.memberNameBytesMax ? String(copying: utf8) : nil
            if let name, try payload.read(name, &reader) {
                found.append(name)
            } else {
                try reader.skip()
            }
        }
        return payload
    }

    static func readWhole(
        _ bytes: Span<UInt8>, requiring names: [String] = [], atLeastOne: Bool = false
    ) throws(PayloadFault) -> Self {
        var reader = PayloadReader(bytes, allowing: .tags)
        var found: [String] = []
        let payload = try readMap(&reader, found: &found)
        try reader.finish()
        guard names.allSatisfy(found.contains), !atLeastOne || !found.isEmpty else { throw .missingMember }
        return payload
    }
}

extension String {
    init(copying utf8: Span<UInt8>) {
        self = utf8.withUnsafeBufferPointer { String(decoding: $0, as: UTF8.self) }
    }
}

extension FieldReader<PayloadFault> {
    /// Exactly as the author wrote it; a NUL is all that no text may have.
    mutating func text(bytesMax: Int, bytesMin: Int = 0) throws(PayloadFault) -> String {
        let utf8 = try utf8()
        guard utf8.count <= bytesMax else { throw .tooLarge }
        guard utf8.count >= bytesMin, !utf8.contains(0) else { throw .badText }
        return String(copying: utf8)
    }

    /// 1 to 32 of `a-z` and `_`: something that programs tell apart.
    mutating func token() throws(PayloadFault) -> String {
        let utf8 = try utf8()
        guard utf8.count <= Limits.tokenBytesMax else { throw .tooLarge }
        guard utf8.count > 0 else { throw .badText }
        for index in 0..<utf8.count {
            let byte = utf8[index]
            guard byte >= UInt8(ascii: "a") && byte <= UInt8(ascii: "z") || byte == UInt8(ascii: "_") else {
                throw .badText
            }
        }
        return String(copying: utf8)
    }

    mutating func users(countMax: Int) throws(PayloadFault) -> [UserID] {
        let count = try arrayHeader(countMax: countMax, else: .tooLarge)
        var users: [UserID] = []
        for _ in 0..<count { users.append(try user(else: .badText)) }
        return users
    }

    mutating func operationID() throws(PayloadFault) -> OperationID {
        OperationID(try bytes32())
    }
}

extension Span<UInt8> {
    fileprivate func contains(_ byte: UInt8) -> Bool {
        for index in 0..<count where self[index] == byte { return true }
        return false
    }
}
