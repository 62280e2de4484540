import Bytes
import JSON

/// The reactions that there are, as `/emoji/` shows them: ours, or those of the operator's `reaction_list.json`.
package struct ReactionList: Sendable {
    /// By what a client names them.
    package let names: [String]
    /// The list as it is sent.
    let json: SharedBytes

    private struct Reaction {
        var name = ""
        var emoji = ""
        var label = ""
    }

    package static let standard = ReactionList([
        Reaction(name: "like", emoji: "👍", label: "Like"),
        Reaction(name: "love", emoji: "❤️", label: "Love"),
        Reaction(name: "laugh", emoji: "😂", label: "Laugh"),
        Reaction(name: "wow", emoji: "😮", label: "Wow"),
        Reaction(name: "sad", emoji: "😢", label: "Sad"),
        Reaction(name: "angry", emoji: "😡", label: "Angry"),
    ])

    /// Reads `[{"name", "emoji", "label"}, …]`; other members are passed over.
    package init(json text: [UInt8]) throws {
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
        names = reactions.map(\.name)
        json = SharedBytes(
            Answer.json { json in
                json.beginArray()
                for reaction in reactions {
                    json.object {
                        $0.member("name", reaction.name)
                        $0.member("emoji", reaction.emoji)
                        $0.member("label", reaction.label)
                    }
                }
                json.endArray()
            })
    }
}

/// Why an operator's list can't be used.
package enum ReactionListFault: Error, Equatable, Sendable {
    /// Not 1 to 64 bytes.
    case name(String)
    case twice(String)
}
