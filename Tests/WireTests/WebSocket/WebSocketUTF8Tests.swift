import Bytes
import Testing
import Wire

/// Group 6: UTF-8, after Markus Kuhn's stress test. Every sample is sent in one frame and in fragments cut
/// at every place, and what is wrong must fail at the very byte that makes it so.
struct WebSocketUTF8Tests: WebSocketSamples {
    // 6.1
    @Test func `text of no bytes is text`() {
        expect([.text("")], give: [.text("")])
        expect([.text("", isFinal: false), .more(""), .more("", isFinal: true)], give: [.text("")])
        expect(
            [.text("", isFinal: false), .more("middle frame"), .more("", isFinal: true)], give: [.text("middle frame")])
    }

    // 6.2
    @Test func `text arrives as it was, cut inside its characters or not`() {
        expectValid("48656c6c6f2dc2b540c39fc3b6c3a4c3bcc3a0c3a12d5554462d382121")
    }

    // 6.3, 6.4
    @Test func `a wrong character fails the text around it`() {
        // κόσμε, a surrogate, "edited".
        expectInvalid("cebae1bdb9cf83cebcceb5eda080656469746564")
        // κόσμε, a value above U+10FFFF, "edited".
        expectInvalid("cebae1bdb9cf83cebcceb5f4908080656469746564")
    }

    // 6.4.1, 6.4.2
    @Test func `a wrong byte in a fragment fails before the message goes on`() {
        let start = Frame.text([0xCE, 0xBA, 0xE1, 0xBD, 0xB9], isFinal: false)
        expect([start, .more([0xF4, 0x90])], give: [], fault: .invalidText)
        expect([start, .more([0xF4]), .ping("between"), .more([0x90])], give: [.ping("between")], fault: .invalidText)
    }

    // 6.4.3, 6.4.4
    @Test func `a wrong byte in a frame fails before the frame is whole`() {
        let good = [UInt8]("good".utf8)
        let whole = Frame.text(good + [0xF4, 0x90, 0x80, 0x80] + good).bytes(to: .server)
        let head = whole.count - 12
        expect(Array(whole.prefix(head + 5)), to: .server, give: [], isOpen: true)
        expect(Array(whole.prefix(head + 6)), to: .server, give: [], fault: .invalidText)
    }

    // 6.5, 6.6
    @Test func `a text may only end where a character ends`() {
        let text = Hex.decode("cebae1bdb9cf83cebcceb5") ?? []
        for count in 0...text.count {
            let part = Array(text.prefix(count))
            if [0, 2, 5, 7, 9, 11].contains(count) {
                expectValid(Hex.encode(part))
            } else {
                expect([.text(part)], give: [], fault: .invalidText)
                expect([.text(part, isFinal: false), .more("", isFinal: true)], give: [], fault: .invalidText)
                expect([.text(part, isFinal: false), .more("")], give: [], isOpen: true)
            }
        }
    }

    // 6.7, 6.9, 6.11, 6.22, 6.23
    @Test(arguments: [
        ["00", "c280", "e0a080", "f0908080"],  // the first of each length
        ["7f", "dfbf", "efbfbf", "f48fbfbf"],  // the last of each length
        ["ed9fbf", "ee8080"],  // next to the surrogates
        ["efbfbd"],  // the replacement character
        noncharacters, specials,
    ])
    func `valid to the edges`(samples: [String]) {
        for sample in samples { expectValid(sample) }
        expectValid(samples.prefix(8).joined())
    }

    /// U+FDD0, U+FDEF and the last two of each plane.
    private static let noncharacters: [String] = {
        let ends = (0...16 as ClosedRange<UInt32>).flatMap { [$0 << 16 | 0xFFFE, $0 << 16 | 0xFFFF] }
        return ([0xFDD0, 0xFDEF] + ends).compactMap(Unicode.Scalar.init).map { Hex.encode(Array(String($0).utf8)) }
    }()

    private static let specials: [String] = (0xB0...0xBF).map { "efbf" + Hex.encode([$0]) }

