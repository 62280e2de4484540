import Bytes
import Testing

struct UTF8CheckTests {
    /// What the standard library thinks of the same bytes.
    private func isValidText(_ bytes: [UInt8]) -> Bool {
        String(validating: bytes, as: UTF8.self) != nil
    }

    private func isValid(_ bytes: [UInt8]) -> Bool {
        UTF8Check.isValid(bytes.span)
    }

    /// The verdict on `bytes` when they come in pieces of `size`.
    private func verdict(_ bytes: [UInt8], pieces size: Int) -> Bool {
        var check = UTF8Check()
        for start in stride(from: 0, to: bytes.count, by: size) {
            guard check.accept(bytes.span.extracting(start..<min(start + size, bytes.count))) else { return false }
        }
        return check.isComplete
    }

    /// The first and last character of every row of Unicode's table 3-7, and what lies just outside.
    static let boundaries: [[UInt8]] = [
        [0x00], [0x7F], [0xC2, 0x80], [0xDF, 0xBF], [0xE0, 0xA0, 0x80], [0xE0, 0xBF, 0xBF], [0xE1, 0x80, 0x80],
        [0xEC, 0xBF, 0xBF], [0xED, 0x80, 0x80], [0xED, 0x9F, 0xBF], [0xEE, 0x80, 0x80], [0xEF, 0xBF, 0xBF],
        [0xEF, 0xBF, 0xBE], [0xEF, 0xB7, 0x90], [0xF0, 0x90, 0x80, 0x80], [0xF0, 0xBF, 0xBF, 0xBF],
        [0xF1, 0x80, 0x80, 0x80], [0xF3, 0xBF, 0xBF, 0xBF], [0xF4, 0x80, 0x80, 0x80], [0xF4, 0x8F, 0xBF, 0xBF],
    ]

    static let beyond: [[UInt8]] = [
        [0x80], [0xBF], [0xC0, 0x80], [0xC1, 0xBF], [0xE0, 0x80, 0x80], [0xE0, 0x9F, 0xBF], [0xED, 0xA0, 0x80],
        [0xED, 0xAF, 0xBF], [0xED, 0xB0, 0x80], [0xED, 0xBF, 0xBF], [0xF0, 0x80, 0x80, 0x80], [0xF0, 0x8F, 0xBF, 0xBF],
        [0xF4, 0x90, 0x80, 0x80], [0xF5, 0x80, 0x80, 0x80], [0xF7, 0xBF, 0xBF, 0xBF], [0xF8, 0x88, 0x80, 0x80, 0x80],
        [0xFC, 0x84, 0x80, 0x80, 0x80, 0x80], [0xFE], [0xFF],
    ]

    @Test(arguments: boundaries)
    func `the first and last of each kind are valid, wherever they are cut`(character: [UInt8]) {
        let text = Array("ascii: ".utf8) + character + Array(" and on".utf8)
        for size in 1...text.count {
            #expect(verdict(text, pieces: size))
        }
        for cut in 1..<max(character.count, 1) {
            var check = UTF8Check()
            let isAccepted = check.accept(character.span.extracting(..<cut))
            #expect(isAccepted, "a character cut in two is not yet wrong")
            #expect(!check.isComplete)
            #expect(!isValid(Array(character[..<cut])))
            #expect(!isValid(Array(character[cut...])))
        }
    }

    @Test(arguments: beyond)
    func `what lies just outside is refused, wherever it is cut`(bytes: [UInt8]) {
        let text = Array("ascii: ".utf8) + bytes + Array(" and on".utf8)
        for size in 1...text.count {
            #expect(!verdict(text, pieces: size))
        }
    }

    @Test func `all pairs of bytes are judged as the standard library does`() {
        var differences = 0
        for first in UInt8.min...UInt8.max {
            for second in UInt8.min...UInt8.max {
                let pair = [first, second]
                if isValid(pair) != isValidText(pair) { differences += 1 }
            }
        }
        #expect(differences == 0)
    }

    @Test(arguments: 0..<40 as Range<UInt64>)
    func `random mixtures are judged as the standard library does`(seed: UInt64) {
        var random = Seeded(seed)
        for _ in 0..<50 {
            var bytes: [UInt8] = []
            for _ in 0..<Int(random.next() % 12) {
                switch random.next() % 8 {
                case 0: bytes += Self.beyond.randomElement(using: &random)!
                case 1: bytes += random.bytes(count: 2)
                case 2...4: bytes += Self.boundaries.randomElement(using: &random)!
                default: bytes += [UInt8](repeating: 0x61, count: Int(random.next() % 20))
                }
            }
            if random.next() % 3 == 0, !bytes.isEmpty { bytes.removeLast() }
            let expected = isValidText(bytes)
            #expect(isValid(bytes) == expected)
            #expect(verdict(bytes, pieces: 1) == expected)
            #expect(verdict(bytes, pieces: 7) == expected)
        }
    }

    @Test func `the first byte that can't be there is refused at once, and none before it`() {
        // Any text cut short can be completed by one of these.
        let endings: [[UInt8]] = [
            [], [0x80], [0x80, 0x80], [0x80, 0x80, 0x80], [0xA0, 0x80], [0x90, 0x80, 0x80],
        ]
        var random = Seeded(3)
        for _ in 0..<2_000 {
            let leads: [UInt8] = [0x41, 0x80, 0xC1, 0xC2, 0xE0, 0xE1, 0xED, 0xF0, 0xF1, 0xF4, 0xF5]
            let followers: [UInt8] = [0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC0]
            var prefix = [leads.randomElement(using: &random)!]
            for _ in 0..<Int(random.next() % 4) {
                prefix.append(followers.randomElement(using: &random)!)
            }
            var check = UTF8Check()
            let isAccepted = check.accept(prefix.span)
            #expect(isAccepted == endings.contains { isValidText(prefix + $0) })
        }
    }
}
