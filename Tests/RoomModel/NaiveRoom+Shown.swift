package import Operations

/// What is shown: fields, messages, reactions, profiles (Spec/rooms.md, sections 2 and 3).
extension NaiveRoom {
    package struct Shown {
        package var id: OperationID
        package var content: MessageContent
        package var isPinned = false
        package var edited: HybridTime?
        /// By those who have one.
        package var reactions: [UserID: String] = [:]
    }

    package struct Profile: Equatable {
        package var name = ""
        package var avatar: Attachment?
        package var extra: Extra?
    }

    package struct Fields: Equatable {
        package var name = ""
        package var details = ""
        package var type = "group"
        package var school = ""
        package var isGroup = true
        package var client: Reference?
        package var property: Reference?
        package var extra: Extra?
        package var avatar: Attachment?
        package var isArchived = false
        package var isDeleted = false
    }

    /// Posts that have an effect, and deleted ones that count.
    func isMessage(_ x: Int) -> Bool {
        guard kind(x) == .messagePost, counting.contains(x) else { return false }
        return !deletions(of: x).isEmpty || payloads[x] != nil
    }

    /// In canonical order.
    package var messages: [Shown] {
        operations.indices.filter { isMessage($0) && deletions(of: $0).isEmpty }.map(shown)
    }

    /// Messages that are deleted, in canonical order.
    package var graves: [OperationID] {
        operations.indices.filter { isMessage($0) && !deletions(of: $0).isEmpty }.map { operations[$0].id }
    }

    private func shown(_ message: Int) -> Shown {
        guard case .message(let content) = payloads[message] else { preconditionFailure("it has an effect") }
        var shown = Shown(id: operations[message].id, content: content)
        for x in operations.indices where hasEffect(x) && target(x) == message {
            switch payloads[x] {
            case .messageChange(let change):
                if case .to(let value) = change.content { shown.content.content = value }
                if case .to(let value) = change.type { shown.content.type = value }
                if case .to(let value) = change.attachments { shown.content.attachments = value }
                if case .to(let value) = change.mentions { shown.content.mentions = value }
                if case .to(let value) = change.extra { shown.content.extra = value }
                shown.edited = operations[x].header.time
            case .pin(let change): shown.isPinned = change.isPinned
            case .reaction(let change): shown.reactions[author(x)] = change.value
            default: break
            }
        }
        return shown
    }

    package var fields: Fields {
        var fields = Fields()
        for x in operations.indices where hasEffect(x) {
            switch payloads[x] {
            case .roomCreation(let creation):
                fields.name = creation.name
                fields.details = creation.details
                fields.type = creation.type
                fields.school = creation.school
                fields.isGroup = creation.isGroup
                fields.client = creation.client
                fields.property = creation.property
                fields.extra = creation.extra
            case .roomChange(let change):
                if case .to(let value) = change.isArchived { fields.isArchived = value }
                guard nature == .group else { continue }
                if case .to(let value) = change.name { fields.name = value }
                if case .to(let value) = change.details { fields.details = value }
                if case .to(let value) = change.isGroup { fields.isGroup = value }
                if case .to(let value) = change.avatar { fields.avatar = value }
                if case .to(let value) = change.isDeleted { fields.isDeleted = value }
                if case .to(let value) = change.client { fields.client = value }
                if case .to(let value) = change.property { fields.property = value }
                if case .to(let value) = change.extra { fields.extra = value }
            default: break
            }
        }
        return fields
    }

    /// Of those who have one and are not closed.
    package var profiles: [UserID: Profile] {
        var profiles: [UserID: Profile] = [:]
        for x in operations.indices where hasEffect(x) {
            guard case .profile(let change) = payloads[x], case .user(let user) = operations[x].header.target else {
                continue
            }
            if case .to(let value) = change.name { profiles[user, default: Profile()].name = value }
            if case .to(let value) = change.avatar { profiles[user, default: Profile()].avatar = value }
            if case .to(let value) = change.extra { profiles[user, default: Profile()].extra = value }
        }
        return profiles.filter { closures(of: $0.key).isEmpty }
    }
}
