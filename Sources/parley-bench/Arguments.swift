/// One option of a subcommand: `--name PLACEHOLDER`.
struct OptionForm: Sendable {
    let name: String
    let placeholder: String
    let meaning: String

    init(_ name: String, _ placeholder: String, _ meaning: String) {
        self.name = name
        self.placeholder = placeholder
        self.meaning = meaning
    }
}

/// What is wrong with a command line; the text is for the person who typed it.
struct ArgumentFault: Error, Equatable, CustomStringConvertible {
    let description: String

    init(_ description: String) {
        self.description = description
    }
}

/// A subcommand's arguments, split into operands and options. Options may stand anywhere, as `--name value`
/// or `--name=value`.
struct Arguments {
    private(set) var operands: [String] = []
    /// In the order they were given.
    private(set) var options: [(name: String, value: String)] = []

    init(_ words: some Collection<String>, forms: [OptionForm]) throws(ArgumentFault) {
        var rest = words[...]
        while let word = rest.popFirst() {
            guard word.hasPrefix("--") else {
                operands.append(word)
                continue
            }
            let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let name = String(parts[0])
            guard forms.contains(where: { $0.name == name }) else {
                throw ArgumentFault(Self.unknown("option", name, among: forms.map(\.name)))
            }
            guard let value = parts.count > 1 ? String(parts[1]) : rest.popFirst() else {
                throw ArgumentFault("\(name) needs a value")
            }
            options.append((name, value))
        }
    }

    /// The last value given; nil where there is none.
    func text(_ name: String) -> String? {
        options.last { $0.name == name }?.value
    }

    func number(_ name: String, in range: ClosedRange<Int>) throws(ArgumentFault) -> Int? {
        guard let text = text(name) else { return nil }
        return try Self.number(text, for: name, in: range)
    }

    static func number(_ text: String, for name: String, in range: ClosedRange<Int>) throws(ArgumentFault) -> Int {
        guard let number = Int(text), range.contains(number) else {
            throw ArgumentFault("\(name) takes a number from \(range.lowerBound) to \(range.upperBound), not '\(text)'")
        }
        return number
    }

    /// `there is no option --secnods; did you mean --seconds?`
    static func unknown(_ kind: String, _ name: String, among known: [String]) -> String {
        let nearest = known.map { (name: $0, distance: name.distance(to: $0)) }.min { $0.distance < $1.distance }
        guard let nearest else { return "there is no \(kind) \(name)" }
        return "there is no \(kind) \(name); the nearest is \(nearest.name)"
    }
}

extension String {
    /// How many letters must be put in, left out or exchanged to make the one of the other (Levenshtein).
    func distance(to other: String) -> Int {
        let (mine, others) = (Array(utf8), Array(other.utf8))
        var row = Array(0...others.count)
        for (index, letter) in mine.enumerated() {
            var diagonal = row[0]
            row[0] = index + 1
            for (column, otherLetter) in others.enumerated() {
                let exchanged = diagonal + (letter == otherLetter ? 0 : 1)
                diagonal = row[column + 1]
                row[column + 1] = Swift.min(exchanged, diagonal + 1, row[column] + 1)
            }
        }
        return row[others.count]
    }
}
