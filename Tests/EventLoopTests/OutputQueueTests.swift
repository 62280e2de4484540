import Bytes
import Glibc
import RawSockets
import Testing

@testable import EventLoop

struct OutputQueueTests {
    private let folder = TemporaryFolder()

    init() {
        ignoreBrokenPipes()
    }

    @Test func `small writes leave together and nothing is held afterwards`() throws {
        let pair = RawSocket.pair()
        let descriptor = Descriptor(owning: pair.own)
        var queue = OutputQueue()
        #expect(queue.isEmpty)
        queue.append(Array("head, ".utf8))
        queue.append(Array("body".utf8).span)
        queue.append([])
        queue.append(SharedBytes([]))
        #expect(!queue.isEmpty)
        #expect(queue.pendingBytes == 10)
        #expect(queue.flush(to: descriptor) == .drained)
        #expect(queue.isEmpty)
        #expect(queue.pendingBytes == 0)
        #expect(queue.sentBytes == 10)
        #expect(pair.peer.receive() == .bytes(Array("head, body".utf8)))
        #expect(queue.flush(to: descriptor) == .drained)
    }

    @Test func `more pieces than one call takes, and files between them, arrive in order`() throws {
        let pair = RawSocket.pair()
        let descriptor = Descriptor(owning: pair.own)
        let file = try OpenFile(path: folder.file("file", Array("0123456789".utf8)))
        var queue = OutputQueue()
        var expected: [UInt8] = []
        for number in 0..<400 {
            let bytes = Array("<\(number)>".utf8)
            expected += bytes
            switch number % 5 {
            case 0: queue.append(bytes.span)
            default: queue.append(SharedBytes(bytes))
            }
            if number % 90 == 89 {
                queue.append(file, offset: UInt64(number % 4), count: 5)
                queue.append(file, offset: 3, count: 0)
                expected += Array("0123456789".utf8)[number % 4..<number % 4 + 5]
            }
        }
        #expect(queue.flush(to: descriptor) == .drained)
        #expect(pair.peer.receiveAll() == expected)
        #expect(queue.sentBytes == UInt64(expected.count))
        #expect(queue.pendingBytes == 0)
    }

    @Test func `a piece is let go as soon as it is sent`() throws {
        let pair = RawSocket.pair()
        let descriptor = Descriptor(owning: pair.own)
        var queue = OutputQueue()
        var pieces = [Weak]()
        var largest = 0
        // The reader always takes as much as comes, but the queue is never empty.
        for _ in 0..<3_000 {
            let piece = SharedBytes([UInt8](repeating: 7, count: 10_000))
            pieces.append(Weak(bytes: piece))
            queue.append(piece)
            while queue.pendingBytes > 40_000 {
                _ = queue.flush(to: descriptor)
                _ = pair.peer.receive(atMost: 25_000)
            }
            pieces.removeAll { $0.bytes == nil }
            largest = max(largest, pieces.count)
        }
        #expect(!queue.isEmpty)
        #expect(largest < 60)
    }

    private struct Weak {
        weak var bytes: SharedBytes?
    }

    @Test func `bytes gathered for a reader that is never quite done do not grow either`() throws {
        let pair = RawSocket.pair()
        RawSocket.setOption(pair.own, SO_SNDBUF, 4_608)
        let descriptor = Descriptor(owning: pair.own)
        var queue = OutputQueue()
        var (written, read) = ([UInt8](), [UInt8]())
        var random = SeededGenerator(seed: 1)
        let content = random.bytes(6_000)
        for round in 0..<4_000 {
            let bytes = content[round..<round + 300]
            queue.append(bytes.span)
            written += bytes
            while queue.pendingBytes > 200_000 {
                _ = queue.flush(to: descriptor)
                read += pair.peer.receiveAll()
            }
            #expect(queue.pendingBytes > 0)
        }
        while queue.flush(to: descriptor) != .drained { read += pair.peer.receiveAll() }
        read += pair.peer.receiveAll()
        #expect(read == written)
    }

