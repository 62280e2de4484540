import Gossip
import Operations
import RoomModel
import Store
import Synchronization
import Testing

@testable import Federation

/// What is true for a moment.
struct SignalTests {
    private final class Heard: Sendable {
        let signals = Mutex<[PersonSignal]>([])
    }

    @Test func `who types is seen on the other node, in rooms that both share`() throws {
        let heard = Heard()
        let north = try TestNode(PlannedNode.all[0])
        let south = try TestNode(PlannedNode.all[1]) { settings in
            settings.whenSignalled = { signal in heard.signals.withLock { $0.append(signal) } }
        }
        try north.add(south)
        try south.add(north)
        let room = try north.found()
        try north.admit(south.user(), to: room)
        #expect(try agree([north, south], on: room))
        let person = try #require(try north.number(of: north.user()))
        let number = try #require(try north.number(of: room))
        #expect(
            eventually {
                north.federation.tell(.typing(person, in: number, true))
                return !heard.signals.withLock { $0.isEmpty }
            })
        let there = try #require(try south.number(of: north.user()))
        let theirRoom = try #require(try south.number(of: room))
        #expect(heard.signals.withLock { $0.first } == .typing(there, in: theirRoom, true))
    }

    @Test func `56 of what a peer signals no more is passed on than its share`() throws {
        let heard = Heard()
        let north = try TestNode(PlannedNode.all[0]) { settings in
            settings.whenSignalled = { signal in heard.signals.withLock { $0.append(signal) } }
            settings.rates.signalsAtOnce = 10
            settings.rates.signalsPerSecond = 1
        }
        let mallory = try HostilePeer(PlannedNode.all[3], against: north)
        try mallory.befriend()
        let room = try north.found()
        try north.admit(mallory.planned.user(1), to: room)
        let request = SignalsRequest(signals: (0..<200).map { .typing(room, TestNode.ada, $0 % 2 == 0) })
        for _ in 0..<5 { #expect(try mallory.ask("POST", "/federation/v1/signals", request.encoded).status == 204) }
        // It gets one more for each second that this took.
        #expect((10...40).contains(heard.signals.withLock { $0.count }))
    }

    @Test func `C36 a peer signals for its own people in shared rooms only`() throws {
        let heard = Heard()
        let north = try TestNode(PlannedNode.all[0]) { settings in
            settings.whenSignalled = { signal in heard.signals.withLock { $0.append(signal) } }
        }
        let mallory = try HostilePeer(PlannedNode.all[3], against: north)
        try mallory.befriend()
        let (room, other) = (try north.found(), try north.found("Other"))
        try north.admit(mallory.planned.user(1), to: room)
        let (own, stranger) = (TestNode.ada, PlannedNode.handles[2])
        let request = SignalsRequest(signals: [
            .typing(other, own, true), .typing(room, stranger, true), .presence(stranger, .online, nil),
            .typing(room, own, true),
        ])
        #expect(try mallory.ask("POST", "/federation/v1/signals", request.encoded).status == 204)
        let person = try #require(try north.number(of: mallory.planned.user(1)))
        let number = try #require(try north.number(of: room))
        #expect(heard.signals.withLock { $0 } == [.typing(person, in: number, true)])
    }
}
