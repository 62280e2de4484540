import Glibc
import RawSockets
import Testing

@testable import EventLoop

struct EventLoopTurnTests {
    private let loop: EventLoop

    init() throws {
        loop = try EventLoop()
    }

    @Test func `ends of turns come in the order in which they were asked for, after everything else`() throws {
        var order: [String] = []
        let pair = RawSocket.pair()
        let (reader, waiter, ender) = (ScriptedMember(), ScriptedMember(), ScriptedMember())
        _ = try loop.join(reader, descriptor: pair.own, interest: .readable)
        let place = try loop.join(waiter)
        ender.onTurnEnd = { order.append("ender") }
        reader.onReady = { [loop] _ in
            order.append("ready")
            loop.callAtEndOfTurn(ender)
            loop.callAtEndOfTurn(reader)
            loop.callAtEndOfTurn(ender)
        }
        reader.onTurnEnd = { order.append("reader") }
        waiter.onDeadline = { order.append("deadline") }
        loop.setDeadline(place, loop.now)
        pair.peer.send([1])
        try loop.turn(waitingAtMost: 0)
        #expect(order == ["ready", "deadline", "ender", "reader", "ender"])
        close(pair.own)
    }

    @Test func `what is asked for before a turn is done at its end, without waiting`() throws {
        let member = ScriptedMember()
        loop.callAtEndOfTurn(member)
        let start = MonotonicTime.now()
        try loop.turn(waitingAtMost: 10_000)
        #expect(member.turnEndCount == 1)
        #expect(MonotonicTime.now() < start + 5_000)
    }

    @Test func `who always asks again does not keep the turn from ending`() throws {
        let pair = RawSocket.pair()
        let (reader, busy) = (ScriptedMember(), ScriptedMember())
        _ = try loop.join(reader, descriptor: pair.own, interest: .readable)
        busy.onTurnEnd = { [loop] in
            if busy.turnEndCount < 1_000 { loop.callAtEndOfTurn(busy) }
        }
        loop.callAtEndOfTurn(busy)
        pair.peer.send([1])
        for turn in 1...3 {
            try loop.turn(waitingAtMost: 10_000)
            #expect(busy.turnEndCount == turn)
            #expect(reader.readyCount == turn)
        }
        close(pair.own)
    }

    @Test func `a member that has left is still told of the end that it asked for`() throws {
        let member = ScriptedMember()
        let place = try loop.join(member)
        loop.callAtEndOfTurn(member)
        loop.leave(place)
        try loop.turn(waitingAtMost: 0)
        #expect(member.turnEndCount == 1)
    }

    @Test func `run ends after the turn in which it is stopped`() throws {
        let member = ScriptedMember()
        let place = try loop.join(member)
        member.onDeadline = { [loop] in
            loop.stop()
            loop.callAtEndOfTurn(member)
        }
        loop.setDeadline(place, loop.now + 2)
        try loop.run()
        #expect(member.deadlineCount == 1)
        #expect(member.turnEndCount == 1)
        loop.setDeadline(place, loop.now + 2)
        try loop.run()
        #expect(member.deadlineCount == 2)
    }
}
