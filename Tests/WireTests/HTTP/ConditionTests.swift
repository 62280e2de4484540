import Bytes
import Testing

@testable import Wire

struct ConditionTests {
    @Test(arguments: [
        ("bytes=0-0", ByteRanges.parts([0..<1])), ("bytes=0-9", .parts([0..<10])), ("bytes=0-99", .parts([0..<10])),
        ("bytes=5-", .parts([5..<10])), ("bytes=9-", .parts([9..<10])), ("bytes=-3", .parts([7..<10])),
        ("bytes=-99", .parts([0..<10])), ("BYTES=1-2", .parts([1..<3])), ("bytes=0-1,4-5", .parts([0..<2, 4..<6])),
        ("bytes= 0-1 ,\t8-", .parts([0..<2, 8..<10])), ("bytes=8-9,0-1", .parts([8..<10, 0..<2])),
        ("bytes=,0-1,,", .parts([0..<2])), ("bytes=0-1,99-", .parts([0..<2])),
        ("bytes=0-9223372036854775807", .parts([0..<10])),
        ("bytes=10-", .unsatisfiable), ("bytes=10-20", .unsatisfiable), ("bytes=-0", .unsatisfiable),
        ("bytes=99-,50-60", .unsatisfiable),
        ("", .whole), ("bytes", .whole), ("bytes=", .whole), ("bytes=,", .whole), ("items=0-1", .whole),
        ("bytes=a-b", .whole), ("bytes=5", .whole), ("bytes=-", .whole), ("bytes=3-2", .whole), ("bytes=0 -1", .whole),
        ("bytes=--1", .whole), ("bytes=+0-1", .whole), ("bytes=0-1x", .whole), ("bytes=0-1,x", .whole),
        ("bytes=0x0-1", .whole), ("bytes=0-9223372036854775808", .whole), ("bytes=99999999999999999999-", .whole),
        ("bytes =0-1", .whole), ("bytes=0-8,0-8", .whole), ("bytes=0-,0-", .whole),
        ("bytes=0-0,1-1,2-2,3-3", .parts([0..<1, 1..<2, 2..<3, 3..<4])), ("bytes=0-0,1-1,2-2,3-3,4-4", .whole),
    ])
    func `a range is taken, refused or ignored`(field: String, ranges: ByteRanges) {
        #expect(ByteRanges(field, size: 10, partsMax: 4) == ranges)
    }

    @Test func `content without bytes has no range`() {
        #expect(ByteRanges("bytes=0-", size: 0) == .unsatisfiable)
        #expect(ByteRanges("bytes=-1", size: 0) == .unsatisfiable)
        #expect(ByteRanges("bytes=0-1", size: .max) == .parts([0..<2]))
        #expect(ByteRanges("bytes=-1", size: .max) == .parts([UInt64.max - 1..<UInt64.max]))
    }

    @Test(arguments: [
        ("*", EntityTagCondition.any), ("\"a\"", .tags([EntityTag("a")])),
        ("W/\"a\"", .tags([EntityTag("a", isWeak: true)])),
        ("\"a\", W/\"b\",\"c\"", .tags([EntityTag("a"), EntityTag("b", isWeak: true), EntityTag("c")])),
        (", \"a\" ,,\t\"b\" ,", .tags([EntityTag("a"), EntityTag("b")])), ("\"\"", .tags([EntityTag("")])),
        ("\"a,b\"", .tags([EntityTag("a,b")])), ("\"W/\"", .tags([EntityTag("W/")])),
    ])
    func `entity tags are read`(field: String, condition: EntityTagCondition) {
        #expect(EntityTagCondition(field) == condition)
    }

    @Test(arguments: [
        "", ",", "a", "\"a", "a\"", "w/\"a\"", "W/ \"a\"", "W/a", "W/", "W", "\"a\" \"b\"", "\"a\"b", "\"a b\"",
        "*, \"a\"",
        "\"a\", *", "\"a\u{7F}\"", "\"a\", b", "**",
    ])
    func `a malformed list of entity tags is none`(field: String) {
        #expect(EntityTagCondition(field) == nil)
    }

