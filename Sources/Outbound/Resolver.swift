package import EventLoop

/// Looks names up for one loop. `getaddrinfo` blocks, for as long as silent servers make it, so that happens on a
/// few threads of its own; who asks hears at the deadline at the latest, whatever the threads do.
///
/// Nothing is remembered: each request that needs a connection checks what the name means now, and the system has
/// caches of its own.
package final class Resolver {
    package typealias Answer = Result<[SocketAddress], LookUpFault>
    package typealias LookUp = @Sendable (String) -> Answer

    private let loop: EventLoop
    private let workers: [Worker]
    private let answers: Mailbox<(question: UInt64, worker: Int, answer: Answer)>
    /// Those who still wait, by the number of their question.
    private var waiting: [UInt64: (Answer) -> Void] = [:]
    private var questionsAsked: UInt64 = 0
    /// What each worker has to do, its questions nobody waits for any more included.
    private var load: [Int]
    private let questionsMax: Int

    /// `lookUp` is called on the threads.
    package init(
        on loop: EventLoop, threads: Int = 4, questionsMax: Int = 256,
        lookUp: @escaping LookUp = Resolver.systemLookUp
    ) throws(SystemError) {
        self.loop = loop
        self.questionsMax = questionsMax
        load = Array(repeating: 0, count: threads)
        let answers = try Mailbox<(question: UInt64, worker: Int, answer: Answer)>(messagesMax: questionsMax)
        self.answers = answers
        var workers: [Worker] = []
        for index in 0..<threads {
            workers.append(
                try Worker(questionsMax: questionsMax + 1) { question in
                    // There is room for an answer to each question that is taken.
                    _ = answers.post((question.number, index, lookUp(question.name)))
                })
        }
        self.workers = workers
        try answers.deliver(on: loop) { [weak self] in
            for message in $0 { self?.take(message.answer, to: message.question, from: message.worker) }
        }
    }

    deinit {
        for worker in workers { worker.stop() }
    }

    package static let systemLookUp: LookUp = { name in
        Result { () throws(LookUpFault) in try SocketAddress.lookUp(name) }
    }

    /// Asks; nil where too many questions are under way. The answer never comes before this returns, and comes
    /// once, unless `forget` is called with the number that this returns.
    package func resolve(_ name: String, _ completion: @escaping (Answer) -> Void) -> UInt64? {
        guard load.reduce(0, +) < questionsMax, let worker = load.indices.min(by: { load[$0] < load[$1] }) else {
            return nil
        }
        questionsAsked += 1
        guard workers[worker].ask(Question(number: questionsAsked, name: name)) else { return nil }
        load[worker] += 1
        waiting[questionsAsked] = completion
        return questionsAsked
    }

    /// The question stays with its thread, which can't be interrupted; nobody hears of the answer.
    package func forget(_ question: UInt64) {
        waiting[question] = nil
    }

    private func take(_ answer: Answer, to question: UInt64, from worker: Int) {
        load[worker] -= 1
        waiting.removeValue(forKey: question)?(answer)
    }

    private struct Question: Sendable {
        let number: UInt64
        let name: String
    }

    /// A thread that answers one question after the other.
    private struct Worker {
        private let questions: Mailbox<Question?>

        init(questionsMax: Int, answer: @escaping @Sendable (Question) -> Void) throws(SystemError) {
            let questions = try Mailbox<Question?>(messagesMax: questionsMax)
            self.questions = questions
            _ = try Thread(name: "resolver") {
                do {
                    let loop = try EventLoop()
                    try questions.deliver(on: loop) { batch in
                        for question in batch {
                            guard let question else {
                                loop.stop()
                                return
                            }
                            answer(question)
                        }
                    }
                    try loop.run()
                } catch {
                    // Questions stay unanswered then, and their askers hear of their deadlines.
                }
            }
        }

        func ask(_ question: Question) -> Bool { questions.post(question) }

        /// Ends the thread, once it is through with what it is at.
        func stop() { _ = questions.post(nil) }
    }
}
