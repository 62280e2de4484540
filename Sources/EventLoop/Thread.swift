import CLinux
import Glibc

/// A thread of the system's own. Everything that may change lives inside `body`: it is created there,
/// on its thread, and never leaves it.
package struct Thread: Sendable {
    private let identity: pthread_t

    /// Starts a thread; `name` is what `top -H` shows (15 bytes of it).
    package init(name: String, _ body: @escaping @Sendable () -> Void) throws(SystemError) {
        let start = Unmanaged.passRetained(Start(name: name, body: body))
        var identity = pthread_t()
        let code = pthread_create(
            &identity, nil,
            { argument in
                let start = Unmanaged<Start>.fromOpaque(argument!).takeRetainedValue()
                linux_name_thread(start.name)
                start.body()
                return nil
            }, start.toOpaque())
        guard code == 0 else {
            start.release()
            throw SystemError("start thread \(name)", code: code)
        }
        self.identity = identity
    }

    /// Waits until `body` has returned. Once for each thread.
    package func join() {
        pthread_join(identity, nil)
    }

    private final class Start: Sendable {
        let name: String
        let body: @Sendable () -> Void

        init(name: String, body: @escaping @Sendable () -> Void) {
            self.name = name
            self.body = body
        }
    }
}
