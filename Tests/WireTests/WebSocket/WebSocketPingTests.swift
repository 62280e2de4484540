import Testing
import Wire

/// Group 2: pings and pongs.
struct WebSocketPingTests: WebSocketSamples {
    @Test(arguments: [0, 1, 5, 124, 125])
    func `a ping and a pong arrive with their payload`(size: Int) {
        let payload = (0..<size).map { UInt8(254 - $0) }
        expect(
            [Frame(opcode: 9, payload: payload), Frame(opcode: 10, payload: payload)],
            give: [.ping(payload), .pong(payload)])
    }

    @Test(arguments: [8, 9, 10] as [UInt8])
    func `a control frame of 126 bytes is refused`(opcode: UInt8) {
        let payload = [UInt8](repeating: 0xFE, count: 126)
        expect([Frame(opcode: opcode, payload: payload)], give: [], fault: .controlFrameTooLong)
    }

    @Test func `a control frame too long is refused at its second byte`() {
        expect([0x89, 126], to: .client, give: [], fault: .controlFrameTooLong)
        expect([0x89, 0x80 | 127], to: .server, give: [], fault: .controlFrameTooLong)
    }

    @Test func `pongs nobody asked for arrive and disturb nothing`() {
        expect(
            [.pong("unsolicited"), .ping(), .pong(), .ping("payload")],
            give: [.pong("unsolicited"), .ping(""), .pong(""), .ping("payload")])
    }

    @Test func `ten pings in a row keep their order`() {
        let texts = (0..<10).map { "ping \($0)" }
        expect(texts.map { .ping($0) }, give: texts.map { .ping($0) })
    }
}
