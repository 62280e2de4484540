import EventLoop
import Glibc
import Testing
import Wire

@testable import Client

@Suite struct LifetimeTests {
    private struct Observed {
        weak var answer: Answer?
        weak var call: ClientCall?
        weak var connection: ClientConnection?
        weak var pool: ConnectionPool?
        weak var client: HTTPClient?

        var isFreed: Bool { answer == nil && call == nil && connection == nil && pool == nil && client == nil }
    }

    private func observe(_ script: Script, _ answer: Answer) -> Observed {
        Observed(
            answer: answer, call: answer.call, connection: answer.call.connection, pool: answer.call.pool,
            client: script.client)
    }

    enum Ending: CaseIterable {
        case answered, answeredAndClosed, cancelled, deadline, malformed, lost
    }

    @Test(arguments: Ending.allCases)
    func `nothing of a call, its connection and its pool stays behind`(ending: Ending) throws {
        var observed = Observed()
        do {
            let script = try Script()
            let answer = script.ask { $0.deadlineMilliseconds = ending == .deadline ? 10 : 10_000 }
            let peer = try script.accept()
            _ = try peer.request()
            observed = observe(script, answer)
            #expect(observed.connection != nil && observed.pool != nil)
            switch ending {
            case .answered: try peer.answer("a")
            case .answeredAndClosed: try peer.answer("a", fields: "Connection: close\r\n")
            case .cancelled: answer.call.cancel()
            case .deadline: break
            case .malformed: try peer.send("nonsense\r\n")
            case .lost: peer.reset()
            }
            try script.finish(answer)
            if ending != .answered {
                try script.turn(milliseconds: 1)
                #expect(observed.connection == nil)
                // A pool that is empty is forgotten: endpoints come and go.
                #expect(observed.pool == nil)
            }
        }
        #expect(observed.isFreed)
    }

    @Test func `a client that goes away lets its calls come to their end`() throws {
        let loop = try EventLoop()
        let listener = try RawListener()
        var observed = Observed()
        do {
            let script = try Script(listener: listener)
            let answer = script.ask { $0.deadlineMilliseconds = 20 }
            observed = observe(script, answer)
            let peer = try script.accept()
            try script.finish(answer)
            #expect(answer.fault == .deadlinePassed)
            try peer.awaitEnd()
        }
        #expect(observed.isFreed)

        var client: HTTPClient? = HTTPClient(on: loop)
        let answer = Answer()
        answer.call = client!.send(ClientRequest(.get, "/"), to: listener.endpoint, receiver: answer)
        let refused = Answer()
        refused.call = client!.send(ClientRequest(.get, ""), to: listener.endpoint, receiver: refused)
        observed = Observed(connection: answer.call.connection, pool: answer.call.pool, client: client)
        client = nil
        #expect(observed.client == nil)
        answer.call.cancel()
        for _ in 0..<100 where refused.outcomes == 0 { try loop.turn(waitingAtMost: 5) }
        #expect(refused.fault == .unsendable(.target))
        #expect(observed.isFreed)
    }

    @Test func `an idle connection goes with its client`() throws {
        let script = try Script()
        let listener = try RawListener()
        var client: HTTPClient? = HTTPClient(on: script.loop)
        let answer = Answer()
        answer.call = client!.send(ClientRequest(.get, "/"), to: listener.endpoint, receiver: answer)
        let peer = try script.accept(from: listener)
        _ = try peer.request()
        try peer.answer("")
        try script.finish(answer)
        #expect(try peer.isStillOpen())
        client = nil
        try peer.awaitEnd()
    }
}
