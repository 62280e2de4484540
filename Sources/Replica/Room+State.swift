import Bytes
import CBOR
package import Keys
import Operations

/// The digest of a room, and the dump to compare two implementations by (Spec/rooms.md, section 7). Both go through the whole
/// history.
extension Room {
    package func state(in records: some RoomRecords) -> Hash {
        Hash(.state, of: stateSequence(in: records).span)
    }

    /// A CBOR sequence.
    package func dump(in records: some RoomRecords) -> [UInt8] {
        var bytes = stateSequence(in: records)
        switch nature {
        case .group, .direct:
            dumpFields(records.fields, &bytes)
            dumpMessages(in: records, &bytes)
            dumpReceipts(in: records, &bytes)
        case .directory:
            dumpProfiles(in: records, &bytes)
            dumpReceipts(in: records, &bytes)
        }
        return bytes
    }

    private func row(_ bytes: inout [UInt8], _ number: UInt64, _ body: (inout CBORWriter) -> Void) {
        var writer = CBORWriter(appendingTo: bytes)
        writer.beginArray()
        writer.unsigned(number)
        body(&writer)
        writer.endArray()
        bytes = writer.finish()
    }

    /// What is passed on, in canonical order.
    private func passedOn(in records: some RoomRecords) -> [Position] {
        let positions = (0..<records.lineCount).map(Line.init).flatMap { line -> [Position] in
            let start = records.facts(of: line).start
            guard line.index < passing.ends.count, passing.ends[line.index] >= start else { return [] }
            return (start...passing.ends[line.index]).map { Position(line, $0) }
        }
        return positions.sorted { records.isBefore($0, $1) }
    }

    private func stateSequence(in records: some RoomRecords) -> [UInt8] {
        var bytes: [UInt8] = []
        row(&bytes, 1) { writer in
            writer.bytes32(id.bytes)
            switch nature {
            case .group: writer.unsigned(0)
            case .direct: writer.unsigned(1)
            case .directory: writer.unsigned(2)
            }
        }
        let passedOn = passedOn(in: records)
        for position in passedOn {
            row(&bytes, 2) { writer in
                writer.bytes32(records.kept(at: position).id.bytes)
                writer.bool(records.counts(at: position))
            }
        }
        for member in members(in: records) {
            row(&bytes, 3) { writer in
                writer.bytes32(member.user.node.bytes)
                writer.text(member.user.handle.text)
                writer.text(member.standing == .admin ? Role.admin.rawValue : Role.member.rawValue)
            }
        }
        for id in erasing(passedOn, in: records) {
            row(&bytes, 4) { $0.bytes32(id.bytes) }
        }
        for (feed, seq) in records.forks.sorted(by: { $0.key < $1.key }) {
            row(&bytes, 5) { writer in
                writer.bytes32(feed.origin.bytes)
                writer.unsigned(feed.epoch)
                writer.unsigned(seq)
            }
        }
        for register in registers(in: records) {
            row(&bytes, 6) { writer in
                writer.bytes32(register.register.origin.bytes)
                writer.bytes32(register.hash.bytes)
            }
        }
        return bytes
    }

    /// The messages with an effective deletion; in a directory what closes users.
    private func erasing(_ passedOn: [Position], in records: some RoomRecords) -> [OperationID] {
        passedOn.compactMap { position -> OperationID? in
            let kept = records.kept(at: position)
            switch kept.kind {
            case .messagePost: return records.message(at: position)?.isDeleted ?? false ? kept.id : nil
            case .userClose: return records.counts(at: position) ? kept.id : nil
            default: return nil
            }
        }.sorted()
    }

    private func registers(in records: some RoomRecords) -> [SignedRegister] {
        records.registers.sorted { $0.register.origin < $1.register.origin }
    }

    // MARK: What is shown

    private func dumpFields(_ fields: RoomFields, _ bytes: inout [UInt8]) {
        for field in fields.differences(from: RoomFields()) {
            row(&bytes, 7) { writer in
                writer.text(field.rawValue)
                switch field {
                case .archived: writer.bool(fields.isArchived)
                case .avatar: writer.file(fields.avatar)
                case .client: writer.reference(fields.client)
                case .deleted: writer.bool(fields.isDeleted)
                case .details: writer.text(fields.details)
                case .extra: writer.extra(fields.extra)
                case .isGroup: writer.bool(fields.isGroup)
                case .name: writer.text(fields.name)
                case .property: writer.reference(fields.property)
                case .school: writer.text(fields.school)
                case .type: writer.text(fields.type)
                }
            }
        }
    }

    private func dumpMessages(in records: some RoomRecords, _ bytes: inout [UInt8]) {
        let messages = passedOn(in: records).compactMap { records.message(at: $0) }.filter { $0.visibility == .shown }
        for message in messages {
            guard let content = message.content else { continue }
            row(&bytes, 8) { writer in
                writer.bytes32(message.id.bytes)
                writer.text(content.type)
                writer.text(content.content)
                writer.id(content.replyTo)
                writer.beginArray()
                for attachment in content.attachments { writer.attachment(attachment) }
                writer.endArray()
                writer.beginArray()
                for user in content.mentions { writer.user(user) }
                writer.endArray()
                writer.extra(content.extra)
                writer.bool(message.isPinned)
                if let edited = message.edited { writer.unsigned(edited.value) } else { writer.null() }
            }
        }
        for message in messages.sorted(by: { $0.id < $1.id }) {
            let reactions = records.reactions(to: message.position).map { (user: records.user($0.person), $0.value) }
            for (user, value) in reactions.sorted(by: { $0.user < $1.user }) {
                guard let value else { continue }
                row(&bytes, 9) { writer in
                    writer.bytes32(message.id.bytes)
                    writer.bytes32(user.node.bytes)
                    writer.text(user.handle.text)
                    writer.text(value)
                }
            }
        }
    }

    private func dumpProfiles(in records: some RoomRecords, _ bytes: inout [UInt8]) {
        for profile in records.profiles.sorted(by: { $0.user < $1.user }) where profile.isKnown && !profile.isClosed {
            row(&bytes, 10) { writer in
                writer.bytes32(profile.user.node.bytes)
                writer.text(profile.user.handle.text)
                writer.text(profile.name)
                writer.file(profile.avatar)
                writer.extra(profile.extra)
            }
        }
    }

    private func dumpReceipts(in records: some RoomRecords, _ bytes: inout [UInt8]) {
        func isMessage(_ id: OperationID) -> Bool {
            message(id, in: records).map { $0.visibility != .hidden } ?? false
        }
        for register in registers(in: records) {
            row(&bytes, 11) { writer in
                writer.bytes32(register.register.origin.bytes)
                writer.beginArray()
                for reader in register.register.readers {
                    let user = UserID(node: register.register.origin, handle: reader.handle)
                    guard standing(of: user, in: records) != .out else { continue }
                    writer.beginArray()
                    writer.text(reader.handle.text)
                    writer.id(reader.upTo.flatMap { isMessage($0) ? $0 : nil })
                    writer.beginArray()
                    for id in reader.exceptions where isMessage(id) { writer.bytes32(id.bytes) }
                    writer.endArray()
                    writer.endArray()
                }
                writer.endArray()
            }
        }
    }
}

extension CBORWriter {
    fileprivate mutating func file(_ file: Attachment?) {
        if let file { attachment(file) } else { null() }
    }

    fileprivate mutating func extra(_ extra: Extra?) {
        if let extra { encoded(extra.encoded.span) } else { null() }
    }

    fileprivate mutating func id(_ id: OperationID?) {
        if let id { bytes32(id.bytes) } else { null() }
    }
}
