import Bytes
import Testing

struct TimestampTests {
    @Test(
        arguments: [
            (0, "1970-01-01T00:00:00.000Z"), (-1, "1969-12-31T23:59:59.999Z"), (1, "1970-01-01T00:00:00.001Z"),
            (1_795_167_000_125, "2026-11-20T09:30:00.125Z"), (951_782_400_000, "2000-02-29T00:00:00.000Z"),
            (-62_167_219_200_000, "0000-01-01T00:00:00.000Z"), (253_402_300_799_999, "9999-12-31T23:59:59.999Z"),
        ] as [(Int64, String)])
    func `a moment and its text are one`(milliseconds: Int64, text: String) {
        let moment = Timestamp(milliseconds: milliseconds)
        #expect(moment.rfc3339 == text)
        #expect(Timestamp(rfc3339: text) == moment)
        var bytes = Array("at ".utf8)
        bytes.append(rfc3339: moment)
        #expect(bytes == Array("at \(text)".utf8))
    }

    @Test func `what no year of four digits holds is written as the nearest that one does`() {
        #expect(Timestamp(milliseconds: .min).rfc3339 == "0000-01-01T00:00:00.000Z")
        #expect(Timestamp(milliseconds: .max).rfc3339 == "9999-12-31T23:59:59.999Z")
        #expect(Timestamp(milliseconds: .min).httpDate == "Sat, 01 Jan 0000 00:00:00 GMT")
        #expect(Timestamp(milliseconds: .max).httpDate == "Fri, 31 Dec 9999 23:59:59 GMT")
    }

    @Test func `the calendar knows no moment that it could not take apart`() {
        #expect(CivilTime(Timestamp(milliseconds: .min)).year == -292_275_055)
        #expect(CivilTime(Timestamp(milliseconds: .max)).year == 292_278_994)
    }

    @Test(
        arguments: [
            ("1985-04-12T23:20:50.52Z", 482_196_050_520), ("1996-12-19T16:39:57-08:00", 851_042_397_000),
            ("1937-01-01T12:00:27.87+00:20", -1_041_337_172_130), ("1970-01-01t00:00:00z", 0),
            ("1970-01-01 00:00:00Z", 0),
            ("1970-01-01T00:00:00-00:00", 0), ("1970-01-01T23:59:00+23:59", 0), ("1970-01-01T00:00:00.1Z", 100),
            ("1970-01-01T00:00:00.12Z", 120), ("1970-01-01T00:00:00.0999999999999999999999999999Z", 99),
            ("1990-12-31T23:59:60Z", 662_688_000_000), ("1990-12-31T15:59:60-08:00", 662_688_000_000),
            ("2016-12-31T23:59:60.250Z", 1_483_228_800_250),
        ] as [(String, Int64)])
    func `every way of RFC 3339 to write a moment is read`(text: String, milliseconds: Int64) {
        #expect(Timestamp(rfc3339: text)?.milliseconds == milliseconds)
        #expect(Timestamp(rfc3339: "<\(text)>".dropFirst().dropLast())?.milliseconds == milliseconds)
    }

    @Test(arguments: [
        "", "1970", "1970-01-01", "1970-01-01T00:00:00", "1970-01-01T00:00Z", "1970-01-01T00:00:00.Z",
        "1970-01-01T00:00:00,5Z", "1970-01-01T00:00:00Zz", "1970-01-01T00:00:00Z ", " 1970-01-01T00:00:00Z",
        "1970-1-01T00:00:00Z", "1970-01-1T00:00:00Z", "70-01-01T00:00:00Z", "+1970-01-01T00:00:00Z",
        "-001-01-01T00:00:00Z", "12026-01-01T00:00:00Z", "1970-00-01T00:00:00Z", "1970-13-01T00:00:00Z",
        "1970-01-00T00:00:00Z", "1970-01-32T00:00:00Z", "1970-04-31T00:00:00Z", "1970-02-29T00:00:00Z",
        "1900-02-29T00:00:00Z", "2000-02-30T00:00:00Z", "1970-01-01T24:00:00Z", "1970-01-01T00:60:00Z",
        "1970-01-01T00:00:61Z", "1970-01-01T00:00:60Z", "1970-01-01T12:30:60Z", "1990-12-31T23:59:60+01:00",
        "1970-01-01T00:00:00+24:00", "1970-01-01T00:00:00+00:60", "1970-01-01T00:00:00+0000",
        "1970-01-01T00:00:00+00", "1970-01-01T00:00:00 Z", "1970-01-01T00:00:00GMT", "1970/01/01T00:00:00Z",
        "1970-01-01_00:00:00Z", "19\u{FF17}0-01-01T00:00:00Z", "1970-01-01T00:00:00\u{0}Z", "0000-01-01T00:00:00+00:01",
        "9999-12-31T23:59:59-00:01", "9999-12-31T23:59:60Z", "NaN-01-01T00:00:00Z",
    ])
    func `anything else is refused`(text: String) {
        #expect(Timestamp(rfc3339: text) == nil)
    }

