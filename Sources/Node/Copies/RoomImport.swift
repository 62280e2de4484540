import API
import Blobs
import Bytes
import Chat
import EventLoop
import Gossip
import JSON
import Keys
import Operations
import SQLite
import Store

/// `import FILE`: a room that was exported goes the way of what comes from other nodes.
struct RoomImport {
    private static let lineBytesMax = 8 << 20
    private static let batchBytesMax = 1 << 20

    private struct Report {
        var room: RoomID?
        var operations = 0
        var new: UInt64 = 0
        var refused: UInt64 = 0
        var isWhole = false
    }

    /// What a line says.
    private struct Line {
        var header: (version: Int64, id: String)?
        var run: [UInt8]?
        var register: [UInt8]?
        var proof: [UInt8]?
        var file: Hash?
        var size: Int64 = 0
        var data: [UInt8] = []
        var isEnd = false
        var operations: Int64 = 0
    }

    private let context: Commands.Context
    private let known: LogReading
    private var report = Report()
    private var batch: ProvenBatch?
    private var batchBytes = 0
    private var writer: (hash: Hash, blob: BlobWriter, size: UInt64)?
    /// Files of this room, held until its operations refer to them.
    private var files: [PublishedBlob] = []

    static func run(_ context: Commands.Context) throws {
        let reading = context.node.reader()
        try reading.read { connection in
            var importing = try RoomImport(context, connection)
            try importing.run()
        }
    }

    private init(_ context: Commands.Context, _ connection: Connection) throws {
        self.context = context
        known = try LogReading(connection, node: context.node.identity.node)
    }

    private mutating func run() throws {
        var lines = LineReader(context.terminal, lineBytesMax: Self.lineBytesMax)
        while !report.isWhole, let bytes = try lines.next() {
            guard let line = try? Self.line(bytes) else { break }
            try take(line)
        }
        try submit()
        try settleFiles()
        let trailing = try lines.next() != nil
        try show()
        guard report.isWhole, !trailing else {
            throw NodeFault("the file is not whole; what was good in it was taken in")
        }
        guard report.refused == 0 else { throw NodeFault("\(report.refused) of it were refused") }
    }

    private mutating func take(_ line: Line) throws {
        if let (version, id) = line.header {
            guard report.room == nil, version == RoomExport.version, let bytes = Bytes32(hex: id) else {
                throw NodeFault("this is no export of a room that this program can read")
            }
            report.room = RoomID(bytes)
            return
        }
        guard let room = report.room else { throw NodeFault("this is no export of a room") }
        if line.isEnd {
            report.isWhole = Int(line.operations) == report.operations && writer == nil
            return
        }
        if let hash = line.file { return try take(line.data, of: hash, size: UInt64(clamping: line.size)) }
        var batch = self.batch ?? ProvenBatch(room: room, source: nil)
        if let run = line.run {
            report.operations += (try? Run(decoding: run.span).operations.count) ?? 0
            try known.read(peers: []) { log in
                batch.add(run: run, knowing: { log.certificate(of: $0, in: room) })
            }
        }
        if let register = line.register { batch.add(register: register) }
        if let proof = line.proof { batch.add(proof: proof) }
        self.batch = batch
        batchBytes += (line.run ?? line.register ?? line.proof ?? []).count
        if batchBytes >= Self.batchBytesMax { try submit() }
    }

    private mutating func submit() throws {
        guard let batch else { return }
        self.batch = nil
        batchBytes = 0
        let outcome = try context.node.writer().performLogged { _, state in
            try state.logState.take(batch, peers: [], at: Timestamp.now().milliseconds)
        }
        report.new += outcome.new
        report.refused += outcome.faults
    }

    /// A piece of a file; all of them come one after the other.
    private mutating func take(_ data: [UInt8], of hash: Hash, size: UInt64) throws {
        let current = try writer ?? begin(hash, size)
        guard current.hash == hash else { throw NodeFault("the file \(current.hash) is not whole") }
        try current.blob.write(data.span)
        writer = current.blob.size < current.size ? current : nil
        if writer == nil { files.append(try current.blob.finish()) }
    }

