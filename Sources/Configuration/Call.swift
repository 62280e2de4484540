/// A command with what the command line and the environment say; the file is still to come.
package struct Call: Sendable {
    package let command: Command
    private let table: CommandTable
    private var operands: [String: OptionValue] = [:]
    private var fromFlags: [String: Settings.Given] = [:]
    private var fromEnvironment: [String: Settings.Given] = [:]

    init(command: Command, table: CommandTable) {
        self.command = command
        self.table = table
    }

    /// What the command is to work with. With `.none` for the file, what is known before it is read, such as
    /// where it lies.
    package func settings(_ file: ConfigurationFile) throws(UsageFault) -> Settings {
        let fromFile = try read(file)
        var given: [String: Settings.Given] = [:]
        for option in table.options(of: command) {
            given[option.name] =
                fromFlags[option.name] ?? fromEnvironment[option.name] ?? fromFile[option.name]
                ?? Settings.Given(preset: option)
        }
        return Settings(command: command.name, operands: operands, given: given)
    }

    // MARK: Command line

    mutating func take(_ flag: CommandTable.Flag) throws(UsageFault) {
        let known = table.options(of: command)
        guard let option = known.first(where: { $0.name == flag.name }) else {
            let nearest = Spelling.nearest(to: flag.name, among: known.map(\.name))
            throw .unknownOption(
                "--\(flag.name) of \(table.program) \(command.name)", nearest: nearest.map { "--\($0)" })
        }
        let place = UsageFault.Place.flag(option.flag)
        if !option.isRepeatable, fromFlags[option.name] != nil { throw .givenTwice(place) }
        let value = try option.value(of: flag.value ?? "on", at: place)
        fromFlags[option.name, default: Settings.Given(place: place)].values.append(value)
    }

    mutating func take(operands words: [String]) throws(UsageFault) {
        let usage = table.usage(of: command)
        if words.count > command.operands.count { throw .surplusOperand(words[command.operands.count], usage: usage) }
        for (index, operand) in command.operands.enumerated() {
            guard index < words.count else {
                let isReplaced = !operand.substitutes.isEmpty && operand.substitutes.allSatisfy { fromFlags[$0] != nil }
                guard isReplaced || operand.isOptional && operand.substitutes.isEmpty else {
                    throw .operandMissing(operand.name, usage: usage)
                }
                continue
            }
            guard let value = operand.kind.value(of: words[index]) else {
                throw .wrongValue(.operand(operand.name), words[index], expected: operand.kind.expectation)
            }
            operands[operand.name] = value
        }
    }

    // MARK: Environment and file

    /// A variable that is near to one of ours is a mistyped one; others with our prefix are somebody else's (a
    /// cluster sets `PARLEY_SERVICE_HOST` for a service of that name). An empty one counts as not set.
    mutating func take(_ environment: [String: String]) throws(UsageFault) {
        let all = table.allOptions.filter { $0.sources != .flag }
        let prefix = "PARLEY_"
        for variable in environment.keys.sorted() where variable.hasPrefix(prefix) {
            guard let text = environment[variable], !text.isEmpty else { continue }
            guard all.contains(where: { $0.variable == variable }) else {
                let nearest = Spelling.nearest(
                    to: String(variable.dropFirst(prefix.count)),
                    among: all.map { String($0.variable.dropFirst(prefix.count)) })
                if let nearest { throw .unknownVariable(variable, nearest: prefix + nearest) }
                continue
            }
            guard
                let option = table.options(of: command).first(where: { $0.variable == variable && $0.sources != .flag })
            else { continue }
            fromEnvironment[option.name] = Settings.Given(
                place: .variable(variable), values: try option.values(of: text, at: .variable(variable)))
        }
    }

    /// The file is one for all commands: a line for another command is fine, and not looked into.
    private func read(_ file: ConfigurationFile) throws(UsageFault) -> [String: Settings.Given] {
        let all = table.allOptions.filter { $0.sources != .flag }
        var given: [String: Settings.Given] = [:]
        for line in file.lines {
            let place = UsageFault.Place.line(file: file.name, line.number, name: line.key)
            let own = table.options(of: command).first { $0.name == line.key && $0.sources != .flag }
            guard let option = own ?? all.first(where: { $0.name == line.key }) else {
                let known = all.filter { $0.sources == .everywhere }.map(\.name)
                throw .unknownKey(
                    line.key, file: file.name, line: line.number, nearest: Spelling.nearest(to: line.key, among: known))
            }
            guard option.sources == .everywhere else {
                throw .notInFile(option.name, file: file.name, line: line.number)
            }
            guard own != nil, !line.value.isEmpty else { continue }
            if !option.isRepeatable, given[option.name] != nil { throw .givenTwice(place) }
            given[option.name, default: Settings.Given(place: place)].values += try option.values(
                of: line.value, at: place)
        }
        return given
    }
}

extension Option {
    func value(of text: String, at place: UsageFault.Place) throws(UsageFault) -> OptionValue {
        guard let value = kind.value(of: text) else {
            throw text.isEmpty
                ? .valueMissing(place, expected: kind.expectation)
                : .wrongValue(place, text, expected: kind.expectation)
        }
        return value
    }

    /// Where an option can't be repeated, several values stand behind each other with commas between them.
    func values(of text: String, at place: UsageFault.Place) throws(UsageFault) -> [OptionValue] {
        guard isRepeatable else { return [try value(of: text, at: place)] }
        var values: [OptionValue] = []
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            let word = part.drop { $0 == " " }
            values.append(try value(of: String(word.reversed().drop { $0 == " " }.reversed()), at: place))
        }
        return values
    }
}
