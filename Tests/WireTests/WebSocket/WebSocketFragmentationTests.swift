import Testing
import Wire

/// Group 5: fragmentation.
struct WebSocketFragmentationTests: WebSocketSamples {
    @Test(arguments: [8, 9, 10] as [UInt8])
    func `a control frame in fragments is refused`(opcode: UInt8) {
        expect(
            [Frame(opcode: opcode, payload: [3, 232], isFinal: false), .more("", isFinal: true)], give: [],
            fault: .controlFrameFragmented)
    }

    @Test func `fragments become one message`() {
        expect(
            [.text("frag", isFinal: false), .more("ment", isFinal: false), .more("s", isFinal: true)],
            give: [.text("fragments")])
        expect(
            [.binary([1, 2, 3], isFinal: false), .more([], isFinal: false), .more([4], isFinal: true)],
            give: [.binary([1, 2, 3, 4])])
    }

    @Test func `fragments may be empty, all of them too`() {
        expect([.text("", isFinal: false), .more(""), .more("", isFinal: true)], give: [.text("")])
        expect([.binary([], isFinal: false), .more("", isFinal: true)], give: [.binary([])])
        expect([.text("", isFinal: false), .more("middle"), .more("", isFinal: true)], give: [.text("middle")])
    }

    @Test func `control frames come between fragments, at once`() {
        expect(
            [
                .ping("0"), .text("a", isFinal: false), .ping("1"), .pong("2"), .more("b"), .ping("3"),
                .more("c", isFinal: true), .ping("4"),
            ],
            give: [.ping("0"), .ping("1"), .pong("2"), .ping("3"), .text("abc"), .ping("4")])
    }

    @Test func `a ping is handed over while the message around it is unfinished`() {
        expect([.text("a", isFinal: false), .ping("now")], give: [.ping("now")], isOpen: true)
    }

    @Test func `a close ends an unfinished message`() {
        expect([.text("a", isFinal: false), .close(1001)], give: [.close(1001, "")])
    }

    @Test(arguments: [true, false])
    func `a continuation of nothing is refused`(isFinal: Bool) {
        expect([.more("non-continuation", isFinal: isFinal)], give: [], fault: .continuationWithoutMessage)
        expect(
            [.text("a", isFinal: false), .more("b", isFinal: true), .more("c", isFinal: isFinal)], give: [.text("ab")],
            fault: .continuationWithoutMessage)
        expect(
            [.binary([1]), .more("c", isFinal: isFinal)], give: [.binary([1])], fault: .continuationWithoutMessage)
    }

    @Test(arguments: [true, false])
    func `a message inside a message is refused`(isFinal: Bool) {
        expect(
            [.text("a", isFinal: false), .text("b", isFinal: isFinal)], give: [], fault: .messageInsideMessage)
        expect(
            [.binary([], isFinal: false), .ping(), .binary([1], isFinal: isFinal)], give: [.ping("")],
            fault: .messageInsideMessage)
    }

    @Test func `messages follow one another in any form`() {
        expect(
            [
                .text("one"), .binary([2], isFinal: false), .more([2], isFinal: true), .text("", isFinal: false),
                .more("three", isFinal: true), .binary([]), .text("five"),
            ],
            give: [.text("one"), .binary([2, 2]), .text("three"), .binary([]), .text("five")])
    }
}
