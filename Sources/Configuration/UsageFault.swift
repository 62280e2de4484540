import Bytes

/// A program that was called wrongly, in words for the person who did.
package enum UsageFault: Error, Equatable, Sendable, CustomStringConvertible {
    /// What the process ends with.
    package static let exitCode: Int32 = 2

    /// Where a value was given.
    package enum Place: Equatable, Sendable, CustomStringConvertible {
        case flag(String)
        case variable(String)
        case line(file: String, Int, name: String)
        case operand(String)

        package var description: String {
            switch self {
            case .flag(let name), .variable(let name), .operand(let name): name
            case .line(let file, let line, let name): "\(file):\(line): \(name)"
            }
        }
    }

    case commandMissing(usage: String)
    case unknownCommand(String, nearest: String?, usage: String)
    case unknownOption(String, nearest: String?)
    case unknownVariable(String, nearest: String)
    case unknownKey(String, file: String, line: Int, nearest: String?)
    case malformedLine(file: String, line: Int)
    case valueMissing(Place, expected: String)
    case wrongValue(Place, String, expected: String)
    case givenTwice(Place)
    case operandMissing(String, usage: String)
    case surplusOperand(String, usage: String)
    /// An option that has no place in the file.
    case notInFile(String, file: String, line: Int)

    package var description: String {
        switch self {
        case .commandMissing(let usage): "a command is missing\n\(usage)"
        case .unknownCommand(let given, let nearest, let usage):
            "unknown command \(Self.quoted(given))" + (nearest.map { "; did you mean \($0)?" } ?? "\n\(usage)")
        case .unknownOption(let given, let nearest): "unknown option \(given.visible)" + Self.hint(nearest)
        case .unknownVariable(let given, let nearest): "unknown variable \(given.visible)" + Self.hint(nearest)
        case .unknownKey(let given, let file, let line, let nearest):
            "\(file):\(line): unknown option \(given.visible)" + Self.hint(nearest)
        case .malformedLine(let file, let line): "\(file):\(line): expected a line of the form key = value"
        case .valueMissing(let place, let expected): "\(place) needs a value: \(expected)"
        case .wrongValue(let place, let value, let expected): "\(place) takes \(expected), not \(Self.quoted(value))"
        case .givenTwice(let place): "\(place) is given twice"
        case .operandMissing(let name, let usage): "\(name) is missing\n\(usage)"
        case .surplusOperand(let given, let usage): "\(Self.quoted(given)) is one argument too many\n\(usage)"
        case .notInFile(let name, let file, let line):
            "\(file):\(line): \(name) can't be set in the file, only on the command line or in the environment"
        }
    }

    private static func hint(_ nearest: String?) -> String {
        nearest.map { "; did you mean \($0)?" } ?? ""
    }

    /// A value may be anything at all: it is shown on one line and not at any length.
    private static func quoted(_ value: String) -> String {
        let shown = value[...].prefix(utf8Bytes: 100)
        return "'\(shown.visible)\(shown.utf8.count < value.utf8.count ? "…" : "")'"
    }
}

/// Which of the known names a mistyped one was meant to be.
enum Spelling {
    /// Nil where nothing is near: a third of its letters may be wrong, two at most in a short one.
    static func nearest(to given: String, among known: [String]) -> String? {
        guard (1...64).contains(given.utf8.count) else { return nil }
        var best: (name: String, distance: Int)?
        for name in known {
            let distance = distance(Array(given.utf8), Array(name.utf8))
            guard distance <= max(1, min(name.utf8.count / 3, 3)) else { continue }
            if best.map({ distance < $0.distance }) ?? true { best = (name, distance) }
        }
        return best?.name
    }

    /// Letters put in, left out, replaced or swapped with their neighbour.
    static func distance(_ left: [UInt8], _ right: [UInt8]) -> Int {
        var beforeLast: [Int] = []
        var last = Array(0...right.count)
        for row in left.indices {
            var current = [row + 1]
            for column in right.indices {
                var cost = min(
                    last[column] + (left[row] == right[column] ? 0 : 1), last[column + 1] + 1, current[column] + 1)
                if row > 0, column > 0, left[row] == right[column - 1], left[row - 1] == right[column] {
                    cost = min(cost, beforeLast[column - 1] + 1)
                }
                current.append(cost)
            }
            (beforeLast, last) = (last, current)
        }
        return last[right.count]
    }
}