    // 6.8, 6.10, 6.11.5, 6.12 to 6.21
    @Test(arguments: [
        ["f888808080", "fc8480808080"],  // the first of five and six bytes
        ["f7bfbfbf", "fbbfbfbfbf", "fdbfbfbfbfbf"],  // the last of four, five and six bytes
        ["f4908080", "f5808080"],  // above U+10FFFF
        ["80", "bf", "80bf", "80bf80", "80bf80bf", "80bf80bf80", "80bf80bf80bf"],  // continuations alone
        continuationBytes, leadingBytesAlone,
        // One byte missing, each and all together.
        ["c0", "e080", "f08080", "f8808080", "fc80808080", "df", "efbf", "f7bfbf", "fbbfbfbf", "fdbfbfbfbf"],
        ["c0e080f08080f8808080fc80808080dfefbff7bfbffbbfbfbffdbfbfbfbf"],
        ["fe", "ff", "fefeffff"],  // impossible bytes
        ["c0af", "e080af", "f08080af", "f8808080af", "fc80808080af"],  // an overlong slash
        ["c1bf", "e09fbf", "f08fbfbf", "f887bfbfbf", "fc83bfbfbfbf"],  // the largest overlong
        ["c080", "e08080", "f0808080", "f880808080", "fc8080808080"],  // an overlong NUL
        surrogates, surrogatePairs,
    ])
    func `invalid from the byte that makes it so`(samples: [String]) {
        for sample in samples { expectInvalid(sample) }
    }

    private static let continuationBytes: [String] = (0x80...0xBF).map { Hex.encode([$0]) }
    private static let leadingBytesAlone: [String] = (0xC0...0xFF).map { Hex.encode([$0, 0x20]) }
    private static let surrogates = ["eda080", "edadbf", "edae80", "edafbf", "edb080", "edbe80", "edbfbf"]
    private static let surrogatePairs = ["eda080", "edadbf", "edae80", "edafbf"].flatMap {
        [$0 + "edb080", $0 + "edbfbf"]
    }

    @Test func `binary is not checked`() {
        expect(
            [.binary([0xFF, 0xFE]), .binary([0xED], isFinal: false), .more([0xA0], isFinal: true)],
            give: [
                .binary([0xFF, 0xFE]), .binary([0xED, 0xA0]),
            ])
    }

    @Test func `a character unfinished in one message is not finished by the next`() {
        expect([.text([0xC3]), .text([0xA4])], give: [], fault: .invalidText)
        expect([.text("a", isFinal: false), .more([0xC3], isFinal: true)], give: [], fault: .invalidText)
    }

    private func expectValid(_ hex: String, at location: SourceLocation = #_sourceLocation) {
        let text = Hex.decode(hex) ?? []
        #expect(text.count * 2 == hex.utf8.count, sourceLocation: location)
        expect([.text(text)], give: [.text(text)], at: location)
        for cut in 0...text.count {
            let frames: [Frame] = [
                .text(Array(text[..<cut]), isFinal: false), .more(Array(text[cut...]), isFinal: true),
            ]
            expect(frames, give: [.text(text)], at: location)
        }
        let bytes = text.map { Frame.more([$0]) }
        expect([.text("", isFinal: false)] + bytes + [.more("", isFinal: true)], give: [.text(text)], at: location)
    }

    private func expectInvalid(_ hex: String, at location: SourceLocation = #_sourceLocation) {
        let text = Hex.decode(hex) ?? []
        #expect(text.count * 2 == hex.utf8.count, sourceLocation: location)
        expect([.text(text)], give: [], fault: .invalidText, at: location)
        // How much of it could still become a text; the byte after that is the wrong one, if there is one.
        let hopeful = (0...text.count).last { canBecomeText(Array(text[..<$0])) } ?? 0
        let start = Frame.text(Array(text[..<hopeful]), isFinal: false)
        expect([start], give: [], isOpen: true, at: location)
        if hopeful < text.count {
            expect([start, .more([text[hopeful]])], give: [], fault: .invalidText, at: location)
            let frame = Frame.text(text + [UInt8](repeating: 0x21, count: 40)).bytes(to: .client)
            expect(Array(frame.prefix(2 + hopeful)), to: .client, give: [], isOpen: true, at: location)
            expect(Array(frame.prefix(3 + hopeful)), to: .client, give: [], fault: .invalidText, at: location)
        } else {
            expect([start, .more("", isFinal: true)], give: [], fault: .invalidText, at: location)
        }
    }

    /// Asks the standard library, with every ending that could complete a last character.
    private func canBecomeText(_ bytes: [UInt8]) -> Bool {
        let endings: [[UInt8]] = [
            [], [0x80], [0xBF], [0x80, 0x80], [0xBF, 0x80], [0x80, 0x80, 0x80], [0xBF, 0x80, 0x80],
        ]
        return endings.contains { String(validating: bytes + $0, as: UTF8.self) != nil }
    }
}
