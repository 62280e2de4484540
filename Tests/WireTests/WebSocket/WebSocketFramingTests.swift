import Testing
import Wire

/// Group 1: framing. Lengths around the places where their form changes.
struct WebSocketFramingTests: WebSocketSamples {
    static let sizes = [0, 1, 3, 4, 7, 8, 9, 125, 126, 127, 128, 65_535, 65_536]

    @Test(arguments: sizes)
    func `text of any size arrives`(size: Int) {
        let text = String(repeating: "*", count: size)
        expect([.text(text)], give: [.text(text)])
    }

    @Test(arguments: sizes)
    func `binary of any size arrives`(size: Int) {
        let bytes = (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 7) }
        expect([.binary(bytes)], give: [.binary(bytes)])
    }

    @Test(arguments: [1, 2, 3, 5, 13, 997, 4_096])
    func `a long message arrives in chops of any size`(chop: Int) {
        let bytes = (0..<65_536).map { UInt8(truncatingIfNeeded: $0 &* 7) }
        let text = [UInt8](repeating: UInt8(ascii: "*"), count: 65_536)
        let stream = Frame.binary(bytes).bytes(to: .server) + Frame.text(text).bytes(to: .server)
        let outcome = Outcome(of: stream, cutAt: stride(from: chop, to: stream.count, by: chop), role: .server)
        #expect(outcome.received == [.binary(bytes), .text(text)])
        #expect(outcome.fault == nil)
    }

    /// RFC 6455, section 5.2: "the minimal number of bytes MUST be used to encode the length".
    @Test(arguments: [
        [0x82, 126, 0, 0], [0x82, 126, 0, 125], [0x82, 127, 0, 0, 0, 0, 0, 0, 0, 0],
        [0x82, 127, 0, 0, 0, 0, 0, 0, 0, 125], [0x82, 127, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF],
    ])
    func `a length that is not in its shortest form is refused`(head: [UInt8]) {
        expect(head, to: .client, give: [], fault: .lengthNotMinimal)
        expect(masked(head), to: .server, give: [], fault: .lengthNotMinimal)
    }

    @Test(arguments: [
        [0x82, 127, 0x80, 0, 0, 0, 0, 0, 0, 0], [0x82, 127, 0x80, 0, 0, 0, 0, 1, 0, 0],
        [0x82, 127, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF],
    ])
    func `a length with its top bit set is refused`(head: [UInt8]) {
        expect(head, to: .client, give: [], fault: .lengthTopBitSet)
        expect(masked(head), to: .server, give: [], fault: .lengthTopBitSet)
    }

    @Test(arguments: [0x81, 0x82, 0x88, 0x89, 0x8A, 0x01] as [UInt8])
    func `a client masks and a server does not`(first: UInt8) {
        expect([first, 0], to: .server, give: [], fault: .unmaskedFrame)
        expect([first, 0x80, 1, 2, 3, 4], to: .client, give: [], fault: .maskedFrame)
    }

    @Test func `a key of zeros is a key`() {
        expect(Frame.text("clear").bytes(maskedWith: [0, 0, 0, 0]), to: .server, give: [.text("clear")])
    }

    @Test func `every frame has its own key`() {
        let keys: [[UInt8]] = [[1, 2, 3, 4], [255, 0, 255, 0], [0, 0, 0, 1], [128, 0, 0, 0]]
        let stream = keys.flatMap { Frame.text("seventeen bytes..").bytes(maskedWith: $0) }
        expect(stream, to: .server, give: Array(repeating: .text("seventeen bytes.."), count: 4))
    }

    private func masked(_ head: [UInt8]) -> [UInt8] {
        var head = head
        head[1] |= 0x80
        return head + [1, 2, 3, 4]
    }
}
