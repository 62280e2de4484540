import Bytes
import Keys
import OperationVectors
import Operations
import Wire

@testable import Peers

/// The vectors' moment, and so many seconds later.
func moment(_ seconds: Int64 = 0) -> Timestamp {
    Timestamp(milliseconds: 1_800_000_000_000 + seconds * 1_000)
}

let northURL = NodeURL("https://north.example")!
let southURL = NodeURL("https://south.example:8443")!

func sampleCard(
    of node: SampleNode = .north, certificate: Certificate? = nil, key: SigningKey? = nil, seconds: Int64 = 0
) throws -> Card {
    let statement = Card.Statement(
        certificate: certificate ?? node.certificate, name: NodeName("\(node.name).example")!,
        url: NodeURL("https://\(node.name).example")!, time: moment(seconds))
    return try Card(statement, signingWith: key ?? node.first)
}

/// Each way in which a network may cut these bytes: whole, byte by byte, and at each of some places.
func cuts(_ bytes: [UInt8]) -> [[ArraySlice<UInt8>]] {
    [[bytes[...]], bytes.indices.map { bytes[$0...$0] }]
        + [1, 2, 104, 105, 106, 378, 379, 66_000].filter { $0 < bytes.count }.map { [bytes[..<$0], bytes[$0...]] }
}

// The macro `#expect` takes its arguments apart and can't hold a Span, so tests pass arrays.

extension Card {
    init(decoding bytes: [UInt8]) throws(CardFault) { try self.init(decoding: bytes.span) }
    init(decoding bytes: [UInt8], now: Timestamp) throws(CardFault) { try self.init(decoding: bytes.span, now: now) }
}

extension Knock {
    init(decoding bytes: [UInt8], now: Timestamp) throws(CardFault) { try self.init(decoding: bytes.span, now: now) }
}
