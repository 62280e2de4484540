import Bytes
import Chat
import Operations

// Fields that several faces share.

extension Fields {
    /// A text with something in it.
    func words(_ name: String) -> String? {
        let text = text(name)
        if text?.isEmpty ?? false { problems.add(name, "Must not be empty.") }
        return text
    }

    /// A client's own data, which are kept or replaced as a whole.
    func extra(_ name: String = "extra_data") -> Change<Extra?> {
        switch object(name) {
        case .absent: return .none
        case .nothing: return .to(nil)
        case .value(let json):
            do throws(ExtraFault) {
                return .to(try Extra(json: json.span))
            } catch {
                problems.add(name, error.text)
                return .none
            }
        }
    }

    /// A reference of the caller's own: a text, an integer or null; in a form a text.
    func ownReference(_ name: String) -> Change<Operations.Reference?> {
        let given: Given<Operations.Reference> = value(
            name, "Must be text, an integer or null.", isText: true, mayBeNothing: true
        ) {
            switch $0 {
            case .text(let text): .text(text)
            case .integer(let number): .integer(number)
            default: nil
            }
        } form: {
            .text($0)
        }
        switch given {
        case .absent: return .none
        case .nothing: return .to(nil)
        case .value(let reference): return .to(reference)
        }
    }

    /// `details`, which is also called `description`.
    func details() -> (text: String, name: String)? {
        let details = text("details")
        let description = text("description")
        if let details, let description, details != description {
            problems.add("description", "Says another thing than details, which is the same text.")
        }
        return details.map { ($0, "details") } ?? description.map { ($0, "description") }
    }

    /// A list of people, of whom a request may name so many.
    func participants(_ name: String) -> [PersonReference]? {
        limited(people(name), name)
    }

    /// A list of what people call each other.
    func displayNames(_ name: String) -> [String]? {
        limited(texts(name), name)
    }

    private func limited<Element>(_ list: [Element]?, _ name: String) -> [Element]? {
        guard let list, list.count > People.namedMax else { return list }
        problems.add(name, "At most \(People.namedMax) people.")
        return nil
    }
}

extension Change {
    /// What it says to something that isn't there yet.
    func value<Wrapped>() -> Wrapped? where Value == Wrapped? {
        if case .to(let value) = self { value } else { nil }
    }
}
