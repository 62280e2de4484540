import HTTPCases
import Testing

@testable import Wire

struct HTTPMutationTests {
    /// SplitMix64: one number in, the same sequence on every machine.
    private struct Generator: RandomNumberGenerator {
        var state: UInt64

        mutating func next() -> UInt64 {
            state &+= 0x9E37_79B9_7F4A_7C15
            var word = state
            word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
            word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
            return word ^ (word >> 31)
        }
    }

    private static let pieces: [[UInt8]] =
        [
            "\r\n", "\r", "\n", "\r\n\r\n", " ", "\t", ":", ",", ";", "=", "%", "%2e", "%00", "/", "//", "..", "?", "#",
            "*",
            "0", "9", "ffffffffffffffff", "Content-Length: 3\r\n", "Transfer-Encoding: chunked\r\n",
            "Connection: close\r\n",
            "Host: b\r\n", "Expect: 100-continue\r\n", "HTTP/1.1", "HTTP/1.0", "GET / HTTP/1.1\r\nHost: a\r\n\r\n",
            "\"", "\\",
        ].map { Array($0.utf8) } + [[0], [0x7F], [0x80], [0xFF]]

    private static let seeds = HTTPRequestCase.all.map(\.bytes).filter { $0.count <= 400 }

    private func mutated(using random: inout Generator) -> [UInt8] {
        var bytes = Self.seeds.randomElement(using: &random) ?? []
        for _ in 0..<Int.random(in: 1...3, using: &random) {
            let at = Int.random(in: 0...bytes.count, using: &random)
            let end = min(bytes.count, at + Int.random(in: 0...4, using: &random))
            switch Int.random(in: 0..<5, using: &random) {
            case 0: bytes.removeSubrange(at..<end)
            case 1: bytes.replaceSubrange(at..<end, with: [UInt8.random(in: .min ... .max, using: &random)])
            case 2: bytes.insert(contentsOf: bytes[at..<end], at: at)
            case 3: bytes.insert(contentsOf: Self.pieces.randomElement(using: &random) ?? [], at: at)
            default:
                bytes += (Self.seeds.randomElement(using: &random) ?? []).suffix(Int.random(in: 0...99, using: &random))
            }
        }
        return bytes
    }

    @Test(arguments: 1...8 as ClosedRange<UInt64>)
    func `no bytes make the parser trap, lie or depend on how they are cut`(seed: UInt64) {
        var random = Generator(state: seed)
        for round in 0..<500 {
            let bytes = mutated(using: &random)
            var whole = RequestDriver()
            whole.receive(bytes)
            var single = RequestDriver()
            for byte in bytes {
                single.receive(CollectionOfOne(byte))
            }
            var pieces = RequestDriver()
            var rest = bytes[...]
            while !rest.isEmpty {
                let count = Int.random(in: 1...min(rest.count, 40), using: &random)
                pieces.receive(rest.prefix(count))
                rest = rest.dropFirst(count)
            }
            for other in [single, pieces] {
                guard other.outcome == whole.outcome, other.fault == whole.fault,
                    whole.breaches.isEmpty, other.breaches.isEmpty
                else {
                    let text = String(decoding: bytes, as: UTF8.self).debugDescription
                    Issue.record("seed \(seed), round \(round): \(text)")
                    return
                }
            }
        }
    }

    @Test(arguments: 1...4 as ClosedRange<UInt64>)
    func `bytes that mean nothing are refused or waited for`(seed: UInt64) {
        var random = Generator(state: seed)
        for _ in 0..<200 {
            let bytes = (0..<Int.random(in: 1...64, using: &random)).map { _ in
                UInt8.random(in: .min ... .max, using: &random)
            }
            var driver = RequestDriver()
            driver.receive(bytes)
            #expect(driver.exchanges.isEmpty)
            #expect(driver.breaches.isEmpty)
        }
    }
}
