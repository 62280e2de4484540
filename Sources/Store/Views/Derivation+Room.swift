import Keys
import Operations
import Replica
import SQLite

extension Derivation {
    // MARK: New rooms

    /// Of a room of which nothing was derived yet. Nil where not even its beginning is here.
    mutating func makeView(in transaction: borrowing Transaction) throws -> RoomView? {
        guard let beginning = RoomBeginning(of: room) else { return nil }
        isNewRoom = true
        var view = RoomView(beginning)
        try view.insert(number, in: transaction)
        if case .direct(let pair) = room.nature {
            for user in Set([pair.first, pair.second]).sorted() {
                let isLocal = try isLocal(user)
                view.members += 1
                view.localMembers += isLocal ? 1 : 0
                try MembershipTable.insert(
                    try person(user), in: RoomNumber(number), isLocal: isLocal, role: .member, joined: view.created,
                    view,
                    in: transaction)
            }
        }
        return view
    }

    /// Both sides may have opened it.
    mutating func openEarlier(_ changes: [StateChange], in transaction: borrowing Transaction) throws {
        let hasNewLine = changes.contains { change in
            switch change {
            case .passedOn(_, let seqs), .setAside(_, let seqs): seqs.lowerBound == 0
            default: false
            }
        }
        guard hasNewLine, let beginning = RoomBeginning(of: room),
            beginning.time != view.created || beginning.author != view.creator
        else { return }
        view.created = beginning.time
        view.creator = beginning.author
        view.updated = RoomBeginning.lastUpdate(of: room, since: view.created)
        var row = try transaction.statement("UPDATE membership SET joined = ?2 WHERE room = ?1")
        row.bind(1, number)
        row.bind(2, view.created)
        try row.run()
    }

    // MARK: Fields

    mutating func set(
        _ fields: RoomFields, before: RoomFields, _ changed: [RoomFields.Field], in transaction: borrowing Transaction
    ) throws {
        if fields.avatar?.hash != before.avatar?.hash {
            try refer(to: fields.avatar?.hash, insteadOf: before.avatar?.hash, isPerson: false, number, in: transaction)
        }
        guard !isNewRoom else { return }
        for field in changed {
            switch field {
            case .archived: tell(.room(fields.isArchived ? .archived : .unarchived))
            case .avatar: tell(.room(.avatar))
            case .deleted: tell(.room(fields.isDeleted ? .deleted : .restored))
            case .client, .details, .extra, .isGroup, .name, .property, .school, .type: continue
            }
        }
        let others: Set<RoomFields.Field> = [.archived, .avatar, .deleted]
        if !others.isSuperset(of: changed) { tell(.room(.updated)) }
    }

    // MARK: Directories

    mutating func show(_ profile: Profile, _ before: Profile?, in transaction: borrowing Transaction) throws {
        let person = profile.person.row
        if profile.avatar?.hash != before?.avatar?.hash {
            try refer(
                to: profile.avatar?.hash, insteadOf: before?.avatar?.hash, isPerson: true, person, in: transaction)
        }
        tell(.profile(PersonNumber(person), isClosed: profile.isClosed))
    }

    // MARK: Blobs

    private mutating func refer(
        to blob: Hash?, insteadOf former: Hash?, isPerson: Bool, _ subject: Int64, in transaction: borrowing Transaction
    ) throws {
        if let former { unreferred.append(former) }
        try Pictures.set(blob, isPerson: isPerson, subject, in: transaction)
    }

    mutating func releaseBlobs(in transaction: borrowing Transaction) throws {
        for blob in unreferred {
            try RoomBlobs.forget(blob, of: RoomNumber(number), in: transaction)
            if try !BlobReferences.isReferred(to: blob, on: transaction.connection) { tell(.released(blob: blob)) }
        }
        unreferred = []
    }
}
