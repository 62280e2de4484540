extension Timestamp {
    /// RFC 3339 in UTC with milliseconds: `2026-11-20T09:30:00.125Z`. A moment outside the years 0000
    /// to 9999 is written as the nearest one inside.
    package var rfc3339: String {
        String(unsafeUninitializedCapacity: Self.textBytes) { room in
            write(to: room.baseAddress!)  // of 24 bytes
            return Self.textBytes
        }
    }

    /// How long `rfc3339` is.
    package static let textBytes = 24

    /// Writes what `rfc3339` says, which must have its room.
    package func write(to room: UnsafeMutablePointer<UInt8>) {
        var text = DigitWriter(room: UnsafeMutableBufferPointer(start: room, count: Self.textBytes))
        text.putRFC3339(self)
    }

    /// The date of HTTP (RFC 9110, section 5.6.7): `Fri, 20 Nov 2026 09:30:00 GMT`.
    package var httpDate: String {
        String(unsafeUninitializedCapacity: 29) { room in
            var text = DigitWriter(room: room)
            let time = CivilTime(clamped)
            text.put(Self.weekdays[time.weekday])
            text.put(", ")
            text.put(time.day, digits: 2)
            text.put(" ")
            text.put(Self.months[time.month - 1])
            text.put(" ")
            text.put(time.year, digits: 4)
            text.put(" ")
            text.putClock(time)
            text.put(" GMT")
            return text.count
        }
    }

    fileprivate var clamped: Timestamp {
        min(max(self, Self.writable.lowerBound), Self.writable.upperBound)
    }

    private static let weekdays: [StaticString] = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
    private static let months: [StaticString] = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]

    /// RFC 3339 with any offset and any number of decimals (cut to milliseconds). Nil for anything else, such
    /// as a day that does not exist, or a moment that in UTC is outside the years 0000 to 9999. A leap second,
    /// which only the last minute of a day in UTC can have, counts as the second after it.
    package init?(rfc3339 text: some StringProtocol) {
        var reader = DigitReader(text: Array(text.utf8))
        guard let year = reader.number(digits: 4), reader.skip("-"), let month = reader.number(digits: 2),
            reader.skip("-"), let day = reader.number(digits: 2),
            let days = CivilTime.dayNumber(year: year, month: month, day: day),
            reader.skip("T") || reader.skip("t") || reader.skip(" "), let hour = reader.number(digits: 2), hour < 24,
            reader.skip(":"), let minute = reader.number(digits: 2), minute < 60, reader.skip(":"),
            let second = reader.number(digits: 2), second <= 60
        else { return nil }
        var millisecond = 0
        if reader.skip(".") {
            guard let fraction = reader.fraction() else { return nil }
            millisecond = fraction
        }
        var offset = 0
        if !reader.skip("Z") && !reader.skip("z") {
            let sign = reader.skip("+") ? 1 : reader.skip("-") ? -1 : 0
            guard sign != 0, let hours = reader.number(digits: 2), hours < 24, reader.skip(":"),
                let minutes = reader.number(digits: 2), minutes < 60
            else { return nil }
            offset = sign * (hours * 60 + minutes)
        }
        guard reader.isAtEnd else { return nil }
        let seconds = Int64(days) * 86_400 + Int64(hour * 3_600 + minute * 60 + second - offset * 60)
        guard second < 60 || seconds % 86_400 == 0 else { return nil }
        let moment = Timestamp(milliseconds: seconds * 1_000 + Int64(millisecond))
        guard Self.writable.contains(moment) else { return nil }
        self = moment
    }
}

extension [UInt8] {
    /// Appends what `moment.rfc3339` says, without a String in between.
    package mutating func append(rfc3339 moment: Timestamp) {
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: Timestamp.textBytes) { room in
            moment.write(to: room.baseAddress!)  // of 24 bytes
            append(contentsOf: room)
        }
    }
}

/// Fixed-width fields into a buffer that is known to be large enough.
private struct DigitWriter {
    let room: UnsafeMutableBufferPointer<UInt8>
    private(set) var count = 0

    init(room: UnsafeMutableBufferPointer<UInt8>) {
        self.room = room
    }

    // Inlined, so that the loops are unrolled: their counts are known where they are called.
    @inline(__always)
    mutating func put(_ text: StaticString) {
        for index in 0..<text.utf8CodeUnitCount {
            room[count] = text.utf8Start[index]
            count += 1
        }
    }

    @inline(__always)
    mutating func put(_ value: Int, digits: Int) {
        var rest = UInt32(truncatingIfNeeded: value)
        var index = count &+ digits
        while index > count {
            index &-= 1
            room[index] = UInt8(ascii: "0") &+ UInt8(truncatingIfNeeded: rest % 10)
            rest /= 10
        }
        count &+= digits
    }

    mutating func putClock(_ time: CivilTime) {
        put(time.hour, digits: 2)
        put(":")
        put(time.minute, digits: 2)
        put(":")
        put(time.second, digits: 2)
    }

    mutating func putRFC3339(_ moment: Timestamp) {
        let time = CivilTime(moment.clamped)
        put(time.year, digits: 4)
        put("-")
        put(time.month, digits: 2)
        put("-")
        put(time.day, digits: 2)
        put("T")
        putClock(time)
        put(".")
        put(time.millisecond, digits: 3)
        put("Z")
    }
}

private struct DigitReader {
    let text: [UInt8]
    private var position = 0

    init(text: [UInt8]) {
        self.text = text
    }

    var isAtEnd: Bool { position == text.count }

    mutating func skip(_ character: Unicode.Scalar) -> Bool {
        guard !isAtEnd, text[position] == UInt8(ascii: character) else { return false }
        position += 1
        return true
    }

    mutating func number(digits: Int) -> Int? {
        var value = 0
        for _ in 0..<digits {
            guard let digit = digit() else { return nil }
            value = value * 10 + digit
        }
        return value
    }

    /// Decimals of a second, in milliseconds; at least one digit.
    mutating func fraction() -> Int? {
        guard var value = digit() else { return nil }
        var digits = 1
        while let digit = digit() {
            if digits < 3 { value = value * 10 + digit }
            digits = Swift.min(digits + 1, 3)
        }
        return value * [100, 10, 1][digits - 1]
    }

    private mutating func digit() -> Int? {
        guard !isAtEnd, text[position].isASCIIDigit else { return nil }
        defer { position += 1 }
        return Int(text[position] - UInt8(ascii: "0"))
    }
}
