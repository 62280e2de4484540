import Operations

/// A message that was written in this very transaction and says nothing but its text: how it is shown is known without
/// reading it again.
package struct FreshMessage: Hashable, Sendable {
    package let number: MessageNumber
    let room: RoomNumber
    let sender: PersonNumber
    let id: OperationID
    let time: HybridTime
    let payload: [UInt8]
    /// The version of what people are called, then.
    package let naming: Int

    /// `payload`: without attachments, mentions, or a message that it answers. By somebody of this node.
    package init(
        _ written: WrittenOperation, in room: RoomNumber, by sender: PersonNumber, _ payload: [UInt8], naming: Int
    ) {
        number = MessageNumber(written.serial)
        self.room = room
        self.sender = sender
        id = written.id
        time = written.time
        self.payload = payload
        self.naming = naming
    }
}

extension MessageList {
    /// As whoever sent it sees it now, whatever becomes of it. False, and nothing is shown, where the visitor doesn't know them.
    package static func show(_ fresh: FreshMessage, to visitor: inout some MessageVisitor & ~Copyable) -> Bool {
        guard let school = visitor.node(of: fresh.sender), let spans = MessageSpans(fresh.payload.span) else {
            return false
        }
        // The order among others plays no part in it.
        var facts = MessageFacts(
            spot: MessageSpot(time: Int64(fresh.time.value), tie: 0, serial: fresh.number.value), room: fresh.room,
            sender: fresh.sender, flags: MessageFlags(bits: 0), id: fresh.id, changed: nil)
        facts.school = school
        visitor.message(MessageRow(facts, spans))
        visitor.endOfMessage()
        return true
    }
}
