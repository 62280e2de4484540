package import Operations

/// Deletion and erasure (Spec/rooms.md, section 4).
extension Room {
    /// What a deletion that has just come does, whether it counts or not.
    func delete(
        _ target: Position, by position: Position, _ author: UserID, in records: inout some RoomRecords,
        _ changes: inout [StateChange]
    ) {
        guard var message = records.message(at: target), author == message.author, isEligible(position),
            !message.deletions.contains(where: { records.isInPast($0, of: position) })
        else { return }
        let before = message
        message.deletions = (message.deletions + [position]).sorted { records.isBefore($0, $1) }
        guard !before.isDeleted else { return records.keep(message) }
        (message.content, message.isPinned, message.edited) = (nil, false, nil)
        (message.writers, message.lastEdit) = ([:], nil)
        records.keep(message)
        cover(message, in: &records, &changes)
        if message.counts { changes.append(.deleted(message, before: before)) }
        for reaction in records.reactions(to: target) { records.removeReaction(of: reaction.person, to: target) }
    }

    /// Of a message's effective deletions those that aren't idle.
    func deletions(of message: Message, in records: some RoomRecords) -> [Position] {
        let effective = records.operations(.messageDelete, about: message.id).filter { position in
            let kept = records.kept(at: position)
            return kept.target == message.position && isEligible(position)
                && records.user(kept.author) == message.author
        }
        // Each has all in its past that come before it on its line, so of each line the first is enough.
        var firsts: [Line: Position] = [:]
        for position in effective where position.seq < firsts[position.line]?.seq ?? .max {
            firsts[position.line] = position
        }
        return firsts.values.filter { position in
            !firsts.values.contains { $0 != position && records.isInPast($0, of: position) }
        }.sorted { records.isBefore($0, $1) }
    }

    func isEffectiveDeletion(_ position: Position, in records: some RoomRecords) -> Bool {
        guard let target = records.kept(at: position).target, let message = records.message(at: target) else {
            return false
        }
        return message.deletions.contains(position)
    }

    func isEligible(_ position: Position) -> Bool {
        authority?.isEligible(position) ?? false
    }

    /// Erases what the deletions of a message cover; or, where none is left, asks for it again.
    func cover(_ message: Message, in records: inout some RoomRecords, _ changes: inout [StateChange]) {
        let about = [KnownKind.messageEdit, .reactionSet].flatMap { records.operations($0, about: message.id) }
        cover([message.position] + about, message.isDeleted, in: &records, &changes)
    }

    func cover(
        _ positions: [Position], _ isCovered: Bool, in records: inout some RoomRecords,
        _ changes: inout [StateChange]
    ) {
        var erased: [Position] = []
        for position in positions {
            if isCovered {
                if records.payload(at: position) != nil { erased.append(position) }
                records.erasePayload(at: position)
            } else if records.payload(at: position) == nil, !records.fields.isErased {
                records.set(isWanted: true, at: position)
            }
        }
        if !erased.isEmpty { changes.append(.erased(erased)) }
    }

    /// The deletion that explains why the payload of an operation isn't here; nil where none does.
    package func deletion(covering id: OperationID, in records: some RoomRecords) -> OperationID? {
        guard let position = records.position(of: id) else { return nil }
        let header = records.header(at: position)
        switch (header.knownKind, header.target) {
        case (.messagePost, _): return deletion(ofMessageAt: position, in: records)
        case (.messageEdit, .operation(let target)), (.reactionSet, .operation(let target)):
            return records.position(of: target).flatMap { deletion(ofMessageAt: $0, in: records) }
        case (.userPut, .user(let user)):
            guard let person = records.person(of: user) else { return nil }
            let closures = records.operations(.userClose, about: person).filter { records.counts(at: $0) }
            return closures.min { records.isBefore($0, $1) }.map { records.kept(at: $0).id }
        default: return nil
        }
    }

    private func deletion(ofMessageAt position: Position, in records: some RoomRecords) -> OperationID? {
        guard let deletions = records.message(at: position)?.deletions else { return nil }
        return deletions.min { records.isBefore($0, $1) }.map { records.kept(at: $0).id }
    }

    // MARK: A deleted room

    private static let kindsOfContents: Set<KnownKind> = [.messagePost, .messageEdit, .reactionSet]

    /// When the contents of a deleted room are to be erased, in milliseconds since 1970: a day after it was deleted. Nil
    /// where it isn't deleted, or that was done.
    package func erasureDue(in records: some RoomRecords) -> Int64? {
        guard let deleted = records.fields.deleted, !records.fields.isErased else { return nil }
        return deleted.milliseconds + 24 * 3_600 * 1_000
    }

    /// Erases the payloads of all messages, edits and reactions of a deleted room. Should it be restored, they are wanted again.
    package mutating func eraseContents(from records: inout some RoomRecords, changes: inout [StateChange]) {
        guard records.fields.isDeleted, !records.fields.isErased else { return }
        records.fields.isErased = true
        coverContents(in: &records, &changes)
    }

    /// Everything that the room's own deletion covers, or no longer does.
    func coverContents(in records: inout some RoomRecords, _ changes: inout [StateChange]) {
        let isErased = records.fields.isErased
        var erased: [Position] = []
        var messages: [Position] = []
        for line in (0..<records.lineCount).map(Line.init) {
            for position in records.operations(by: nil, on: line, in: 0...records.tip(of: line)) {
                let kept = records.kept(at: position)
                guard let kind = kept.kind, Self.kindsOfContents.contains(kind) else { continue }
                if kind == .messagePost { messages.append(position) }
                if isErased {
                    if records.payload(at: position) != nil { erased.append(position) }
                    records.erasePayload(at: position)
                } else if records.payload(at: position) == nil, !isCovered(position, in: records) {
                    records.set(isWanted: true, at: position)
                }
            }
        }
        if !erased.isEmpty { changes.append(.erased(erased)) }
        guard isErased else { return }
        for position in messages { recomputeMessage(at: position, in: &records, &changes) }
    }

    private func isCovered(_ position: Position, in records: some RoomRecords) -> Bool {
        deletion(covering: records.kept(at: position).id, in: records) != nil
    }
}