    @Test func `entity tags are compared weakly and strongly`() {
        let strong = EntityTag("a")
        let weak = EntityTag("a", isWeak: true)
        #expect(strong.matchesWeakly(weak))
        #expect(weak.matchesWeakly(weak))
        #expect(strong.matchesStrongly(strong))
        #expect(!strong.matchesStrongly(weak))
        #expect(!weak.matchesStrongly(weak))
        #expect(!strong.matchesWeakly(EntityTag("A")))
        let list = EntityTagCondition.tags([EntityTag("b"), weak])
        #expect(list.matchesWeakly(strong))
        #expect(!list.matchesStrongly(strong))
        #expect(list.matchesStrongly(EntityTag("b")))
        #expect(!list.matchesWeakly(EntityTag("c")))
        #expect(EntityTagCondition.any.matchesWeakly(weak))
        #expect(EntityTagCondition.any.matchesStrongly(strong))
        #expect(EntityTagCondition("\(strong), \(weak)") == .tags([strong, weak]))
    }

    private static let now = Timestamp(milliseconds: 1_795_167_000_000)  // in 2026

    @Test(
        arguments: [
            ("Sun, 06 Nov 1994 08:49:37 GMT", 784_111_777), ("Sunday, 06-Nov-94 08:49:37 GMT", 784_111_777),
            ("Sun Nov  6 08:49:37 1994", 784_111_777), ("Thu, 01 Jan 1970 00:00:00 GMT", 0),
            ("Thu Jan  1 00:00:00 1970", 0), ("Wed Nov 16 08:49:37 1994", 784_975_777),
            ("Thu, 29 Feb 2024 23:59:59 GMT", 1_709_251_199), ("Sat, 31 Dec 2016 23:59:60 GMT", 1_483_228_800),
            ("Wed, 31 Dec 1969 23:59:59 GMT", -1), ("Friday, 20-Nov-26 09:30:00 GMT", 1_795_167_000),
        ] as [(String, Int64)])
    func `a date is read in three forms`(text: String, seconds: Int64) {
        #expect(Timestamp(httpDate: text, now: Self.now)?.milliseconds == seconds * 1_000)
    }

    @Test func `two digits of a year lie at most fifty years ahead`() throws {
        let ahead = try #require(Timestamp(httpDate: "Friday, 20-Nov-76 00:00:00 GMT", now: Self.now))
        #expect(CivilTime(ahead).year == 2076)
        let behind = try #require(Timestamp(httpDate: "Sunday, 20-Nov-77 00:00:00 GMT", now: Self.now))
        #expect(CivilTime(behind).year == 1977)
    }

    @Test func `a date that was written is read`() {
        for milliseconds in stride(from: Int64(-62_167_219_200_000), to: 253_402_300_799_000, by: 7_777_777_777_000) {
            let moment = Timestamp(milliseconds: milliseconds)
            #expect(Timestamp(httpDate: moment.httpDate, now: Self.now) == moment)
        }
    }

    @Test(arguments: [
        "", "Sun", "Sun,", "Sun, 06 Nov 1994 08:49:37", "Sun, 06 Nov 1994 08:49:37 UTC",
        "Sun, 06 Nov 1994 08:49:37 GMT ",
        "sun, 06 Nov 1994 08:49:37 GMT", "Sun, 6 Nov 1994 08:49:37 GMT", "Sun, 06 nov 1994 08:49:37 GMT",
        "Mon, 06 Nov 1994 08:49:37 GMT", "Sun, 06 Nov 94 08:49:37 GMT", "Sun, 06 Nov 1994 24:00:00 GMT",
        "Sun, 06 Nov 1994 08:60:37 GMT", "Sun, 06 Nov 1994 08:49:61 GMT", "Thu, 30 Feb 2023 00:00:00 GMT",
        "Sun, 00 Nov 1994 08:49:37 GMT", "Sun, 06 Nov 1994  08:49:37 GMT", "Sun, 06-Nov-1994 08:49:37 GMT",
        "Sunday, 06-Nov-1994 08:49:37 GMT", "Sun Nov 6 08:49:37 1994", "Sun Nov 06 08:49:37 94", "784111777",
        "Sun, 06 Nov +994 08:49:37 GMT",
        "1994-11-06T08:49:37Z", "\u{E9}\u{E9}, ", "Sun Nov  6 08:49:37 1994 GMT",
    ])
    func `what is no date is none`(text: String) {
        #expect(Timestamp(httpDate: text, now: Self.now) == nil)
    }
}
