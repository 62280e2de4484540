import Bytes
import CBOR

/// `user.put`: what a person shows of themselves; what is not there stays as it is.
package struct ProfileChange: Hashable, Sendable {
    package var name = Change<String>.none
    package var avatar = Change<Attachment?>.none
    package var extra = Change<Extra?>.none

    package init() {}
}

extension ProfileChange: PayloadMembers {
    package init(payload: Span<UInt8>) throws(PayloadFault) {
        self = try Self.readWhole(payload, atLeastOne: true)
    }

    mutating func read(_ name: String, _ reader: inout PayloadReader) throws(PayloadFault) -> Bool {
        switch name {
        case "name": self.name = .to(try reader.text(bytesMax: Limits.nameBytesMax))
        case "extra": extra = .to(try reader.extra())
        case "avatar": avatar = .to(try reader.takeNull() ? nil : try reader.attachment())
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
        writer.endMap()
        return writer.finish()
    }
}
