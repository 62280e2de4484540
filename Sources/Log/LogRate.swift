import Bytes

/// How many lines one event may have in a span of time. The rest are counted, and told as one number.
package struct LogRate: Sendable {
    package var linesMax: Int
    package var perMilliseconds: Int64

    package init(linesMax: Int = 20, perMilliseconds: Int64 = 10_000) {
        self.linesMax = linesMax
        self.perMilliseconds = perMilliseconds
    }
}

/// Counts the lines of each event. Events are literals of our source, so there is a bounded number of them.
struct LogRateKeeper {
    struct Suppressed: Equatable {
        let event: LogEvent
        let count: Int
    }

    /// What to do with a line, and what to say before it of those that were held back earlier.
    struct Verdict: Equatable {
        let isWritten: Bool
        let before: Suppressed?
    }

    private struct Window {
        var began: Timestamp
        var written = 0
        var suppressed = 0
    }

    private let rate: LogRate
    private var windows: [LogEvent: Window] = [:]

    init(_ rate: LogRate) {
        self.rate = rate
    }

    mutating func admit(_ event: LogEvent, at now: Timestamp) -> Verdict {
        var window = windows[event] ?? Window(began: now)
        var before: Suppressed?
        if isOver(window, at: now) {
            if window.suppressed > 0 { before = Suppressed(event: event, count: window.suppressed) }
            window = Window(began: now)
        }
        let isWritten = window.written < rate.linesMax
        if isWritten { window.written += 1 } else { window.suppressed += 1 }
        windows[event] = window
        return Verdict(isWritten: isWritten, before: before)
    }

    /// What was held back in spans that are over, or in all of them; each is told once. In the order of names.
    mutating func collect(at now: Timestamp, everything: Bool) -> [Suppressed] {
        var all: [Suppressed] = []
        for (event, window) in windows where everything || isOver(window, at: now) {
            if window.suppressed > 0 { all.append(Suppressed(event: event, count: window.suppressed)) }
            if isOver(window, at: now) {
                windows[event] = nil
            } else {
                windows[event]?.suppressed = 0
            }
        }
        return all.sorted { "\($0.event.name)" < "\($1.event.name)" }
    }

    /// A clock that was set back ends every span: else one could last for years.
    private func isOver(_ window: Window, at now: Timestamp) -> Bool {
        now < window.began || now.milliseconds - window.began.milliseconds >= rate.perMilliseconds
    }
}

/// An event and its level, told apart by where the literal lies: cheaper than comparing texts, and the same
/// name in two places is only counted twice.
struct LogEvent: Hashable {
    let name: StaticString
    let level: LogLevel

    static func == (left: LogEvent, right: LogEvent) -> Bool {
        left.name.utf8Start == right.name.utf8Start && left.level == right.level
    }

    func hash(into hasher: inout Hasher) {
        hasher.combine(name.utf8Start)
    }
}
