import Testing
import Wire

/// A frame put together here, byte for byte, so that the parser is not tested with its own writer.
struct WebSocketRawFrame {
    var opcode: UInt8
    var payload: [UInt8]
    var isFinal = true
    var reserved: UInt8 = 0

    static func text(_ text: String, isFinal: Bool = true) -> Self {
        Self(opcode: 1, payload: Array(text.utf8), isFinal: isFinal)
    }

    static func text(_ payload: [UInt8], isFinal: Bool = true) -> Self {
        Self(opcode: 1, payload: payload, isFinal: isFinal)
    }

    static func binary(_ payload: [UInt8], isFinal: Bool = true) -> Self {
        Self(opcode: 2, payload: payload, isFinal: isFinal)
    }

    static func more(_ text: String, isFinal: Bool = false) -> Self {
        Self(opcode: 0, payload: Array(text.utf8), isFinal: isFinal)
    }

    static func more(_ payload: [UInt8], isFinal: Bool = false) -> Self {
        Self(opcode: 0, payload: payload, isFinal: isFinal)
    }

    static func ping(_ text: String = "") -> Self { Self(opcode: 9, payload: Array(text.utf8)) }
    static func pong(_ text: String = "") -> Self { Self(opcode: 10, payload: Array(text.utf8)) }

    static func close(_ payload: [UInt8] = []) -> Self { Self(opcode: 8, payload: payload) }
    static func close(_ code: Int, _ reason: [UInt8] = []) -> Self {
        Self(opcode: 8, payload: [UInt8(code >> 8), UInt8(code & 255)] + reason)
    }

    /// As the other end of a parser of this role sends it: masked to a server, in the clear to a client.
    func bytes(to role: WebSocketRole) -> [UInt8] {
        bytes(maskedWith: role == .server ? [0x37, 0xFA, 0x21, 0x3D] : nil)
    }

    func bytes(maskedWith key: [UInt8]?) -> [UInt8] {
        var bytes = [(isFinal ? 0x80 : 0) | reserved << 4 | opcode]
        let mask: UInt8 = key == nil ? 0 : 0x80
        switch payload.count {
        case ...125: bytes.append(mask | UInt8(payload.count))
        case ...65_535: bytes += [mask | 126, UInt8(payload.count >> 8), UInt8(payload.count & 255)]
        default:
            bytes.append(mask | 127)
            for shift in stride(from: 56, through: 0, by: -8) { bytes.append(UInt8(payload.count >> shift & 255)) }
        }
        guard let key else { return bytes + payload }
        bytes += key
        for (index, byte) in payload.enumerated() { bytes.append(byte ^ key[index % 4]) }
        return bytes
    }
}

/// What came out of a parser, without the counts.
enum WebSocketReceived: Equatable {
    case text([UInt8])
    case binary([UInt8])
    case ping([UInt8])
    case pong([UInt8])
    case close(UInt16?, String)

    static func text(_ text: String) -> Self { .text(Array(text.utf8)) }
    static func ping(_ text: String) -> Self { .ping(Array(text.utf8)) }
    static func pong(_ text: String) -> Self { .pong(Array(text.utf8)) }
}

/// Everything that some bytes lead to. Where the bytes were cut must never show in it.
struct WebSocketOutcome: Equatable {
    var received: [WebSocketReceived] = []
    var fault: WebSocketFault?

    /// Drives a parser as a connection does, with a piece of input that ends at each of `cuts`.
    init(
        of bytes: [UInt8], cutAt cuts: some Sequence<Int> = [], role: WebSocketRole, limits: WebSocketLimits = .init()
    ) {
        var parser = WebSocketParser(role: role, limits: limits)
        var start = 0
        for end in Array(cuts) + [bytes.count] {
            var needsBytes = false
            while !needsBytes {
                let unread = bytes.span.extracting(start..<end)
                let consumed: Int
                do throws(WebSocketFault) {
                    switch try parser.step(unread) {
                    case .needBytes(let count):
                        needsBytes = true
                        consumed = count
                    case .text(let text, let count):
                        received.append(.text(text))
                        consumed = count
                    case .binary(let bytes, let count):
                        received.append(.binary(bytes))
                        consumed = count
                    case .ping(let bytes, let count):
                        received.append(.ping(bytes))
                        consumed = count
                    case .pong(let bytes, let count):
                        received.append(.pong(bytes))
                        consumed = count
                    case .close(let code, let reason, let count):
                        received.append(.close(code, reason))
                        consumed = count
                    }
                } catch {
                    if fault != nil { Issue.record("a second fault: \(error)") }
                    fault = error
                    consumed = 0
                }
                if consumed < 0 || consumed > unread.count { Issue.record("consumed \(consumed) of \(unread.count)") }
                start += consumed
            }
            if end - start > 130 { Issue.record("\(end - start) bytes were left unread") }
        }
    }
}

