package import Bytes
import Glibc
import Synchronization

/// The lines that tell an operator what the node does. Any thread may write.
///
/// A line is one `write`, so lines never mix. Nobody waits for a reader: a line that can't be written at
/// once is dropped and counted, and the next one that gets through is followed by how many were lost.
/// The program ignores SIGPIPE, else a reader that goes away would end it.
package final class Log: Sendable {
    private let output: LogOutput
    private let format: LogFormat
    private let now: @Sendable () -> Timestamp
    private let threshold: Atomic<UInt8>
    private let rate: Mutex<LogRateKeeper>
    private let untold = Atomic<Int>(0)
    private let lost = Atomic<Int>(0)

    /// `descriptor` stays its owner's, who keeps it open as long as the log is used.
    package init(
        to descriptor: Int32, format: LogFormat = .text, level: LogLevel = .info, rate: LogRate = LogRate(),
        now: @escaping @Sendable () -> Timestamp = Log.timeOfDay
    ) {
        output = LogOutput(descriptor)
        self.format = format
        self.now = now
        threshold = Atomic(level.rawValue)
        self.rate = Mutex(LogRateKeeper(rate))
    }

    /// The least level that is written. It may be changed at any time.
    package var level: LogLevel {
        get { LogLevel(rawValue: threshold.load(ordering: .relaxed)) ?? .info }
        set { threshold.store(newValue.rawValue, ordering: .relaxed) }
    }

    /// How many lines could not be written since the start.
    package var droppedCount: Int { lost.load(ordering: .relaxed) }

    package func debug(_ event: StaticString, _ fields: @autoclosure () -> [LogField] = []) {
        write(.debug, event, fields())
    }

    package func info(_ event: StaticString, _ fields: @autoclosure () -> [LogField] = []) {
        write(.info, event, fields())
    }

    package func warning(_ event: StaticString, _ fields: @autoclosure () -> [LogField] = []) {
        write(.warning, event, fields())
    }

    package func error(_ event: StaticString, _ fields: @autoclosure () -> [LogField] = []) {
        write(.error, event, fields())
    }

    /// `fields` are not even made where the level is off or the event comes too often.
    package func write(_ level: LogLevel, _ event: StaticString, _ fields: @autoclosure () -> [LogField]) {
        guard level.rawValue >= threshold.load(ordering: .relaxed) else { return }
        let moment = now()
        let verdict = rate.withLock { $0.admit(LogEvent(name: event, level: level), at: moment) }
        if let before = verdict.before { put(before, at: moment) }
        guard verdict.isWritten else { return }
        put(LogLine(format, at: moment, level, event, fields()), at: moment)
    }

    /// Tells how many lines were held back in spans that are over. To be called every few seconds, and with
    /// `everything` at the end.
    package func tellSuppressed(everything: Bool = false) {
        let moment = now()
        for suppressed in rate.withLock({ $0.collect(at: moment, everything: everything) }) {
            put(suppressed, at: moment)
        }
    }

    private func put(_ suppressed: LogRateKeeper.Suppressed, at moment: Timestamp) {
        let event = suppressed.event
        put(LogLine(format, at: moment, event.level, event.name, [.integer("more", suppressed.count)]), at: moment)
    }

    private func put(_ line: LogLine, at moment: Timestamp) {
        guard output.write(line.bytes) else {
            lost.add(1, ordering: .relaxed)
            untold.add(1, ordering: .relaxed)
            return
        }
        guard untold.load(ordering: .relaxed) > 0 else { return }
        let count = untold.exchange(0, ordering: .relaxed)
        guard count > 0 else { return }
        let notice = LogLine(format, at: moment, .warning, "log-lines-dropped", [.integer("count", count)])
        if !output.write(notice.bytes) { untold.add(count, ordering: .relaxed) }
    }

    /// What the machine's clock says.
    package static let timeOfDay: @Sendable () -> Timestamp = {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Timestamp(milliseconds: Int64(time.tv_sec) * 1_000 + Int64(time.tv_nsec) / 1_000_000)
    }
}
