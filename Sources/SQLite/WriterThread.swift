import CLinux
import Glibc
import Synchronization

/// The thread that writes. `EventLoop` has threads too, and no place in a library about files.
struct WriterThread: Sendable {
    private let identity: pthread_t

    // An ordinary function starts it: a closure of top-level code would belong to the main actor, and die on
    // any other thread.
    init(_ body: @escaping @Sendable () -> Void) throws(FileError) {
        let start = Unmanaged.passRetained(Start(body: body))
        var identity = pthread_t()
        let code = pthread_create(
            &identity, nil,
            { argument in
                let start = Unmanaged<Start>.fromOpaque(argument!).takeRetainedValue()
                linux_name_thread("writer")
                start.body()
                return nil
            }, start.toOpaque())
        guard code == 0 else {
            start.release()
            throw FileError("start the thread that writes", code: code)
        }
        self.identity = identity
    }

    var isCurrent: Bool { pthread_equal(identity, pthread_self()) != 0 }

    func join() {
        pthread_join(identity, nil)
    }

    private final class Start: Sendable {
        let body: @Sendable () -> Void

        init(body: @escaping @Sendable () -> Void) {
            self.body = body
        }
    }
}

/// Something that happens and that one thread waits for.
final class Bell: Sendable {
    private let event: Int32

    init() throws(FileError) {
        event = linux_eventfd()
        guard event >= 0 else { throw FileError("create an eventfd") }
    }

    deinit {
        close(event)
    }

    /// Rung before anybody waits, it is heard as well.
    func ring() {
        linux_raise_event(event)
    }

    /// Whether it was rung, within so many nanoseconds where they are given.
    @discardableResult
    func wait(atMost nanoseconds: Int64? = nil) -> Bool {
        guard linux_await_event(event, nanoseconds ?? -1) else { return false }
        linux_lower_event(event)
        return true
    }
}

/// A result that one thread gives, once, and another waits for.
final class Answer<Value: Sendable>: Sendable {
    private let result = Mutex<Result<Value, any Error>?>(nil)
    private let given: Bell

    init() throws(FileError) {
        given = try Bell()
    }

    func give(_ value: Result<Value, any Error>) {
        result.withLock { $0 = value }
        given.ring()
    }

    func wait() throws -> Value {
        given.wait()
        guard let result = result.withLock({ $0 }) else { preconditionFailure("rung only with a result") }
        return try result.get()
    }
}
