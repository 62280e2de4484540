import Operations
import Replica

@testable import RoomModel

/// Somebody who only hears what changed, and keeps what is shown: it must end as the room answers when it is asked.
struct RoomShadow {
    private struct Shown {
        var content: MessageContent
        var isPinned: Bool
        var edited: HybridTime?
        var reactions: [UserID: String] = [:]
    }

    private var shown: [OperationID: Shown] = [:]
    private var graves: Set<OperationID> = []
    private var fields = RoomFields()
    private var isDeleted = false
    private var standings: [UserID: Standing] = [:]
    private var profiles: [UserID: Replica.Profile] = [:]
    private var registers: [NodeID: SignedRegister] = [:]
    private var forks: [Feed: UInt64] = [:]
    private var passedOn: Set<Position> = []
    private var complaint: String?

    mutating func apply(_ changes: [StateChange], _ records: MemoryRecords) {
        for change in changes { apply(change, records) }
    }

    private mutating func expect(_ isTrue: Bool, _ change: StateChange) {
        if !isTrue { complaint = complaint ?? "told, and not so: \(change)" }
    }

    private mutating func apply(_ change: StateChange, _ records: MemoryRecords) {
        switch change {
        case .appeared(let message, let from):
            expect(shown[message.id] == nil && message.visibility == .shown, change)
            expect((graves.remove(message.id) == nil) == (from == .hidden), change)
            guard let content = message.content else { return }
            var new = Shown(content: content, isPinned: message.isPinned, edited: message.edited)
            for reaction in records.reactions(to: message.position) {
                new.reactions[records.user(reaction.person)] = reaction.value
            }
            shown[message.id] = new
        case .vanished(let message):
            expect(shown.removeValue(forKey: message.id) != nil || graves.remove(message.id) != nil, change)
        case .edited(let message, let before):
            expect(shown[message.id]?.content == before.content, change)
            guard let content = message.content else { return expect(false, change) }
            shown[message.id]?.content = content
            shown[message.id]?.edited = message.edited
        case .deleted(let message, let before):
            let content = shown.removeValue(forKey: message.id)?.content
            expect(content == (before.visibility == .shown ? before.content : nil), change)
            expect(graves.insert(message.id).inserted, change)
        case .pinned(let message):
            expect(shown[message.id] != nil && shown[message.id]?.isPinned != message.isPinned, change)
            shown[message.id]?.isPinned = message.isPinned
        case .reacted(let message, let user, let value, let before):
            expect(shown[message.id] != nil && shown[message.id]?.reactions[user] == before && value != before, change)
            shown[message.id]?.reactions[user] = value
        case .fields(let new, let before, let changed):
            // Who wrote a value may change, and the value not.
            expect(values(fields) == values(before) && (values(new) != values(before)) == !changed.isEmpty, change)
            fields = new
        case .roomDeleted:
            expect(!isDeleted, change)
            isDeleted = true
        case .roomRestored:
            expect(isDeleted, change)
            isDeleted = false
        case .standing(let user, let from, let to):
            expect(standings[user] ?? .out == from && (from != to || from != .out), change)
            standings[user] = to
        case .profile(let profile, let before):
            expect(profiles[profile.user].map(values) == before.map(values), change)
            profiles[profile.user] = profile
        case .receipts(let register): registers[register.register.origin] = register
        case .forked(let feed, let seq):
            expect(forks[feed].map { $0 > seq } ?? true, change)
            forks[feed] = seq
        case .passedOn(let line, let seqs):
            for seq in seqs { expect(passedOn.insert(Position(line, seq)).inserted, change) }
        case .setAside(let line, let seqs):
            for seq in seqs { expect(passedOn.remove(Position(line, seq)) != nil, change) }
        case .erased(let positions):
            for position in positions { expect(records.payload(at: position) == nil, change) }
        case .payloadArrived: break
        }
    }

    func complaint(_ model: NaiveRoom, _ room: Room, _ records: MemoryRecords) -> String? {
        if let complaint { return complaint }
        let messages = Dictionary(uniqueKeysWithValues: model.messages.map { ($0.id, $0) })
        if Set(shown.keys) != Set(messages.keys) { return "other messages are told to be shown" }
        for (id, message) in messages {
            let told = shown[id]!  // the same keys
            if told.content != message.content || told.edited != message.edited { return "an edit is not told" }
            if told.isPinned != message.isPinned { return "a pin is not told" }
            if told.reactions != message.reactions {
                return "reactions are told as \(told.reactions) instead of \(message.reactions)"
            }
        }
        if graves != Set(model.graves) { return "other messages are told to be deleted" }
        if case .direct = model.nature {
        } else {
            let told = standings.filter { $0.value != .out }.mapValues { "\($0)" }
            let right = Dictionary(uniqueKeysWithValues: model.members.map { ($0.user, $0.standing.rawValue) })
            if told != right { return "standings are told as \(told) instead of \(right)" }
        }
        if values(fields) != model.fields { return "fields are told as \(fields), and are \(model.fields)" }
        if isDeleted != model.fields.isDeleted { return "that the room is deleted, or not, is not told" }
        let told = profiles.filter { $0.value.isKnown && !$0.value.isClosed }.mapValues(values)
        if told != model.profiles { return "profiles are told as \(told), and are \(model.profiles)" }
        if registers.mapValues(\.hash)
            != Dictionary(
                uniqueKeysWithValues: model.registers.map { ($0.register.origin, $0.hash) })
        {
            return "another register is told"
        }
        if forks != model.forks { return "forks are told as \(forks)" }
        let right = Set(model.passedOn.map { records.position(of: $0.id)! })
        if passedOn != right { return "what is passed on is told as \(passedOn) instead of \(right)" }
        return nil
    }

    private func values(_ told: RoomFields) -> NaiveRoom.Fields {
        NaiveRoom.Fields(
            name: told.name, details: told.details, type: told.type, school: told.school, isGroup: told.isGroup,
            client: told.client, property: told.property, extra: told.extra, avatar: told.avatar,
            isArchived: told.isArchived, isDeleted: told.isDeleted)
    }

    private func values(_ told: Replica.Profile) -> NaiveRoom.Profile {
        NaiveRoom.Profile(name: told.name, avatar: told.avatar, extra: told.extra)
    }
}
