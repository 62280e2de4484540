import Wire

/// A request's own URL, of which those of other pages are made.
struct RequestLink: Sendable {
    /// With what stands before it.
    let path: String
    let items: [(name: String, value: String)]

    /// With other values for some parameters; nil takes one away. What lets somebody in is never repeated.
    func changed(_ changes: [(name: String, value: String?)]) -> String {
        var kept = items.filter { item in
            item.name != "ticket" && item.name != "token" && !changes.contains { $0.name == item.name }
        }
        for (name, value) in changes { if let value { kept.append((name, value)) } }
        guard !kept.isEmpty else { return path }
        return path + "?" + String(decoding: URLEncodedForm.encode(kept), as: UTF8.self)
    }
}
