import Operations

/// What a room is called and how it is set, and what users show of themselves (Spec/rooms.md, "Fields").
extension Room {
    /// Gives the fields that a payload assigns its values, where no later operation did.
    func assign(
        _ payload: [UInt8], of header: OperationHeader, at position: Position, to fields: inout RoomFields,
        in records: some RoomRecords
    ) {
        func assigns(_ field: RoomFields.Field) -> Bool {
            if let writer = fields.writers[field], records.isBefore(position, writer) { return false }
            fields.writers[field] = position
            return true
        }
        if header.knownKind == .roomCreate {
            guard let creation = try? RoomCreation(payload: payload.span) else { return }
            if assigns(.name) { fields.name = creation.name }
            if assigns(.details) { fields.details = creation.details }
            if assigns(.type) { fields.type = creation.type }
            if assigns(.school) { fields.school = creation.school }
            if assigns(.isGroup) { fields.isGroup = creation.isGroup }
            if assigns(.client) { fields.client = creation.client }
            if assigns(.property) { fields.property = creation.property }
            if assigns(.extra) { fields.extra = creation.extra }
            return
        }
        guard let change = try? Operations.RoomChange(payload: payload.span) else { return }
        if case .to(let value) = change.isArchived, assigns(.archived) { fields.isArchived = value }
        guard nature == .group else { return }
        if case .to(let value) = change.name, assigns(.name) { fields.name = value }
        if case .to(let value) = change.details, assigns(.details) { fields.details = value }
        if case .to(let value) = change.isGroup, assigns(.isGroup) { fields.isGroup = value }
        if case .to(let value) = change.avatar, assigns(.avatar) { fields.avatar = value }
        if case .to(let value) = change.client, assigns(.client) { fields.client = value }
        if case .to(let value) = change.property, assigns(.property) { fields.property = value }
        if case .to(let value) = change.extra, assigns(.extra) { fields.extra = value }
        if case .to(let value) = change.isDeleted, assigns(.deleted) {
            fields.isDeleted = value
            fields.deleted = value ? header.time : nil
        }
    }

    func recomputeFields(in records: inout some RoomRecords, _ changes: inout [StateChange]) {
        let before = records.fields
        var fields = RoomFields()
        fields.isErased = before.isErased
        for position in records.operations(.roomCreate) + records.operations(.roomSet)
        where records.counts(at: position) {
            guard let payload = records.payload(at: position) else { continue }
            assign(payload, of: records.header(at: position), at: position, to: &fields, in: records)
        }
        keep(fields, before: before, in: &records, &changes)
    }

    func keep(
        _ fields: RoomFields, before: RoomFields, in records: inout some RoomRecords, _ changes: inout [StateChange]
    ) {
        var fields = fields
        if !fields.isDeleted { fields.isErased = false }
        guard fields != before else { return }
        records.fields = fields
        let changed = fields.differences(from: before)
        changes.append(.fields(fields, before: before, changed: changed))
        if fields.isDeleted != before.isDeleted { changes.append(fields.isDeleted ? .roomDeleted : .roomRestored) }
        if before.isErased, !fields.isErased { coverContents(in: &records, &changes) }
    }

    // MARK: Profiles

    func put(
        _ payload: [UInt8], of user: UserID, at position: Position, in records: inout some RoomRecords,
        _ changes: inout [StateChange]
    ) {
        let person = records.person(for: user)
        let before = records.profile(of: person)
        var profile = before ?? Profile(person: person, user: user)
        guard !profile.isClosed else { return }
        assign(payload, at: position, to: &profile, in: records)
        guard profile != before, profile.isKnown else { return }
        records.keep(profile)
        changes.append(.profile(profile, before: before))
    }

    func recomputeProfile(
        of person: Person, _ user: UserID, in records: inout some RoomRecords, _ changes: inout [StateChange]
    ) {
        let before = records.profile(of: person)
        var profile = Profile(person: person, user: user)
        profile.isClosed = records.operations(.userClose, about: person).contains { records.counts(at: $0) }
        let puts = records.operations(.userPut, about: person)
        if !profile.isClosed {
            for position in puts where records.counts(at: position) {
                guard let payload = records.payload(at: position) else { continue }
                assign(payload, at: position, to: &profile, in: records)
            }
        }
        guard profile != before, before != nil || profile.isClosed || profile.isKnown else { return }
        records.keep(profile)
        if profile.isClosed != before?.isClosed ?? false {
            cover(puts, profile.isClosed, in: &records, &changes)
        }
        changes.append(.profile(profile, before: before))
    }

    private func assign(
        _ payload: [UInt8], at position: Position, to profile: inout Profile, in records: some RoomRecords
    ) {
        guard let change = try? ProfileChange(payload: payload.span) else { return }
        profile.isKnown = true
        func assigns(_ writer: inout Position?) -> Bool {
            let last = records.later(writer, position)
            defer { writer = last }
            return last == position
        }
        if case .to(let value) = change.name, assigns(&profile.writers.name) { profile.name = value }
        if case .to(let value) = change.avatar, assigns(&profile.writers.avatar) { profile.avatar = value }
        if case .to(let value) = change.extra, assigns(&profile.writers.extra) { profile.extra = value }
    }
}

extension RoomFields {
    func differences(from other: RoomFields) -> [Field] {
        Field.allCases.filter { field in
            switch field {
            case .archived: isArchived != other.isArchived
            case .avatar: avatar != other.avatar
            case .client: client != other.client
            case .deleted: isDeleted != other.isDeleted
            case .details: details != other.details
            case .extra: extra != other.extra
            case .isGroup: isGroup != other.isGroup
            case .name: name != other.name
            case .property: property != other.property
            case .school: school != other.school
            case .type: type != other.type
            }
        }
    }
}
