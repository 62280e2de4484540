import CBOR
package import Operations

/// What is true for a moment and never kept: of the sender's own users, in rooms that both share. `[version]`
/// and then signals. What the receiver may not know of, or what is not the sender's to say, it drops without a
/// word; there is nothing to answer.
package struct SignalsRequest: Equatable, Sendable {
    package enum Signal: Hashable, Sendable {
        /// `[0, room, handle, is typing]`: for the next ten seconds, or no longer.
        case typing(RoomID, Handle, Bool)
        /// `[1, handle, presence, last activity in milliseconds | null]`: to nodes that share a room with them.
        case presence(Handle, Presence, UInt64?)
    }

    package enum Presence: UInt64, Sendable {
        case offline = 0
        case away = 1
        case online = 2
    }

    package var signals: [Signal]

    package init(signals: [Signal]) {
        self.signals = signals
    }

    package var encoded: [UInt8] {
        var writer = CBORWriter()
        writer.beginArray()
        writer.version()
        writer.endArray()
        for signal in signals {
            writer.beginArray()
            switch signal {
            case .typing(let room, let handle, let isTyping):
                writer.unsigned(0)
                writer.bytes(room.bytes)
                writer.text(handle.text)
                writer.bool(isTyping)
            case .presence(let handle, let presence, let activity):
                writer.unsigned(1)
                writer.text(handle.text)
                writer.unsigned(presence.rawValue)
                if let activity { writer.unsigned(activity) } else { writer.null() }
            }
            writer.endArray()
        }
        return writer.finish()
    }

    package init(decoding bytes: Span<UInt8>) throws(GossipFault) {
        var reader = BodyReader(bytes)
        try reader.opening(of: 1)
        signals = []
        while !reader.isAtEnd {
            guard signals.count < GossipLimits.signalsMax else { throw .tooLarge }
            try reader.array(of: 4)
            let kind = try reader.unsigned()
            switch kind {
            case 0:
                let room = RoomID(try reader.bytes32())
                signals.append(.typing(room, try reader.handle(), try reader.bool()))
            case 1:
                let handle = try reader.handle()
                guard let presence = Presence(rawValue: try reader.unsigned()) else { throw .badValue }
                signals.append(.presence(handle, presence, try reader.takeNull() ? nil : reader.unsigned()))
            default: throw .unknownItem(kind)
            }
        }
    }
}
