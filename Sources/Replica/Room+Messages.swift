import Operations

/// Messages and what is about them (Spec/rooms.md, "Messages").
extension Room {
    func post(
        _ operation: Operation, at position: Position, counts: Bool, to records: inout some RoomRecords,
        _ changes: inout [StateChange]
    ) {
        let header = operation.header
        var message = Message(position: position, id: operation.id, author: header.authorID, time: header.time)
        message.counts = counts
        if counts, !records.fields.isErased, let payload = operation.payload {
            message.content = try? MessageContent(payload: payload.span)
        }
        records.keep(message)
        if message.content != nil { changes.append(.appeared(message, from: .hidden)) }
    }

    /// False where it changes nothing: it is not the author's, doesn't fit, or comes before all that is there.
    func edit(
        _ message: inout Message, by position: Position, _ author: UserID, _ payload: [UInt8],
        in records: some RoomRecords
    ) -> Bool {
        guard author == message.author, let change = try? MessageChange(payload: payload.span) else { return false }
        let isLast = message.lastEdit.map { records.isBefore($0, position) } ?? true
        if isLast {
            message.lastEdit = position
            message.edited = records.kept(at: position).time
        }
        var hasChanged = isLast
        func assigns(_ field: Message.Field) -> Bool {
            if !isLast, let writer = message.writers[field], records.isBefore(position, writer) { return false }
            message.writers[field] = position
            hasChanged = true
            return true
        }
        if case .to(let value) = change.content, assigns(.content) { message.content?.content = value }
        if case .to(let value) = change.type, assigns(.type) { message.content?.type = value }
        if case .to(let value) = change.attachments, assigns(.attachments) { message.content?.attachments = value }
        if case .to(let value) = change.mentions, assigns(.mentions) { message.content?.mentions = value }
        if case .to(let value) = change.extra, assigns(.extra) { message.content?.extra = value }
        return hasChanged
    }

    func pin(
        _ message: inout Message, by position: Position, _ payload: [UInt8], in records: some RoomRecords
    ) -> Bool {
        guard let change = try? PinChange(payload: payload.span) else { return false }
        if let writer = message.writers[.pinned], records.isBefore(position, writer) { return false }
        message.writers[.pinned] = position
        message.isPinned = change.isPinned
        return true
    }

    func react(
        to message: Message, by position: Position, _ user: UserID, _ payload: [UInt8],
        in records: inout some RoomRecords, _ changes: inout [StateChange]
    ) {
        guard let change = try? ReactionChange(payload: payload.span) else { return }
        let person = records.kept(at: position).author
        let before = records.reaction(of: person, to: message.position)
        if let before, records.isBefore(position, before.writer) { return }
        records.keep(Reaction(message: message.position, person: person, value: change.value, writer: position))
        if before?.value != change.value {
            changes.append(.reacted(message, user, value: change.value, before: before?.value))
        }
    }

    // MARK: Anew

    func recomputeMessage(
        at position: Position, in records: inout some RoomRecords, _ changes: inout [StateChange]
    ) {
        guard let before = records.message(at: position) else { return }
        var message = Message(position: position, id: before.id, author: before.author, time: before.time)
        message.counts = records.counts(at: position)
        message.deletions = deletions(of: message, in: records)
        if message.counts, !message.isDeleted, let payload = records.payload(at: position) {
            message.content = try? MessageContent(payload: payload.span)
        }
        if message.visibility == .shown {
            merge(.messageEdit, about: message, in: records) { position, payload in
                let author = records.user(records.kept(at: position).author)
                _ = edit(&message, by: position, author, payload, in: records)
            }
            merge(.pinSet, about: message, in: records) { position, payload in
                _ = pin(&message, by: position, payload, in: records)
            }
        }
        if message != before { records.keep(message) }
        if message.isDeleted != before.isDeleted { cover(message, in: &records, &changes) }
        tell(message, before: before, &changes)
        recomputeReactions(to: message, wasShown: before.visibility == .shown, in: &records, &changes)
    }

    /// The operations of a kind about a message that count and whose payload is here.
    private func merge(
        _ kind: KnownKind, about message: Message, in records: some RoomRecords, _ body: (Position, [UInt8]) -> Void
    ) {
        for position in records.operations(kind, about: message.id)
        where records.counts(at: position) && records.kept(at: position).target == message.position {
            if let payload = records.payload(at: position) { body(position, payload) }
        }
    }

    private func recomputeReactions(
        to message: Message, wasShown: Bool, in records: inout some RoomRecords, _ changes: inout [StateChange]
    ) {
        var last: [Person: Reaction] = [:]
        if message.visibility == .shown {
            merge(.reactionSet, about: message, in: records) { position, payload in
                guard let change = try? ReactionChange(payload: payload.span) else { return }
                let person = records.kept(at: position).author
                if let known = last[person], records.isBefore(position, known.writer) { return }
                last[person] = Reaction(
                    message: message.position, person: person, value: change.value, writer: position)
            }
        }
        let isTold = wasShown && message.visibility == .shown
        var told: [(user: UserID, value: String?, before: String?)] = []
        for before in records.reactions(to: message.position) where last[before.person] == nil {
            records.removeReaction(of: before.person, to: message.position)
            if before.value != nil { told.append((records.user(before.person), nil, before.value)) }
        }
        for (person, reaction) in last {
            let before = records.reaction(of: person, to: message.position)
            guard before != reaction else { continue }
            records.keep(reaction)
            if before?.value != reaction.value { told.append((records.user(person), reaction.value, before?.value)) }
        }
        guard isTold else { return }
        for one in told.sorted(by: { $0.user < $1.user }) {
            changes.append(.reacted(message, one.user, value: one.value, before: one.before))
        }
    }

    private func tell(_ message: Message, before: Message, _ changes: inout [StateChange]) {
        switch (before.visibility, message.visibility) {
        case (.hidden, .shown), (.deleted, .shown): changes.append(.appeared(message, from: before.visibility))
        case (.hidden, .hidden): break
        case (.shown, .hidden), (.deleted, .hidden): changes.append(.vanished(before))
        case (.shown, .deleted), (.hidden, .deleted): changes.append(.deleted(message, before: before))
        case (.deleted, .deleted): break
        case (.shown, .shown):
            if message.content != before.content || message.edited != before.edited {
                changes.append(.edited(message, before: before))
            }
            if message.isPinned != before.isPinned { changes.append(.pinned(message)) }
        }
    }
}
