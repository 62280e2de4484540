import Bytes
package import Keys
import Operations
import Wire

/// Which bytes of which blob an answer holds: the field `Parley-Blob`.
///
///     hash=:…:, first=0, count=1024, size=4096
package struct BlobExtent: Equatable, Sendable {
    package let hash: Hash
    package let first: UInt64
    package let count: UInt64
    /// Of the whole blob.
    package let size: UInt64

    /// 15 digits, as a structured field has them; nil for bytes that the blob hasn't got.
    static let sizeEnd: UInt64 = 1_000_000_000_000_000

    package init?(hash: Hash, first: UInt64, count: UInt64, size: UInt64) {
        guard size < Self.sizeEnd, first <= size, count <= size - first else { return nil }
        self.hash = hash
        self.first = first
        self.count = count
        self.size = size
    }

    var fieldValue: String {
        "hash=:\(Base64.padded.encode(hash.bytes.array)):, first=\(first), count=\(count), size=\(size)"
    }

    init?(_ dictionary: StructuredDictionary) {
        guard dictionary.entries.map(\.key) == ["hash", "first", "count", "size"],
            case .item(let item) = dictionary.entries[0].member, item.parameters.isEmpty,
            case .bytes(let bytes) = item.value, let hash = Hash(bytes.span)
        else { return nil }
        var figures: [UInt64] = []
        for entry in dictionary.entries.dropFirst() {
            guard case .item(let item) = entry.member, item.parameters.isEmpty, case .integer(let value) = item.value,
                let figure = UInt64(exactly: value)
            else { return nil }
            figures.append(figure)
        }
        self.init(hash: hash, first: figures[0], count: figures[1], size: figures[2])
    }
}
