import Keys
import OperationVectors
import Testing

@testable import Operations

struct RunTests {
    let feed: SampleFeed
    let certificate = SampleNode.south.certificate

    init() throws {
        feed = try SampleFeed(12)
    }

    @Test(arguments: 1...11)
    func `a feed cut anywhere gives the same operations`(cut: Int) throws {
        let first = try Run(decoding: pack(feed.operations[..<cut], certificate: certificate))
        let second = try Run(decoding: pack(feed.operations[cut...]))
        try first.verify(under: certificate)
        try second.verify(under: certificate)
        #expect((first.operations + second.operations).map(\.headerBytes) == feed.operations.map(\.headerBytes))
        #expect((first.operations + second.operations).map(\.payload) == feed.operations.map(\.payload))
        #expect(first.room == second.room && first.feed == second.feed)
    }

    @Test
    func `a run that begins with a group's genesis names the room itself`() throws {
        let room = try SampleRoom()
        let own = room.operations.filter { $0.header.feed == room.operations[0].header.feed }
        let run = try Run(decoding: pack(own, certificate: SampleNode.north.certificate))
        #expect(run.room == room.room)
        #expect(run.operations.map(\.id) == own.map(\.id))
    }

    @Test
    func `a run ends with the last operation that somebody signed`() throws {
        var writer = feed.writer
        let key = SampleNode.south.first
        let operations = try (0..<4).map { index in
            try writer.write(OperationDraft("bo", .join, at: 100 + Int64(index)), signingWith: index == 1 ? key : nil)
        }
        var packer = RunPacker()
        try packer.append(all: operations)
        #expect(packer.signedCount == 2)
        let run = try Run(decoding: try #require(packer.finish()))
        try run.verify(under: certificate)
        #expect(run.operations.map(\.id) == operations[..<2].map(\.id))

        var unsigned = RunPacker()
        try unsigned.append(all: operations[2...])
        #expect(unsigned.finish() == nil)
    }

    @Test
    func `a packer stops at the length that it was given`() throws {
        let whole = pack(feed.operations, certificate: certificate)
        for bytesMax in [0, 100, 300, 600, whole.count - 1, whole.count] {
            var packer = RunPacker(bytesMax: bytesMax)
            var count = 0
            for operation in feed.operations {
                guard packer.append(operation, certificate: count == 0 ? certificate.encoded : nil) else { break }
                count += 1
            }
            let run = packer.finish()
            #expect(run?.count ?? 0 <= bytesMax)
            if let run { #expect(try Run(decoding: run).operations.count == count) }
        }
    }

    @Test
    func `4,096 operations travel in one run and no more`() throws {
        let long = try SampleFeed(Limits.runOperationsMax + 1, text: "", signingOnly: [4_095, 4_096])
        var packer = RunPacker()
        try packer.append(all: long.operations[..<Limits.runOperationsMax], certificate: certificate)
        let isOneMoreTaken = packer.append(long.operations[Limits.runOperationsMax])
        #expect(!isOneMoreTaken)
        let run = try Run(decoding: try #require(packer.finish()))
        try run.verify(under: certificate)
        #expect(run.operations.count == Limits.runOperationsMax)
    }

    @Test
    func `more than 4 MiB is refused before it is looked at, and never packed`() throws {
        #expect(throws: OperationFault.tooLarge) {
            try Run(decoding: [UInt8](repeating: 0, count: Limits.runBytesMax + 1))
        }
        let long = try SampleFeed(90, text: String(repeating: "x", count: Limits.contentBytesMax - 3))
        var packer = RunPacker()
        var count = 0
        for operation in long.operations {
            guard packer.append(operation, certificate: count == 0 ? certificate.encoded : nil) else { break }
            count += 1
        }
        let run = try #require(packer.finish())
        #expect(count == 85)
        #expect(run.count <= Limits.runBytesMax)
        #expect(try Run(decoding: run).operations.count == count)
    }

    @Test
    func `a payload that was erased leaves the run as authentic as it was`() throws {
        let run = try Run(decoding: pack(feed.operations, certificate: certificate, withPayloads: false))
        try run.verify(under: certificate)
        #expect(run.operations.map(\.id) == feed.operations.map(\.id))
        #expect(run.operations.allSatisfy { $0.payload == nil && $0.header.payload != nil })
    }

    @Test
    func `an operation that no key of the feed signed proves nothing`() throws {
        var writer = FeedWriter(beginningIn: feed.operations[0].room, under: certificate)
        let forged = try writer.write(
            OperationDraft("bo", .messagePost, saying: MessageContent(content: "x").encoded, at: 0),
            signingWith: SampleNode.north.first)
        #expect(!forged.isSigned(under: certificate))
        #expect(!forged.isSigned(under: SampleNode.north.certificate))
        #expect(throws: OperationFault.wrongSignature) {
            try Run(decoding: pack([forged], certificate: certificate)).verify(under: certificate)
        }
    }

    @Test
    func `a feed is written under one certificate, and neither an older nor a newer key goes on in it`() throws {
        let newKey = SampleNode.key("south second")
        let newer = try certificate.handingOver(to: newKey.publicKey, signedBy: SampleNode.south.first)
        let newFeed = try SampleFeed(2, certificate: newer, key: newKey)
        try Run(decoding: pack(newFeed.operations[0...0], certificate: newer)).verify(under: newer)
        // The beginning names the certificate, so another can't be put in its place.
        #expect(throws: OperationFault.wrongCertificate) {
            try Run(decoding: pack(newFeed.operations[0...0], certificate: newer)).verify(under: certificate)
        }
        #expect(throws: OperationFault.wrongEpoch) {
            try Run(decoding: pack(newFeed.operations[0...0], certificate: certificate))
        }
        // The old key in the new feed, and the new key in the old one.
        for (last, key, named) in [
            (newFeed.operations[1], SampleNode.south.first, newer), (feed.operations[11], newKey, certificate),
        ] {
            var writer = FeedWriter(goingOnAfter: last.header, id: last.id)
            let intruder = try writer.write(OperationDraft("bo", .join, at: 500), signingWith: key)
            #expect(throws: OperationFault.wrongSignature) {
                try Run(decoding: pack([intruder])).verify(under: named)
            }
        }
    }
}

extension RunPacker {
    mutating func append(all operations: some Sequence<Operation>, certificate: Certificate? = nil) throws {
        for operation in operations {
            let isTaken = append(operation, certificate: operation.header.seq == 0 ? certificate?.encoded : nil)
            try #require(isTaken)
        }
    }
}

extension SampleFeed {
    /// Short messages, most of them unsigned: signing is what takes time.
    init(_ count: Int, text: String, signingOnly signed: Set<Int>) throws {
        let south = SampleNode.south
        var writer = FeedWriter(beginningIn: RoomID(Hash(.direct, of: [1]).bytes), under: south.certificate)
        let operations = try (0..<count).map { index in
            try writer.write(
                OperationDraft("bo", .messagePost, saying: MessageContent(content: text).encoded, at: Int64(index)),
                signingWith: signed.contains(index) ? south.first : nil)
        }
        self.init(operations: operations, writer: writer)
    }
}
