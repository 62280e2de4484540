import Glibc
import RawSockets
import Synchronization
import Testing

@testable import EventLoop

struct MailboxTests {
    @Test func `messages arrive in order, also those from before somebody listened`() throws {
        let loop = try EventLoop()
        let mailbox = try Mailbox<Int>(messagesMax: 100)
        for number in 0..<10 { #expect(mailbox.post(number)) }
        var received: [Int] = []
        try mailbox.deliver(on: loop) { received += $0 }
        try loop.turn(waitingAtMost: 0)
        #expect(received == Array(0..<10))
        #expect(mailbox.post(10))
        try loop.turn(waitingAtMost: 1_000)
        #expect(received == Array(0...10))
    }

    @Test func `a full mailbox says so, and takes again what there is room for`() throws {
        let loop = try EventLoop()
        let mailbox = try Mailbox<Int>(messagesMax: 3)
        #expect((0..<5).map { mailbox.post($0) } == [true, true, true, false, false])
        var received: [Int] = []
        try mailbox.deliver(on: loop) { received += $0 }
        try loop.turn(waitingAtMost: 0)
        #expect((5..<9).map { mailbox.post($0) } == [true, true, true, false])
        try loop.turn(waitingAtMost: 0)
        #expect(received == [0, 1, 2, 5, 6, 7])
    }

    @Test func `an empty mailbox does not wake its loop`() throws {
        let loop = try EventLoop()
        let mailbox = try Mailbox<Int>(messagesMax: 3)
        var batches = 0
        try mailbox.deliver(on: loop) { _ in batches += 1 }
        _ = mailbox.post(1)
        try loop.settle(turns: 4)
        #expect(batches == 1)
    }

    @Test func `what is posted while messages are delivered comes with the next batch`() throws {
        let loop = try EventLoop()
        let mailbox = try Mailbox<Int>(messagesMax: 10)
        var batches: [[Int]] = []
        try mailbox.deliver(on: loop) { messages in
            batches.append(messages)
            if batches.count < 4 {
                #expect(mailbox.post(batches.count))
                #expect(mailbox.post(-batches.count))
            }
        }
        #expect(mailbox.post(0))
        for _ in 0..<6 { try loop.turn(waitingAtMost: 5) }
        #expect(batches == [[0], [1, -1], [2, -2], [3, -3]])
    }

    /// Each thread waits for the answer to its message before it sends the next: a lost wake-up would stand
    /// still for as long as the loop waits.
    @Test func `no wake-up is lost, whatever the threads do at the same moment`() throws {
        let loop = try EventLoop()
        let threads = 3
        let rounds = 700
        let mailbox = try Mailbox<Int>(messagesMax: threads)
        let answered = Answers()
        var counts = [Int](repeating: 0, count: threads)
        try mailbox.deliver(on: loop) { messages in
            for sender in messages {
                counts[sender] += 1
                answered.counts.withLock { $0[sender] += 1 }
            }
        }
        let running = try (0..<threads).map { sender in
            try Thread(name: "sender-\(sender)") {
                for round in 1...rounds {
                    while !mailbox.post(sender) { sched_yield() }
                    while answered.counts.withLock({ $0[sender] }) < round { sched_yield() }
                }
            }
        }
        let start = MonotonicTime.now()
        while counts.reduce(0, +) < threads * rounds, MonotonicTime.now() < start + 30_000 {
            try loop.turn(waitingAtMost: 20_000)
        }
        #expect(counts == [Int](repeating: rounds, count: threads))
        #expect(MonotonicTime.now() < start + 20_000, "a turn waited for a wake-up that had been lost")
        for thread in running { thread.join() }
    }

    @Test func `each sender's messages keep their order, and none is lost or doubled`() throws {
        let loop = try EventLoop()
        let threads = 4
        let each = 1_500
        let mailbox = try Mailbox<(sender: Int, number: Int)>(messagesMax: 64)
        var expected = [Int](repeating: 0, count: threads)
        var largest = 0
        try mailbox.deliver(on: loop) { messages in
            largest = max(largest, messages.count)
            for (sender, number) in messages {
                #expect(number == expected[sender])
                expected[sender] = number + 1
            }
        }
        let running = try (0..<threads).map { sender in
            try Thread(name: "sender-\(sender)") {
                for number in 0..<each {
                    while !mailbox.post((sender, number)) { sched_yield() }
                }
            }
        }
        let end = MonotonicTime.now() + 30_000
        while expected.reduce(0, +) < threads * each, MonotonicTime.now() < end {
            try loop.turn(waitingAtMost: 1_000)
        }
        for thread in running { thread.join() }
        #expect(expected == [Int](repeating: each, count: threads))
        #expect(largest <= 64)
    }

    private final class Answers: Sendable {
        let counts = Mutex([Int](repeating: 0, count: 8))
    }
}
