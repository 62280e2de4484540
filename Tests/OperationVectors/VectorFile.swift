/// One file of Spec/vectors.
package struct VectorFile: Sendable {
    package let name: String
    package let text: String

    init(_ name: String, _ about: String, _ members: [(String, Description)]) {
        self.name = name
        var text = ""
        Description.object([("about", .text(about))] + members).write(to: &text)
        self.text = text + "\n"
    }

    /// All that this target makes, the same in every run.
    package static func all() throws -> [VectorFile] {
        [
            try identity(), try headers(), try payloads(), try runs(), try forks(), try registers(), try clocks(),
            times(), try room(), try authority(), try feeds(), try history(),
            try replication(), try peers(), try refusedHeaders(), try refusedOthers(), try limits(),
        ]
    }
}
