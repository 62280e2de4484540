import Keys
import Operations
import Testing

@testable import Gossip

struct CursorTests {
    private let seal = CursorSeal(secret: hash(1).bytes, incarnation: 7)

    @Test(arguments: [0, 1, 65_536, UInt64.max])
    func `a position is hidden and found again`(position: UInt64) {
        let cursor = seal.cursor(at: position, for: node(1))
        #expect(seal.position(of: cursor, for: node(1)) == position)
        #expect(seal.cursor(at: position, for: node(1)) == cursor, "the same place is the same bytes")
    }

    @Test
    func `it is nobody else's, and no other log's`() {
        let cursor = seal.cursor(at: 1_000, for: node(1))
        #expect(seal.position(of: cursor, for: node(2)) == nil)
        #expect(CursorSeal(secret: hash(1).bytes, incarnation: 8).position(of: cursor, for: node(1)) == nil)
        #expect(CursorSeal(secret: hash(2).bytes, incarnation: 7).position(of: cursor, for: node(1)) == nil)
        for index in cursor.bytes.indices {
            var bytes = cursor.bytes
            bytes[index] ^= 1
            #expect(seal.position(of: Cursor(bytes: bytes)!, for: node(1)) == nil)
        }
    }

    @Test
    func `neighbouring positions look nothing alike`() {
        let one = seal.cursor(at: 1, for: node(1)).bytes
        let two = seal.cursor(at: 2, for: node(1)).bytes
        #expect(zip(one, two).filter { $0 == $1 }.count < 4)
    }

    @Test
    func `of other lengths there are none`() {
        #expect(Cursor(bytes: []) == nil)
        #expect(Cursor(bytes: [UInt8](repeating: 0, count: 32)) != nil)
        #expect(Cursor(bytes: [UInt8](repeating: 0, count: 33)) == nil)
        #expect(seal.position(of: Cursor(bytes: [1, 2, 3])!, for: node(1)) == nil)
    }
}
