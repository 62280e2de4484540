import Bytes

// What `--help` says, in lines of at most 80 columns.
extension CommandTable {
    private static var width: Int { 80 }

    /// Help on a command, on all that begin with these words, or on the program.
    func help(on words: [String]) -> String {
        if let command = commands.first(where: { $0.words == words }) { return help(on: command) }
        // Words behind a command are what it was called with.
        if words.count > 1, group(words).isEmpty { return help(on: words.dropLast()) }
        let group = group(words)
        return group.isEmpty || words.isEmpty ? overview : listing(usage(of: words), "", group)
    }

    /// How these commands are called.
    func usage(of words: [String]) -> String {
        let group = group(words)
        if words.isEmpty || group.isEmpty {
            return "usage: \(program) COMMAND [OPTION]…   (\(program) --help lists the commands)"
        }
        return group.map { usage(of: $0) }.joined(separator: "\n")
            .replacing("\nusage: ", with: "\n       ")
    }

    func usage(of command: Command) -> String {
        let options =
            command.options.count > 5
            ? ["[OPTION]…"] : command.options.map { "[\($0.form)]\($0.isRepeatable ? "…" : "")" }
        var lines = [
            "usage: " + ([program] + command.words + command.operands.map(usageForm) + options).joined(separator: " ")
        ]
        for operand in command.operands where !operand.substitutes.isEmpty {
            let needed = command.options.filter { operand.substitutes.contains($0.name) }.map(\.form)
            lines.append("       " + ([program] + command.words + needed).joined(separator: " "))
        }
        return lines.joined(separator: "\n")
    }

    /// An operand that something else may replace has a usage line without it.
    private func usageForm(_ operand: Command.Operand) -> String {
        operand.substitutes.isEmpty ? operand.form : operand.name
    }

    private var overview: String {
        let usage = "usage: \(program) COMMAND [OPTION]…"
        let ending = Self.wrapped(
            "\(program) COMMAND --help says more on each. Exit codes: 0 done, 1 failed, 2 called wrongly.", indent: 0)
        return listing(usage, about, commands) + "\n" + section("Options of every command:", common) + "\n" + ending
    }

    private func listing(_ usage: String, _ about: String, _ commands: [Command]) -> String {
        let names = commands.map { ($0.words + $0.operands.map(\.form)).joined(separator: " ") }
        let rows = zip(names, commands).map { ($0, String($1.summary)) }
        return usage + "\n\n" + (about.isEmpty ? "" : Self.wrapped(about, indent: 0) + "\n")
            + "Commands:\n" + Self.columns(rows)
    }

    private func help(on command: Command) -> String {
        var text = usage(of: command) + "\n\n"
        text += command.meaning.split(separator: "\n").map { Self.wrapped(String($0), indent: 0) }.joined()
        if !command.options.isEmpty { text += "\n" + section("Options:", command.options) }
        text += "\n" + section("Options of every command:", common)
        if command.options.contains(where: { $0.sources == .everywhere }) {
            text +=
                "\n"
                + Self.wrapped(
                    """
                    Options can also be set in the environment (--max-upload 64M as PARLEY_MAX_UPLOAD=64M) and in \
                    DIR/parley.conf (max-upload = 64M). The command line goes over the environment, that over the \
                    file. What may be given several times stands there with commas.
                    """, indent: 0)
        }
        return text
    }

    private func section(_ title: String, _ options: [Option]) -> String {
        title + "\n"
            + Self.columns(
                options.map { option in
                    var meaning = option.meaning
                    if option.isRepeatable { meaning += "; may be given several times" }
                    if let preset = option.preset, option.kind != .toggle { meaning += " (default \(preset))" }
                    return (option.form, meaning)
                })
    }

    // MARK: Layout

    /// Names on the left, what they mean on the right; a long name has a line of its own.
    private static func columns(_ rows: [(String, String)]) -> String {
        let indent = min((rows.map(\.0.utf8.count).max() ?? 0) + 4, 30)
        return rows.map { name, meaning in
            let text = wrapped(meaning, indent: indent)
            let head = "  \(name)"
            if head.utf8.count + 2 > indent { return head + "\n" + text }
            return head + text.dropFirst(head.utf8.count)
        }.joined()
    }

    static func wrapped(_ text: String, indent: Int) -> String {
        let margin = String(repeating: " ", count: indent)
        var lines: [String] = []
        var line = ""
        for word in text.split(separator: " ") {
            if !line.isEmpty, indent + line.displayWidth + 1 + String(word).displayWidth > width {
                lines.append(line)
                line = ""
            }
            line += (line.isEmpty ? "" : " ") + word
        }
        lines.append(line)
        return lines.map { margin + $0 + "\n" }.joined()
    }
}
