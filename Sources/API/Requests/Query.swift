package import Bytes
package import Store
import Wire

/// What a request's query says. Like `Fields`: who asks gets a value or nothing, and `check` throws all that was wrong.
package final class Query {
    let items: [(name: String, value: String)]
    private let problems = Problems()

    init(_ query: RequestQuery) {
        items = Array(query)
    }

    package func check() throws(APIFault) {
        try problems.throwIfAny()
    }

    /// The parameter's one value; nil where it isn't given.
    private func single(_ name: String) -> String? {
        let values = items.filter { $0.name == name }
        if values.count > 1 {
            problems.add(name, "Is given twice.")
            return nil
        }
        return values.first?.value
    }

    private func value<Value>(_ name: String, _ expected: String, _ read: (String) -> Value?) -> Value? {
        guard let text = single(name) else { return nil }
        if let value = read(text) { return value }
        problems.add(name, expected)
        return nil
    }

    /// Notes that a parameter is needed.
    func missing(_ name: String) {
        if !items.contains(where: { $0.name == name }) { problems.add(name, "This parameter is needed.") }
    }

    // MARK: Values

    /// An empty one is none.
    package func text(_ name: String) -> String? {
        value(name, "Holds a character that no text may have.") { $0.utf8.contains(0) ? nil : $0 }
            .flatMap { $0.isEmpty ? nil : $0 }
    }

    package func bool(_ name: String) -> Bool? {
        value(name, "Must be true or false.") {
            switch $0.lowercased() {
            case "true": true
            case "false": false
            default: nil
            }
        }
    }

    package func time(_ name: String) -> Timestamp? {
        value(name, "Must be a time as RFC 3339 writes it.") { Timestamp(rfc3339: $0) }
    }

    package func reference(_ name: String) -> Reference? {
        value(name, "Must be an id or a uuid.") { Reference($0) }
    }

    /// What may be named by several parameters: each that is given.
    package func references(among names: [String]) -> [(name: String, reference: Reference)] {
        names.compactMap { name in reference(name).map { (name, $0) } }
    }

    package func person(_ name: String) -> PersonReference? {
        value(name, "Must be an id, a uuid or an address.") { PersonReference($0) }
    }

    package func choice<Choice>(_ name: String, _ read: (String) -> Choice?) -> Choice? {
        value(name, "Is none of the words that this parameter knows.", read)
    }

    package func integer(_ name: String, in range: ClosedRange<Int64>) -> Int64? {
        value(name, "Must be an integer of at least \(range.lowerBound).") {
            guard $0.utf8.allSatisfy(\.isASCIIDigit), let number = Int64($0), range.contains(number) else { return nil }
            return number
        }
    }

    package func times() -> TimeWindow {
        TimeWindow(since: time("since"), until: time("until"))
    }

    // MARK: Pages

    static let limitMax = 200
    /// Behind the end of every list. What is asked for beyond is an empty page as well, and what is added to it is still a number.
    static let offsetMax = Int(Int32.max)

    /// `limit` and `offset`.
    package func window(limit standard: Int = 50) -> ListWindow {
        let limit = value("limit", "Must be 1 or more.") { Self.count($0).flatMap { $0 > 0 ? $0 : nil } } ?? standard
        let offset = value("offset", "Must be 0 or more.") { Self.count($0) } ?? 0
        return ListWindow(limit: min(limit, Self.limitMax), offset: min(offset, Self.offsetMax))
    }

    /// However many digits it has.
    private static func count(_ text: String) -> Int? {
        guard !text.isEmpty, text.utf8.allSatisfy(\.isASCIIDigit) else { return nil }
        return Int(text) ?? .max
    }
}
