import Testing
import Wire

/// Group 4: opcodes.
struct WebSocketOpcodeTests: WebSocketSamples {
    static let reserved: [UInt8] = [3, 4, 5, 6, 7, 11, 12, 13, 14, 15]

    @Test(arguments: reserved, [0, 11])
    func `a reserved opcode is refused, with and without payload`(opcode: UInt8, size: Int) {
        let frame = Frame(opcode: opcode, payload: [UInt8](repeating: 0x21, count: size))
        expect([frame], give: [], fault: .unknownOpcode(opcode))
        expect([.text("Hello, world!"), frame, .ping()], give: [.text("Hello, world!")], fault: .unknownOpcode(opcode))
    }

    @Test(arguments: reserved)
    func `a reserved opcode is refused at its first byte, whether it is final or not`(opcode: UInt8) {
        expect([opcode], to: .server, give: [], fault: .unknownOpcode(opcode))
        expect([0x80 | opcode], to: .client, give: [], fault: .unknownOpcode(opcode))
    }

    @Test func `the six opcodes have the numbers of the RFC`() {
        let known = (0...15).compactMap { WebSocketOpcode(rawValue: $0) }
        #expect(known == [.continuation, .text, .binary, .close, .ping, .pong])
        #expect(known.map(\.rawValue) == [0, 1, 2, 8, 9, 10])
        #expect(known.map(\.isControl) == [false, false, false, true, true, true])
    }
}
