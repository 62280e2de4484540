package import Operations
package import Store

/// A group that somebody wants to found.
package struct GroupDraft: Sendable {
    package var name: String
    package var details = ""
    package var type = "group"
    package var isGroup = true
    package var client: Reference?
    package var property: Reference?
    package var extra: Extra?
    /// Besides the founder, who may be named as well.
    package var participants: [PersonNumber]

    package init(name: String = "", participants: [PersonNumber] = []) {
        self.name = name
        self.participants = participants
    }

    package static let types = ["group", "client_agent", "agent_agent"]

    func check() throws(ChatFault) {
        var faults: [FieldFault] = []
        faults.check(.name, name: name)
        faults.check(.details, text: details, bytesMax: Limits.detailsBytesMax)
        faults.check(.type, Self.types.contains(type), "One of \(Self.types.joined(separator: ", ")).")
        faults.check(.client, client)
        faults.check(.property, property)
        faults.check(.participants, participants.count <= People.namedMax, "At most 1,000 people.")
        try faults.throwIfAny()
    }
}

/// What is to become of a group; what is nil, or no change, stays as it is.
package struct GroupChange: Sendable {
    package var name: String?
    package var details: String?
    package var isGroup: Bool?
    package var isArchived: Bool?
    package var client = Change<Reference?>.none
    package var property = Change<Reference?>.none
    package var extra = Change<Extra?>.none

    package init() {}

    /// Whether it says anything besides that.
    var isAboutMoreThanArchiving: Bool {
        name != nil || details != nil || isGroup != nil || !client.isNone || !property.isNone || !extra.isNone
    }

    func check() throws(ChatFault) {
        var faults: [FieldFault] = []
        faults.check(.name, name: name)
        faults.check(.details, text: details, bytesMax: Limits.detailsBytesMax)
        if case .to(let reference) = client { faults.check(.client, reference) }
        if case .to(let reference) = property { faults.check(.property, reference) }
        try faults.throwIfAny()
    }
}
