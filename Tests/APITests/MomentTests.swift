import EventLoop
import Store
import Testing

@testable import API

/// What is told of the moment, however often it is said.
struct MomentTests {
    private func time(_ milliseconds: UInt64) -> MonotonicTime { MonotonicTime(milliseconds: 1_000_000 + milliseconds) }

    @Test func `who says a thousand times that they type is told of once in three seconds`() {
        var typing = Typing(isLocal: false)
        var told: [UInt64] = []
        for moment in stride(from: UInt64(0), to: 10_000, by: 10) {
            typing.say(true, at: time(moment))
            if typing.news(at: time(moment), isRepeated: true) != nil { told.append(moment) }
        }
        #expect(told == [0, 3_000, 6_000, 9_000])
        let last = typing.news(at: typing.due, isRepeated: false)
        #expect(last == false, "and who says no more has stopped")
        #expect(typing.isOver(at: typing.due))
    }

    @Test func `who begins and stops all the time is told of once a second, and in the end as it is`() {
        var typing = Typing(isLocal: false)
        var told: [Bool] = []
        for moment in UInt64(0)..<2_500 {
            typing.say(moment % 2 == 0, at: time(moment))
            if let news = typing.news(at: time(moment), isRepeated: true) { told.append(news) }
        }
        #expect(told.count <= 3)
        while !typing.isOver(at: typing.due) {
            if let news = typing.news(at: typing.due, isRepeated: false) { told.append(news) }
        }
        #expect(told.last == false)
    }

    @Test func `who comes and goes elsewhere all the time is told of once a second`() {
        var comings = ComingsAndGoings()
        let person = PersonNumber(7)
        var told = 0
        for moment in UInt64(0)..<3_500 {
            comings.changedElsewhere(person, at: time(moment))
            let next = comings.next(at: time(moment))
            #expect(next.allSatisfy { $0 == (person, true) })
            told += next.count
        }
        #expect(told == 3)
        let last = comings.next(at: time(10_000))
        #expect(last.count == 1)
        #expect(comings.due == .never)
    }
}
