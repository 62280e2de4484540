import Glibc
import RawSockets
import Testing

@testable import EventLoop

struct EventLoopDeadlineTests {
    private let loop: EventLoop

    init() throws {
        loop = try EventLoop()
    }

    @Test func `a deadline passes once, and not early`() throws {
        let member = ScriptedMember()
        let place = try loop.join(member)
        let due = MonotonicTime.now() + 15
        loop.setDeadline(place, due)
        try loop.turn { member.deadlineCount > 0 }
        #expect(member.deadlineCount == 1)
        #expect(loop.now >= due)
        try loop.turn(waitingAtMost: 5)
        #expect(member.deadlineCount == 1)
    }

    @Test func `the loop sleeps until a deadline instead of turning for it`() throws {
        let member = ScriptedMember()
        let place = try loop.join(member)
        loop.setDeadline(place, MonotonicTime.now() + 30)
        var turns = 0
        while member.deadlineCount == 0 {
            try loop.turn(waitingAtMost: nil)
            turns += 1
        }
        #expect(turns <= 3)
    }

    @Test func `a deadline that was moved later passes then, one moved earlier sooner, one lifted never`() throws {
        let (later, earlier, lifted, last) = (ScriptedMember(), ScriptedMember(), ScriptedMember(), ScriptedMember())
        let members = [later, earlier, lifted, last]
        let places = try members.map { try loop.join($0) }
        let start = MonotonicTime.now()
        loop.setDeadline(places[0], start + 5)
        loop.setDeadline(places[0], start + 30)
        loop.setDeadline(places[1], start + 60_000)
        loop.setDeadline(places[1], start + 10)
        loop.setDeadline(places[2], start + 5)
        loop.setDeadline(places[2], .never)
        loop.setDeadline(places[3], start + 45)
        later.onDeadline = { [loop] in #expect(loop.now >= start + 30) }
        earlier.onDeadline = { [loop] in #expect(loop.now >= start + 10) }
        try loop.turn { last.deadlineCount > 0 }
        #expect(members.map(\.deadlineCount) == [1, 1, 0, 1])
    }

    @Test func `a lifted deadline can be set again, sooner and later than it was`() throws {
        let member = ScriptedMember()
        let place = try loop.join(member)
        let start = MonotonicTime.now()
        for milliseconds in [40, 10, 30, 20] as [UInt64] {
            loop.setDeadline(place, start + milliseconds)
            loop.setDeadline(place, .never)
        }
        loop.setDeadline(place, start + 25)
        try loop.turn { member.deadlineCount > 0 }
        #expect(loop.now >= start + 25)
        try loop.turn { MonotonicTime.now() >= start + 45 }
        #expect(member.deadlineCount == 1)
    }

    @Test func `a deadline can be set anew from inside`() throws {
        let member = ScriptedMember()
        let place = try loop.join(member)
        member.onDeadline = { [loop] in
            if member.deadlineCount < 4 { loop.setDeadline(place, loop.now + 3) }
        }
        loop.setDeadline(place, MonotonicTime.now() + 3)
        try loop.turn { member.deadlineCount == 4 }
        try loop.turn(waitingAtMost: 8)
        #expect(member.deadlineCount == 4)
    }

    @Test func `a deadline set for this very moment from inside waits for the next turn`() throws {
        let member = ScriptedMember()
        let place = try loop.join(member)
        member.onDeadline = { [loop] in
            if member.deadlineCount < 1_000 { loop.setDeadline(place, loop.now) }
        }
        loop.setDeadline(place, loop.now)
        try loop.turn(waitingAtMost: 0)
        #expect(member.deadlineCount == 1)
        try loop.turn(waitingAtMost: 10_000)
        #expect(member.deadlineCount == 2)
    }

    @Test func `of several that are due at once each may lift, move or end another's`() throws {
        let (first, lifted, moved, gone) = (ScriptedMember(), ScriptedMember(), ScriptedMember(), ScriptedMember())
        let places = try [first, lifted, moved, gone].map { try loop.join($0) }
        first.onDeadline = { [loop] in
            loop.setDeadline(places[1], .never)
            loop.setDeadline(places[2], loop.now + 10)
            loop.leave(places[3])
        }
        for (index, place) in places.enumerated() { loop.setDeadline(place, loop.now + UInt64(index)) }
        usleep(6_000)
        try loop.turn(waitingAtMost: 0)
        #expect([first, lifted, moved, gone].map(\.deadlineCount) == [1, 0, 0, 0])
        try loop.turn { moved.deadlineCount > 0 }
        #expect([first, lifted, moved, gone].map(\.deadlineCount) == [1, 0, 1, 0])
    }

    @Test func `a successor in a seat does not inherit the deadline`() throws {
        let stale = try loop.join(ScriptedMember())
        loop.setDeadline(stale, MonotonicTime.now() + 5)
        loop.leave(stale)
        let successor = ScriptedMember()
        let place = try loop.join(successor)
        let start = MonotonicTime.now()
        try loop.turn { MonotonicTime.now() >= start + 12 }
        #expect(successor.deadlineCount == 0)
        loop.setDeadline(place, MonotonicTime.now())
        try loop.turn { successor.deadlineCount == 1 }
        #expect(successor.deadlineCount == 1)
    }

    @Test func `members that come and go leave no heap of deadlines behind`() throws {
        let staying = ScriptedMember()
        let place = try loop.join(staying)
        loop.setDeadline(place, MonotonicTime.now() + 20)
        for _ in 0..<5_000 {
            let passing = try loop.join(ScriptedMember())
            loop.setDeadline(passing, loop.now + 60_000)
            loop.leave(passing)
        }
        // Moved earlier again and again, a single one leaves its trail, too.
        for milliseconds in (0..<5_000 as Range<UInt64>).reversed() {
            loop.setDeadline(place, MonotonicTime.now() + 50_000 + milliseconds)
            loop.setDeadline(place, MonotonicTime.now() + 20)
        }
        #expect(loop.deadlines.count < 200)
        try loop.turn { staying.deadlineCount > 0 }
        #expect(staying.deadlineCount == 1)
    }

    @Test(arguments: 1...10 as ClosedRange<UInt64>)
    func `whatever is moved how often, each passes once, at its last time`(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let members = (0..<40).map { _ in ScriptedMember() }
        let places = try members.map { try loop.join($0) }
        let start = MonotonicTime.now()
        var last = [MonotonicTime](repeating: .never, count: members.count)
        for _ in 0..<400 {
            let index = Int(random.next() % 40)
            last[index] = random.next() % 4 == 0 ? .never : start + random.next() % 25
            loop.setDeadline(places[index], last[index])
        }
        for (index, member) in members.enumerated() {
            member.onDeadline = { [loop] in #expect(loop.now >= last[index], "seed \(seed)") }
        }
        try loop.turn { MonotonicTime.now() > start + 27 }
        #expect(members.map(\.deadlineCount) == last.map { $0 == .never ? 0 : 1 }, "seed \(seed)")
    }
}

struct LoopTimerTests {
    @Test func `a timer does its work once for each time it is set`() throws {
        let loop = try EventLoop()
        var count = 0
        let timer = try LoopTimer(on: loop) { count += 1 }
        timer.set(loop.now)
        try loop.settle(turns: 3)
        #expect(count == 1)
        timer.set(loop.now)
        timer.set(.never)
        try loop.settle(turns: 3)
        #expect(count == 1)
        timer.set(loop.now + 60_000)
        timer.set(loop.now)
        try loop.settle(turns: 3)
        #expect(count == 2)
    }

    @Test func `an ended timer does nothing and is let go`() throws {
        let loop = try EventLoop()
        var count = 0
        weak var kept: LoopTimer?
        do {
            let timer = try LoopTimer(on: loop) { count += 1 }
            kept = timer
            timer.set(loop.now)
            timer.end()
            timer.set(loop.now)
            timer.end()
        }
        try loop.settle(turns: 3)
        #expect(count == 0)
        #expect(kept == nil)
    }

    @Test func `a timer may end itself`() throws {
        let loop = try EventLoop()
        var timer: LoopTimer?
        var count = 0
        timer = try LoopTimer(on: loop) {
            count += 1
            timer?.end()
            timer = nil
        }
        timer?.set(loop.now)
        try loop.settle(turns: 3)
        #expect(count == 1)
    }
}
