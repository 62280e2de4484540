import Operations
import Replica
import Store

/// `@handle` and `@handle@node` in a text, for people of the room.
enum Mentions {
    /// So many names of a text are looked up.
    static let candidatesMax = 256

    /// What stands behind an `@`: the longest that may be a handle, and all that follows.
    private struct Candidate {
        let handle: Substring.UTF8View
        let rest: Substring.UTF8View
    }

    private static func isOfHandle(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."),
            UInt8(ascii: "_"), UInt8(ascii: "-"):
            true
        default: false
        }
    }

    private static func candidates(in text: String) -> [Candidate] {
        var candidates: [Candidate] = []
        var before: Unicode.Scalar?
        var index = text.unicodeScalars.startIndex
        while index < text.unicodeScalars.endIndex {
            let scalar = text.unicodeScalars[index]
            let next = text.unicodeScalars.index(after: index)
            if scalar == "@", before.map({ !isWord($0) }) ?? true {
                let rest = text[next...].utf8
                let handle = rest.prefix { isOfHandle($0) }
                if (1...Limits.handleBytesMax).contains(handle.count) {
                    candidates.append(Candidate(handle: handle, rest: rest.dropFirst(handle.count)))
                }
            }
            before = scalar
            index = next
        }
        return candidates
    }

    /// Each once, ascending; at most as many as a message may mention.
    ///
    /// `find` gives the people of the room with that handle, and the name of each one's node. A name without a node is that
    /// of somebody of the writer's own, or of the only one who bears it.
    static func find(
        in text: String, by writer: UserID, people find: (Handle) throws -> [(user: UserID, node: String)]
    ) rethrows -> [UserID] {
        var mentioned: Set<UserID> = []
        for candidate in candidates(in: text).prefix(candidatesMax) {
            guard mentioned.count < Limits.mentionsMax else { break }
            if let user = try mention(candidate, by: writer, find) { mentioned.insert(user) }
        }
        return mentioned.sorted()
    }

    /// "@alice." at the end of a sentence is Alice, unless there is somebody with that name.
    private static func mention(
        _ candidate: Candidate, by writer: UserID, _ find: (Handle) throws -> [(user: UserID, node: String)]
    ) rethrows -> UserID? {
        var name = candidate.handle
        var isWhole = true
        while !name.isEmpty {
            if let handle = Handle(String(Substring(name))) {
                let people = try find(handle)
                if isWhole, isFollowedByNode(candidate.rest) { return named(candidate.rest, people) }
                if let user = people.first(where: { $0.user.node == writer.node }) ?? only(people) { return user.user }
            }
            guard let last = name.last, [UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "_")].contains(last) else {
                return nil
            }
            name = name.dropLast()
            isWhole = false
        }
        return nil
    }

    /// Somebody elsewhere is meant, whether or not they are in the room.
    private static func isFollowedByNode(_ rest: Substring.UTF8View) -> Bool {
        guard rest.first == UInt8(ascii: "@"), let next = Substring(rest.dropFirst()).unicodeScalars.first else {
            return false
        }
        return isWord(next)
    }

    private static func isWord(_ scalar: Unicode.Scalar) -> Bool {
        scalar.properties.isAlphabetic || scalar.properties.numericType != nil
    }

    private static func only<Element>(_ list: [Element]) -> Element? {
        list.count == 1 ? list[0] : nil
    }

    /// Behind the handle stands `@` and the name of a node, and no letter or digit behind that; the longest name that fits.
    private static func named(
        _ rest: Substring.UTF8View, _ people: [(user: UserID, node: String)]
    ) -> UserID? {
        let text = Substring(rest.dropFirst())
        let fitting = people.filter { person in
            guard !person.node.isEmpty, text.utf8.starts(with: person.node.utf8) else { return false }
            let next = Substring(text.utf8.dropFirst(person.node.utf8.count)).unicodeScalars.first
            return next.map { !isWord($0) } ?? true
        }
        let longest = fitting.map { $0.node.utf8.count }.max()
        return only(fitting.filter { $0.node.utf8.count == longest })?.user
    }
}
