import Keys

/// A node in one file (Spec/storage.md, section 9):
///
///     "parley backup 1\n"
///     1 ‖ size ‖ node.key
///     2 ‖ size ‖ the database
///     3 ‖ hash ‖ size ‖ content      for each blob
///     0 ‖ rooms ‖ operations ‖ blobs ‖ BLAKE2b-256 of all before
///
/// Numbers have 8 bytes, the highest first; what stands at the begin of a line has one.
enum BackupFormat {
    static let magic = Array("parley backup 1\n".utf8)
    static let pieceBytes = 262_144

    enum Section: UInt8 {
        case end = 0
        case key
        case database
        case blob
    }
}

/// What a backup holds.
struct BackupContents: Equatable, Sendable {
    var bytes: UInt64 = 0
    var rooms: UInt64 = 0
    var operations: UInt64 = 0
    var blobs: UInt64 = 0
}

struct BackupWriter {
    private let sink: ([UInt8]) throws -> Void
    private var hasher = BLAKE2b()
    private(set) var contents = BackupContents()

    init(_ sink: @escaping ([UInt8]) throws -> Void) throws {
        self.sink = sink
        try put(BackupFormat.magic)
    }

    mutating func begin(_ section: BackupFormat.Section, size: UInt64) throws {
        try put([section.rawValue] + Self.bytes(size))
    }

    mutating func begin(blob hash: Hash, size: UInt64) throws {
        try put([BackupFormat.Section.blob.rawValue] + hash.bytes.array + Self.bytes(size))
        contents.blobs += 1
    }

    /// As much, in all, as the section's size says.
    mutating func put(_ bytes: [UInt8]) throws {
        hasher.update(bytes.span)
        contents.bytes += UInt64(bytes.count)
        try sink(bytes)
    }

    mutating func finish(rooms: UInt64, operations: UInt64) throws {
        (contents.rooms, contents.operations) = (rooms, operations)
        let counts = [rooms, operations, contents.blobs].flatMap(Self.bytes)
        try put([BackupFormat.Section.end.rawValue] + counts)
        // A hash of all before it can't be a part of what it is of.
        let hash = hasher
        try sink(hash.finish().bytes.array)
        contents.bytes += UInt64(Bytes32.count)
    }

    private static func bytes(_ number: UInt64) -> [UInt8] {
        withUnsafeBytes(of: number.bigEndian) { Array($0) }
    }
}

/// A file that is no backup, or was altered or cut. Nothing of it is to be believed.
struct DamagedBackup: Error, Equatable, CustomStringConvertible {
    var description: String { "this is no whole backup: it is damaged, cut short, or something else" }
}

struct BackupReader {
    enum Item: Equatable {
        case key(size: UInt64)
        case database(size: UInt64)
        case blob(Hash, size: UInt64)
        /// All is as it was written, and nothing comes behind it.
        case end(BackupContents)
    }

    private let source: (Int) throws -> [UInt8]
    private var hasher = BLAKE2b()
    private var bytesRead: UInt64 = 0

    /// `source` gives up to so many bytes, and none at the end.
    init(_ source: @escaping (Int) throws -> [UInt8]) throws {
        self.source = source
        guard try exactly(BackupFormat.magic.count) == BackupFormat.magic else { throw DamagedBackup() }
    }

    /// The next section's head; its content is to be taken before the one after.
    mutating func next() throws -> Item {
        switch BackupFormat.Section(rawValue: try exactly(1)[0]) {
        case .key: return .key(size: try number())
        case .database: return .database(size: try number())
        case .blob:
            // In a variable of its own: the compiler (6.3.1) breaks on the span of a result that may not come.
            let bytes = try exactly(Bytes32.count)
            guard let hash = Bytes32(bytes.span) else { throw DamagedBackup() }
            return .blob(Hash(bytes: hash), size: try number())
        case .end:
            var contents = BackupContents()
            contents.rooms = try number()
            contents.operations = try number()
            contents.blobs = try number()
            let hash = hasher.finish().bytes.array
            guard try exactly(Bytes32.count) == hash, try source(1).isEmpty else { throw DamagedBackup() }
            contents.bytes = bytesRead
            return .end(contents)
        case nil: throw DamagedBackup()
        }
    }

    mutating func take(_ size: UInt64, _ body: ([UInt8]) throws -> Void) throws {
        var rest = size
        while rest > 0 {
            let piece = try piece(atMost: Int(min(rest, UInt64(BackupFormat.pieceBytes))))
            rest -= UInt64(piece.count)
            try body(piece)
        }
    }

    private mutating func number() throws -> UInt64 {
        try exactly(8).reduce(0) { $0 << 8 | UInt64($1) }
    }

    private mutating func exactly(_ count: Int) throws -> [UInt8] {
        var bytes: [UInt8] = []
        while bytes.count < count { bytes += try piece(atMost: count - bytes.count) }
        return bytes
    }

    private mutating func piece(atMost count: Int) throws -> [UInt8] {
        let piece = try source(count)
        guard !piece.isEmpty else { throw DamagedBackup() }
        hasher.update(piece.span)
        bytesRead += UInt64(piece.count)
        return piece
    }
}