    @Test func `a text cut short, or with one sign changed, never reads as the same moment`() {
        let text = Array("2026-11-20T09:30:00.125Z".utf8)
        func parsed(_ bytes: some Sequence<UInt8>) -> Timestamp? {
            Timestamp(rfc3339: String(decoding: Array(bytes), as: UTF8.self))
        }
        for index in text.indices {
            #expect(parsed(text[..<index]) == nil)
            // The other ways to write T and Z.
            let alike = [text[index], text[index].asciiLowercased] + (index == 10 ? [UInt8(ascii: " ")] : [])
            for byte in UInt8(0)..<128 where !alike.contains(byte) {
                #expect(parsed(text[..<index] + [byte] + text[(index + 1)...]) != parsed(text))
            }
        }
    }

    @Test(
        arguments: [
            (784_111_777_000, "Sun, 06 Nov 1994 08:49:37 GMT"), (0, "Thu, 01 Jan 1970 00:00:00 GMT"),
            (1_795_167_000_999, "Fri, 20 Nov 2026 09:30:00 GMT"), (951_782_400_000, "Tue, 29 Feb 2000 00:00:00 GMT"),
            (1_709_164_800_000, "Thu, 29 Feb 2024 00:00:00 GMT"), (1_712_016_000_000, "Tue, 02 Apr 2024 00:00:00 GMT"),
            (1_720_224_000_000, "Sat, 06 Jul 2024 00:00:00 GMT"), (1_728_259_200_000, "Mon, 07 Oct 2024 00:00:00 GMT"),
            (1_733_270_400_000, "Wed, 04 Dec 2024 00:00:00 GMT"),
        ] as [(Int64, String)])
    func `HTTP has a date of its own`(milliseconds: Int64, text: String) {
        #expect(Timestamp(milliseconds: milliseconds).httpDate == text)
    }

    /// A calendar that only ever counts on by a day.
    private struct NaiveCalendar {
        var year: Int
        var month = 1
        var day = 1
        /// 1 January 0000 was a Saturday.
        var weekday = 6

        var monthLength: Int {
            switch month {
            case 4, 6, 9, 11: return 30
            case 2:
                if year % 400 == 0 { return 29 }
                if year % 100 == 0 { return 28 }
                return year % 4 == 0 ? 29 : 28
            default: return 31
            }
        }

        mutating func goOn() {
            weekday = weekday == 6 ? 0 : weekday + 1
            day += 1
            if day > monthLength {
                day = 1
                month += 1
            }
            if month > 12 {
                month = 1
                year += 1
            }
        }
    }

    @Test func `every day from 0000 to 9999 is where a naive calendar has it`() {
        var naive = NaiveCalendar(year: 0)
        var dayNumber = -719_528
        var differences = 0
        while naive.year < 10_000 {
            let time = CivilTime(Timestamp(milliseconds: Int64(dayNumber) * 86_400_000))
            if time.year != naive.year || time.month != naive.month || time.day != naive.day
                || time.weekday != naive.weekday
                || CivilTime.dayNumber(year: naive.year, month: naive.month, day: naive.day) != dayNumber
            {
                differences += 1
            }
            naive.goOn()
            dayNumber += 1
        }
        #expect(differences == 0)
        #expect(dayNumber == 2_932_897)
    }

    @Test func `a moment of every tenth day or so comes back from its text`() {
        var differences = 0
        var milliseconds = Timestamp.writable.lowerBound.milliseconds
        while milliseconds <= Timestamp.writable.upperBound.milliseconds {
            let moment = Timestamp(milliseconds: milliseconds)
            if Timestamp(rfc3339: moment.rfc3339) != moment { differences += 1 }
            milliseconds += 864_000_000 + 12_345_679
        }
        #expect(differences == 0)
    }

    @Test func `the clock runs through all of a day`() {
        for second in stride(from: 0, to: 86_400, by: 61) {
            let time = CivilTime(Timestamp(milliseconds: Int64(second) * 1_000 + 7))
            #expect(time.hour * 3_600 + time.minute * 60 + time.second == second)
            #expect(time.minute < 60 && time.second < 60 && time.millisecond == 7)
        }
    }

    @Test func `dates that don't exist have no number`() {
        let dates = [
            (-1, 1, 1), (10_000, 1, 1), (2026, 0, 1), (2026, 13, 1), (2026, 1, 0), (2026, 2, 29), (2100, 2, 29),
        ]
        for (year, month, day) in dates {
            #expect(CivilTime.dayNumber(year: year, month: month, day: day) == nil)
        }
    }
}
