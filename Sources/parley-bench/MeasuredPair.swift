import EventLoop
import Glibc
import JSON
import Wire

/// Two nodes that are peers, as their operators make them, with a person of the south's to whom the north's people talk.
final class MeasuredPair {
    let north: MeasuredNode
    let south: MeasuredNode
    let northerners: [MeasuredNode.Person]
    let southerner: MeasuredNode.Person
    /// The southerner, as the north names them.
    let address: String
    private let loop: EventLoop
    /// To the north and to the south; none where nothing is counted.
    private let relays: [Relay]

    private static let patienceMilliseconds: UInt64 = 600_000

    init(_ program: String, in folder: String, isCounted: Bool, on loop: EventLoop) throws {
        self.loop = loop
        let relays = isCounted ? [try Relay(), try Relay()] : []
        self.relays = relays
        let nodes = try ["north", "south"].enumerated().map { number, name in
            let port = isCounted ? 0 : try Self.freePort()
            let place = isCounted ? relays[number].address : .ipv4(0x7F00_0001, port: port)
            mkdir("\(folder)/\(name)", 0o700)
            let node = try MeasuredNode(
                program, in: "\(folder)/\(name)", port: port, options: ["--name", name, "--public-url", place.url],
                on: loop)
            if isCounted { relays[number].lead(to: node.served.target.address) }
            return (node, place.url)
        }
        (north, south) = (nodes[0].0, nodes[1].0)
        (northerners, southerner) = (try north.people(4), try south.people(1)[0])
        address = "person0@south"
        try befriend(at: nodes[1].1)
    }

    /// A node's URL is known before it starts.
    private static func freePort() throws -> UInt16 {
        try ListeningSocket.open(at: .ipv4(0x7F00_0001, port: 0), count: 1)[0].address.port ?? 0
    }

    private func befriend(at url: String) throws {
        func states(_ node: MeasuredNode, _ person: MeasuredNode.Person) throws -> [JSONValue] {
            try node.get("/api/admin/peers/", as: person)["results"]?.elements ?? []
        }
        try north.run("peer", "add", url)
        try wait("the north's knock") { try !states(south, southerner).isEmpty }
        guard let key = try states(south, southerner).first?["key"]?.text else {
            throw LoadFailed(description: "a peer has no key")
        }
        try south.run("peer", "accept", key)
        try wait("the agreement") {
            try states(north, northerners[0]).first?["state"]?.text == "active"
                && states(south, southerner).first?["state"]?.text == "active"
        }
        try wait("the south's person at the north's") {
            try north.get("/api/users/?search=\(address)", as: northerners[0])["count"]?.integer == 1
        }
    }

    func end() {
        north.stop()
        south.stop()
        for relay in relays { relay.stop() }
    }

    /// Turns the loop until something holds.
    func wait(_ what: String, pause milliseconds: UInt64 = 20, _ holds: () throws -> Bool) throws {
        let end = MonotonicTime.now() + Self.patienceMilliseconds
        while try !holds() {
            guard MonotonicTime.now() < end else { throw LoadFailed(description: "waited in vain for \(what)") }
            try rest(milliseconds: milliseconds)
        }
    }

    func rest(milliseconds: UInt64) throws {
        let end = MonotonicTime.now() + milliseconds
        while case let now = MonotonicTime.now(), now < end {
            try loop.turn(waitingAtMost: end.milliseconds - now.milliseconds)
        }
    }

    /// What has gone to the north, and to the south.
    var counts: [Relay.Count] { relays.map(\.count) }

    // MARK: Rooms

    struct SharedRoom {
        /// At the north's.
        let id: Int
        let uuid: String
    }

    /// One of the north's people.
    func found(_ name: String) throws -> SharedRoom {
        let id = try north.room(name, of: northerners)
        let shown = try north.get("/api/messaging/channels/\(id)/", as: northerners[0])
        guard let uuid = shown["uuid"]?.text else { throw LoadFailed(description: "a room has no uuid") }
        return SharedRoom(id: id, uuid: uuid)
    }

    func admit(to room: SharedRoom) throws {
        _ = try north.api.post(
            "/api/messaging/channels/\(room.id)/add_member/", #"{"user": "\#(address)", "role": "member"}"#,
            as: northerners[0].token)
    }

    /// Many with the southerner in each.
    func found(_ count: Int) throws {
        _ = try north.api.askAll(
            (0..<count).map { number in
                NodeAPI.Request(
                    method: .post, path: "/api/messaging/channels/", token: northerners[0].token,
                    json: #"{"name": "Quiet \#(number)", "participants": ["\#(address)"]}"#)
            })
        try wait("the rooms") {
            try south.get("/api/messaging/channels/?limit=1", as: southerner)["count"]?.integer ?? 0 >= count
        }
    }

    /// Writes until there are so many, and tells how many there are then: some more were under way.
    func fill(_ room: SharedRoom, to count: Int) throws -> Int {
        try north.fill(room.id, of: northerners, to: count)
        try rest(milliseconds: 300)
        return try self.count(in: room)
    }

    func count(in room: SharedRoom) throws -> Int {
        let page = try north.get("/api/messaging/channels/\(room.id)/messages/?limit=1", as: northerners[0])
        return page["count"]?.integer ?? 0
    }

    func waitForSouth(toHave count: Int, in room: SharedRoom) throws {
        let rooms = "/api/messaging/channels"
        try wait("the room at the south's") {
            try south.get("\(rooms)/?limit=200", as: southerner)["results"]?.elements
                .contains { $0["uuid"]?.text == room.uuid } == true
        }
        // Seldom, for it is the node that is measured that answers.
        try wait("\(count) messages", pause: 100) {
            try south.get("\(rooms)/\(room.uuid)/messages/?limit=1", as: southerner)["count"]?.integer == count
        }
    }
}
