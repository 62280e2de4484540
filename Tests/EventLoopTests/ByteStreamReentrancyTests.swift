import Bytes
import Glibc
import RawSockets
import Testing

@testable import EventLoop

/// Whatever an owner does from inside whatever it is told: the end comes once, nothing comes after it, and
/// nothing is left in memory.
struct ByteStreamReentrancyTests {
    enum Moment: CaseIterable {
        case received, redelivered, ended, drained, deadline
    }

    enum Deed: CaseIterable {
        case close, closeWhenDrained, endSending, giveAway, giveAwayAndClose, pause, pauseAndResume, writeMuch,
            writeAndClose, redeliver, drop, release
    }

    @Test(arguments: Moment.allCases, Deed.allCases)
    func `an owner may do anything at any moment`(moment: Moment, deed: Deed) throws {
        ignoreBrokenPipes()
        let loop = try EventLoop()
        let (own, peer) = RawSocket.pair()
        weak var keptStream: ByteStream?
        weak var keptOwner: ScriptedOwner?
        let last: ScriptedOwner
        var whenClosedCount = 0
        do {
            let owner = ScriptedOwner()
            let heir = ScriptedOwner()
            let stream = try ByteStream.owned(by: owner, own, on: loop)
            (keptStream, keptOwner) = (stream, owner)
            stream.whenClosed = { whenClosedCount += 1 }
            var hasActed = false
            let act = { [unowned stream] in
                guard !hasActed else { return }
                hasActed = true
                Self.act(deed, on: stream, heir)
            }
            prepare(owner, for: moment, act)
            peer.send("abcdef".utf8)
            try loop.settle(turns: 2)
            stream.write([1])
            stream.redeliver()
            stream.setDeadline(loop.now)
            try loop.settle()
            peer.endSending()
            try loop.settle()
            #expect(hasActed)
            for _ in 0..<20 where !stream.isClosed {
                _ = peer.receiveAll()
                try loop.turn(waitingAtMost: 0)
            }
            stream.close()
            let owners = [owner, heir]
            #expect(owners.map(\.closings.count).reduce(0, +) == 1)
            last = owners.first { $0.isClosed } ?? owner
            for owner in owners { owner.onReceived = { $0.count } }
            (owner.onEnded, owner.onDrained, owner.onDeadline) = ({}, {}, {})
        }
        try loop.settle()
        if case .closed = last.calls.last {} else { Issue.record("something came after the end: \(last.calls)") }
        #expect(whenClosedCount == 1)
        #expect(keptStream == nil)
        if keptOwner !== last { #expect(keptOwner == nil) }
    }

    private func prepare(_ owner: ScriptedOwner, for moment: Moment, _ act: @escaping () -> Void) {
        switch moment {
        case .received:
            owner.onReceived = { unread in
                act()
                return min(2, unread.count)
            }
        case .redelivered:
            var count = 0
            owner.onReceived = { unread in
                count += 1
                if count == 2 { act() }
                return min(2, unread.count)
            }
        case .ended: owner.onEnded = act
        case .drained: owner.onDrained = act
        case .deadline: owner.onDeadline = act
        }
    }

    private static func act(_ deed: Deed, on stream: ByteStream, _ heir: ScriptedOwner) {
        switch deed {
        case .close: stream.close()
        case .closeWhenDrained: stream.closeWhenDrained()
        case .endSending: stream.endSendingWhenDrained()
        case .giveAway: stream.owner = heir
        case .giveAwayAndClose:
            stream.owner = heir
            stream.close()
        case .pause: stream.pauseReading()
        case .pauseAndResume:
            stream.pauseReading()
            stream.resumeReading()
        case .writeMuch: stream.write([UInt8](repeating: 0, count: 1 << 20))
        case .writeAndClose:
            stream.write([UInt8](repeating: 0, count: 1 << 20))
            stream.closeWhenDrained()
        case .redeliver: stream.redeliver()
        case .drop:
            stream.write([1, 2, 3])
            stream.dropUnbegunOutput()
        case .release:
            stream.close()
            stream.owner = nil
        }
    }
}
