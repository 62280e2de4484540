import Testing
import Wire

/// Group 10: a long message that its sender cuts into fragments of a fixed size.
struct WebSocketAutoFragmentationTests: WebSocketSamples {
    @Test(arguments: [1_300, 1, 125, 126, 65_536, 100_000])
    func `a message sent in fragments of a fixed size arrives whole`(fragment: Int) {
        let text = [UInt8](repeating: UInt8(ascii: "*"), count: fragment == 1 ? 5_000 : 65_536)
        var stream: [UInt8] = []
        var start = 0
        repeat {
            let end = min(start + fragment, text.count)
            stream.appendWebSocketFrame(
                start == 0 ? .text : .continuation, text.span.extracting(start..<end), isFinal: end == text.count,
                maskingKey: UInt32(truncatingIfNeeded: start &* 0x9E37_79B9))
            start = end
        } while start < text.count
        for chop in [stream.count, 997, 1_300] {
            let outcome = Outcome(of: stream, cutAt: stride(from: chop, to: stream.count, by: chop), role: .server)
            #expect(outcome.received == [.text(text)])
            #expect(outcome.fault == nil)
        }
    }
}
