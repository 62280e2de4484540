import Bytes
import CBOR
import Keys
import Operations

// Runs, what is made of them, and registers, with as much in them as can be.
extension LimitVector {
    private static let south = SampleNode.south

    /// Operations of one feed behind `first`, each a message of so many spaces, or a join where that is nil.
    private static func operations(_ sizes: [Int?], at second: Int64, in feed: inout FeedWriter) throws -> [Operation] {
        try sizes.enumerated().map { index, size in
            let payload = size.map { [UInt8](repeating: 0x20, count: $0) }
            return try feed.write(
                OperationDraft(
                    author: Handle("bo")!, kind: size == nil ? .join : .messagePost, payload: payload,
                    dependencies: [], time: .sample(second, counter: UInt64(index))),  // a handle in our own source
                signingWith: index == sizes.count - 1 ? south.first : nil)
        }
    }

    /// As `RunPacker` would pack them, were it to leave no byte unused.
    private static func pieces(ofRun operations: [Operation], certificate: [UInt8]? = nil) -> LargeBytes {
        let first = operations[0].header
        var pieces: [LargeBytes.Piece] = [
            .bytes(
                [0x88, 0x01]
                    + VectorFile.cbor { writer in
                        writer.bytes32(first.room!.bytes)  // the feed of a room that is there
                    } + VectorFile.cbor { $0.bytes32(first.origin.bytes) }
                    + VectorFile.cbor { $0.unsigned(first.epoch) }
                    + VectorFile.cbor { $0.unsigned(first.seq) }
                    + VectorFile.cbor { writer in
                        if let certificate { writer.bytes(certificate) } else { writer.bytes32(first.previous) }
                    } + head(.array, operations.count))
        ]
        var last: UInt64 = 0
        var same: (row: [UInt8], times: Int) = ([], 0)
        func finishSame() {
            if same.times > 0 { pieces.append(.repeated(same.row, times: same.times)) }
            same = ([], 0)
        }
        for operation in operations {
            let header = operation.header
            let row =
                [0x86, 0x80] + VectorFile.cbor { $0.unsigned(header.time.value - last) }
                + VectorFile.cbor { $0.text(header.author.text) } + VectorFile.cbor { $0.text(header.kind.name) } + [
                    0xF6
                ]
            last = header.time.value
            guard let payload = operation.payload else {
                if same.row != row + [0xF6] { finishSame() }
                same = (row + [0xF6], same.times + 1)
                continue
            }
            finishSame()
            pieces += [.bytes(row + head(.bytes, payload.count)), .repeated([0x20], times: payload.count)]
        }
        finishSame()
        pieces.append(.bytes(VectorFile.cbor { $0.signature(operations.last!.signature!) }))  // the last is signed
        return LargeBytes(pieces)
    }

    /// A run of that many bytes in all, from seq 0 on.
    private static func run(ofBytes count: Int) throws -> LargeBytes {
        func run(_ last: Int) throws -> LargeBytes {
            var feed = FeedWriter(beginningIn: RoomID(Hash(of: [1].span).bytes), under: south.certificate)
            let sizes = Array(repeating: Limits.payloadBytesMax, count: count / Limits.payloadBytesMax - 1) + [last]
            return pieces(
                ofRun: try operations(sizes, at: 0, in: &feed), certificate: south.certificate.encoded)
        }
        return try run(30_000 + count - run(30_000).count)
    }

    static func runs() throws -> [LimitVector] {
        var feed = FeedWriter(beginningIn: RoomID(Hash(of: [2].span).bytes), under: south.certificate)
        let joins = try operations(Array(repeating: nil, count: Limits.runOperationsMax), at: 0, in: &feed)
        let one = LooseArray(pieces(ofRun: [joins.last!]).bytes)  // there are some
        let tooMany: [LargeBytes.Piece] = [
            .bytes([0x88] + one.items[0...5].joined() + head(.array, Limits.runOperationsMax + 1)),
            .repeated([0], times: Limits.runOperationsMax + 1), .bytes(one.items[7]),
        ]
        let certificate = south.certificate.encoded
        return [
            LimitVector(
                "run", "run", "4,096 operations", nil, pieces(ofRun: joins, certificate: certificate),
                with: certificate),
            LimitVector("run", "run", "4,097 operations", "too-many-operations", LargeBytes(tooMany)),
            LimitVector("run", "run", "4,194,304 bytes", nil, try run(ofBytes: Limits.runBytesMax), with: certificate),
            LimitVector(
                "run", "run", "4,194,305 bytes", "too-large", try run(ofBytes: Limits.runBytesMax + 1),
                with: certificate),
        ]
    }

