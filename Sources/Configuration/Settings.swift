/// What a command is to work with: every option of it, from wherever it was given. To ask for an option that the
/// command does not have, or as something that it is not, is a mistake of the program.
package struct Settings: Sendable {
    /// The words of the command, such as `peer add`.
    package let command: String
    private let operands: [String: OptionValue]
    private let given: [String: Given]

    struct Given: Sendable {
        /// Nil for what was not given.
        var place: UsageFault.Place?
        var values: [OptionValue] = []
    }

    init(command: String, operands: [String: OptionValue], given: [String: Given]) {
        self.command = command
        self.operands = operands
        self.given = given
    }

    /// Where an option was given; nil where it was left out.
    package func place(of name: String) -> UsageFault.Place? {
        option(name).place
    }

    /// What stands behind the command's words; nil where it was left out. A URL comes in its shortest form.
    package func operand(_ name: String) -> String? {
        switch operands[name] {
        case .text(let text): text
        case .url(let url): url.description
        case nil: nil
        default: preconditionFailure("\(name) of \(command) is no text")
        }
    }

    package func text(_ name: String) -> String? {
        all(name) { if case .text(let text) = $0 { text } else { nil } }.last
    }

    package func integer(_ name: String) -> Int? {
        all(name) { if case .integer(let number) = $0 { number } else { nil } }.last
    }

    package func size(_ name: String) -> UInt64? {
        all(name) { if case .size(let size) = $0 { size } else { nil } }.last
    }

    package func milliseconds(_ name: String) -> Int64? {
        all(name) { if case .duration(let duration) = $0 { duration } else { nil } }.last
    }

    package func isOn(_ name: String) -> Bool {
        all(name) { if case .toggle(let isOn) = $0 { isOn } else { nil } }.last ?? false
    }

    package func endpoints(_ name: String) -> [Endpoint] {
        all(name) { if case .endpoint(let endpoint) = $0 { endpoint } else { nil } }
    }

    package func networks(_ name: String) -> [NetworkRange] {
        all(name) { if case .network(let range) = $0 { range } else { nil } }
    }

    package func urls(_ name: String) -> [WebURL] {
        all(name) { if case .url(let url) = $0 { url } else { nil } }
    }

    private func all<Value>(_ name: String, _ extract: (OptionValue) -> Value?) -> [Value] {
        option(name).values.map { value in
            guard let extracted = extract(value) else { preconditionFailure("--\(name) is of another kind: \(value)") }
            return extracted
        }
    }

    private func option(_ name: String) -> Given {
        guard let given = given[name] else { preconditionFailure("\(command) has no option \(name)") }
        return given
    }
}

extension Settings.Given {
    /// What leaving an option out means.
    init(preset option: Option) {
        guard let preset = option.preset else { return }
        guard let value = option.kind.value(of: preset) else {
            preconditionFailure("the preset of --\(option.name) is none of its values")
        }
        values = [value]
    }
}
