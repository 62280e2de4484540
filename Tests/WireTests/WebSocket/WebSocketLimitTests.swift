import Glibc
import Testing
import Wire

/// Group 9: limits and what a message costs.
struct WebSocketLimitTests: WebSocketSamples {
    @Test(arguments: [64 << 10, 256 << 10, 1 << 20])
    func `a big message arrives`(size: Int) {
        let text = [UInt8](repeating: UInt8(ascii: "*"), count: size)
        let stream = Frame.text(text).bytes(to: .client) + Frame.binary(text).bytes(to: .client)
        for chop in [64, 1_024, 65_536] {
            let outcome = Outcome(of: stream, cutAt: stride(from: chop, to: stream.count, by: chop), role: .client)
            #expect(outcome.received == [.text(text), .binary(text)])
            #expect(outcome.fault == nil)
        }
    }

    @Test(arguments: [64, 256, 4_096, 65_536])
    func `a big message arrives in fragments of any size`(fragment: Int) {
        let size = 1 << 18
        let bytes = [UInt8](repeating: 0x2A, count: fragment)
        var stream = Frame.binary([], isFinal: false).bytes(to: .client)
        for _ in 0..<size / fragment { stream += Frame.more(bytes).bytes(to: .client) }
        stream += Frame.more("", isFinal: true).bytes(to: .client)
        let outcome = Outcome(of: stream, cutAt: stride(from: 1_300, to: stream.count, by: 1_300), role: .client)
        #expect(outcome.received == [.binary([UInt8](repeating: 0x2A, count: size))])
    }

    @Test func `65,536 fragments and an empty last one are a message, and one more is not`() {
        var stream = Frame.text("a", isFinal: false).bytes(to: .client)
        let fragment = Frame.more("b").bytes(to: .client)
        let last = Frame.more("", isFinal: true).bytes(to: .client)
        for _ in 0..<65_535 { stream += fragment }
        let whole = Outcome(of: stream + last, role: .client)
        let isWhole = whole.received == [.text("a" + String(repeating: "b", count: 65_535))]
        #expect(isWhole)
        #expect(whole.fault == nil)
        let more = Outcome(of: stream + fragment + last, role: .client)
        #expect(more.received.isEmpty)
        #expect(more.fault == .tooManyFragments)
    }

    @Test func `empty fragments count as well`() {
        let limits = WebSocketLimits(fragmentsMax: 3)
        let start: [Frame] = [.text("", isFinal: false), .more("")]
        expect(start + [.more("", isFinal: true)], give: [.text("")], limits: limits)
        expect(start + [.ping(), .more("")], give: [.ping("")], limits: limits, isOpen: true)
        expect(start + [.more(""), .more("", isFinal: true)], give: [], fault: .tooManyFragments, limits: limits)
    }

    @Test func `a message may be as long as the limit and no longer`() {
        let limits = WebSocketLimits(messageBytesMax: 10)
        let ten: Received = .text("0123456789")
        expect([.text("0123456789")], give: [ten], limits: limits)
        expect([.text("01234", isFinal: false), .more("56789", isFinal: true)], give: [ten], limits: limits)
        expect([.text("0123456789", isFinal: false), .more("", isFinal: true)], give: [ten], limits: limits)
        expect([.text("0123456789a")], give: [], fault: .messageTooLong, limits: limits)
        expect(
            [.text("01234", isFinal: false), .more("56789a", isFinal: true)], give: [], fault: .messageTooLong,
            limits: limits)
        expect([.ping("longer than the limit")], give: [.ping("longer than the limit")], limits: limits)
    }

    @Test(arguments: [
        [0x82, 127, 0, 0, 0, 0, 1, 0, 0, 1], [0x82, 127, 0, 0, 0, 1, 0, 0, 0, 0],
        [0x82, 127, 0x7F, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF],
    ])
    func `a length over the limit is refused from the head alone`(head: [UInt8]) {
        expect(head, to: .client, give: [], fault: .messageTooLong)
        let start = Frame.binary([1], isFinal: false).bytes(to: .client)
        let more = [0x80] + head.dropFirst()
        expect(start + more, to: .client, give: [], fault: .messageTooLong)
    }

    @Test func `the limit itself is 16 MiB, to the byte`() {
        let start = Frame.binary([1], isFinal: false).bytes(to: .client)
        expect([0x82, 127, 0, 0, 0, 0, 1, 0, 0, 0], to: .client, give: [], isOpen: true)
        expect(start + [0x80, 127, 0, 0, 0, 0, 0, 0xFF, 0xFF, 0xFF], to: .client, give: [], isOpen: true)
        expect(start + [0x80, 127, 0, 0, 0, 0, 1, 0, 0, 0], to: .client, give: [], fault: .messageTooLong)
    }

    /// A thousand peers announce 16 GiB together. Other tests run meanwhile, hence the wide margins.
    @Test func `an announced length costs nothing`() throws {
        let head: [UInt8] = [0x82, 127, 0, 0, 0, 0, 1, 0, 0, 0, 1, 2, 3]
        let before = Memory.reserved.bytes
        #expect(before > 0)
        var parsers: [WebSocketParser] = []
        for _ in 0..<1_000 {
            var parser = WebSocketParser(role: .client)
            #expect(try parser.step(head.span) == .needBytes(consumed: 13))
            parsers.append(parser)
        }
        #expect(Memory.reserved.bytes - before < 4 << 30)
        #expect(parsers.count == 1_000)
    }

    @Test func `nothing is kept between messages`() throws {
        let frame = Frame.binary([UInt8](repeating: 1, count: 1 << 20)).bytes(to: .client)
        let before = Memory.resident.bytes
        #expect(before > 0)
        var parsers: [WebSocketParser] = []
        for _ in 0..<512 {
            var parser = WebSocketParser(role: .client)
            guard case .binary(_, frame.count) = try parser.step(frame.span) else {
                Issue.record("the frame is whole")
                return
            }
            parsers.append(parser)
        }
        #expect(Memory.resident.bytes - before < 384 << 20, "512 MiB passed through")
        #expect(parsers.count == 512)
    }

    @Test func `a parser itself is small`() {
        #expect(MemoryLayout<WebSocketParser>.size <= 64)
    }

    @Test(arguments: [0, 1, 15, 200, 5_000])
    func `a frame that comes whole is stored without surplus`(size: Int) throws {
        let frame = Frame.binary([UInt8](repeating: 1, count: size)).bytes(to: .server)
        var parser = WebSocketParser(role: .server)
        guard case .binary(let bytes, frame.count) = try parser.step(frame.span) else {
            Issue.record("the frame is whole")
            return
        }
        #expect(bytes.count == size)
        #expect(bytes.capacity <= size + 64)
    }

    /// A column of proc(5)'s statm, in bytes.
    private enum Memory: Int {
        /// What was touched.
        case resident = 1
        /// What was asked for, touched or not.
        case reserved = 5

        var bytes: Int {
            guard let file = fopen("/proc/self/statm", "r") else { return 0 }
            defer { fclose(file) }
            var line = [UInt8](repeating: 0, count: 128)
            let count = fread(&line, 1, line.count, file)
            let columns = line.prefix(count).split(separator: UInt8(ascii: " "))
            guard columns.count > rawValue else { return 0 }
            return (Int(String(decoding: columns[rawValue], as: UTF8.self)) ?? 0) * sysconf(Int32(_SC_PAGESIZE))
        }
    }
}
