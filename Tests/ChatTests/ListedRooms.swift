import Bytes
import Chat
import LocalDatabase
import SQLite
import Store

/// Groups and their messages, as a list that is searched from end to end.
final class ListedRooms: UnreadMessages {
    struct Posted {
        let number: MessageNumber
        let room: RoomNumber
        let facts: MessageFacts
        let time: Timestamp
    }

    private(set) var posted: [Posted] = []
    var cursors: [PersonNumber: [RoomNumber: MessageNumber]] = [:]
    var muted: Set<RoomNumber> = []

    @discardableResult
    func post(in room: Int64, by sender: PersonNumber, mentioning: Set<PersonNumber> = []) -> Posted {
        var facts = MessageFacts(sender: sender)
        facts.mentions = mentioning
        let number = Int64(posted.count + 1)
        posted.append(
            Posted(number: MessageNumber(number), room: RoomNumber(room), facts: facts, time: .second(number)))
        return posted[posted.count - 1]
    }

    func readAll(_ room: RoomNumber, by person: PersonNumber) {
        cursors[person, default: [:]][room] = MessageNumber(Int64(posted.count))
    }

    func newest(on connection: Connection) -> MessageNumber {
        MessageNumber(Int64(posted.count))
    }

    func unread(
        of person: PersonNumber, in room: RoomNumber, after message: MessageNumber, apart: Set<NotificationType>,
        on connection: Connection
    ) -> UnreadRun? {
        let start = max(message, cursors[person]?[room] ?? MessageNumber(0))
        let run = posted.filter {
            $0.room == room && $0.number > start && $0.facts.sender != person
                && !($0.facts.mentions.contains(person) && apart.contains(.mention))
        }
        guard let first = run.first, let last = run.last else { return nil }
        return UnreadRun(count: run.count, newest: last.number, since: first.time)
    }

    func unreadRooms(of person: PersonNumber, on connection: Connection) -> [RoomNumber] {
        Set(posted.map(\.room)).subtracting(muted).sorted().filter {
            unread(of: person, in: $0, after: MessageNumber(0), apart: [], on: connection) != nil
        }
    }

    func isMuted(_ room: RoomNumber, of person: PersonNumber, on connection: Connection) -> Bool {
        muted.contains(room)
    }
}
