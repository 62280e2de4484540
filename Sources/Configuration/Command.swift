/// One command: the words that call it, what stands behind them, and what may be told to it.
package struct Command: Sendable {
    /// What stands behind a command's words.
    package struct Operand: Sendable {
        package let name: String
        package let kind: OptionKind
        package let isOptional: Bool
        /// The options that are needed where an optional operand is left out.
        package let substitutes: [String]

        package init(
            _ name: String, _ kind: OptionKind = .text, optional: Bool = false, orElse substitutes: [String] = []
        ) {
            self.name = name
            self.kind = kind
            isOptional = optional || !substitutes.isEmpty
            self.substitutes = substitutes
        }

        var form: String { isOptional ? "[\(name)]" : name }
    }

    package let words: [String]
    package let operands: [Operand]
    package let options: [Option]
    /// One sentence for the list of commands; more may follow on lines of their own, for its own help.
    package let meaning: String

    package init(_ words: String, _ operands: [Operand] = [], _ options: [Option] = [], _ meaning: String) {
        self.words = words.split(separator: " ").map(String.init)
        self.operands = operands
        self.options = options
        self.meaning = meaning
    }

    package var name: String { words.joined(separator: " ") }

    var summary: Substring { meaning.prefix { $0 != "\n" } }
}
