import Operations

/// What an operation does, taken by itself (Spec/rooms.md, "Effect"). It is put in its place among those that are there
/// already: the later one in the canonical order wins, whichever came first.
extension Room {
    /// An operation that has just been given its place.
    mutating func apply(
        _ operation: Operation, at position: Position, counts: Bool, to records: inout some RoomRecords,
        _ dirt: inout Dirt, _ changes: inout [StateChange]
    ) {
        let header = operation.header
        if header.knownKind == .messagePost {
            post(operation, at: position, counts: counts, to: &records, &changes)
        } else if header.knownKind == .messageDelete {
            if let target = records.kept(at: position).target {
                delete(target, by: position, header.authorID, in: &records, &changes)
            }
        } else if counts {
            apply(header, payload: operation.payload, at: position, to: &records, &dirt, &changes)
        }
    }

    /// An operation that counts, save posts and deletions.
    mutating func apply(
        _ header: OperationHeader, payload: [UInt8]?, at position: Position, to records: inout some RoomRecords,
        _ dirt: inout Dirt, _ changes: inout [StateChange]
    ) {
        switch header.knownKind {
        case .messageEdit, .pinSet, .reactionSet:
            guard let payload, let target = records.kept(at: position).target,
                var message = records.message(at: target), message.visibility == .shown
            else { return }
            switch header.knownKind {
            case .messageEdit:
                let before = message
                guard edit(&message, by: position, header.authorID, payload, in: records) else { return }
                records.keep(message)
                changes.append(.edited(message, before: before))
            case .pinSet:
                let before = message.isPinned
                guard pin(&message, by: position, payload, in: records) else { return }
                records.keep(message)
                if message.isPinned != before { changes.append(.pinned(message)) }
            default:
                react(to: message, by: position, header.authorID, payload, in: &records, &changes)
            }
        case .roomCreate, .roomSet:
            guard let payload else { return }
            let before = records.fields
            var fields = before
            assign(payload, of: header, at: position, to: &fields, in: records)
            keep(fields, before: before, in: &records, &changes)
        case .userPut:
            guard let payload, case .user(let user) = header.target else { return }
            put(payload, of: user, at: position, in: &records, &changes)
        case .userClose:
            if case .user(let user) = header.target { dirt.users.insert(records.person(for: user)) }
        case .messagePost, .messageDelete, .join, .directOpen, .memberAdd, .memberRole, .memberRemove, .memberLeave,
            nil:
            break
        }
    }

    /// Whether the payload of an operation is not to be kept if it comes: something covers it.
    func isDropped(_ header: OperationHeader, about message: Position?, in records: some RoomRecords) -> Bool {
        switch header.knownKind {
        case .messagePost, .messageEdit, .reactionSet:
            if records.fields.isErased { return true }
            return message.flatMap { records.message(at: $0)?.isDeleted } ?? false
        case .userPut:
            guard case .user(let user) = header.target, let person = records.person(of: user) else { return false }
            return records.profile(of: person)?.isClosed ?? false
        case .messageDelete, .pinSet, .roomCreate, .roomSet, .directOpen, .join, .memberAdd, .memberRole, .memberRemove,
            .memberLeave, .userClose, nil:
            return false
        }
    }

    /// Everything that verdicts concerned, computed anew from the operations about it.
    mutating func cleanUp(_ dirt: Dirt, in records: inout some RoomRecords, _ changes: inout [StateChange]) {
        guard !dirt.isEmpty else { return }
        if dirt.fields { recomputeFields(in: &records, &changes) }
        for position in dirt.messages.sorted(by: { records.isBefore($0, $1) }) {
            recomputeMessage(at: position, in: &records, &changes)
        }
        for person in dirt.users.map({ (records.user($0), $0) }).sorted(by: { $0.0 < $1.0 }) {
            recomputeProfile(of: person.1, person.0, in: &records, &changes)
        }
    }
}
