import JSON

/// A field that may hold nothing.
package enum Given<Value> {
    case absent
    /// Null in JSON, empty or `null` in a form.
    case nothing
    case value(Value)
}

extension Given {
    /// For a field in which nothing and absence are the same.
    package var value: Value? {
        if case .value(let value) = self { value } else { nil }
    }
}

extension Fields {
    /// Notes that a field is needed; a value to go on with is for the caller to choose.
    package func missing<Value>(_ name: String, _ stand: Value) -> Value {
        // What is there and wrong has been noted already.
        if !has(name) { problems.add(name, "This field is needed.") }
        return stand
    }

    /// The same for a field whose value is asked for elsewhere.
    package func need(_ name: String) {
        missing(name, ())
    }

    package func has(_ name: String) -> Bool {
        switch source {
        case .json(_, let members): members[name] != nil
        case .form(let items): items.contains { $0.name == name }
        }
    }

    // MARK: Values

    package func text(_ name: String) -> String? {
        textOrNothing(name, isEmptyNothing: false, mayBeNothing: false).value
    }

    /// A text that may be null; in a form `null` and nothing are texts as well.
    package func nullableText(_ name: String) -> Given<String> {
        textOrNothing(name, isEmptyNothing: false, mayBeNothing: true)
    }

    private func textOrNothing(_ name: String, isEmptyNothing: Bool, mayBeNothing: Bool) -> Given<String> {
        value(name, "Must be text.", isText: true, mayBeNothing: mayBeNothing) {
            if case .text(let text) = $0 { text } else { nil }
        } form: {
            $0
        }
    }

    package func integer(_ name: String) -> Int64? {
        nullableInteger(name, mayBeNothing: false).value
    }

    package func nullableInteger(_ name: String, mayBeNothing: Bool = true) -> Given<Int64> {
        value(name, "Must be an integer of 64 bits.", mayBeNothing: mayBeNothing) {
            if case .integer(let number) = $0 { number } else { nil }
        } form: {
            Self.integer($0)
        }
    }

    package func bool(_ name: String) -> Bool? {
        value(name, "Must be true or false.") {
            if case .bool(let value) = $0 { value } else { nil }
        } form: {
            switch $0.lowercased() {
            case "true", "1", "on": true
            case "false", "0", "off": false
            default: nil
            }
        }.value
    }

    /// One of a few words.
    package func choice<Choice: RawRepresentable<String>>(_ name: String, of type: Choice.Type) -> Choice? {
        value(name, "Is none of the words that this field knows.", isText: true) {
            if case .text(let text) = $0 { Choice(rawValue: text) } else { nil }
        } form: {
            Choice(rawValue: $0)
        }.value
    }

    // MARK: Names of things

    package func reference(_ name: String) -> Reference? {
        nullableReference(name, mayBeNothing: false).value
    }

    package func nullableReference(_ name: String, mayBeNothing: Bool = true) -> Given<Reference> {
        value(name, "Must be an id or a uuid.", mayBeNothing: mayBeNothing, Self.reference) { Reference($0) }
    }

    /// What may be named by several fields: each that is given.
    package func references(among names: [String]) -> [(name: String, reference: Reference)] {
        names.compactMap { name in reference(name).map { (name, $0) } }
    }

    package func person(_ name: String) -> PersonReference? {
        value(name, "Must be an id, a uuid or an address.", Self.person) { PersonReference($0) }.value
    }

    package func references(_ name: String) -> [Reference]? {
        list(name, "Must be a list of ids or uuids.", Self.reference) { Reference($0) }
    }

    package func people(_ name: String) -> [PersonReference]? {
        list(name, "Must be a list of ids, uuids or addresses.", Self.person) { PersonReference($0) }
    }

    package func texts(_ name: String) -> [String]? {
        list(name, "Must be a list of texts.") {
            if case .text(let text) = $0 { text } else { nil }
        } form: {
            $0
        }
    }

    private static func reference(_ item: JSONItem) -> Reference? {
        switch item {
        case .integer(let number) where number > 0: .number(number)
        case .text(let text): Reference(text)
        default: nil
        }
    }

    private static func person(_ item: JSONItem) -> PersonReference? {
        switch item {
        case .integer(let number) where number > 0: .number(number)
        case .text(let text): PersonReference(text)
        default: nil
        }
    }

    // MARK: Objects

    /// An object's JSON, as it was written; in a form it is its text.
    package func object(_ name: String) -> Given<[UInt8]> {
        switch source {
        case .json(let body, let members):
            guard let range = members[name] else { return .absent }
            switch item(body, range) {
            case .null: return .nothing
            case .object: return .value(Array(body[range]))
            default: break
            }
        case .form:
            guard let text = single(name) else { return .absent }
            if text.isEmpty || text == "null" { return .nothing }
            let body = Array(text.utf8)
            if case .object = item(body, 0..<body.count) { return .value(body) }
        }
        problems.add(name, "Must be a JSON object.")
        return .absent
    }

    /// A list of objects, each with fields of its own, whose faults are noted under the list's name.
    package func objects(_ name: String, countMax: Int) -> [Fields]? {
        switch source {
        case .json(let body, let members):
            guard let range = members[name] else { return nil }
            return objects(name, body, range, countMax)
        case .form:
            guard let text = single(name) else { return nil }
            let body = Array(text.utf8)
            return objects(name, body, 0..<body.count, countMax)
        }
    }

    private func objects(_ name: String, _ body: [UInt8], _ range: Range<Int>, _ countMax: Int) -> [Fields]? {
        if case .list(let items) = item(body, range), items.count <= countMax {
            var objects: [Fields] = []
            for case .object(let place) in items {
                if let object = try? Fields(object: place, of: body) { objects.append(object) }
            }
            if objects.count == items.count { return objects }
        }
        problems.add(name, "Must be a list of at most \(countMax) JSON objects.")
        return nil
    }
}
