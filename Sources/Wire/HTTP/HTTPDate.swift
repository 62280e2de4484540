package import Bytes

extension Timestamp {
    /// A date in one of the three forms of RFC 9110, section 5.6.7; nil for anything else, for a day that does
    /// not exist and for a weekday that was another one. `now` tells the century where a date has only
    /// the last two digits of its year: it lies at most 50 years ahead.
    package init?(httpDate text: String, now: Timestamp) {
        var reader = DateReader(bytes: Array(text.utf8))
        let moment: DateReader.Moment?
        if reader.bytes.count > 3, reader.bytes[3] == UInt8(ascii: ",") {
            moment = reader.fixdate()
        } else if reader.bytes.contains(UInt8(ascii: ",")) {
            moment = reader.rfc850(now: now)
        } else {
            moment = reader.asctime()
        }
        guard let moment, reader.isAtEnd, let timestamp = moment.timestamp else { return nil }
        self = timestamp
    }
}

private struct DateReader {
    struct Moment {
        var weekday: Int
        var year: Int
        var month: Int
        var day: Int
        var second: Int

        var timestamp: Timestamp? {
            guard let days = CivilTime.dayNumber(year: year, month: month, day: day) else { return nil }
            let timestamp = Timestamp(milliseconds: (Int64(days) * 86_400 + Int64(second)) * 1_000)
            let midnight = Timestamp(milliseconds: Int64(days) * 86_400_000)
            return CivilTime(midnight).weekday == weekday ? timestamp : nil
        }
    }

    private static let weekdays: [StaticString] = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
    private static let longWeekdays: [StaticString] = [
        "Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday",
    ]
    private static let months: [StaticString] = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]

    let bytes: [UInt8]
    private var at = 0

    init(bytes: [UInt8]) {
        self.bytes = bytes
    }

    var isAtEnd: Bool { at == bytes.count }

    /// `Sun, 06 Nov 1994 08:49:37 GMT`
    mutating func fixdate() -> Moment? {
        guard let weekday = name(Self.weekdays), skip(", "), let day = number(digits: 2), skip(" "),
            let month = name(Self.months), skip(" "), let year = number(digits: 4), skip(" "),
            let second = clock(), skip(" GMT")
        else { return nil }
        return Moment(weekday: weekday, year: year, month: month + 1, day: day, second: second)
    }

    /// `Sunday, 06-Nov-94 08:49:37 GMT`
    mutating func rfc850(now: Timestamp) -> Moment? {
        guard let weekday = name(Self.longWeekdays), skip(", "), let day = number(digits: 2), skip("-"),
            let month = name(Self.months), skip("-"), let shortYear = number(digits: 2), skip(" "),
            let second = clock(), skip(" GMT")
        else { return nil }
        let thisYear = CivilTime(now).year
        var year = thisYear - thisYear % 100 + shortYear
        if year > thisYear + 50 { year -= 100 }
        return Moment(weekday: weekday, year: year, month: month + 1, day: day, second: second)
    }

    /// `Sun Nov  6 08:49:37 1994`
    mutating func asctime() -> Moment? {
        guard let weekday = name(Self.weekdays), skip(" "), let month = name(Self.months), skip(" "),
            let day = skip(" ") ? number(digits: 1) : number(digits: 2), skip(" "), let second = clock(),
            skip(" "), let year = number(digits: 4)
        else { return nil }
        return Moment(weekday: weekday, year: year, month: month + 1, day: day, second: second)
    }

    /// Seconds since midnight; a leap second counts as the one after it.
    private mutating func clock() -> Int? {
        guard let hour = number(digits: 2), hour < 24, skip(":"), let minute = number(digits: 2), minute < 60,
            skip(":"), let second = number(digits: 2), second <= 60
        else { return nil }
        return hour * 3_600 + minute * 60 + second
    }

    private mutating func skip(_ text: StaticString) -> Bool {
        let end = at + text.utf8CodeUnitCount
        guard end <= bytes.count, bytes.span.extracting(at..<end).equals(text) else { return false }
        at = end
        return true
    }

    private mutating func name(_ names: [StaticString]) -> Int? {
        names.firstIndex { skip($0) }
    }

    private mutating func number(digits: Int) -> Int? {
        var value = 0
        for _ in 0..<digits {
            guard at < bytes.count, bytes[at].isASCIIDigit else { return nil }
            value = value * 10 + Int(bytes[at] - UInt8(ascii: "0"))
            at += 1
        }
        return value
    }
}
