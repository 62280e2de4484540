/// Why a command of the store fails, kept until its end.
///
/// The fold of a room asks its records without `try`, thousands of times, and could not go on with half an answer
/// anyway. So the first error is kept, nothing touches the file any more, every question gets an answer that
/// harms nobody, and the command's end throws what happened. All that was made meanwhile, in memory too, is thrown away.
final class StoreFailure {
    private(set) var first: (any Error)?

    func note(_ error: any Error) {
        if first == nil { first = error }
    }

    func attempt<Result>(else fallback: @autoclosure () -> Result, _ body: () throws -> Result) -> Result {
        guard first == nil else { return fallback() }
        do {
            return try body()
        } catch {
            note(error)
            return fallback()
        }
    }

    func attempt(_ body: () throws -> Void) {
        attempt(else: (), body)
    }

    func check() throws {
        if let first { throw first }
    }

    func forget() {
        first = nil
    }
}

/// The file holds what this program never writes.
package enum StoreFault: Error, Equatable, Sendable {
    /// Which row of which table.
    case damaged(String)
    /// The file is not this node's.
    case ofAnotherNode
}
