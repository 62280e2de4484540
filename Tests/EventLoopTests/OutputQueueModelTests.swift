import Bytes
import Glibc
import RawSockets
import Testing

@testable import EventLoop

/// The queue against the simplest thing with the same meaning: a list of whole writes.
struct OutputQueueModelTests {
    private struct Model {
        private struct Write {
            let start: Int
            let end: Int
            let isInMemory: Bool
        }

        private var writes: [Write] = []
        private(set) var bytes: [UInt8] = []
        var sent = 0

        mutating func append(_ write: ArraySlice<UInt8>, inMemory: Bool = true) {
            guard !write.isEmpty else { return }
            writes.append(Write(start: bytes.count, end: bytes.count + write.count, isInMemory: inMemory))
            bytes += write
        }

        var pendingBytes: Int {
            writes.reduce(0) { $0 + ($1.isInMemory ? max(0, $1.end - max($1.start, sent)) : 0) }
        }

        /// Where the part of a file ends of which some is sent and some is not.
        var endOfBegunFile: Int? {
            writes.first { !$0.isInMemory && $0.start < sent && sent < $0.end }?.end
        }

        func isBetweenWrites(_ end: Int) -> Bool {
            end == 0 || writes.contains { $0.end == end }
        }

        mutating func cut(at end: Int) {
            bytes.removeSubrange(end...)
            writes.removeAll { $0.end > end }
        }
    }

    private static let content: [UInt8] = {
        var random = SeededGenerator(seed: 0)
        return random.bytes(100_000)
    }()

    @Test(arguments: 1...60 as ClosedRange<UInt64>)
    func `exactly the right bytes come out, whatever is written, taken and dropped when`(seed: UInt64) throws {
        ignoreBrokenPipes()
        var random = SeededGenerator(seed: seed)
        let folder = TemporaryFolder()
        let content = Self.content
        func slice(_ countMax: UInt64) -> ArraySlice<UInt8> {
            let start = Int(random.next() % 5_000)
            return content[start..<start + Int(random.next() % countMax)]
        }
        let file = try OpenFile(path: folder.file("content", content))
        let pair = RawSocket.pair()
        if seed % 3 != 0 { RawSocket.setOption(pair.own, SO_SNDBUF, 4_608) }
        let descriptor = Descriptor(owning: pair.own)
        var queue = OutputQueue()
        var model = Model()
        var received: [UInt8] = []

        func look() {
            model.sent = Int(queue.sentBytes)
            #expect(queue.pendingBytes == model.pendingBytes, "seed \(seed)")
            #expect(queue.isEmpty == (model.sent == model.bytes.count), "seed \(seed)")
        }
        for _ in 0..<120 {
            switch random.next() % 12 {
            case 0...3:
                let bytes = slice(200)
                queue.append(bytes.span)
                model.append(bytes)
            case 4:
                let bytes = slice(90_000)
                queue.append(Array(bytes))
                model.append(bytes)
            case 5, 6:
                let bytes = slice(9_000)
                queue.append(SharedBytes(Array(bytes)))
                model.append(bytes)
            case 7:
                let offset = Int(random.next() % 50_000)
                let count = Int(random.next() % 10_000)
                queue.append(file, offset: UInt64(offset), count: UInt64(count))
                model.append(content[offset..<offset + count], inMemory: false)
            case 8, 9:
                let progress = queue.flush(to: descriptor)
                #expect(progress == (queue.isEmpty ? .drained : .blocked), "seed \(seed)")
            case 10:
                if case .bytes(let bytes) = pair.peer.receive(atMost: Int(random.next() % 30_000) + 1) {
                    received += bytes
                }
            default:
                guard random.next() % 3 == 0 else { continue }
                look()
                queue.dropUnbegun()
                // In memory the queue says itself how much of what has begun it finishes.
                let end = model.endOfBegunFile ?? model.sent + queue.pendingBytes
                #expect(model.isBetweenWrites(end), "seed \(seed): a write was cut in two")
                #expect(end - model.sent < 64 * 1_024 + 90_000, "seed \(seed): hardly anything was dropped")
                model.cut(at: end)
            }
            look()
        }
        for _ in 0..<10_000 where !queue.isEmpty {
            _ = queue.flush(to: descriptor)
            received += pair.peer.receiveAll()
        }
        received += pair.peer.receiveAll()
        #expect(queue.isEmpty)
        #expect(queue.pendingBytes == 0)
        #expect(queue.sentBytes == UInt64(model.bytes.count))
        #expect(received == model.bytes, "seed \(seed)")
    }
}
