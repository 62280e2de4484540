import Keys

@testable import Blobs

/// Content that no shift or cut of it equals.
func pattern(_ count: Int) -> [UInt8] {
    (0..<count).map { UInt8(truncatingIfNeeded: $0 &* $0 / 7 + $0) }
}

extension Hash {
    init(_ content: [UInt8]) {
        self.init(of: content.span)
    }

    /// Below the folder `blobs`.
    var path: String {
        let name = BlobName(self)
        return "\(name.folder)/\(name.file)"
    }
}

extension BlobStore {
    /// Stores all of it and lets go of the publication.
    @discardableResult
    func store(_ content: [UInt8]) throws -> Hash {
        let writer = try writer(bytesMax: UInt64(content.count))
        try writer.write(content.span)
        return try writer.finish().hash
    }

    func content(of hash: Hash) throws -> [UInt8]? {
        guard let file = try open(hash) else { return nil }
        return try file.read(at: 0, count: Int(file.size))
    }
}

extension BlobWriter {
    func write(_ content: [UInt8]) throws(BlobError) {
        try write(content.span)
    }
}

extension PartialBlob {
    func append(_ content: [UInt8]) throws(BlobError) {
        try append(content.span)
    }
}