    // MARK: Fork proofs

    /// A proof of that many bytes in all: two runs of messages behind one beginning.
    private static func proof(ofBytes count: Int) throws -> LargeBytes {
        func proof(_ last: Int) throws -> LargeBytes {
            var feed = FeedWriter(beginningIn: RoomID(Hash(of: [3].span).bytes), under: south.certificate)
            let first = try operations([nil], at: 0, in: &feed)[0]
            var other = feed
            let each = count / Limits.payloadBytesMax / 2
            let full = Array(repeating: Limits.payloadBytesMax as Int?, count: each)
            let runs = [
                pieces(ofRun: try operations(full, at: 1, in: &feed)),
                pieces(ofRun: try operations(full.dropLast() + [last], at: 2, in: &other)),
            ]
            return LargeBytes(
                [
                    .bytes(
                        [0x85, 0x01] + VectorFile.cbor { $0.bytes(first.headerBytes) }
                            + VectorFile.cbor { $0.bytes(south.certificate.encoded) })
                ] + runs.flatMap { [.bytes(head(.bytes, $0.count))] + $0.pieces })
        }
        return try proof(30_000 + count - proof(30_000).count)
    }

    static func forks() throws -> [LimitVector] {
        try [(Limits.forkProofBytesMax, nil), (Limits.forkProofBytesMax + 1, "too-large")].map { count, code in
            LimitVector("fork proof", "fork", "\(count) bytes", code, try proof(ofBytes: count))
        }
    }

    // MARK: Registers

    /// `readers`: the rows, so many.
    private static func register(_ readers: [LargeBytes.Piece], _ count: Int, counter: UInt64 = 0) -> LargeBytes {
        let begin =
            [0x86, 0x01] + VectorFile.cbor { $0.bytes32(Hash(of: [4].span).bytes) }
            + VectorFile.cbor { $0.bytes32(south.id.bytes) }
            + VectorFile.cbor { $0.bytes32(south.certificate.hash.bytes) }
            + VectorFile.cbor { $0.unsigned(counter) } + head(.array, count)
        let register = LargeBytes([.bytes(begin)] + readers)
        let hash = Hash(.register, of: register.bytes.span).bytes.array
        let signature = south.first.sign(.register, hash.span)
        return LargeBytes(
            [.bytes([0x83] + head(.bytes, register.count))] + register.pieces
                + [
                    .bytes(
                        VectorFile.cbor { $0.signature(signature) }
                            + VectorFile.cbor { $0.bytes(south.certificate.encoded) })
                ])
    }

    private static func exceptions(_ count: Int) -> [UInt8] {
        head(.array, count)
            + (0..<count).flatMap { [0x58, 0x20] + [UInt8](repeating: 0, count: 31) + [UInt8($0)] }
    }

    /// Readers who are called by numbers.
    private static func numbered(_ count: Int, _ exceptions: [UInt8] = [0x80]) -> LargeBytes.Piece {
        .counted(from: 0, count: count, width: 4, inDigits: true, before: [0x83, 0x64], after: [0xF6] + exceptions)
    }

    static func registers() -> [LimitVector] {
        let name = "register"
        let most = Limits.readersMax
        /// 239 readers with 64 exceptions each, and one more who makes it so many bytes.
        func filled(_ extra: Int) -> LargeBytes {
            let rest = exceptions(56)
            let handle = String(repeating: "z", count: 56 + extra)
            return register(
                [
                    numbered(239, exceptions(64)),
                    .bytes([0x83] + VectorFile.cbor { $0.text(handle) } + [0xF6] + rest),
                ], 240)
        }
        let counter = "seq, counter of a register"
        return [
            LimitVector(name, "register", "4,096 readers", nil, register([numbered(most)], most)),
            LimitVector(name, "register", "4,097", "bad-register", register([numbered(most + 1)], most + 1)),
            LimitVector(name, "register", "64 exceptions", nil, register([numbered(1, exceptions(64))], 1)),
            LimitVector(name, "register", "65", "bad-register", register([numbered(1, exceptions(65))], 1)),
            LimitVector(name, "register", "524,288 bytes", nil, filled(0)),
            LimitVector(name, "register", "524,289 bytes", "too-large", filled(1)),
            LimitVector(counter, "register", "The last counter", nil, register([], 0, counter: Limits.seqEnd - 1)),
            LimitVector(counter, "register", "One more", "bad-register", register([], 0, counter: Limits.seqEnd)),
        ]
    }
}
