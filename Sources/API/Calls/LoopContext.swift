import Bytes
package import EventLoop
package import Keys
package import SQLite
import Wire

/// What one loop's handlers have: their own way to read, and what waits for other threads. It belongs to the loop's
/// thread.
package final class LoopContext {
    package let shared: APIContext
    package let loop: EventLoop
    package let reader: Reader
    /// Whom answers of this loop have named.
    let people = PeopleBook()
    /// What rooms they have shown.
    let rooms = RoomBook()
    /// And what messages, of rooms' newest pages.
    let messages = MessageBook()
    let feeds: LoopFeeds
    package var random = SecureRandom()

    /// What another thread has done for a call of this loop.
    private struct Arrival: Sendable {
        let number: UInt64
        let result: Result<any Sendable, any Error>
    }

    /// Each call that waits posts once, so with this many at most the mailbox is never full.
    private static let waitingMax = 16_384
    private let arrivals: Mailbox<Arrival>
    private var waiting: [UInt64: (Result<any Sendable, any Error>) -> Void] = [:]
    private var lastNumber: UInt64 = 0

    package init(_ shared: APIContext, on loop: EventLoop) throws {
        self.shared = shared
        self.loop = loop
        reader = Reader(shared.databasePath)
        feeds = try LoopFeeds(shared.realTime, on: loop)
        arrivals = try Mailbox(messagesMax: Self.waitingMax)
        try arrivals.deliver(on: loop) { [unowned self] in settle($0) }
    }

    /// What a group has committed is answered from one state of the database: whoever wrote is shown what they wrote, and
    /// the pages that changed are read once for all of them.
    private func settle(_ arrivals: [Arrival]) {
        let answers = {
            for arrival in arrivals { self.waiting.removeValue(forKey: arrival.number)?(arrival.result) }
        }
        do {
            try reader.read { try $0.snapshot(answers) }
        } catch {
            // Each answer says for itself that it can't read. Those that were given are waited for no more.
            answers()
        }
    }

    /// The time on a clock that only goes forward.
    var now: Int64 { Int64(loop.now.milliseconds) }

    /// Lets another thread do something. `begin` hands it over and passes on what is to be called with the result, from
    /// whatever thread; `then` is called with it here.
    package func wait<Value: Sendable>(
        for begin: (@escaping @Sendable (Result<Value, any Error>) -> Void) throws -> Void,
        then: @escaping (Result<Value, any Error>) -> Void
    ) throws {
        guard waiting.count < Self.waitingMax else { throw APIFault.unavailable("The node is busy.") }
        lastNumber += 1
        let number = lastNumber
        waiting[number] = { result in
            then(
                result.map { value in
                    guard let value = value as? Value else { preconditionFailure("a call gets what it waits for") }
                    return value
                })
        }
        do {
            try begin { [arrivals] result in
                _ = arrivals.post(Arrival(number: number, result: result.map { $0 as any Sendable }))
            }
        } catch {
            waiting[number] = nil
            throw error
        }
    }
}
