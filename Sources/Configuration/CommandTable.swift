/// All the commands of a program, as data: what is accepted, what is refused and what `--help` says all come
/// from here.
package struct CommandTable: Sendable {
    package let program: String
    package let about: String
    package let commands: [Command]
    /// Options that every command takes.
    package let common: [Option]

    package init(program: String, about: String, common: [Option], commands: [Command]) {
        self.program = program
        self.about = about
        self.common = common
        self.commands = commands
    }

    /// What a person asked for.
    package enum Request: Sendable {
        /// To be printed on standard output.
        case help(String)
        case run(Call)
    }

    /// Reads a command line (without the program's own name) and the environment.
    package func read(_ arguments: [String], environment: [String: String] = [:]) throws(UsageFault) -> Request {
        let line = try split(arguments)
        if line.words.first == "help" { return .help(help(on: Array(line.words.dropFirst()))) }
        if line.asksForHelp { return .help(help(on: line.words)) }
        guard let command = command(in: line.words) else { throw misnamed(line.words) }
        var call = Call(command: command, table: self)
        for flag in line.flags { try call.take(flag) }
        try call.take(operands: Array(line.words.dropFirst(command.words.count)))
        try call.take(environment)
        return .run(call)
    }

    // MARK: Words and flags

    struct Flag {
        let name: String
        let value: String?
    }

    private struct Line {
        var words: [String] = []
        var flags: [Flag] = []
        var asksForHelp = false
    }

    /// Flags may stand anywhere before `--`. Which of them take a value is the same for all commands, so this can
    /// be told before the command is known.
    private func split(_ arguments: [String]) throws(UsageFault) -> Line {
        var line = Line()
        var rest = arguments[...]
        while let word = rest.popFirst() {
            if word == "--" {
                line.words += rest
                break
            }
            if word == "--help" || word == "-h" {
                line.asksForHelp = true
                continue
            }
            guard word.hasPrefix("-"), word != "-" else {
                line.words.append(word)
                continue
            }
            let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let name = String(parts[0].dropFirst(2))
            let known = options(of: command(in: line.words))
            guard word.hasPrefix("--"), let option = (known + allOptions).first(where: { $0.name == name }) else {
                let nearest = Spelling.nearest(to: name, among: known.map(\.name) + ["help"])
                throw .unknownOption(String(parts[0]), nearest: nearest.map { "--\($0)" })
            }
            if parts.count > 1 {
                line.flags.append(Flag(name: name, value: String(parts[1])))
            } else if option.kind == .toggle {
                line.flags.append(Flag(name: name, value: nil))
            } else {
                // `--data --json` is a forgotten value. One that begins so is written with `=`.
                guard let value = rest.popFirst(), !value.hasPrefix("--") else {
                    throw .valueMissing(.flag(option.flag), expected: option.kind.expectation)
                }
                line.flags.append(Flag(name: name, value: value))
            }
        }
        return line
    }

    // MARK: What there is

    var allOptions: [Option] { common + commands.flatMap(\.options) }

    /// Those of one command, its own first; of all where it is not known.
    func options(of command: Command?) -> [Option] {
        command.map { $0.options + common } ?? allOptions
    }

    /// The command with the most words that these begin with.
    private func command(in words: [String]) -> Command? {
        commands.filter { words.starts(with: $0.words) }.max { $0.words.count < $1.words.count }
    }

    /// Commands that begin with these words.
    func group(_ words: [String]) -> [Command] {
        commands.filter { $0.words.starts(with: words) }
    }

    private func misnamed(_ words: [String]) -> UsageFault {
        guard let first = words.first else { return .commandMissing(usage: usage(of: [])) }
        let group = group([first])
        if words.count == 1, !group.isEmpty { return .commandMissing(usage: usage(of: [first])) }
        // The second word counts where the first is right.
        let given = group.isEmpty ? first : words[..<2].joined(separator: " ")
        let known = group.isEmpty ? commands.flatMap { [$0.words[0], $0.name] } : group.map(\.name)
        return .unknownCommand(
            given, nearest: Spelling.nearest(to: given, among: known).map { "\(program) \($0)" },
            usage: usage(of: group.isEmpty ? [] : [first]))
    }
}
