import Bytes
import Glibc
import Gossip
import Keys
import Operations
import SQLite
import Store

/// A room that peers fill, and what it costs at each power of ten to take in more, to write in it, and to show it.
struct StoreGrowth {
    private let path: String
    private let writer: Writer<LogState>
    private var history: HistoryWriter
    private var texts = Vocabulary()

    /// People of this node in the room: the first has read nothing, the others everything.
    private static let readers = (0..<5).map { Handle("reader\($0)")! }  // of letters and digits
    private static let reader = readers[0]
    private static let batchOperations = 2_000
    /// Beside the room that grows.
    private static let otherRooms = 99

    init(at path: String, by identity: NodeIdentity) throws {
        self.path = path
        writer = try StoreBenchmark.open(path, as: identity)
        let node = identity.node
        history = try HistoryWriter(nodes: 5, guests: Self.readers.map { UserID(node: node, handle: $0) })
        for number in 0..<Self.otherRooms { try writer.performLogged { _, state in try Self.found(number, state) } }
        try take(history.beginning)
    }

    func stop() { writer.stop() }

    private static func found(_ number: Int, _ state: LogState) throws {
        let creation = RoomCreation(name: "Room \(number)").encoded
        let room = try state.found(LocalDraft(by: reader, .roomCreate, payload: creation), at: 1).room
        for post in 0..<3 {
            let payload = MessageContent(content: "Post \(post)").encoded
            _ = try state.write(LocalDraft(by: reader, .messagePost, payload: payload), in: room, at: 1)
        }
    }

    mutating func run(upTo count: Int) throws {
        var lines = [StoreReading.Figure.allCases.map(\.words)]
        lines[0].insert(contentsOf: ["messages", "taken in: CPU", "a second", "written: CPU", "bytes each"], at: 0)
        for stage in Self.stages(upTo: count) {
            let before = history.count
            let bytes = try StoreBenchmark.size(path)
            let spent = try grow(to: stage)
            let taken = Double(history.count - before)
            var line = [
                Figures.grouped(stage), Figures.microseconds(spent.cpu / taken),
                Figures.fixed(taken / spent.seconds, 0),
            ]
            let each = Double(try StoreBenchmark.size(path) - bytes) / taken
            line.append(Figures.microseconds(try write()))
            line.append(Figures.fixed(each, 0))
            try read()
            let reading = try StoreReading(path, history.room, Self.reader, messages: history.count)
            for figure in StoreReading.Figure.allCases {
                line.append(Figures.microseconds(try reading.cost(of: figure)))
            }
            lines.append(line)
            Console.complain(line.joined(separator: "  "))
        }
        Console.say(Figures.table(Self.transposed(lines)))
    }

    private static func stages(upTo count: Int) -> [Int] {
        var stages: [Int] = []
        var next = 1_000
        while next < count {
            stages.append(next)
            next *= 10
        }
        return stages + [count]
    }

    private static func transposed(_ lines: [[String]]) -> [[String]] {
        lines[0].indices.map { column in lines.map { $0[column] } }
    }

    // MARK: Taking in

    private struct Spent {
        var cpu = 0.0
        var seconds = 0.0
    }

    private mutating func grow(to count: Int) throws -> Spent {
        var spent = Spent()
        while history.count < count {
            var operations: [Operation] = []
            for _ in 0..<min(Self.batchOperations, count - history.count) {
                operations.append(try history.post(texts.message(&history)))
            }
            let one = try take(operations)
            spent.cpu += one.cpu
            spent.seconds += one.seconds
        }
        return spent
    }

    /// As one peer would send them. Proving them is not counted: other threads do that, as many as there are.
    @discardableResult
    private func take(_ operations: [Operation]) throws -> Spent {
        var packers: [Feed: RunPacker] = [:]
        for operation in operations {
            let feed = operation.header.feed
            let certificate = operation.header.seq == 0 ? history.certificates[feed]?.encoded : nil
            _ = packers[feed, default: RunPacker()].append(operation, certificate: certificate)
        }
        var batch = ProvenBatch(room: history.room, source: nil)
        for run in packers.values.compactMap({ $0.finish() }) {
            batch.add(run: run) { history.certificates[$0] }
        }
        let proven = batch
        let cpu = CPUTime.own()
        let began = Clock.now()
        let now = StoreBenchmark.now
        _ = try writer.performLogged { _, state in try state.take(proven, peers: [], at: now) }
        return Spent(cpu: (CPUTime.own() - cpu).total, seconds: Double(Clock.now() - began) / 1e9)
    }

    // MARK: Reading and writing

    private func read() throws {
        let room = history.room
        _ = try writer.performLogged { transaction, _ in
            guard let number = try Names.room(room.uuid, on: transaction.connection) else { return }
            for handle in Self.readers.dropFirst() {
                guard let person = try PersonTable.number(ofHandle: handle.text, node: nil, on: transaction.connection)
                else { continue }
                _ = try Readings.markAll(in: number, by: person, at: Timestamp(milliseconds: 1), in: transaction)
            }
        }
    }

    private static let written = 512
    private static let inCommit = 16

    /// In the same room, by somebody of this node: the CPU of one message, of sixteen in a commit.
    private func write() throws -> Double {
        let room = history.room
        let now = history.time.milliseconds
        let payload = MessageContent(content: String(repeating: "Another message. ", count: 6)).encoded
        let before = CPUTime.own()
        for _ in 0..<Self.written / Self.inCommit {
            _ = try writer.performLogged { _, state in
                for _ in 0..<Self.inCommit {
                    _ = try state.write(LocalDraft(by: Self.reader, .messagePost, payload: payload), in: room, at: now)
                }
            }
        }
        return (CPUTime.own() - before).total / Double(Self.written)
    }
}

/// Texts of a hundred bytes in words of 200,000, the n-th of which comes about n times more seldom than the first.
private struct Vocabulary {
    private static let words = 200_000.0
    private static let syllables = [
        "ba", "co", "di", "fe", "gu", "ha", "ki", "lo", "mu", "ne", "pi", "ro", "sa", "te", "vu", "zo",
    ]

    func message(_ history: inout HistoryWriter) -> String {
        var text = ""
        for _ in 0..<12 {
            let chance = Double(history.random(below: 1 << 32)) / 4_294_967_296
            if !text.isEmpty { text += " " }
            text += Self.word(Int(exp(chance * log(Self.words))))
        }
        return text
    }

    static func word(_ rank: Int) -> String {
        var left = rank
        var word = ""
        repeat {
            word += syllables[left & 15]
            left >>= 4
        } while left > 0
        return word
    }
}

extension StoreReading {
    /// The first and about the thirty thousandth.
    static let common = Vocabulary.word(1)
    static let rare = Vocabulary.word(30_000)
}
