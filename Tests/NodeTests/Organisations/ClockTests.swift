import Foundation
import Glibc
import Testing
import Wires

/// Nodes whose clocks are wrong: processes over sockets, with a clock preloaded that a file puts wrong.
struct ClockTests {
    private static func file(_ number: Int, _ playground: Playground) -> String { playground.file("clock-\(number)") }

    private static func set(_ number: Int, _ playground: Playground, to milliseconds: Int64) throws {
        let path = file(number, playground)
        let bytes = withUnsafeBytes(of: milliseconds) { Data($0) }
        // In place: whoever has mapped the file sees it at once.
        guard let handle = FileHandle(forUpdatingAtPath: path) else {
            return try bytes.write(to: URL(fileURLWithPath: path))
        }
        try handle.write(contentsOf: bytes)
        try handle.close()
    }

    private static func organisations(skewed milliseconds: [Int64]) throws -> Organisations {
        try Organisations(milliseconds.count, .star) { number, playground in
            try set(number, playground, to: milliseconds[number])
            let environment = ["LD_PRELOAD": Playground.skewedClock, "SKEWED_CLOCK": file(number, playground)]
            return ([], environment)
        }
    }

    @Test func `E49 clocks that are a minute and a half off lose nothing and bring nothing out of order`() throws {
        // A node that has just started takes nothing that was signed before, so they go wrong when they know each other.
        let organisations = try Self.organisations(skewed: [0, 0, 0])
        let room = try organisations.found()
        for (number, skew) in [(1, 90_000), (2, 45_000)] as [(Int, Int64)] {
            try Self.set(number, organisations.playground, to: skew)
        }
        try organisations.live(2, in: room, "skewed")
        try organisations.agree(on: room)
        // Who answers is later than what is answered, whatever their clock says.
        let question = try organisations[1].say("What time is it?", in: room)
        #expect(try soon { try organisations[2].isThere(question) })
        let answer = try organisations[2].say("Early", in: room)
        try organisations.agree(on: room)
        for node in organisations.all {
            let newest = try node.get("/api/messaging/channels/\(room)/messages/?limit=2")["results"]
            let names = (newest as? [Organisation.Object] ?? []).compactMap { $0["uuid"] as? String }
            #expect(names == [answer, question])
        }
        try organisations.verify()
    }

    @Test(arguments: [600_000, -600_000] as [Int64])
    func `E47 a node whose clock is far off says so and writes nothing that others share, until it is mended`(
        skew: Int64
    ) throws {
        let organisations = try Self.organisations(skewed: [0, 0, 0])
        let north = organisations[0]
        let room = try organisations.found()
        let own = try north.found("Alone")
        try organisations.agree(on: room)
        try Self.set(0, organisations.playground, to: skew)
        // Each time it speaks with the others, it sees what time it is there. Nothing of that is written.
        let socket = try LiveSocket(to: north.serve.address, token: north.token)
        let isNoticed = try soon(within: 40) {
            try socket.send(["type": "typing", "room": room, "is_typing": true])
            return north.serve.logText.contains("our clock differs from the peers'")
        }
        #expect(isNoticed)
        let text = #"{"channel": "\#(room)", "content": "What time is it?"}"#
        let refused = try north.serve.ask("POST", "/api/messaging/messages/", text, token: north.token)
        #expect(refused.status == 503)
        #expect(try soon { try north.serve.ask("GET", "/readyz").status == 503 })
        // Of times that lie far ahead of its clock it would write nothing anywhere.
        if skew > 0 { try north.say("Nobody else's business", in: own) }
        // The others go on.
        let meanwhile = try organisations[1].say("It is a quarter past", in: room)
        try Self.set(0, organisations.playground, to: 0)
        let mended = try soon(within: 40) {
            let answer = try north.serve.ask("POST", "/api/messaging/messages/", text, token: north.token)
            return answer.status == 201
        }
        #expect(mended)
        #expect(try soon(within: 40) { try north.isThere(meanwhile) })
        try organisations.agree(on: room)
    }
}
