import CBOR
import CourierFrames
import Testing

@Suite struct CourierFrameTests {
    static let request = CourierRequest(
        number: 70_000, method: "POST", url: "https://push.example/a?b", fields: [("TTL", "60"), ("X", "\u{FC}")],
        body: [0, 1, 255], answerBytesMax: 65_536)
    static let orders: [CourierOrder] = [.ask(request), .drop(number: .max)]
    static let reports: [CourierReport] = [
        .head(number: 1, status: 200, [("A", "1, 2")]), .head(number: 1, status: 599, []), .body(number: 1, []),
        .body(number: 1, [UInt8](repeating: 7, count: CourierReport.bodyBytesMax)), .end(number: 300),
        .failure(number: 2, .tls, "no"), .failure(number: 2, .dropped, ""),
    ]

    private func contents(_ frame: [UInt8]) -> [UInt8] { Array(frame.dropFirst(CourierFrame.lengthBytes)) }

    @Test(arguments: orders.indices)
    func `an order is read as it was written`(index: Int) throws {
        let frame = Self.orders[index].frame
        let read = try CourierOrder(contents(frame).span)
        #expect(read.frame == frame)
        #expect("\(read)" == "\(Self.orders[index])")
    }

    @Test(arguments: reports.indices)
    func `a report is read as it was written`(index: Int) throws {
        let frame = Self.reports[index].frame
        let read = try CourierReport(contents(frame).span)
        #expect(read.frame == frame)
        #expect("\(read)" == "\(Self.reports[index])")
    }

    @Test func `what is cut short or has something behind it is refused`() {
        let all = Self.orders.map(\.frame) + Self.reports.map(\.frame).filter { $0.count < 1_000 }
        for frame in all {
            let bytes = contents(frame)
            for count in bytes.indices {
                #expect(throws: CBORFault.self) { try CourierOrder(Array(bytes[..<count]).span) }
                #expect(throws: CBORFault.self) { try CourierReport(Array(bytes[..<count]).span) }
            }
            #expect(throws: CBORFault.self) { try CourierOrder((bytes + [0]).span) }
            #expect(throws: CBORFault.self) { try CourierReport((bytes + [0]).span) }
        }
    }

    @Test func `frames are found whole, byte by byte and glued together`() throws {
        let frames = Self.reports.map(\.frame)
        let glued = frames.flatMap { $0 }
        var unread: [UInt8] = []
        var found: [[UInt8]] = []
        for byte in glued {
            unread.append(byte)
            if let range = try CourierFrame.next(in: unread.span, bytesMax: CourierReport.bytesMax) {
                #expect(range.upperBound == unread.count)
                found.append(Array(unread[range]))
                unread = []
            }
        }
        #expect(found == frames.map(contents))
        var at = 0
        for frame in frames {
            let rest = Array(glued[at...])
            let range = try #require(try CourierFrame.next(in: rest.span, bytesMax: CourierReport.bytesMax))
            #expect(Array(rest[range]) == contents(frame))
            at += range.upperBound
        }
    }

    @Test func `a length is refused as soon as it is there`() throws {
        #expect(throws: CBORFault.self) { try CourierFrame.next(in: [255, 255, 255, 255].span, bytesMax: 1_000) }
        #expect(throws: CBORFault.self) { try CourierFrame.next(in: [0, 0, 3, 233].span, bytesMax: 1_000) }
        #expect(try CourierFrame.next(in: [0, 0, 3, 232].span, bytesMax: 1_000) == nil)
        #expect(try CourierFrame.next(in: [255, 255, 255].span, bytesMax: 1_000) == nil)
    }

    /// What a courier that somebody else has taken over might say.
    @Test(arguments: [
        // A status that is none, a number below zero, a kind of failure that is none, one of report that is none.
        "8400010080", "840001186380", "84000119025880", "8400201900c880", "840301186460", "8103", "820401", "f6", "a0",
        // Fields: a name without a value, and more than are taken.
        "84000118c8816161",
    ])
    func `a report that makes no sense is refused`(hex: String) {
        let digits = Array(hex.utf8)
        let bytes = stride(from: 0, to: digits.count, by: 2).map {
            UInt8(String(decoding: digits[$0..<$0 + 2], as: UTF8.self), radix: 16)!
        }
        #expect(throws: CBORFault.self) { try CourierReport(bytes.span) }
    }

    @Test func `fields are bounded in number and size`() throws {
        let many = CourierReport.head(number: 1, status: 200, Array(repeating: ("a", "b"), count: 101))
        #expect(throws: CBORFault.self) { try CourierReport(contents(many.frame).span) }
        let value = String(repeating: "b", count: 20_000)
        let large = CourierReport.head(number: 1, status: 200, [("a", value), ("b", value)])
        #expect(throws: CBORFault.self) { try CourierReport(contents(large.frame).span) }
        let both = CourierReport.head(number: 1, status: 200, Array(repeating: ("a", "b"), count: 100))
        #expect(throws: Never.self) { try CourierReport(contents(both.frame).span) }
    }
}
