import Bytes

/// The keys that an object had so far, to find one that comes twice.
///
/// Comparing each key with all before it costs nothing for the dozen keys that real objects have, and is
/// quadratic for the hundred thousand of a hostile one. So beyond a few keys, or with a key that has escapes
/// and can't be compared as it stands, they move into a `Set`, whose hashing is seeded anew in every process
/// and can't be provoked.
struct JSONKeys {
    private static let comparedMax = 16

    private var plain: [JSONString] = []
    private var decoded: Set<[UInt8]> = []

    /// Whether the key is new.
    mutating func insert(_ key: JSONString, in bytes: Span<UInt8>) -> Bool {
        if decoded.isEmpty {
            if !key.hasEscapes, plain.count < Self.comparedMax {
                if plain.isEmpty { plain.reserveCapacity(Self.comparedMax) }
                for known in plain where known.hasSameBytes(as: key, in: bytes) {
                    return false
                }
                plain.append(key)
                return true
            }
            decoded = Set(plain.map { $0.decodedBytes(from: bytes) })
        }
        return decoded.insert(key.decodedBytes(from: bytes)).inserted
    }
}
