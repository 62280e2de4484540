package import Chat
import EventLoop
import Glibc
package import Log
package import SQLite
package import Store
import Synchronization

/// The sender of pushes and mails, on a thread of its own. Any thread may ask it.
package final class Delivery: Sendable {
    /// What a trial of a device came to.
    package struct Trial: Equatable, Sendable {
        package let isDelivered: Bool
        /// What the endpoint answered, if it did.
        package let status: UInt16?
        package let error: String?
    }

    private let orders: Mailbox<Dispatcher.Order>
    private let thread: Mutex<Thread?>
    private let hasEnded: Ending

    /// Starts with what waits from before.
    package init(_ settings: DeliverySettings, writer: Writer<ChatState>, log: Log) throws {
        let orders = try Mailbox<Dispatcher.Order>(messagesMax: 1_024)
        self.orders = orders
        let hasEnded = Ending()
        self.hasEnded = hasEnded
        let thread = try Thread(name: "delivery") {
            defer { hasEnded.note() }
            do {
                let loop = try EventLoop()
                let dispatcher = try Dispatcher(settings, writer: writer, log: log, on: loop)
                try orders.deliver(on: loop) { batch in
                    for order in batch { dispatcher.obey(order) }
                }
                try loop.run()
                dispatcher.close()
            } catch {
                log.error("delivery has failed", [.text("error", ShortText("\(error)"))])
            }
        }
        self.thread = Mutex(thread)
        wake()
    }

    /// Something is in the outbox that wasn't.
    package func wake() {
        // Whoever finds the mailbox full is not the only one who wakes.
        _ = orders.post(.wake)
    }

    /// Sends a push to somebody's device now, outside of the outbox. `completion` is called once, on this or on
    /// delivery's thread; it hears `ChatFault.notFound` for a device that isn't theirs.
    package func test(
        _ device: DeviceNumber, of person: PersonNumber,
        _ completion: @escaping @Sendable (Result<Trial, any Error>) -> Void
    ) {
        if !orders.post(.test(device, person, completion)) { completion(.failure(WriterRefusal.busy)) }
    }

    /// Sends nothing more. What is under way is forgotten, and goes again after the next start. The writer is still there.
    package func stop() {
        let thread = thread.withLock { thread in
            defer { thread = nil }
            return thread
        }
        guard let thread else { return }
        // Where the mailbox is full somebody is just emptying it, or the thread is gone.
        while !orders.post(.stop), !hasEnded.isNoted { usleep(1_000) }
        thread.join()
    }
}

/// Whether the thread has come to its end.
private final class Ending: Sendable {
    private let isOver = Atomic<Bool>(false)

    func note() { isOver.store(true, ordering: .releasing) }
    var isNoted: Bool { isOver.load(ordering: .acquiring) }
}
