import Bytes
import CBOR

/// `room.create`: what a group is called and what it is for. Who is in it, `member.add` says: that has to be
/// known also where a payload is not.
package struct RoomCreation: Hashable, Sendable {
    package var name: String
    package var details: String
    /// `group`, `client_agent`, `agent_agent`, or what is yet to be invented.
    package var type: String
    /// The name of the founding organisation, as a school is one.
    package var school: String
    package var isGroup: Bool
    package var client: Reference?
    package var property: Reference?
    package var extra: Extra?

    package init(
        name: String, details: String = "", type: String = "group", school: String = "", isGroup: Bool = true,
        client: Reference? = nil, property: Reference? = nil, extra: Extra? = nil
    ) {
        self.name = name
        self.details = details
        self.type = type
        self.school = school
        self.isGroup = isGroup
        self.client = client
        self.property = property
        self.extra = extra
    }
}

extension RoomCreation: PayloadMembers {
    init() {
        self.init(name: "")
    }

    package init(payload: Span<UInt8>) throws(PayloadFault) {
        self = try Self.readWhole(payload, requiring: ["name"])
    }

    mutating func read(_ name: String, _ reader: inout PayloadReader) throws(PayloadFault) -> Bool {
        switch name {
        case "name": self.name = try reader.text(bytesMax: Limits.nameBytesMax)
        case "type": type = try reader.token()
        case "extra": extra = try reader.extra()
        case "client": client = try reader.reference()
        case "school": school = try reader.text(bytesMax: Limits.nameBytesMax)
        case "details": details = try reader.text(bytesMax: Limits.detailsBytesMax)
        case "is_group": isGroup = try reader.bool()
        case "property": property = try reader.reference()
        default: return false
        }
        return true
    }

    /// What is as it would be without saying so is not written.
    package var encoded: [UInt8] {
        var writer = CBORWriter()
        writer.beginMap()
        writer.member("name", name)
        if type != "group" { writer.member("type", type) }
        if let extra { writer.member("extra", extra) }
        if let client { writer.member("client", client) }
        if !school.isEmpty { writer.member("school", school) }
        if !details.isEmpty { writer.member("details", details) }
        if !isGroup { writer.member("is_group", isGroup) }
        if let property { writer.member("property", property) }
        writer.endMap()
        return writer.finish()
    }
}

/// `direct.open`: whose room it is. There is one encoding for a pair, and nothing else in it.
package struct DirectOpening: Hashable, Sendable {
    package let pair: DirectPair

    package init(_ pair: DirectPair) {
        self.pair = pair
    }

    package init(payload: Span<UInt8>) throws(PayloadFault) {
        var reader = PayloadReader(payload)
        guard try reader.mapHeader() == 1, String(copying: try reader.utf8()) == "users" else { throw .wrongShape }
        let users = try reader.users(countMax: 2)
        try reader.finish()
        guard users.count == 2 else { throw .wrongShape }
        guard users[0] <= users[1] else { throw .badValue }
        pair = DirectPair(users[0], users[1])
    }

    package var encoded: [UInt8] {
        var writer = CBORWriter()
        writer.beginMap()
        writer.text("users")
        writer.directPair(pair)
        writer.endMap()
        return writer.finish()
    }
}

/// `room.set`: any of these; what is not there stays as it is.
package struct RoomChange: Hashable, Sendable {
    package var name = Change<String>.none
    package var details = Change<String>.none
    package var isGroup = Change<Bool>.none
    package var avatar = Change<Attachment?>.none
    package var isArchived = Change<Bool>.none
    package var isDeleted = Change<Bool>.none
    package var client = Change<Reference?>.none
    package var property = Change<Reference?>.none
    package var extra = Change<Extra?>.none

    package init() {}
}

extension RoomChange: PayloadMembers {
    package init(payload: Span<UInt8>) throws(PayloadFault) {
        self = try Self.readWhole(payload, atLeastOne: true)
    }

    mutating func read(_ name: String, _ reader: inout PayloadReader) throws(PayloadFault) -> Bool {
        switch name {
        case "name": self.name = .to(try reader.text(bytesMax: Limits.nameBytesMax))
        case "extra": extra = .to(try reader.extra())
        case "avatar": avatar = .to(try reader.takeNull() ? nil : try reader.attachment())
        case "client": client = .to(try reader.reference())
        case "deleted": isDeleted = .to(try reader.bool())
        case "details": details = .to(try reader.text(bytesMax: Limits.detailsBytesMax))
        case "archived": isArchived = .to(try reader.bool())
        case "is_group": isGroup = .to(try reader.bool())
        case "property": property = .to(try reader.reference())
        default: return false
        }
        return true
    }

    package var encoded: [UInt8] {
        var writer = CBORWriter()
        writer.beginMap()
        if case .to(let value) = name { writer.member("name", value) }
        if case .to(let value) = extra { writer.member("extra", value) }
        if case .to(let value) = avatar { writer.member("avatar", value) }
        if case .to(let value) = client { writer.member("client", value) }
        if case .to(let value) = isDeleted { writer.member("deleted", value) }
        if case .to(let value) = details { writer.member("details", value) }
        if case .to(let value) = isArchived { writer.member("archived", value) }
        if case .to(let value) = isGroup { writer.member("is_group", value) }
        if case .to(let value) = property { writer.member("property", value) }
        writer.endMap()
        return writer.finish()
    }
}
