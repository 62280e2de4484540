import Bytes
import Chat
import Operations
import Replica
import RoomModel
import SQLite
import Store
import Testing

struct PeopleTests {
    let node: ChatNode
    let ada: PersonNumber
    let bo: PersonNumber

    init() throws {
        node = try ChatNode()
        (ada, bo) = (try node.add("ada"), try node.add("bo"))
    }

    private func rename(_ person: PersonNumber, _ name: String) throws -> Bool {
        try node.command { try Profiles.change(displayName: name, on: node.by(person), in: $0, $1) }
    }

    private func card(_ person: PersonNumber) throws -> PersonCard? {
        try node.read { try PersonTable.card(of: person, on: $0) }
    }

    private func named(_ names: String...) throws -> [PersonNumber] {
        try node.read { try People.named(names, on: $0) }
    }

    private func close(_ person: PersonNumber, erasing: Bool = false) throws {
        try node.command { transaction, state in
            _ = try Accounts.close(
                person, erasing: erasing, state.accounts(at: node.now), on: node.by(person), in: transaction)
        }
    }

    @Test func `a profile shows what its owner says, and the user name where they say nothing`() throws {
        #expect(try rename(ada, "Ada L."))
        #expect(try !rename(ada, "Ada L."))
        #expect(try card(ada)?.displayName == "Ada L.")
        #expect(try rename(ada, ""))
        #expect(try card(ada)?.displayName == "ada")
        #expect(refusal { try rename(ada, String(repeating: "x", count: 256)) } != nil)
    }

