package import Bytes
import CBOR

/// `[1, card]`: a stranger asks to be a peer, or a peer tells that its key or its place has changed.
package struct Knock: Equatable, Sendable {
    package static let bytesMax = Card.bytesMax + 16
    package let card: Card

    package init(card: Card) {
        self.card = card
    }

    package var encoded: [UInt8] {
        var writer = CBORWriter()
        writer.beginArray()
        writer.unsigned(1)
        writer.bytes(card.encoded)
        writer.endArray()
        return writer.finish()
    }

    package init(decoding bytes: Span<UInt8>, now: Timestamp) throws(CardFault) {
        guard bytes.count <= Self.bytesMax else { throw .tooLarge }
        var version: UInt64 = 1
        var card: [UInt8] = []
        do throws(CBORFault) {
            var reader = CBORReader(bytes)
            let count = try reader.arrayHeader()
            if count > 0 { version = try reader.unsigned() }
            if version == 1 {
                guard count == 2 else { throw CBORFault(kind: .wrongCount(expected: 2, found: count), offset: 0) }
                card = [UInt8](copying: try reader.bytes())
                try reader.finish()
            }
        } catch { throw CardFault(error) }
        guard version == 1 else { throw .unknownVersion(version) }
        self.card = try Card(decoding: card.span, now: now)
    }
}
