import EventLoop
import Glibc
import Synchronization
import Testing
import Wire

@testable import Outbound

@Suite struct ResolverTests {
    /// Keeps whoever looks a name up until it is opened.
    final class Gate: Sendable {
        private let isOpen = Atomic(false)
        let waiting = Atomic(0)

        func open() { isOpen.store(true, ordering: .releasing) }

        func wait() {
            waiting.add(1, ordering: .relaxed)
            while !isOpen.load(ordering: .acquiring) { usleep(500) }
        }
    }

    private func turn(_ loop: EventLoop, until condition: () -> Bool) throws {
        let end = MonotonicTime.now() + 5_000
        while !condition(), MonotonicTime.now() < end { try loop.turn(waitingAtMost: 2) }
        #expect(condition())
    }

    @Test func `each question has its answer, on the loop`() throws {
        let loop = try EventLoop()
        let resolver = try Resolver(on: loop, threads: 3) { name in
            name == "none" ? .failure(.unknown) : .success([.ipv4(UInt32(name.utf8.count), port: 0)])
        }
        var answers: [String: Resolver.Answer] = [:]
        let names = (1...50).map { String(repeating: "a", count: $0) } + ["none"]
        for name in names {
            #expect(resolver.resolve(name) { answers[name] = $0 } != nil)
        }
        #expect(answers.isEmpty)
        try turn(loop) { answers.count == names.count }
        #expect(answers["none"] == .failure(.unknown))
        for count in 1...50 {
            let name = String(repeating: "a", count: count)
            #expect(answers[name] == .success([.ipv4(UInt32(count), port: 0)]))
        }
    }

    @Test func `questions are bounded, and one nobody waits for counts until its thread is free`() throws {
        let loop = try EventLoop()
        let gate = Gate()
        let resolver = try Resolver(on: loop, threads: 2, questionsMax: 4) { _ in
            gate.wait()
            return .failure(.unknown)
        }
        var answered = 0
        let questions = (0..<4).map { _ in resolver.resolve("slow") { _ in answered += 1 } }
        #expect(questions.allSatisfy { $0 != nil })
        #expect(resolver.resolve("slow") { _ in answered += 1 } == nil)
        resolver.forget(try #require(questions[0]))
        #expect(resolver.resolve("slow") { _ in answered += 1 } == nil)
        // Both threads work, and the loop turns meanwhile.
        try turn(loop) { gate.waiting.load(ordering: .relaxed) == 2 }
        #expect(answered == 0)
        gate.open()
        try turn(loop) { answered == 3 }
        #expect(resolver.resolve("slow") { _ in answered += 1 } != nil)
        try turn(loop) { answered == 4 }
    }

    @Test func `a name that is looked up for too long fails at the deadline`() throws {
        let gate = Gate()
        let loop = try EventLoop()
        let resolver = try Resolver(on: loop, threads: 1) { _ in
            gate.wait()
            return .success([.ipv4(0x7F00_0001, port: 0)])
        }
        let outbound = Outbound(on: loop, resolver: resolver, courier: "/nonexistent")
        defer { outbound.close() }
        var request = OutboundRequest(.get, try OutboundURL("http://push.example/"), policy: .globalOnly)
        request.deadlineMilliseconds = 20
        var failures: [OutboundFailure] = []
        outbound.send(request) { if case .failure(let failure) = $0 { failures.append(failure) } }
        try turn(loop) { !failures.isEmpty }
        gate.open()
        try turn(loop) { gate.waiting.load(ordering: .relaxed) == 1 }
        for _ in 0..<5 { try loop.turn(waitingAtMost: 2) }
        #expect(failures == [.timedOut])
    }

    @Test func `the system knows this machine's own name, and no name that can't be`() {
        let local = Resolver.systemLookUp("localhost")
        guard case .success(let addresses) = local else {
            Issue.record("\(local)")
            return
        }
        #expect(!addresses.isEmpty && addresses.allSatisfy { AddressKind($0) == .loopback && $0.port == 0 })
        #expect(Resolver.systemLookUp("local\0host") == .failure(.unknown))
    }
}
