import Testing
import Wire

/// Group 3: reserved bits. No extension is agreed, so none of the three may be set.
struct WebSocketReservedBitTests: WebSocketSamples {
    @Test(arguments: 1...7 as ClosedRange<UInt8>, [1, 2, 8, 9, 10] as [UInt8])
    func `a reserved bit is refused in any frame`(bits: UInt8, opcode: UInt8) {
        expect(
            [.text("before"), Frame(opcode: opcode, payload: [], reserved: bits), .ping()], give: [.text("before")],
            fault: .reservedBits)
    }

    @Test(arguments: 1...7 as ClosedRange<UInt8>)
    func `a reserved bit is refused in a fragment`(bits: UInt8) {
        var more = Frame.more("b", isFinal: true)
        more.reserved = bits
        expect([.text("a", isFinal: false), .ping(), more], give: [.ping("")], fault: .reservedBits)
    }

    @Test(arguments: [0x10, 0x21, 0x42, 0x79, 0x90, 0xC8, 0xFF] as [UInt8])
    func `the first byte is enough`(first: UInt8) {
        expect([first], to: .server, give: [], fault: .reservedBits)
        expect([first], to: .client, give: [], fault: .reservedBits)
    }
}
