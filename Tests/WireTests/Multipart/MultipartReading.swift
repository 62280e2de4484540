import Testing

@testable import Wire

/// What came out of a body: its parts, and how it ended. Two readings are equal when these are, whatever
/// they cost.
struct MultipartReading: Equatable {
    struct Part: Equatable {
        var head: MultipartPartHead
        var content: [UInt8] = []
        var isWhole = false
    }

    private(set) var parts: [Part] = []
    private(set) var isEnded = false
    private(set) var fault: MultipartFault?

    private(set) var steps = 0
    private(set) var bytesShown = 0

    static func == (left: MultipartReading, right: MultipartReading) -> Bool {
        left.parts == right.parts && left.isEnded == right.isEnded && left.fault == right.fault
    }

    var heads: [MultipartPartHead] { parts.map(\.head) }
    var names: [String] { parts.map(\.head.name) }
    var texts: [String] { parts.map { String(decoding: $0.content, as: UTF8.self) } }

    /// Reads `body` as a driver would, new bytes arriving at each of `cuts`, and holds the parser to what it
    /// promises on the way.
    init(_ body: [UInt8], cuts: some Sequence<Int>, by fresh: MultipartParser) {
        var parser = fresh
        var consumed = 0
        do throws(MultipartFault) {
            for cut in cuts {
                try read(body[consumed..<cut], by: &parser, consumed: &consumed)
            }
            try read(body[consumed...], by: &parser, consumed: &consumed)
            try parser.closed()
        } catch {
            fault = error
        }
    }

    private mutating func read(
        _ arrived: ArraySlice<UInt8>, by parser: inout MultipartParser, consumed: inout Int
    ) throws(MultipartFault) {
        var unread = arrived
        while true {
            steps += 1
            bytesShown += unread.count
            let step = try parser.step(unread.span)
            let count = step.consumed
            guard (0...unread.count).contains(count) else {
                Issue.record("\(count) of \(unread.count) bytes are consumed")
                return
            }
            if let broken = take(step, of: unread, heldBytesMax: parser.heldBytesMax) {
                Issue.record("\(broken) in step \(steps)")
                return
            }
            consumed += count
            unread = unread.dropFirst(count)
            if case .needBytes = step { return }
        }
    }

    /// The promise that this step breaks, if it does.
    private mutating func take(_ step: MultipartStep, of unread: ArraySlice<UInt8>, heldBytesMax: Int) -> String? {
        let isInside = parts.last?.isWhole == false
        switch step {
        case .needBytes(let count):
            return unread.count - count > heldBytesMax ? "too much is held back" : nil
        case .part(let head, let count):
            parts.append(Part(head: head))
            return isEnded || isInside || count == 0 ? "a part out of place" : nil
        case .content(let range, let count):
            guard isInside, count > 0, range == 0..<count else { return "content out of place" }
            parts[parts.count - 1].content.append(contentsOf: unread.prefix(count))
            return nil
        case .partEnd(let count):
            guard isInside, count > 0 else { return "the end of a part out of place" }
            parts[parts.count - 1].isWhole = true
            return nil
        case .end(let count):
            guard !isEnded, !isInside, count > 0 else { return "the end out of place" }
            isEnded = true
            return nil
        }
    }

    /// The reading of a body, after it was found to be the same whole, byte by byte and cut in two anywhere.
    static func ofAnyCut(
        _ body: [UInt8], by parser: MultipartParser, sourceLocation: SourceLocation = #_sourceLocation
    ) -> MultipartReading {
        let whole = MultipartReading(body, cuts: [], by: parser)
        let single = MultipartReading(body, cuts: 0..<body.count, by: parser)
        #expect(single == whole, "byte by byte", sourceLocation: sourceLocation)
        for cut in 0...body.count {
            let halves = MultipartReading(body, cuts: [cut], by: parser)
            if halves != whole {
                Issue.record("cut at \(cut): \(halves), whole: \(whole)", sourceLocation: sourceLocation)
            }
        }
        return whole
    }

    /// The same with the boundary `b`.
    static func ofAnyCut(
        _ body: String, limits: MultipartLimits = MultipartLimits(), sourceLocation: SourceLocation = #_sourceLocation
    ) throws -> MultipartReading {
        let parser = try #require(MultipartParser(boundary: "b", limits: limits))
        return ofAnyCut(Array(body.utf8), by: parser, sourceLocation: sourceLocation)
    }
}

extension MultipartStep {
    var consumed: Int {
        switch self {
        case .needBytes(let count), .part(_, let count), .content(_, let count), .partEnd(let count), .end(let count):
            count
        }
    }
}

/// Numbers that are the same in every run.
struct MultipartDice: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed
    }

    /// SplitMix64.
    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var word = state
        word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
        word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
        return word ^ (word >> 31)
    }

    mutating func pick<Choice>(_ choices: [Choice]) -> Choice {
        choices[Int.random(in: 0..<choices.count, using: &self)]
    }

    /// Up to `count` places below or at `end`, in order.
    mutating func cuts(_ count: Int, upTo end: Int) -> [Int] {
        (0..<Int.random(in: 0...count, using: &self)).map { _ in Int.random(in: 0...end, using: &self) }.sorted()
    }
}
