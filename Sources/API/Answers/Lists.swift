import Configuration
package import JSON
import Server
package import Store
import Wire

// Lists (Spec/api, section 5).

extension Call {
    /// What stands before every path in a link: the node's URL, or what the request called it.
    package var base: String {
        shared.settings.publicURL?.description ?? "http://\(request.target.authority)"
    }

    /// This request again, with other values for some parameters; nil takes one away.
    package func link(_ changes: [(name: String, value: String?)]) -> String {
        ownLink.changed(changes)
    }

    var ownLink: RequestLink {
        RequestLink(path: base + String(decoding: request.target.rawPath, as: UTF8.self), items: query.items)
    }

    private func link(to window: ListWindow) -> String {
        link([("limit", "\(window.limit)"), ("offset", "\(window.offset)")])
    }

    /// `{count, next, previous, results}`; `count` is how many there are in all.
    package func page(
        _ window: ListWindow, count: Int, _ writeResults: (inout JSONWriter) throws -> Void
    ) rethrows -> Answer {
        let neighbours = window.neighbours(count: count)
        return try page(
            count: count, elements: min(count, window.limit), next: neighbours.next.map { link(to: $0) },
            previous: neighbours.previous.map { link(to: $0) }, writeResults)
    }

    /// The same where something other than an offset leads on.
    package func page(
        count: Int, elements: Int = 0, next: String?, previous: String?,
        _ writeResults: (inout JSONWriter) throws -> Void
    ) rethrows -> Answer {
        try .ok(room: elements * 2_048) { json in
            try json.object {
                $0.member("count", count)
                $0.member("next", next)
                $0.member("previous", previous)
                try $0.member("results", array: writeResults)
            }
        }
    }

    /// A plain array, whose neighbours are in the header `Link` (RFC 8288).
    package func array(
        _ window: ListWindow, count: Int, _ writeElements: (inout JSONWriter) throws -> Void
    ) rethrows -> Answer {
        let neighbours = window.neighbours(count: count)
        return try array(
            links: [
                ("first", link(to: ListWindow(limit: window.limit))),
                ("prev", neighbours.previous.map { link(to: $0) }),
                ("next", neighbours.next.map { link(to: $0) }),
                ("last", link(to: ListWindow(limit: window.limit, offset: window.lastOffset(count: count)))),
            ], writeElements)
    }

    package func array(
        links: [(relation: String, url: String?)], _ writeElements: (inout JSONWriter) throws -> Void
    ) rethrows -> Answer {
        var answer = try Answer.ok { json in
            json.beginArray()
            try writeElements(&json)
            json.endArray()
        }
        answer.add(links)
        return answer
    }
}

extension Answer {
    /// As far as there are such, in the header `Link`.
    mutating func add(_ links: [(relation: String, url: String?)]) {
        let fields = links.compactMap { relation, url in url.map { "<\($0)>; rel=\"\(relation)\"" } }
        if !fields.isEmpty { response.fields.append(("Link", fields.joined(separator: ", "))) }
    }
}

extension ListWindow {
    /// The pages beside this one, as far as there are such. Behind the end, the one before is the last page.
    func neighbours(count: Int) -> (previous: ListWindow?, next: ListWindow?) {
        let previous =
            offset > 0 ? ListWindow(limit: limit, offset: max(0, min(offset, count) - limit)) : nil
        let next = offset < count && limit < count - offset ? ListWindow(limit: limit, offset: offset + limit) : nil
        return (previous, next)
    }

    /// Where the last page of so many begins, counted from the first.
    func lastOffset(count: Int) -> Int {
        count == 0 ? 0 : (count - 1) / limit * limit
    }
}
