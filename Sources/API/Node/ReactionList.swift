import Bytes
import JSON
import Synchronization

/// The reactions that there are, as `/emoji/` shows them: ours, or those of the operator's `reaction_list.json`. The
/// operator may change them while the node runs.
package final class ReactionList: Sendable {
    private struct Contents: Sendable {
        let names: [String]
        let json: SharedBytes
    }

    private let contents: Mutex<Contents>

    /// By what a client names them.
    package var names: [String] { contents.withLock { $0.names } }
    /// The list as it is sent.
    var json: SharedBytes { contents.withLock { $0.json } }

    /// From now on, those of another list.
    package func replace(with other: ReactionList) {
        let new = other.contents.withLock { $0 }
        contents.withLock { $0 = new }
    }

    private struct Reaction {
        var name = ""
        var emoji = ""
        var label = ""
    }

    package static var standard: ReactionList {
        ReactionList([
            Reaction(name: "like", emoji: "👍", label: "Like"),
            Reaction(name: "love", emoji: "❤️", label: "Love"),
            Reaction(name: "laugh", emoji: "😂", label: "Laugh"),
            Reaction(name: "wow", emoji: "😮", label: "Wow"),
            Reaction(name: "sad", emoji: "😢", label: "Sad"),
            Reaction(name: "angry", emoji: "😡", label: "Angry"),
        ])
    }

    /// Reads `[{"name", "emoji", "label"}, …]`; other members are passed over.
    package convenience init(json text: [UInt8]) throws {
        var reactions: [Reaction] = []
        var reader = JSONReader(text.span)
        try reader.beginArray()
        while try reader.nextElement() {
            var reaction = Reaction()
            try reader.beginObject()
            while let key = try reader.nextKey() {
                switch key {
                case "name": reaction.name = try reader.string()
                case "emoji": reaction.emoji = try reader.string()
                case "label": reaction.label = try reader.string()
                default: try reader.skip()
                }
            }
            guard (1...64).contains(reaction.name.utf8.count) else { throw ReactionListFault.name(reaction.name) }
            guard !reactions.contains(where: { $0.name == reaction.name }) else {
                throw ReactionListFault.twice(reaction.name)
            }
            if reaction.label.isEmpty { reaction.label = reaction.name }
            reactions.append(reaction)
        }
        try reader.finish()
        self.init(reactions)
    }

    private init(_ reactions: [Reaction]) {
        let json = Answer.json { json in
            json.beginArray()
            for reaction in reactions {
                json.beginObject()
                json.key("name")
                json.string(reaction.name)
                json.key("emoji")
                json.string(reaction.emoji)
                json.key("label")
                json.string(reaction.label)
                json.endObject()
            }
            json.endArray()
        }
        contents = Mutex(Contents(names: reactions.map(\.name), json: SharedBytes(json)))
    }
}

/// Why an operator's list can't be used.
package enum ReactionListFault: Error, Equatable, Sendable {
    /// Not 1 to 64 bytes.
    case name(String)
    case twice(String)
}
