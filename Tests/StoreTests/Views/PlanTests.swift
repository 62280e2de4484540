import Bytes
import SQLite
import Testing

@testable import Store

/// Which index a question goes by: what it costs grows with what it is about, and not with the node.
struct PlanTests {
    private let folder = DatabaseFolder()
    private let connection: Connection

    init() throws {
        connection = try folder.open()
    }

    @Test func `what somebody wrote is found by its author`() throws {
        let (room, person) = (RoomNumber(1), PersonNumber(1))
        _ = try Belongings.messages(of: person, after: MessageNumber(0), in: room, limit: 9, on: connection)
        _ = try Belongings.room(after: room, of: person, on: connection)
        let entry = ErasureTable.Entry(person: person, room: room, message: MessageNumber(0))
        _ = try ErasureTable.messages(after: entry, limit: 9, on: connection)
        let byAuthor = "SEARCH message USING INDEX message_author (sender=? AND room=? AND rowid>?)"
        let unfiled = "SEARCH message USING INDEX message_unfiled (sender=? AND room=? AND rowid>?)"
        for list in ["flags & 11 = 3", "flags & 8 = 0"] {
            #expect(
                connection.plans(of: list) == ["MERGE (UNION ALL)", "LEFT", byAuthor, "RIGHT", unfiled])
        }
        let next = connection.plans(of: "SELECT min(room)")
        #expect(next.contains("SEARCH message USING INDEX message_author (sender=? AND room>?)"))
        #expect(next.contains("SEARCH message USING INDEX message_unfiled (sender=? AND room>?)"))
    }

    @Test func `an id is looked for in the small index and in the large one`() throws {
        let (room, person, message) = (RoomNumber(1), PersonNumber(1), MessageNumber(1))
        _ = try Names.message(UUID(high: 1, low: 1), on: connection)
        _ = try ToldMessage.message(message, on: connection)
        _ = try UnreadRuns.run(
            of: person, in: room, after: message, withMentions: false, withReplies: false, on: connection)
        for question in ["SELECT m.serial, o.id FROM", "SELECT o.author FROM answer", "SELECT 1 FROM answer"] {
            let plans = connection.plans(of: question)
            #expect(plans.contains("SEARCH operation_new USING PRIMARY KEY (prefix=?)"), "\(plans)")
            #expect(plans.contains("SEARCH operation_id USING PRIMARY KEY (prefix=?)"))
            #expect(plans.contains("SEARCH o USING INTEGER PRIMARY KEY (rowid=?)"))
            #expect(plans.allSatisfy { !$0.hasPrefix("SCAN o") })
        }
    }

    @Test func `receipts are counted without a look at what others wrote`() throws {
        try connection.execute(
            """
            INSERT INTO node (number, id) VALUES (1, x'01');
            INSERT INTO person (number, node, handle, uuid) VALUES (1, 1, 'ada', x'01');
            INSERT INTO room (number, id, uuid, nature) VALUES (1, x'01', x'01', 0);
            INSERT INTO membership (room, person, node, role, joined, position, seen) VALUES (1, 1, 1, 1, 0, 5, 5);
            """)
        _ = try ReceiptList.count(ReceiptFilter(in: .room(RoomNumber(1))), on: connection)
        let plans = connection.plans(of: "sender = ?2 AND serial <= ?3")
        #expect(plans.contains("SEARCH message USING INDEX message_author (sender=? AND room=? AND rowid<?)"))
        #expect(plans.contains("SEARCH message USING INDEX message_unfiled (sender=? AND room=? AND rowid<?)"))
        #expect(plans.allSatisfy { !$0.hasPrefix("SCAN message") })
    }

    @Test func `a number of a receipt names its message, whatever number its reader has`() {
        for person in [1, 1 << 21 - 1, 1 << 21, 1 << 40] as [Int64] {
            let number = MessageReader.number(MessageNumber(7), PersonNumber(person))
            #expect(MessageReader.message(of: number) == MessageNumber(7))
        }
    }
}
