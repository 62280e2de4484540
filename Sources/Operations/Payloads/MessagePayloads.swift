import Bytes
import CBOR

/// `message.post`
package struct MessageContent: Hashable, Sendable {
    package var content: String
    /// `text`, `image`, `file`, `code`, `system`, or what is yet to be invented.
    package var type: String
    package var replyTo: OperationID?
    package var attachments: [Attachment]
    package var mentions: [UserID]
    package var extra: Extra?

    package init(
        content: String, type: String = "text", replyTo: OperationID? = nil, attachments: [Attachment] = [],
        mentions: [UserID] = [], extra: Extra? = nil
    ) {
        self.content = content
        self.type = type
        self.replyTo = replyTo
        self.attachments = attachments
        self.mentions = mentions
        self.extra = extra
    }
}

extension MessageContent: PayloadMembers {
    init() {
        self.init(content: "")
    }

    package init(payload: Span<UInt8>) throws(PayloadFault) {
        self = try Self.readWhole(payload, requiring: ["content"])
    }

    mutating func read(_ name: String, _ reader: inout PayloadReader) throws(PayloadFault) -> Bool {
        switch name {
        case "type": type = try reader.token()
        case "extra": extra = try reader.extra()
        case "content": content = try reader.text(bytesMax: Limits.contentBytesMax)
        case "mentions": mentions = try reader.users(countMax: Limits.mentionsMax)
        case "reply_to": replyTo = try reader.operationID()
        case "attachments": attachments = try reader.attachments()
        default: return false
        }
        return true
    }

    /// What is as it would be without saying so is not written.
    package var encoded: [UInt8] {
        var writer = CBORWriter()
        writer.beginMap()
        if type != "text" { writer.member("type", type) }
        if let extra { writer.member("extra", extra) }
        writer.member("content", content)
        if !mentions.isEmpty { writer.member("mentions", mentions) }
        if let replyTo {
            writer.text("reply_to")
            writer.bytes32(replyTo.bytes)
        }
        if !attachments.isEmpty { writer.member("attachments", attachments) }
        writer.endMap()
        return writer.finish()
    }
}

/// `message.edit`: any of these; what is not there stays as it is.
package struct MessageChange: Hashable, Sendable {
    package var content = Change<String>.none
    package var type = Change<String>.none
    package var attachments = Change<[Attachment]>.none
    package var mentions = Change<[UserID]>.none
    package var extra = Change<Extra?>.none

    package init() {}
}

extension MessageChange: PayloadMembers {
    package init(payload: Span<UInt8>) throws(PayloadFault) {
        self = try Self.readWhole(payload, atLeastOne: true)
    }

    mutating func read(_ name: String, _ reader: inout PayloadReader) throws(PayloadFault) -> Bool {
        switch name {
        case "type": type = .to(try reader.token())
        case "extra": extra = .to(try reader.extra())
        case "content": content = .to(try reader.text(bytesMax: Limits.contentBytesMax))
        case "mentions": mentions = .to(try reader.users(countMax: Limits.mentionsMax))
        case "attachments": attachments = .to(try reader.attachments())
        default: return false
        }
        return true
    }

    package var encoded: [UInt8] {
        var writer = CBORWriter()
        writer.beginMap()
        if case .to(let value) = type { writer.member("type", value) }
        if case .to(let value) = extra { writer.member("extra", value) }
        if case .to(let value) = content { writer.member("content", value) }
        if case .to(let value) = mentions { writer.member("mentions", value) }
        if case .to(let value) = attachments { writer.member("attachments", value) }
        writer.endMap()
        return writer.finish()
    }
}

/// `reaction.set`: the author's one reaction to a message; null takes it back.
package struct ReactionChange: Hashable, Sendable {
    package var value: String?

    package init(_ value: String?) {
        self.value = value
    }
}

extension ReactionChange: PayloadMembers {
    init() {
        self.init(nil)
    }

    package init(payload: Span<UInt8>) throws(PayloadFault) {
        self = try Self.readWhole(payload, requiring: ["value"])
    }

    mutating func read(_ name: String, _ reader: inout PayloadReader) throws(PayloadFault) -> Bool {
        guard name == "value" else { return false }
        value = try reader.takeNull() ? nil : try reader.text(bytesMax: Limits.reactionBytesMax, bytesMin: 1)
        return true
    }

    package var encoded: [UInt8] {
        var writer = CBORWriter()
        writer.beginMap()
        writer.text("value")
        if let value { writer.text(value) } else { writer.null() }
        writer.endMap()
        return writer.finish()
    }
}

/// `pin.set`
package struct PinChange: Hashable, Sendable {
    package var isPinned: Bool

    package init(_ isPinned: Bool) {
        self.isPinned = isPinned
    }
}

extension PinChange: PayloadMembers {
    init() {
        self.init(false)
    }

    package init(payload: Span<UInt8>) throws(PayloadFault) {
        self = try Self.readWhole(payload, requiring: ["pinned"])
    }

    mutating func read(_ name: String, _ reader: inout PayloadReader) throws(PayloadFault) -> Bool {
        guard name == "pinned" else { return false }
        isPinned = try reader.bool()
        return true
    }

    package var encoded: [UInt8] {
        var writer = CBORWriter()
        writer.beginMap()
        writer.member("pinned", isPinned)
        writer.endMap()
        return writer.finish()
    }
}
