import Bytes
import Keys

/// Where a blob lies: the first byte of its hash names a folder, the other 31 the file in it, in hex. A hash is
/// 32 bytes and nothing else, so no text from outside ever becomes a part of a path.
struct BlobName {
    let folder: String
    let file: String

    init(_ hash: Hash) {
        let hex = hash.description
        folder = String(hex.prefix(2))
        file = String(hex.dropFirst(2))
    }

    static func folder(_ first: UInt8) -> String {
        Hex.encode([first])
    }

    /// The hash that has this name; nil for a file that is none of ours.
    static func hash(folder: String, file: String) -> Hash? {
        let hex = folder + file
        guard let hash = Hash(hex: hex), hash.description == hex else { return nil }
        return hash
    }
}