/// A group of samples. The groups are those of the Autobahn test suite, by number and by subject.
protocol WebSocketSamples {}

extension WebSocketSamples {
    typealias Frame = WebSocketRawFrame
    typealias Received = WebSocketReceived
    typealias Outcome = WebSocketOutcome

    /// Sends the frames to a server and to a client, in all the ways of `expect(_:to:…)`.
    func expect(
        _ frames: [Frame], give received: [Received], fault: WebSocketFault? = nil, limits: WebSocketLimits = .init(),
        isOpen: Bool = false, at location: SourceLocation = #_sourceLocation
    ) {
        for role in [WebSocketRole.server, .client] {
            expect(
                frames.flatMap { $0.bytes(to: role) }, to: role, give: received, fault: fault, limits: limits,
                isOpen: isOpen, at: location)
        }
    }

    /// Sends the bytes whole, byte by byte, in two pieces cut at every place, after a ping, and twice; or,
    /// after a close or a fault, with more behind them that is to be ignored.
    ///
    /// `isOpen` says that the bytes end inside a message, so that they cannot be sent twice.
    func expect(
        _ bytes: [UInt8], to role: WebSocketRole, give received: [Received], fault: WebSocketFault? = nil,
        limits: WebSocketLimits = .init(), isOpen: Bool = false, at location: SourceLocation = #_sourceLocation
    ) {
        var expected = Outcome(of: [], role: role)
        expected.received = received
        expected.fault = fault
        func check(_ bytes: [UInt8], cutAt cuts: some Sequence<Int>, _ way: String, _ expected: Outcome) {
            let outcome = Outcome(of: bytes, cutAt: cuts, role: role, limits: limits)
            if outcome != expected {
                Issue.record(
                    "\(way), to a \(role): \(outcome.summary), not \(expected.summary)", sourceLocation: location)
            }
        }
        check(bytes, cutAt: [], "whole", expected)
        check(bytes, cutAt: 0..<bytes.count, "byte by byte", expected)
        // Every place near the ends; in a long sample, where nothing new can happen between, some.
        let places = bytes.count <= 600 ? Array(0..<bytes.count) : Array(0..<20) + [997, bytes.count - 1]
        for place in places { check(bytes, cutAt: [place], "cut at \(place)", expected) }

        let ping = Frame.ping("before").bytes(to: role)
        var afterPing = expected
        afterPing.received.insert(.ping("before"), at: 0)
        check(ping + bytes, cutAt: [], "after a ping", afterPing)

        let isOver = if case .close? = received.last { true } else { fault != nil }
        if isOver {
            check(bytes + ping + [0xFF, 0xFF, 0xFF], cutAt: [bytes.count], "with more behind", expected)
        } else if !isOpen {
            var twice = expected
            twice.received += received
            check(bytes + bytes, cutAt: [], "twice", twice)
        }
    }
}

extension WebSocketOutcome {
    /// Short enough to be read in a failure, whatever the size of the messages.
    var summary: String {
        let items = received.map { item in
            let text = "\(item)"
            return text.count > 120 ? text.prefix(120) + "…" : text
        }
        return "[\(items.joined(separator: ", "))] \(fault.map { "\($0)" } ?? "without a fault")"
    }
}

/// Numbers that are the same in every run (SplitMix64).
struct WebSocketDice: RandomNumberGenerator {
    var state: UInt64

    init(seed: UInt64) {
        state = seed
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        return mixed ^ mixed >> 31
    }

    mutating func number(_ range: ClosedRange<Int>) -> Int {
        Int.random(in: range, using: &self)
    }

    mutating func bytes(_ count: Int) -> [UInt8] {
        (0..<count).map { _ in UInt8(truncatingIfNeeded: next()) }
    }
}
