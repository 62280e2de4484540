import CBOR
package import Keys
import Operations

/// Digest and dump (Spec/rooms.md, section 7).
extension NaiveRoom {
    package var digest: Hash {
        Hash(Tag("state"), of: state.span)
    }

    package var dump: [UInt8] {
        var rows = NaiveRows()
        switch nature {
        case .group, .direct: dumpConversation(&rows)
        case .directory: dumpDirectory(&rows)
        }
        for register in registers { dump(register, &rows) }
        return state + rows.bytes
    }

    private var state: [UInt8] {
        var rows = NaiveRows()
        let kind: UInt64 =
            switch nature {
            case .group: 0
            case .direct: 1
            case .directory: 2
            }
        rows.row(1) {
            $0.bytes32(id.bytes)
            $0.unsigned(kind)
        }
        for x in passing {
            rows.row(2) {
                $0.bytes32(operations[x].id.bytes)
                $0.bool(counting.contains(x))
            }
        }
        for member in members {
            rows.row(3) {
                $0.names(member.user)
                $0.text(member.standing.rawValue)
            }
        }
        for id in ended.map({ operations[$0].id }).sorted() {
            rows.row(4) { $0.bytes32(id.bytes) }
        }
        for (feed, seq) in forks.sorted(by: { $0.key < $1.key }) {
            rows.row(5) {
                $0.bytes32(feed.origin.bytes)
                $0.unsigned(feed.epoch)
                $0.unsigned(seq)
            }
        }
        for register in registers {
            rows.row(6) {
                $0.bytes32(register.register.origin.bytes)
                $0.bytes32(Hash(.register, of: register.register.encoded.span).bytes)
            }
        }
        return rows.bytes
    }

    /// Deleted posts; of a directory the closures.
    private var ended: Set<Int> {
        if case .directory = nature {
            return Set(operations.indices.filter { kind($0) == .userClose && hasEffect($0) })
        }
        return Set(deletions.compactMap { target($0) })
    }

    // MARK: What is shown

    private func dumpConversation(_ rows: inout NaiveRows) {
        let fields = fields
        let plain = Fields()
        if fields.isArchived { rows.field("archived") { $0.bool(true) } }
        if let avatar = fields.avatar { rows.field("avatar") { $0.file(avatar) } }
        if let client = fields.client { rows.field("client") { $0.reference(client) } }
        if fields.isDeleted { rows.field("deleted") { $0.bool(true) } }
        if fields.details != plain.details { rows.field("details") { $0.text(fields.details) } }
        if let extra = fields.extra { rows.field("extra") { $0.encoded(extra.encoded.span) } }
        if fields.isGroup != plain.isGroup { rows.field("is_group") { $0.bool(fields.isGroup) } }
        if fields.name != plain.name { rows.field("name") { $0.text(fields.name) } }
        if let property = fields.property { rows.field("property") { $0.reference(property) } }
        if fields.school != plain.school { rows.field("school") { $0.text(fields.school) } }
        if fields.type != plain.type { rows.field("type") { $0.text(fields.type) } }
        for message in messages {
            rows.row(8) { row in
                row.bytes32(message.id.bytes)
                row.text(message.content.type)
                row.text(message.content.content)
                if let replyTo = message.content.replyTo { row.bytes32(replyTo.bytes) } else { row.null() }
                row.beginArray()
                for file in message.content.attachments { row.file(file) }
                row.endArray()
                row.beginArray()
                for user in message.content.mentions {
                    row.beginArray()
                    row.names(user)
                    row.endArray()
                }
                row.endArray()
                row.extra(message.content.extra)
                row.bool(message.isPinned)
                if let edited = message.edited { row.unsigned(edited.value) } else { row.null() }
            }
        }
        for message in messages.sorted(by: { $0.id < $1.id }) {
            for (user, value) in message.reactions.sorted(by: { $0.key < $1.key }) {
                rows.row(9) {
                    $0.bytes32(message.id.bytes)
                    $0.names(user)
                    $0.text(value)
                }
            }
        }
    }

    private func dumpDirectory(_ rows: inout NaiveRows) {
        for (user, profile) in profiles.sorted(by: { $0.key < $1.key }) {
            rows.row(10) {
                $0.names(user)
                $0.text(profile.name)
                if let avatar = profile.avatar { $0.file(avatar) } else { $0.null() }
                $0.extra(profile.extra)
            }
        }
    }

    private func dump(_ signed: SignedRegister, _ rows: inout NaiveRows) {
        let register = signed.register
        let messages = Set(operations.indices.filter { isMessage($0) }.map { operations[$0].id })
        rows.row(11) { row in
            row.bytes32(register.origin.bytes)
            row.beginArray()
            for reader in register.readers
            where standing(of: UserID(node: register.origin, handle: reader.handle)) != .out {
                row.beginArray()
                row.text(reader.handle.text)
                if let upTo = reader.upTo, messages.contains(upTo) { row.bytes32(upTo.bytes) } else { row.null() }
                row.beginArray()
                for id in reader.exceptions where messages.contains(id) { row.bytes32(id.bytes) }
                row.endArray()
                row.endArray()
            }
            row.endArray()
        }
    }
}

/// Arrays that begin with their number, one behind the other.
private struct NaiveRows {
    var bytes: [UInt8] = []

    mutating func row(_ number: UInt64, _ contents: (inout CBORWriter) -> Void) {
        var writer = CBORWriter()
        writer.beginArray()
        writer.unsigned(number)
        contents(&writer)
        writer.endArray()
        bytes += writer.finish()
    }

    mutating func field(_ name: String, _ value: (inout CBORWriter) -> Void) {
        row(7) {
            $0.text(name)
            value(&$0)
        }
    }
}

extension CBORWriter {
    fileprivate mutating func names(_ user: UserID) {
        bytes32(user.node.bytes)
        text(user.handle.text)
    }

    fileprivate mutating func extra(_ extra: Extra?) {
        if let extra { encoded(extra.encoded.span) } else { null() }
    }

    fileprivate mutating func reference(_ reference: Reference) {
        switch reference {
        case .text(let value): text(value)
        case .integer(let value): integer(value)
        }
    }

    fileprivate mutating func file(_ file: Attachment) {
        beginMap()
        text("hash")
        bytes32(file.hash.bytes)
        text("name")
        text(file.name)
        text("size")
        unsigned(file.size)
        text("type")
        text(file.type)
        endMap()
    }
}
