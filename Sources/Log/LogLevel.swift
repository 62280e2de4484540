/// How much a line matters. A log writes the lines of its own level and of those above.
package enum LogLevel: UInt8, CaseIterable, Comparable, Sendable {
    case debug
    case info
    /// Something that the operator may want to change.
    case warning
    /// Something that does not work.
    case error

    package var name: StaticString {
        switch self {
        case .debug: "debug"
        case .info: "info"
        case .warning: "warning"
        case .error: "error"
        }
    }

    package static func < (left: LogLevel, right: LogLevel) -> Bool {
        left.rawValue < right.rawValue
    }
}

package enum LogFormat: String, CaseIterable, Sendable {
    /// `2026-11-20T09:30:00.125Z warning peer-refused peer=17 after=250ms`
    case text
    /// One JSON object a line.
    case json
}
