package import Chat
package import SQLite
import Store

// Where a handler's one call into Chat runs.

extension Call {
    /// Here, on the loop's own connection; all that is read is of one moment.
    package func read<Result>(_ body: (Connection) throws -> Result) throws -> Result {
        try context.reader.read { connection in
            try connection.snapshot { try body(connection) }
        }
    }

    /// On the writer's thread, in a transaction with whatever else waits; `then` answers when it is on the disk. `bytes`
    /// is what the command weighs, about.
    package func write<Value: Sendable>(
        bytes: Int = 512, _ body: @escaping @Sendable (borrowing Transaction, ChatState) throws -> Value,
        then: @escaping (Value) throws -> Answer
    ) throws -> Answer {
        try context.command(bytes: bytes, body) { (result: Result<Value, any Error>) in
            self.attempt { try then(try result.get()) }
        }
        return .later
    }

    /// On a thread for what takes long, with a connection of that thread's.
    package func work<Value: Sendable>(
        _ body: @escaping @Sendable (Reader) throws -> Value, then: @escaping (Value) throws -> Answer
    ) throws -> Answer {
        try wait(
            for: { [workers = shared.workers] completion in
                try workers.submit { reader in
                    completion(Result { try body(reader) })
                } tooLate: {
                    completion(.failure(APIFault.unavailable("The node is busy.")))
                }
            }, then: then)
    }

    /// Somewhere else in the node: `begin` passes on what is to be called, from whatever thread, with the result.
    package func wait<Value: Sendable>(
        for begin: (@escaping @Sendable (Result<Value, any Error>) -> Void) throws -> Void,
        then: @escaping (Value) throws -> Answer
    ) throws -> Answer {
        try context.wait(for: begin) { (result: Result<Value, any Error>) in
            self.attempt { try then(try result.get()) }
        }
        return .later
    }
}

extension LoopContext {
    /// Has the writer do something, whether a request or a frame asks for it. `then` is called here, when it is on the disk or
    /// was refused.
    func command<Value: Sendable>(
        bytes: Int, _ body: @escaping @Sendable (borrowing Transaction, ChatState) throws -> Value,
        then: @escaping (Result<Value, any Error>) -> Void
    ) throws {
        try wait(
            for: { [writer = shared.writer] completion in
                try writer.submitLogged(bytes: bytes, body, completion: completion)
            }, then: then)
    }
}
