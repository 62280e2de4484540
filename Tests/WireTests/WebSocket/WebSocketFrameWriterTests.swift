import Testing
import Wire

struct WebSocketFrameWriterTests: WebSocketSamples {
    private static let hello = Array("Hello".utf8)

    /// The examples of RFC 6455, section 5.7, written and read.
    @Test func `the examples of the RFC`() {
        let hello = Self.hello
        var bytes: [UInt8] = []
        bytes.appendWebSocketFrame(.text, hello.span)
        #expect(bytes == [0x81, 0x05, 0x48, 0x65, 0x6C, 0x6C, 0x6F])
        expect(bytes, to: .client, give: [.text("Hello")])

        bytes = []
        bytes.appendWebSocketFrame(.text, hello.span, maskingKey: 0x37FA_213D)
        #expect(bytes == [0x81, 0x85, 0x37, 0xFA, 0x21, 0x3D, 0x7F, 0x9F, 0x4D, 0x51, 0x58])
        expect(bytes, to: .server, give: [.text("Hello")])

        bytes = []
        bytes.appendWebSocketFrame(.text, hello.span.extracting(0..<3), isFinal: false)
        bytes.appendWebSocketFrame(.continuation, hello.span.extracting(3..<5))
        #expect(bytes == [0x01, 0x03, 0x48, 0x65, 0x6C, 0x80, 0x02, 0x6C, 0x6F])
        expect(bytes, to: .client, give: [.text("Hello")])

        bytes = []
        bytes.appendWebSocketFrame(.ping, hello.span)
        #expect(bytes == [0x89, 0x05, 0x48, 0x65, 0x6C, 0x6C, 0x6F])
        expect(bytes, to: .client, give: [.ping("Hello")])

        bytes = []
        bytes.appendWebSocketFrame(.pong, hello.span, maskingKey: 0x37FA_213D)
        #expect(bytes == [0x8A, 0x85, 0x37, 0xFA, 0x21, 0x3D, 0x7F, 0x9F, 0x4D, 0x51, 0x58])
        expect(bytes, to: .server, give: [.pong("Hello")])
    }

    @Test(
        arguments: [(256, [0x82, 0x7E, 0x01, 0x00]), (65_536, [0x82, 0x7F, 0, 0, 0, 0, 0, 1, 0, 0])] as [(Int, [UInt8])]
    )
    func `the examples of longer lengths`(size: Int, head: [UInt8]) {
        let payload = (0..<size).map { UInt8(truncatingIfNeeded: $0) }
        var bytes: [UInt8] = []
        bytes.appendWebSocketFrame(.binary, payload.span)
        #expect(bytes == head + payload)
    }

    @Test(arguments: WebSocketFramingTests.sizes + [65_537])
    func `frames are those put together by hand`(size: Int) {
        let payload = (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 11) }
        for isFinal in [true, false] {
            let frame = Frame.binary(payload, isFinal: isFinal)
            var bytes: [UInt8] = [1, 2, 3]
            bytes.appendWebSocketFrame(.binary, payload.span, isFinal: isFinal)
            bytes.appendWebSocketFrame(.binary, payload.span, isFinal: isFinal, maskingKey: 0x0102_03FF)
            bytes.appendWebSocketFrame(.binary, payload.span, isFinal: isFinal, maskingKey: 0)
            let expected =
                [1, 2, 3] + frame.bytes(maskedWith: nil) + frame.bytes(maskedWith: [1, 2, 3, 255])
                + frame.bytes(maskedWith: [0, 0, 0, 0])
            #expect(bytes == expected)
        }
    }

    @Test func `a close frame carries nothing, a code, or a code and a reason`() {
        var bytes: [UInt8] = []
        bytes.appendWebSocketClose(code: nil, reason: "a reason needs a code")
        #expect(bytes == [0x88, 0])
        bytes = []
        bytes.appendWebSocketClose(code: 1000)
        #expect(bytes == [0x88, 2, 0x03, 0xE8])
        bytes = []
        bytes.appendWebSocketClose(code: 1001, reason: "so long", maskingKey: 0x0102_0304)
        #expect(bytes == Frame.close(1001, Array("so long".utf8)).bytes(maskedWith: [1, 2, 3, 4]))
        expect(bytes, to: .server, give: [.close(1001, "so long")])
    }

    @Test(arguments: ["x", "ß", "€", "\u{1F44B}"])
    func `a long reason is cut where a character ends`(character: String) {
        let size = character.utf8.count
        for lead in 0..<4 {
            for count in [123 / size - lead, 123 / size, 123 / size + 1, 400] {
                let reason = String(repeating: "a", count: lead) + String(repeating: character, count: count)
                var bytes: [UInt8] = []
                bytes.appendWebSocketClose(code: 1008, reason: reason)
                let kept = min(count, (123 - lead) / size)
                let cut = String(repeating: "a", count: lead) + String(repeating: character, count: kept)
                #expect(bytes == Frame.close(1008, Array(cut.utf8)).bytes(maskedWith: nil))
            }
        }
    }

    @Test func `the codes that may be sent are those that a parser takes`() {
        let sendable = (0...65_535 as ClosedRange<UInt16>).filter(WebSocketCloseCode.isSendable)
        #expect(sendable == Array(1000...1003) + Array(1007...1014) + Array(3000...4999))
    }
}
