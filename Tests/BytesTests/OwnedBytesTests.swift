import Bytes
import Testing

struct OwnedBytesTests {
    @Test func `shared bytes are what they were made from, whatever becomes of that`() {
        var source: [UInt8] = [1, 2, 3]
        let shared = SharedBytes(source)
        source[0] = 9
        #expect(Array(shared.buffer) == [1, 2, 3])
        #expect(shared.count == 3)
        let part = SharedBytes(source.span.extracting(1..<3))
        #expect(Array(part.buffer) == [2, 3])
    }

    @Test func `shared bytes take over memory where it lies`() {
        let room = UnsafeMutableRawBufferPointer.allocate(byteCount: 8, alignment: 1)
        room.copyBytes(from: [1, 2, 3])
        let shared = SharedBytes(taking: room, count: 3)
        #expect(Array(shared.buffer) == [1, 2, 3])
        #expect(shared.buffer.baseAddress == UnsafeRawPointer(room.baseAddress))
    }

    @Test(arguments: [SharedBytes([]), SharedBytes(taking: .init(start: nil, count: 0), count: 0)])
    func `shared bytes may be none`(shared: SharedBytes) {
        #expect(shared.count == 0)
        #expect(shared.buffer.isEmpty)
    }

    @Test func `shared bytes can be read on several threads and never move`() async {
        let bytes = [UInt8](repeating: 0xA5, count: 4_096)
        let shared = SharedBytes(bytes)
        let address = UInt(bitPattern: shared.buffer.baseAddress)
        await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<8 {
                group.addTask {
                    shared.buffer.allSatisfy { $0 == 0xA5 } && UInt(bitPattern: shared.buffer.baseAddress) == address
                }
            }
            for await isSame in group {
                #expect(isSame)
            }
        }
    }

    @Test func `borrowed bytes are copied`() {
        let source: [UInt8] = [1, 2, 3, 4]
        let all = [UInt8](copying: source.span)
        let none = [UInt8](copying: source.span.extracting(4..<4))
        #expect(all == source)
        #expect(none == [])
        var bytes: [UInt8] = [0]
        bytes.append(copying: source.span.extracting(1..<3))
        bytes.append(copying: source.span.extracting(..<0))
        #expect(bytes == [0, 2, 3])
    }
}
