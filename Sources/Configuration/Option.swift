/// One option: a flag `--name`, a variable `PARLEY_NAME`, a line `name = …` of the file.
package struct Option: Sendable {
    /// Where a value may come from. A flag goes over the environment, that over the file.
    package enum Sources: Sendable {
        case everywhere
        /// Not in the file: it lies where this option says.
        case flagAndEnvironment
        /// It belongs to one call.
        case flag
    }

    /// Without the two hyphens.
    package let name: String
    package let placeholder: String
    package let kind: OptionKind
    package let isRepeatable: Bool
    package let sources: Sources
    /// As one would write it; nil where nothing is meant by leaving it out.
    package let preset: String?
    package let meaning: String

    package init(
        _ name: String, _ placeholder: String, _ kind: OptionKind, repeatable: Bool = false,
        from sources: Sources = .everywhere, preset: String? = nil, _ meaning: String
    ) {
        self.name = name
        self.placeholder = placeholder
        self.kind = kind
        isRepeatable = repeatable
        self.sources = sources
        self.preset = preset
        self.meaning = meaning
    }

    var flag: String { "--\(name)" }

    var variable: String {
        "PARLEY_" + name.uppercased().replacing("-", with: "_")
    }

    /// As a usage line shows it.
    var form: String {
        kind == .toggle ? flag : "\(flag) \(placeholder)"
    }
}