    private func begin(_ hash: Hash, _ size: UInt64) throws -> (hash: Hash, blob: BlobWriter, size: UInt64) {
        (hash, try context.node.blobs().writer(bytesMax: size, expecting: hash, size: size), size)
    }

    /// They are the room's from now on: shown, and given to others there.
    private func settleFiles() throws {
        guard let room = report.room else { return }
        for (hash, size) in files.map({ ($0.hash, $0.size) }) {
            guard let content = try FileContent(of: hash, in: context.node.blobs()) else { continue }
            try context.node.writer().performLogged { transaction, state in
                try state.logState.keep(hash, size: size, for: room, in: transaction)
                try Attachments.arrive(hash, in: room, at: .now(), in: transaction, state) {
                    content.judgement(name: $0, type: $1)
                }
            }
        }
    }

    private func show() throws {
        let report = report
        try context.print { writer in
            writer.beginObject()
            writer.key("room")
            if let room = report.room { writer.uuid(room.uuid) } else { writer.null() }
            writer.key("operations")
            writer.integer(report.operations)
            writer.key("new")
            writer.integer(Int64(clamping: report.new))
            writer.key("refused")
            writer.integer(Int64(clamping: report.refused))
            writer.endObject()
        } text: {
            "\(report.operations) operations, \(report.new) of them new, \(report.refused) refused\n"
        }
    }

    // MARK: Lines

    private static func line(_ bytes: [UInt8]) throws -> Line {
        var line = Line()
        var (isRoom, version, id): (Bool, Int64, String) = (false, 0, "")
        var reader = JSONReader(bytes.span)
        try reader.beginObject()
        while let key = try reader.nextKey() {
            switch key {
            case "parley": isRoom = try reader.string() == "room"
            case "version": version = try reader.integer()
            case "id": id = try reader.string()
            case "run": line.run = try base64(try reader.string())
            case "register": line.register = try base64(try reader.string())
            case "proof": line.proof = try base64(try reader.string())
            case "file": line.file = Hash(hex: try reader.string())
            case "size": line.size = try reader.integer()
            case "data": line.data = try base64(try reader.string())
            case "end": line.isEnd = try reader.bool()
            case "operations": line.operations = try reader.integer()
            default: try reader.skip()
            }
        }
        try reader.finish()
        if isRoom { line.header = (version, id) }
        return line
    }

    private static func base64(_ text: String) throws -> [UInt8] {
        guard let bytes = Base64.url.decode(text) else { throw NodeFault("a line is damaged") }
        return bytes
    }
}

/// What a terminal reads, line by line.
struct LineReader {
    private let terminal: any Terminal
    private let lineBytesMax: Int
    private var waiting: [UInt8] = []
    /// Up to here there is no line's end.
    private var searched = 0
    private var isOver = false

    init(_ terminal: any Terminal, lineBytesMax: Int) {
        self.terminal = terminal
        self.lineBytesMax = lineBytesMax
    }

    /// Without its end; nil when there is none any more.
    mutating func next() throws -> [UInt8]? {
        while true {
            if let end = waiting[searched...].firstIndex(of: UInt8(ascii: "\n")) {
                let line = Array(waiting[..<end])
                waiting.removeFirst(end + 1)
                searched = 0
                return line
            }
            searched = waiting.count
            guard !isOver else { return waiting.isEmpty ? nil : last() }
            guard waiting.count <= lineBytesMax else { throw NodeFault("a line is too long") }
            let piece = try terminal.read(atMost: 65_536)
            isOver = piece.isEmpty
            waiting += piece
        }
    }

    private mutating func last() -> [UInt8] {
        defer { (waiting, searched) = ([], 0) }
        return waiting
    }
}
