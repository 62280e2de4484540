import Keys
import Testing

@testable import Node

struct BackupFormatTests {
    private static let content: [UInt8] = Array("what somebody has sent".utf8)

    private static func backup() throws -> (bytes: [UInt8], contents: BackupContents) {
        var bytes: [UInt8] = []
        var writer = try BackupWriter { bytes += $0 }
        try writer.begin(.key, size: 3)
        try writer.put([1, 2, 3])
        try writer.begin(.database, size: 300_000)
        try writer.put([UInt8](repeating: 7, count: 300_000))
        try writer.begin(blob: Hash(of: content.span), size: UInt64(content.count))
        try writer.put(content)
        try writer.finish(rooms: 4, operations: 5)
        return (bytes, writer.contents)
    }

    /// Reads all of it, in pieces of at most so many bytes.
    private static func read(
        _ bytes: [UInt8], pieces: Int = .max
    ) throws -> (items: [BackupReader.Item], sizes: [Int]) {
        var rest = bytes[...]
        var reader = try BackupReader { count in
            let piece = rest.prefix(min(count, pieces))
            rest = rest.dropFirst(piece.count)
            return Array(piece)
        }
        var (items, sizes): ([BackupReader.Item], [Int]) = ([], [])
        while true {
            let item = try reader.next()
            items.append(item)
            switch item {
            case .key(let size), .database(let size), .blob(_, let size):
                var count = 0
                try reader.take(size) { count += $0.count }
                sizes.append(count)
            case .end: return (items, sizes)
            }
        }
    }

    @Test(arguments: [1, 7, 65_536, .max])
    func `a backup is read as it was written, in pieces of any size`(pieces: Int) throws {
        let (bytes, contents) = try Self.backup()
        let (items, sizes) = try Self.read(bytes, pieces: pieces)
        #expect(
            items == [
                .key(size: 3), .database(size: 300_000),
                .blob(Hash(of: Self.content.span), size: UInt64(Self.content.count)), .end(contents),
            ])
        #expect(sizes == [3, 300_000, Self.content.count])
        #expect(contents == BackupContents(bytes: UInt64(bytes.count), rooms: 4, operations: 5, blobs: 1))
    }

    @Test
    func `one that is cut, altered or longer is refused`() throws {
        let (bytes, _) = try Self.backup()
        // Every place of what isn't content, and some of the content.
        var places = Array(0..<60)
        places += Array(stride(from: 60, to: bytes.count - 200, by: 50_021))
        places += Array(bytes.count - 200..<bytes.count)
        for place in places {
            #expect(throws: DamagedBackup.self) { try Self.read(Array(bytes[..<place])) }
            var altered = bytes
            altered[place] ^= 0x10
            #expect(throws: DamagedBackup.self) { try Self.read(altered) }
        }
        #expect(throws: DamagedBackup.self) { try Self.read(bytes + [0]) }
    }
}
