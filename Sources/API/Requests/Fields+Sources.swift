import JSON

// How a field is found, and read by the rules of the body it came in.

extension Fields {
    /// The field as `json` or `form` reads it; what neither can read is noted as `expected`.
    func value<Value>(
        _ name: String, _ expected: String, isText: Bool = false, mayBeNothing: Bool = false,
        _ json: (JSONItem) -> Value?, form: (String) -> Value?
    ) -> Given<Value> {
        switch source {
        case .json(let body, let members):
            guard let range = members[name] else { return .absent }
            let item = item(body, range)
            if mayBeNothing, case .null = item { return .nothing }
            if let value = json(item) { return .value(value) }
        case .form:
            guard let text = single(name) else { return .absent }
            if mayBeNothing, !isText, text.isEmpty || text == "null" { return .nothing }
            guard !text.utf8.contains(0) else {
                problems.add(name, "Holds a character that no text may have.")
                return .absent
            }
            if let value = form(text) { return .value(value) }
        }
        problems.add(name, expected)
        return .absent
    }

    /// All elements, or nil where one can't be read. In a form the field repeated, or a JSON array as its one text.
    func list<Value>(
        _ name: String, _ expected: String, _ json: (JSONItem) -> Value?, form: (String) -> Value?
    ) -> [Value]? {
        switch source {
        case .json(let body, let members):
            guard let range = members[name] else { return nil }
            if let values = elements(body, range, json) { return values }
        case .form(let items):
            let texts = items.filter { $0.name == name }.map(\.value)
            guard let first = texts.first else { return nil }
            if texts.count == 1, first.utf8.first == UInt8(ascii: "[") {
                let body = Array(first.utf8)
                if let values = elements(body, 0..<body.count, json) { return values }
            }
            let values = texts.filter { !$0.utf8.contains(0) }.compactMap(form)
            if values.count == texts.count { return values }
        }
        problems.add(name, expected)
        return nil
    }

    private func elements<Value>(
        _ body: [UInt8], _ range: Range<Int>, _ json: (JSONItem) -> Value?
    ) -> [Value]? {
        guard case .list(let items) = item(body, range) else { return nil }
        let values = items.compactMap(json)
        return values.count == items.count ? values : nil
    }

    /// A form's field that is no list.
    func single(_ name: String) -> String? {
        guard case .form(let items) = source else { return nil }
        let values = items.filter { $0.name == name }
        if values.count > 1 { problems.add(name, "Stands twice in the form.") }
        return values.first?.value
    }

    /// What stands there; what can't be read (a form's text that is no JSON) is as good as a number that nobody asks for.
    func item(_ body: [UInt8], _ range: Range<Int>) -> JSONItem {
        do throws(JSONFault) {
            var reader = JSONReader(body.span.extracting(range))
            _ = try reader.extent()
            try reader.finish()
            return try JSONItem(body.span, at: range)
        } catch {
            return .otherNumber
        }
    }

    /// Digits, perhaps with `-`.
    static func integer(_ text: String) -> Int64? {
        guard text.utf8.first != UInt8(ascii: "+") else { return nil }
        return Int64(text)
    }
}
