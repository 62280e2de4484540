import Glibc
import RawSockets
import Testing

@testable import EventLoop

struct EventLoopPlaceTests {
    @Test func `a place that was given up never names another member`() throws {
        let loop = try EventLoop()
        let (former, latter) = (ScriptedMember(), ScriptedMember())
        let stale = try loop.join(former)
        loop.leave(stale)
        let place = try loop.join(latter)
        #expect(stale != place)
        #expect(loop.member(at: stale) == nil)
        #expect(loop.member(at: place) === latter)

        loop.setDeadline(stale, loop.now)
        loop.leave(stale)
        try loop.watch(stale, for: .readable)
        #expect(loop.member(at: place) === latter)
        try loop.settle()
        #expect(latter.deadlineCount == 0)
        loop.leave(place)
        #expect(loop.member(at: place) == nil)
    }

    @Test func `the loop holds its members and lets them go`() throws {
        let loop = try EventLoop()
        weak var member: ScriptedMember?
        let place: EventLoop.Place
        do {
            let made = ScriptedMember()
            member = made
            place = try loop.join(made)
        }
        #expect(member != nil)
        loop.leave(place)
        #expect(member == nil)
    }

    @Test func `who leaves is not called for what the same batch holds`() throws {
        let loop = try EventLoop()
        let pairs = (0..<8).map { _ in RawSocket.pair() }
        let members = pairs.map { _ in ScriptedMember() }
        let places = try zip(members, pairs).map { try loop.join($0, descriptor: $1.own, interest: .readable) }
        // The first that is called, whichever it is, sends the others away.
        for (index, member) in members.enumerated() {
            member.onReady = { _ in
                for (other, place) in places.enumerated() where other != index { loop.leave(place) }
            }
        }
        for pair in pairs { pair.peer.send([1]) }
        try loop.settle(turns: 3)
        let counts = members.map(\.readyCount)
        #expect(counts.filter { $0 > 0 }.count == 1)
        #expect(counts.reduce(0, +) == 3, "level-triggered: told again until it is read")
        for pair in pairs { close(pair.own) }
    }

    @Test func `an event for a former owner of a seat and a descriptor is not its successor's`() throws {
        let loop = try EventLoop()
        var pairs = (0..<2).map { _ in RawSocket.pair() }
        let members = [ScriptedMember(), ScriptedMember()]
        let successor = ScriptedMember()
        let places = try zip(members, pairs).map { try loop.join($0, descriptor: $1.own, interest: .readable) }
        for index in 0..<2 {
            members[index].onReady = { _ in
                let other = 1 - index
                let number = pairs[other].own
                loop.leave(places[other])
                close(number)
                pairs[other] = RawSocket.pair()
                // The lowest free number is given out first: it's the same one.
                #expect(pairs[other].own == number)
                _ = try? loop.join(successor, descriptor: pairs[other].own, interest: .readable)
                members[index].onReady = { _ in }
            }
        }
        for pair in pairs { pair.peer.send([1]) }
        try loop.turn(waitingAtMost: 0)
        #expect(members.map(\.readyCount).sorted() == [0, 1])
        #expect(successor.readyCount == 0, "it has not been sent anything")
        for pair in pairs { pair.peer.send([1]) }
        try loop.turn(waitingAtMost: 0)
        #expect(successor.readyCount == 1)
        for pair in pairs { close(pair.own) }
    }

    @Test func `a descriptor that can't be watched is an error and leaves no member behind`() throws {
        let loop = try EventLoop()
        let member = ScriptedMember()
        #expect(throws: SystemError("watch descriptor 1000000", code: EBADF)) {
            try loop.join(member, descriptor: 1_000_000, interest: .readable)
        }
        let place = try loop.join(member)
        #expect(loop.member(at: place) === member)
    }

    @Test func `an interrupted wait is a turn in which nothing happened`() throws {
        signal(SIGUSR1) { _ in }
        let loop = try EventLoop()
        let waiter = UInt(pthread_self())
        let thread = try Thread(name: "interrupter") {
            for _ in 0..<5 {
                usleep(4_000)
                pthread_kill(pthread_t(waiter), SIGUSR1)
            }
        }
        let end = MonotonicTime.now() + 40
        while MonotonicTime.now() < end { try loop.turn(waitingAtMost: 20) }
        thread.join()
    }
}
