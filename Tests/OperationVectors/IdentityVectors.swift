import Bytes
import CBOR
import Keys
package import Operations

extension VectorFile {
    static func identity() throws -> VectorFile {
        let (north, south) = (SampleNode.north, SampleNode.south)
        let labels = ["north first", "north recovery", "north second", "north third", "south first", "south recovery"]
        let pairs = [
            (north.user("ada"), south.user("bo")), (south.user("bo"), north.user("ada")),
            (north.user("ada"), north.user("ada")), (north.user("b"), north.user("ab")),
        ]
        let chains = try certificates()
        var merges: [Description] = []
        for (left, one) in chains.enumerated() {
            for (right, other) in chains.enumerated() where one.1.node == other.1.node {
                let winner = chains.firstIndex { $0.1 == one.1.merged(with: other.1) }!  // one of the two
                merges.append(.list([.number(left), .number(right), .number(winner)]))
            }
        }
        return VectorFile(
            "identity.json",
            "Keys, node ids, users, rooms, files, certificates and which of two is in force ([one, other, winner]).",
            [
                (
                    "keys",
                    .list(
                        labels.map { label in
                            .object([
                                ("label", .text(label)), ("seed", .hex(SampleNode.seed(label))),
                                ("public", .name(SampleNode.key(label).publicKey)),
                            ])
                        })
                ),
                (
                    "nodes",
                    .list(
                        [north, south].map { node in
                            .object([
                                ("name", .text(node.name)), ("first_key", .name(node.first.publicKey)),
                                ("recovery_key", .name(node.recovery.publicKey)), ("id", .name(node.id)),
                                ("directory", .name(RoomID(directoryOf: node.id))),
                            ])
                        })
                ),
                (
                    "users",
                    .list(
                        [north.user("ada"), south.user("bo"), south.user("0._-z")].map { user in
                            .object([
                                ("node", .name(user.node)), ("handle", .name(user.handle)), ("uuid", .name(user.uuid)),
                            ])
                        })
                ),
                (
                    "direct_rooms",
                    .list(
                        pairs.map { one, other in
                            let pair = DirectPair(one, other)
                            let room = RoomID(direct: pair)
                            return .object([
                                ("users", .list([one, other].map { .list([.name($0.node), .name($0.handle)]) })),
                                ("encoded", .hex(pair.encoded)), ("room", .name(room)), ("uuid", .name(room.uuid)),
                            ])
                        })
                ),
                (
                    "files",
                    .list(
                        files().map { message, blob, repetition in
                            .object([
                                ("message", .name(message)), ("blob", .name(blob)), ("repetition", .number(repetition)),
                                ("uuid", .name(message.uuid(ofFile: blob, repetition: repetition))),
                            ])
                        })
                ),
                (
                    "certificates",
                    .list(
                        chains.map { about, certificate in
                            .object([
                                ("about", .text(about)), ("node", .name(certificate.node)),
                                ("encoded", .hex(certificate.encoded)), ("hash", .name(certificate.hash)),
                                ("current_key", .name(certificate.currentKey)),
                            ])
                        })
                ),
                ("merges", .list(merges)),
            ])
    }

    /// The same file once and twice in a message, and in another.
    private static func files() -> [(OperationID, Hash, Int)] {
        let messages = ["one", "two"].map { OperationID(Hash(of: Array("message \($0)".utf8).span).bytes) }
        let blob = Hash(of: Array("a file".utf8).span)
        return [(messages[0], blob, 0), (messages[0], blob, 1), (messages[1], blob, 0), (messages[0], blob, 31)]
    }

    /// Ways in which the keys of a node can go on, each with a sentence.
    package static func certificates() throws -> [(String, Certificate)] {
        let north = SampleNode.north
        let (second, third) = (SampleNode.key("north second"), SampleNode.key("north third"))
        let thief = (1...4).map { SampleNode.key("thief \($0)") }
        let new = north.certificate
        let once = try new.handingOver(to: second.publicKey, signedBy: north.first)
        let twice = try once.handingOver(to: third.publicKey, signedBy: second)
        let recovered = try once.handingOver(to: third.publicKey, signedBy: north.recovery)
        let recoveredAtOnce = try new.handingOver(to: third.publicKey, signedBy: north.recovery)
        var stolen = new
        var key = north.first
        for next in thief {
            stolen = try stolen.handingOver(to: next.publicKey, signedBy: key)
            key = next
        }
        let other = try new.handingOver(to: thief[3].publicKey, signedBy: north.first)
        return [
            ("A new node", new), ("The first key handed over", once), ("And so did the second", twice),
            ("The recovery key took over from the second", recovered),
            ("The recovery key took over from the first", recoveredAtOnce),
            ("Whoever stole the first key handed over four times", stolen),
            ("Two hand-overs with the same number, signed by the same key", other),
            ("Another node", SampleNode.south.certificate),
        ]
    }
}
