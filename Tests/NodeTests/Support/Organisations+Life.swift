import Foundation
import Synchronization
import Testing
import Wires

extension Organisations.Link {
    var isCut: Bool { wires.contains { $0.weather == .cut } }
}

extension Organisation {
    /// How many messages people see in a room.
    func count(of room: String) throws -> Int {
        try get("/api/messaging/channels/\(room)/messages/?limit=1")["count"] as? Int ?? 0
    }

    /// So many messages of a hundred bytes or so, by several programs at once.
    func sayMany(_ count: Int, in room: String) throws {
        let (address, token, name) = (serve.address, token, name)
        let said = Atomic<Int>(0)
        DispatchQueue.concurrentPerform(iterations: 4) { lane in
            for number in stride(from: lane, to: count, by: 4) {
                let text = "\(number) from \(name), with as many words as people write to each other when there is time"
                let body = #"{"channel": "\#(room)", "content": "\#(text)"}"#
                let answer = try? address.ask("POST", "/api/messaging/messages/", body, token: token)
                if answer?.status == 201 { said.add(1, ordering: .relaxed) }
            }
        }
        #expect(said.load(ordering: .relaxed) == count)
    }
}

extension Organisations {
    /// Everybody, by turns, says two things, changes the first, deletes the second of every other round, and reacts to
    /// what is newest where they are.
    func live(_ rounds: Int, in room: String, _ label: String) throws {
        for round in 0..<rounds {
            for node in all {
                let first = try node.say("\(label) \(round) from \(node.name)", in: room)
                let second = try node.say("\(label) \(round) again", in: room)
                try node.edit(first, to: "\(label) \(round) from \(node.name), as it was meant")
                if round.isMultiple(of: 2) { try node.delete(second) }
                let newest = try node.get("/api/messaging/channels/\(room)/messages/?limit=3")["results"]
                for message in newest as? [Organisation.Object] ?? [] where message["is_deleted"] as? Bool == false {
                    try node.react(round.isMultiple(of: 2) ? "like" : "love", to: message["uuid"] as? String ?? "")
                }
            }
        }
    }
}