    @Test func `a file that becomes shorter while it is sent is an error`() throws {
        let pair = RawSocket.pair()
        let descriptor = Descriptor(owning: pair.own)
        let path = folder.file("shrinking", [UInt8](repeating: 1, count: 400_000))
        let file = try OpenFile(path: path)
        var queue = OutputQueue()
        queue.append(Array("head".utf8))
        queue.append(file, offset: 0, count: 400_000)
        #expect(queue.flush(to: descriptor) == .blocked)
        #expect(queue.sentBytes > 4)
        #expect(truncate(path, off_t(queue.sentBytes) + 1_000) == 0)
        var progress = OutputQueue.Progress.blocked
        for _ in 0..<100 where progress == .blocked {
            _ = pair.peer.receiveAll()
            progress = queue.flush(to: descriptor)
        }
        #expect(progress == .failed(SystemError("send a file that has become shorter", code: EIO)))
    }

    @Test func `one flush has an end, however quick the reader is`() throws {
        // Nobody reads quicker than this one.
        let descriptor = try Descriptor(open("/dev/null", O_WRONLY | O_CLOEXEC), "open /dev/null")
        let path = folder.file("sparse", [1])
        #expect(truncate(path, 100 << 20) == 0)
        let file = try OpenFile(path: path)
        var queue = OutputQueue()
        queue.append(file, offset: 0, count: 100 << 20)
        #expect(queue.flush(to: descriptor) == .blocked)
        #expect(queue.sentBytes >= 1 << 20)
        #expect(queue.sentBytes <= 8 << 20)
        var flushes = 1
        while queue.flush(to: descriptor) == .blocked { flushes += 1 }
        #expect(queue.sentBytes == 100 << 20)
        #expect(flushes < 100)
    }

    @Test func `what can't be sent is told`() throws {
        let pair = RawSocket.pair()
        let descriptor = Descriptor(owning: pair.own)
        pair.peer.close()
        var queue = OutputQueue()
        queue.append([1])
        #expect(queue.flush(to: descriptor) == .failed(SystemError("send", code: EPIPE)))
        var files = OutputQueue()
        files.append(try OpenFile(path: folder.file("file", [1, 2, 3])), offset: 0, count: 3)
        #expect(files.flush(to: descriptor) == .failed(SystemError("send a file", code: EPIPE)))
    }
}

struct OutputQueueDropTests {
    @Test func `nothing begun, everything is dropped, and let go`() throws {
        let pair = RawSocket.pair()
        let descriptor = Descriptor(owning: pair.own)
        var queue = OutputQueue()
        weak var sent: SharedBytes?
        weak var dropped: SharedBytes?
        do {
            let (first, second) = (SharedBytes([1, 2, 3]), SharedBytes([4, 5]))
            (sent, dropped) = (first, second)
            queue.append(first)
            #expect(queue.flush(to: descriptor) == .drained)
            queue.append(second)
            queue.append([6])
        }
        queue.dropUnbegun()
        #expect(queue.isEmpty)
        #expect(queue.pendingBytes == 0)
        #expect(sent == nil)
        #expect(dropped == nil)
        queue.append([7])
        #expect(queue.flush(to: descriptor) == .drained)
        #expect(pair.peer.receiveAll() == [1, 2, 3, 7])
        #expect(queue.sentBytes == 4)
    }

    @Test func `of much that was gathered only a little is finished`() throws {
        let pair = RawSocket.pair()
        let descriptor = Descriptor(owning: pair.own)
        var queue = OutputQueue()
        for _ in 0..<5_000 { queue.append([UInt8](repeating: 9, count: 1_000)) }
        #expect(queue.flush(to: descriptor) == .blocked)
        queue.dropUnbegun()
        #expect(queue.pendingBytes <= 65 * 1_024)
        #expect((Int(queue.sentBytes) + queue.pendingBytes) % 1_000 == 0, "a write is whole or not there")
    }
}