    @Test func `a name in a list is an address, one display name, or a user name`() throws {
        _ = try rename(bo, "Bob")
        #expect(try named("Bob", "ada", "bo@north", "Bob") == [bo, ada])
        let cy = try node.add("cy")
        _ = try rename(cy, "Bob")
        #expect(
            refusal { try named("Bob", "nobody", "ada@south", "") }
                == .invalid([
                    FieldFault(.displayNames, "More than one person is called \"Bob\": use an address."),
                    FieldFault(.displayNames, "Nobody is called \"nobody\"."),
                    FieldFault(.displayNames, "Nobody is called \"ada@south\"."),
                    FieldFault(.displayNames, "Nobody is called \"\"."),
                ]))
        // Whose account is closed is called nothing any more.
        try node.command { transaction, _ in
            try AccountTable.update(
                { account in
                    var account = account
                    account.isAdmin = true
                    return account
                }(try #require(try AccountTable.account(of: ada, on: transaction.connection))), in: transaction)
        }
        try close(cy)
        #expect(try named("Bob") == [bo])
        #expect(refusal { try named("cy") } != nil)
    }

    @Test func `all that somebody wrote is deleted in steps, in rooms that they have left as well`() throws {
        let admin = try node.add("di", isAdmin: true)
        let (one, other) = (try node.found("One", by: ada, with: [bo]), try node.found("Other", by: ada, with: [bo]))
        var theirs: [MessageNumber] = []
        for index in 0..<5 { theirs.append(try node.post("\(index)", in: index < 3 ? one : other, by: bo)) }
        let mine = try node.post("mine", in: one, by: ada)
        try node.command { try Members.leave(other, on: node.by(bo), in: $0, $1) }
        try close(bo, erasing: true)
        #expect(try node.place(of: bo, in: one) == .outsider)
        #expect(refusal { try node.post("x", in: one, by: bo) } == .notAllowed)
        var steps = 0
        while try !node.command({ try Erasure.step(atMost: 2, at: node.now, in: $0, $1) }) { steps += 1 }
        #expect(steps > 3)
        for message in theirs { #expect(try node.message(message).message.isDeleted) }
        #expect(try !node.message(mine).message.isDeleted)
        #expect(try card(bo)?.isClosed == true && card(bo)?.displayName == "bo")
        _ = admin
    }

    @Test func `somebody whose messages can't be deleted doesn't hold up the others`() throws {
        _ = try node.add("di", isAdmin: true)
        let cy = try node.add("cy")
        let harbour = try node.found("Harbour", by: ada, with: [bo])
        let quay = try node.found("Quay", by: ada, with: [cy])
        let (first, second) = (try node.post("bo's", in: harbour, by: bo), try node.post("cy's", in: quay, by: cy))
        for person in [bo, cy] { try close(person, erasing: true) }
        // Where the clock is far behind nothing is written in a room.
        let now = node.now
        node.now = now.later(byMilliseconds: 7_200_000)
        try node.post("from the time to come", in: harbour, by: ada)
        node.now = now
        var refused = 0
        func step(at now: Timestamp) throws -> Bool {
            do {
                return try node.command { try Erasure.step(at: now, in: $0, $1) }
            } catch {
                refused += 1
                try node.command { transaction, _ in try Erasure.putOff(at: now, in: transaction) }
                return false
            }
        }
        while try !step(at: node.now) { #expect(refused < 3) }
        #expect(refused == 1)
        #expect(try node.message(second).message.isDeleted)
        #expect(try !node.message(first).message.isDeleted)
        node.now = now.later(byMilliseconds: 10_800_000)
        while try !step(at: node.now) { #expect(refused < 3) }
        #expect(try node.message(first).message.isDeleted)
    }

    @Test func `what was said in a deleted room is erased after a day`() throws {
        let room = try node.found("Harbour", by: ada, with: [bo])
        let message = try node.post("secret", in: room, by: bo)
        try node.command { try Rooms.delete(room, on: node.by(ada), in: $0, $1) }
        func step() throws -> Bool { try node.command { try RoomErasure.step(at: node.now, in: $0, $1) } }
        node.now = node.now.later(byMilliseconds: 86_300_000)
        #expect(try step())
        #expect(try node.message(message).message.content?.content == "secret")
        node.now = node.now.later(byMilliseconds: 100_000)
        _ = node.takeNews()
        #expect(try !step())
        #expect(try step())
        #expect(try node.message(message).message.content == nil)
        #expect(node.takeNews().flatMap(\.events).isEmpty)
    }

    @Test func `to erase a room costs what was said in it, and not that times its members`() throws {
        func changes(members: Int) throws -> Int64 {
            let people = try (0..<members).map { try node.add("m\(members)-\($0)") }
            let room = try node.found("Harbour", by: ada, with: people)
            for index in 0..<20 { try node.post("\(index)", in: room, by: people[index % members]) }
            for person in people { try node.command { try Reading.markAll(in: room, on: node.by(person), in: $0, $1) } }
            try node.command { try Rooms.delete(room, on: node.by(ada), in: $0, $1) }
            node.now = node.now.later(byMilliseconds: 86_500_000)
            func total() throws -> Int64 {
                try node.read { connection in
                    var row = try connection.statement("SELECT total_changes()")
                    return try row.step() ? row.int64(0) : 0
                }
            }
            let before = try total()
            let isDone = try node.command { try RoomErasure.step(at: node.now, in: $0, $1) }
            #expect(!isDone)
            let wrong = try node.read { connection in
                var row = try connection.statement("SELECT count(*) FROM membership WHERE room = ?1 AND read <> 0")
                row.bind(1, room)
                return try row.step() ? row.int(0) : 0
            }
            #expect(wrong == 0)
            return try total() - before
        }
        let (few, many) = (try changes(members: 2), try changes(members: 22))
        #expect(many - few < 60, "\(few), \(many)")
    }

    @Test func `an export has all that is one's own, page by page`() throws {
        let room = try node.found("Harbour", by: ada, with: [bo])
        let left = try node.found("Left", by: ada, with: [bo])
        let there = try node.post("bye", in: left, by: bo)
        try node.command { try Members.leave(left, on: node.by(bo), in: $0, $1) }
        let theirs = try node.post("hello @bo", in: room, by: ada)
        let mine = try node.post("hello", in: room, by: bo)
        try node.command { _ = try Reactions.give("like", to: theirs, on: node.by(bo), in: $0, $1) }
        try node.command { _ = try Reading.markAll(in: room, on: node.by(bo), in: $0, $1) }
        try node.command {
            _ = try Devices.register("https://push.example/b", of: bo, at: node.now, in: $0)
            _ = $1
        }
        var export = Export(of: bo)
        var items: [Export.Item] = []
        while !export.isDone { items += try node.read { try export.next(1, at: node.now, on: $0) } }
        let membership = try #require(try node.read { try MembershipTable.membership(of: bo, in: room, on: $0) })
        #expect(items.first == .profile)
        let expected: [Export.Item] = [
            .room(room), .membership(membership.number), .message(mine), .message(there), .reaction(theirs),
            .receipt(theirs),
        ]
        #expect(items.filter { expected.contains($0) }.count == expected.count)
        #expect(Set(items).count == items.count)
        let rest = items.filter { !expected.contains($0) }
        // The profile, a device, the invitation and the mention.
        #expect(rest.count == 4)
    }
}
