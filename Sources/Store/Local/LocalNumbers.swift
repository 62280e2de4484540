package import Bytes
package import SQLite

/// An integer that names something on this node only.
package protocol LocalNumber: Hashable, Comparable, Sendable, CustomStringConvertible {
    var value: Int64 { get }
    init(_ value: Int64)
}

extension LocalNumber {
    package static func < (left: Self, right: Self) -> Bool { left.value < right.value }
    package var description: String { "\(value)" }
}

package struct PersonNumber: LocalNumber {
    package let value: Int64
    package init(_ value: Int64) { self.value = value }
}

package struct RoomNumber: LocalNumber {
    package let value: Int64
    package init(_ value: Int64) { self.value = value }
}

/// In the order in which messages arrived here, over all rooms.
package struct MessageNumber: LocalNumber {
    package let value: Int64
    package init(_ value: Int64) { self.value = value }
}

/// Of somebody's being in a room; who comes again has a new one.
package struct MembershipNumber: LocalNumber {
    package let value: Int64
    package init(_ value: Int64) { self.value = value }
}

package struct AttachmentNumber: LocalNumber {
    package let value: Int64
    package init(_ value: Int64) { self.value = value }
}

/// Of a sign-in or a named token.
package struct SessionNumber: LocalNumber {
    package let value: Int64
    package init(_ value: Int64) { self.value = value }
}

package struct PreferenceNumber: LocalNumber {
    package let value: Int64
    package init(_ value: Int64) { self.value = value }
}

package struct NotificationNumber: LocalNumber {
    package let value: Int64
    package init(_ value: Int64) { self.value = value }
}

package struct DeviceNumber: LocalNumber {
    package let value: Int64
    package init(_ value: Int64) { self.value = value }
}

package struct OutboxNumber: LocalNumber {
    package let value: Int64
    package init(_ value: Int64) { self.value = value }
}

/// Which part of a list is wanted. Whoever asks has checked both against their limits.
package struct ListWindow: Hashable, Sendable {
    package let limit: Int
    package let offset: Int

    package init(limit: Int, offset: Int = 0) {
        self.limit = limit
        self.offset = offset
    }
}

/// A moment and later, and before another; either may be open.
package struct TimeWindow: Hashable, Sendable {
    package var since: Timestamp?
    package var until: Timestamp?

    package init(since: Timestamp? = nil, until: Timestamp? = nil) {
        self.since = since
        self.until = until
    }

    var first: Int64 { since?.milliseconds ?? .min }
    /// The last moment within it.
    var last: Int64 { until.map { $0.milliseconds &- 1 } ?? .max }
}

extension Statement {
    package mutating func bind(_ parameter: Int32, _ number: some LocalNumber) {
        bind(parameter, number.value)
    }

    package mutating func bind<Number: LocalNumber>(_ parameter: Int32, _ number: Number?) {
        bind(parameter, number?.value)
    }

    package mutating func bind(_ parameter: Int32, _ moment: Timestamp) {
        bind(parameter, moment.milliseconds)
    }

    package mutating func bind(_ parameter: Int32, _ moment: Timestamp?) {
        bind(parameter, moment?.milliseconds)
    }

    package mutating func bind(_ parameter: Int32, _ text: String?) {
        if let text { bind(parameter, text) } else { bind(parameter, nil as Int64?) }
    }

    mutating func bind(_ parameter: Int32, _ window: ListWindow) {
        bind(parameter, window.limit)
        bind(parameter + 1, window.offset)
    }

    mutating func bind(_ parameter: Int32, _ window: TimeWindow) {
        bind(parameter, window.first)
        bind(parameter + 1, window.last)
    }

    package func moment(_ column: Int32) -> Timestamp {
        Timestamp(milliseconds: int64(column))
    }

    package func optionalMoment(_ column: Int32) -> Timestamp? {
        optionalInt64(column).map { Timestamp(milliseconds: $0) }
    }

    package func optionalString(_ column: Int32) -> String? {
        isNull(column) ? nil : string(column)
    }

    package func optionalNumber<Number: LocalNumber>(_ column: Int32, as: Number.Type = Number.self) -> Number? {
        optionalInt64(column).map { Number($0) }
    }
}

extension Connection {
    /// The one number that a statement with these parameters yields; 0 for no row.
    func count(_ sql: StaticString, _ bind: (inout Statement) -> Void = { _ in }) throws(SQLiteError) -> Int {
        var row = try statement(sql)
        bind(&row)
        return try row.step() ? row.int(0) : 0
    }
}
