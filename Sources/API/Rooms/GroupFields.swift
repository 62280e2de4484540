import Chat
import Operations

// What the faces say of a group, in their bodies.

extension Fields {
    /// All that may be said of a new group, but its name and its people.
    func groupDraft(types: [String] = GroupDraft.types) -> GroupDraft {
        var draft = GroupDraft()
        draft.details = details()?.text ?? ""
        if let type = groupType(among: types) { draft.type = type }
        draft.isGroup = bool("is_group") ?? true
        draft.client = ownReference("client").value()
        draft.property = ownReference("property").value()
        draft.extra = extra().value()
        return draft
    }

    /// All that may be said of one that is there, but its name; `is_group` is for those faces that know it.
    func groupChange() -> GroupChange {
        var change = GroupChange()
        change.details = details()?.text
        change.isArchived = bool("is_archived")
        change.client = ownReference("client")
        change.property = ownReference("property")
        change.extra = extra()
        return change
    }

    /// Direct rooms are opened in other ways. `conversation_type` is the same; both must agree.
    private func groupType(among types: [String]) -> String? {
        let type = word("type", among: types)
        let other = word("conversation_type", among: types)
        if let type, let other, type != other { problems.add("conversation_type", "Is another one than type.") }
        return type ?? other
    }

    /// One of a few words.
    func word(_ name: String, among words: [String]) -> String? {
        let word = text(name)
        if let word, !words.contains(word) {
            problems.add(name, "Must be one of \(words.joined(separator: ", ")).")
            return nil
        }
        return word
    }
}

extension Call {
    /// Tells what is wrong with the details under the name that the client used.
    func noteNames(in fields: Fields) {
        if !fields.has("details"), fields.has("description") { fieldNames["details"] = "description" }
    }
}
