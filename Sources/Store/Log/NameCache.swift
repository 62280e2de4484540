import Keys
import Operations
import Replica
import SQLite

/// Nodes and people and their numbers, read from the file and kept in memory as far as there is room.
///
/// The number of an origin is that of the node's row, and the handle's number that of the person's row, or 0 for the node
/// itself, whose row has minus the node's number. So both go into columns as they are.
final class NameCache {
    private let connection: Connection
    private let countMax: Int
    private var origins: [NodeID: Origin] = [:]
    private var nodes: [UInt32: NodeID] = [:]
    private var people: [UserID: Person] = [:]
    private var users: [Int64: UserID] = [:]
    /// Mostly the same few write one after the other.
    private var last: (user: UserID, person: Person)?

    init(_ connection: Connection, countMax: Int = 65_536) {
        self.connection = connection
        self.countMax = countMax
    }

    func forget() {
        (origins, nodes, people, users, last) = ([:], [:], [:], [:], nil)
    }

    private func makeRoom() {
        if people.count + origins.count >= countMax { forget() }
    }

    // MARK: Nodes

    func origin(of node: NodeID) throws -> Origin? {
        if let known = origins[node] { return known }
        var row = try connection.statement("SELECT number FROM node WHERE id = ?1")
        row.bind(1, node.bytes)
        guard try row.step() else { return nil }
        return keep(node, Origin(row.uint32(0)))
    }

    func origin(for node: NodeID) throws -> Origin {
        if let known = try origin(of: node) { return known }
        // Until a card says more, the beginning of its id is its name, so that nobody of it is taken for one of ours. The first
        // node is this one.
        var row = try connection.statement(
            "INSERT INTO node (id, name) SELECT ?1, CASE WHEN EXISTS (SELECT 1 FROM node) THEN ?2 ELSE '' END")
        row.bind(1, node.bytes)
        row.bind(2, String(node.description.prefix(16)))
        try row.run()
        let number = connection.lastInsertedRowID
        guard let origin = UInt32(exactly: number).map(Origin.init) else { throw StoreFault.damaged("node \(number)") }
        try insert(UserID(node: node, handle: .node), number: -number, of: origin)
        return keep(node, origin)
    }

    func node(_ origin: Origin) throws -> NodeID {
        if let known = nodes[origin.number] { return known }
        var row = try connection.statement("SELECT id FROM node WHERE number = ?1")
        row.bind(1, origin.number)
        guard try row.step() else { throw StoreFault.damaged("node \(origin.number)") }
        let node = NodeID(try row.bytes32(0))
        _ = keep(node, origin)
        return node
    }

    private func keep(_ node: NodeID, _ origin: Origin) -> Origin {
        makeRoom()
        origins[node] = origin
        nodes[origin.number] = node
        return origin
    }

    // MARK: People

    func person(of user: UserID) throws -> Person? {
        if let last, last.user == user { return last.person }
        if let known = people[user] { return keep(user, known) }
        guard let origin = try origin(of: user.node) else { return nil }
        guard !user.handle.isNode else { return Person(origin: origin, handle: 0) }
        var row = try connection.statement("SELECT number FROM person WHERE node = ?1 AND handle = ?2")
        row.bind(1, origin.number)
        row.bind(2, user.handle.text)
        guard try row.step() else { return nil }
        return keep(user, Person(origin: origin, handle: row.uint32(0)))
    }

    func person(for user: UserID) throws -> Person {
        if let known = try person(of: user) { return known }
        let origin = try origin(for: user.node)
        guard !user.handle.isNode else { return Person(origin: origin, handle: 0) }
        try insert(user, number: nil, of: origin)
        guard let number = UInt32(exactly: connection.lastInsertedRowID) else { throw StoreFault.damaged("person") }
        return keep(user, Person(origin: origin, handle: number))
    }

    private func insert(_ user: UserID, number: Int64?, of origin: Origin) throws {
        var row = try connection.statement("INSERT INTO person (number, node, handle, uuid) VALUES (?1, ?2, ?3, ?4)")
        row.bind(1, number)
        row.bind(2, origin.number)
        row.bind(3, user.handle.text)
        row.bind(4, user.uuid)
        try row.run()
    }

    func user(_ person: Person) throws -> UserID {
        guard person.handle != 0 else { return UserID(node: try node(person.origin), handle: .node) }
        if let known = users[Int64(person.handle)] { return known }
        var row = try connection.statement("SELECT handle FROM person WHERE number = ?1 AND node = ?2")
        row.bind(1, person.handle)
        row.bind(2, person.origin.number)
        guard try row.step(), let handle = Handle(row.string(0)) else {
            throw StoreFault.damaged("person \(person.handle)")
        }
        let user = UserID(node: try node(person.origin), handle: handle)
        _ = keep(user, person)
        return user
    }

    /// Of the row with this number, which there must be.
    func person(numbered number: Int64) throws -> Person {
        guard let person = try find(personNumbered: number) else { throw StoreFault.damaged("person \(number)") }
        return person
    }

    func find(personNumbered number: Int64) throws -> Person? {
        if let user = users[number], let known = people[user] { return known }
        var row = try connection.statement("SELECT node FROM person WHERE number = ?1")
        row.bind(1, number)
        guard try row.step() else { return nil }
        return Person(row: number, of: Origin(row.uint32(0)))
    }

    private func keep(_ user: UserID, _ person: Person) -> Person {
        if users[person.row] == nil {
            makeRoom()
            people[user] = person
            users[person.row] = user
        }
        last = (user, person)
        return person
    }
}

extension Person {
    /// The number of their row.
    var row: Int64 { handle == 0 ? -Int64(origin.number) : Int64(handle) }

    init(row: Int64, of origin: Origin) {
        self.init(origin: origin, handle: row < 0 ? 0 : UInt32(clamping: row))
    }
}
