import Testing
import Wire

/// What holds for any messages and any bytes, on cases that a seed makes.
struct WebSocketLawTests: WebSocketSamples {
    @Test func `any messages in any fragments, masks and pieces come out the same`() {
        for seed in 0..<300 as Range<UInt64> {
            var dice = WebSocketDice(seed: seed)
            let role = dice.number(0...1) == 0 ? WebSocketRole.server : .client
            let (stream, received) = conversation(to: role, longest: 65_540, with: &dice)
            for _ in 0..<3 {
                let outcome = Outcome(of: stream, cutAt: cuts(of: stream, with: &dice), role: role)
                if outcome.received != received || outcome.fault != nil {
                    Issue.record("seed \(seed): \(outcome.summary)")
                    return
                }
            }
        }
    }

    @Test func `damaged bytes mean the same in any pieces, and nothing traps`() {
        var faults: Set<String> = []
        for seed in 0..<1_500 as Range<UInt64> {
            var dice = WebSocketDice(seed: seed)
            let role = dice.number(0...1) == 0 ? WebSocketRole.server : .client
            var (stream, _) = conversation(to: role, longest: 140, with: &dice)
            for _ in 0..<dice.number(1...4) { damage(&stream, with: &dice) }
            let limits = WebSocketLimits(messageBytesMax: 300, fragmentsMax: 4)
            let whole = Outcome(of: stream, role: role, limits: limits)
            let single = Outcome(of: stream, cutAt: 0..<stream.count, role: role, limits: limits)
            let pieces = Outcome(of: stream, cutAt: cuts(of: stream, with: &dice), role: role, limits: limits)
            if single != whole || pieces != whole {
                Issue.record("seed \(seed): \(whole.summary), but \(single.summary) and \(pieces.summary)")
                return
            }
            if let fault = whole.fault { faults.insert(String("\(fault)".prefix { $0 != "(" })) }
        }
        #expect(faults.count == 16, "the damage is of many kinds: \(faults.sorted())")
    }

    @Test func `noise means the same in any pieces, and nothing traps`() {
        for seed in 0..<3_000 as Range<UInt64> {
            var dice = WebSocketDice(seed: seed)
            let role = dice.number(0...1) == 0 ? WebSocketRole.server : .client
            let noise = dice.bytes(dice.number(0...40))
            let whole = Outcome(of: noise, role: role)
            let single = Outcome(of: noise, cutAt: 0..<noise.count, role: role)
            if single != whole {
                Issue.record("seed \(seed): \(whole.summary), but \(single.summary)")
                return
            }
        }
    }

    /// Messages and control frames, as the writer sends them, and what should come of it.
    private func conversation(
        to role: WebSocketRole, longest: Int, with dice: inout WebSocketDice
    ) -> (stream: [UInt8], received: [Received]) {
        var stream: [UInt8] = []
        var received: [Received] = []
        func key() -> UInt32? { role == .server ? UInt32(truncatingIfNeeded: dice.next()) : nil }
        func control() {
            let payload = dice.bytes(dice.number(0...7) == 0 ? 125 : dice.number(0...9))
            if dice.number(0...1) == 0 {
                stream.appendWebSocketFrame(.ping, payload.span, maskingKey: key())
                received.append(.ping(payload))
            } else {
                stream.appendWebSocketFrame(.pong, payload.span, maskingKey: key())
                received.append(.pong(payload))
            }
        }
        for _ in 0..<dice.number(1...5) {
            if dice.number(0...3) == 0 { control() }
            let isText = dice.number(0...1) == 0
            let payload = isText ? text(with: &dice) : dice.bytes(min(length(with: &dice), longest))
            var start = 0
            var opcode = isText ? WebSocketOpcode.text : .binary
            while true {
                let isFinal = dice.number(0...2) == 0
                let end = isFinal ? payload.count : dice.number(start...payload.count)
                stream.appendWebSocketFrame(
                    opcode, payload.span.extracting(start..<end), isFinal: isFinal, maskingKey: key())
                if isFinal { break }
                start = end
                opcode = .continuation
                if dice.number(0...2) == 0 { control() }
            }
            received.append(isText ? .text(payload) : .binary(payload))
        }
        if dice.number(0...2) == 0 {
            let code = UInt16([1000, 1001, 1009, 3000, 4999][dice.number(0...4)])
            stream.appendWebSocketClose(code: code, reason: "bye…", maskingKey: key())
            received.append(.close(code, "bye…"))
        }
        return (stream, received)
    }

    private func length(with dice: inout WebSocketDice) -> Int {
        switch dice.number(0...20) {
        case 0: dice.number(120...130)
        case 1: dice.number(65_530...65_540)
        case 2: dice.number(0...2_000)
        default: dice.number(0...40)
        }
    }

    private func text(with dice: inout WebSocketDice) -> [UInt8] {
        let characters: [Unicode.Scalar] = ["a", " ", "ß", "\u{7FF}", "€", "\u{FFFF}", "\u{10000}", "\u{10FFFF}", "\0"]
        var text = String.UnicodeScalarView()
        for _ in 0..<dice.number(0...60) { text.append(characters[dice.number(0...characters.count - 1)]) }
        return Array(String(text).utf8)
    }

    private func cuts(of stream: [UInt8], with dice: inout WebSocketDice) -> [Int] {
        (0..<dice.number(0...12)).map { _ in dice.number(0...stream.count) }.sorted()
    }

    private func damage(_ stream: inout [UInt8], with dice: inout WebSocketDice) {
        guard !stream.isEmpty else { return }
        let at = dice.number(0...stream.count - 1)
        switch dice.number(0...5) {
        case 0: stream[at] ^= 1 << UInt8(dice.number(0...7))
        case 1: stream[at] = UInt8(truncatingIfNeeded: dice.next())
        case 2: stream.remove(at: at)
        case 3: stream.insert(contentsOf: dice.bytes(dice.number(1...4)), at: at)
        case 4: stream.insert(contentsOf: stream[at..<min(at + dice.number(1...8), stream.count)], at: at)
        default:
            // Something like a head, where one belongs.
            let lengths: [UInt8] = [1, 2, 125, 126, 127, 0x80 | 1, 0x80 | 2, 0x80 | 125, 0x80 | 126, 0x80 | 127]
            let head = [UInt8(dice.number(0...1) << 7 | dice.number(0...10)), lengths[dice.number(0...9)]]
            let rest = dice.number(0...1) == 0 ? [UInt8](repeating: 0, count: 8) : dice.bytes(8)
            stream.insert(contentsOf: head + rest, at: dice.number(0...1) == 0 ? 0 : stream.count)
        }
    }
}
