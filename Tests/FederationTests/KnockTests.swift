import Bytes
import EventLoop
import Gossip
import Keys
import Operations
import Outbound
import Peers
import RoomModel
import SQLite
import Store
import Testing
import Wire

@testable import Federation

/// Strangers, and where peers lead us.
struct KnockTests {
    private func card(_ planned: PlannedNode, at url: String?, later milliseconds: Int64 = 0) throws -> Card {
        let statement = Card.Statement(
            certificate: planned.certificates[0], name: NodeName("stranger.example")!, url: url.flatMap { NodeURL($0) },
            time: Timestamp(milliseconds: Timestamp.now().milliseconds + milliseconds))
        return try Card(statement, signingWith: planned.keys[0])
    }

    private func strangers(_ node: TestNode) -> [Peer] {
        node.federation.core.book.all.filter { $0.consent.state == .knocking }
    }

    private func knock(_ peer: HostilePeer, from network: String, _ card: Card) throws -> UInt16 {
        var request = peer.request("POST", "/federation/v1/knock", Knock(card: card).encoded)
        request.fields = [("X-Forwarded-For", network)]
        return try peer.send(request).status
    }

    private func node(_ configure: @escaping (inout FederationSettings) -> Void = { _ in }) throws -> TestNode {
        try TestNode(PlannedNode.all[0]) { settings in
            settings.network = { _, head in head.fields.combined("X-Forwarded-For") ?? "" }
            configure(&settings)
        }
    }

    @Test func `two strangers behind one proxy are two, and one network is one`() throws {
        let north = try node()
        for (index, network) in [(1, "203.0.113.1"), (2, "203.0.113.2"), (3, "203.0.113.2")] {
            let planned = PlannedNode.all[index]
            let peer = try HostilePeer(planned, against: north)
            #expect(try knock(peer, from: network, try card(planned, at: nil)) == 202)
            #expect(eventually { strangers(north).count == min(index, 2) })
        }
        #expect(Set(strangers(north).map(\.node)) == [PlannedNode.all[1].id, PlannedNode.all[2].id])
    }

    @Test func `strangers make room for each other, and are forgotten after a week`() throws {
        let north = try node()
        for number in 0..<70 {
            let key = SigningKey()
            let certificate = try Certificate(firstKey: key.publicKey, recoveryKey: SigningKey().publicKey)
            let statement = Card.Statement(
                certificate: certificate, name: NodeName("stranger.example")!, url: nil, time: Timestamp.now())
            let card = try Card(statement, signingWith: key)
            let heard = Box<Bool>()
            let change = ConsentChange(event: .knock(card), address: "10.0.0.\(number)") { _ in heard.value = true }
            north.federation.core.tell(.consent(card.node, change))
            #expect(eventually { heard.value == true })
        }
        #expect(strangers(north).count == 64)
        #expect(strangers(north).contains { $0.address == "10.0.0.69" })
        try north.writer.performLogged { transaction, _ in
            var row = try transaction.statement("UPDATE peer SET created = created - 8 * 86400000")
            try row.run()
        }
        north.stop()
        try north.start()
        let planned = PlannedNode.all[1]
        let peer = try HostilePeer(planned, against: north)
        #expect(try knock(peer, from: "203.0.113.1", try card(planned, at: nil)) == 202)
        #expect(eventually { strangers(north).map(\.node) == [planned.id] })
    }

    @Test func `who knocks all the time is not looked at`() {
        var rates = KnockRates()
        let heard = (0..<100).count(where: { _ in rates.take(from: "203.0.113.1") })
        #expect((10...20).contains(heard))
        let taken = rates.take(from: "203.0.113.2")
        #expect(taken)
    }

    @Test(arguments: [("127.0.0.1", true), ("10.1.2.3", true), ("fd00::", true), ("203.0.113.1", false), ("", false)])
    func `53 who knocks from within may lie within, and nobody else`(network: String, isWithin: Bool) throws {
        let north = try node()
        let planned = PlannedNode.all[1]
        let peer = try HostilePeer(planned, against: north)
        _ = try knock(peer, from: network, try card(planned, at: "http://127.0.0.1:8080"))
        #expect(eventually { strangers(north).count == 1 })
        try north.change(planned.id, .accept)
        let known = try #require(north.federation.core.book[planned.id])
        #expect(known.reach(north.federation.core.settings) == (isWithin ? .privateToo : .globalOnly))
    }

    @Test func `53 a card that has moved leads nowhere within, unless that is allowed`() throws {
        let north = try node()
        let planned = PlannedNode.all[1]
        let peer = try HostilePeer(planned, against: north)
        try north.change(planned.id, .add(try card(planned, at: "http://mallory.example")))
        _ = try knock(peer, from: "203.0.113.1", try card(planned, at: "http://127.0.0.1:8080", later: 1_000))
        let core = north.federation.core
        #expect(eventually { core.book[planned.id]?.place == NodeURL("http://127.0.0.1:8080") })
        let question = Gossiper.Question(method: .get, target: "/federation/v1/changes")
        let known = try #require(core.book[planned.id])
        #expect(try PeerCall(question, to: known, core).request.policy == .globalOnly)
        // It is so after a restart, and until an administrator says where it is.
        north.stop()
        try north.start()
        let again = try #require(north.federation.core.book[planned.id])
        #expect(again.place == NodeURL("http://127.0.0.1:8080"))
        #expect(again.reach(north.federation.core.settings) == .globalOnly)
        var settings = north.federation.core.settings
        settings.allowsPrivateAddresses = true
        #expect(again.reach(settings) == .privateToo)
        try north.change(planned.id, .add(nil), url: NodeURL("http://127.0.0.1:8080"))
        let named = try #require(north.federation.core.book[planned.id])
        #expect(named.reach(north.federation.core.settings) == .privateToo)
    }
}
