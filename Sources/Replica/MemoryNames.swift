import Operations

/// The nodes and users that were met in a room, numbered as they came.
struct MemoryNames: Sendable {
    private var origins: [NodeID: Origin] = [:]
    private var nodes: [NodeID] = []
    private var handles: [[Handle: UInt32]] = []
    private var texts: [[Handle]] = []
    /// Mostly the same few write one after the other.
    private var last: (user: UserID, person: Person)?

    func origin(of node: NodeID) -> Origin? { origins[node] }

    mutating func origin(for node: NodeID) -> Origin {
        if let known = origins[node] { return known }
        let origin = Origin(UInt32(nodes.count))
        origins[node] = origin
        nodes.append(node)
        handles.append([.node: 0])
        texts.append([.node])
        return origin
    }

    func person(of user: UserID) -> Person? {
        guard let origin = origins[user.node], let handle = handles[Int(origin.number)][user.handle] else { return nil }
        return Person(origin: origin, handle: handle)
    }

    mutating func person(for user: UserID) -> Person {
        if let last, last.user == user { return last.person }
        let origin = origin(for: user.node)
        let index = Int(origin.number)
        let handle = handles[index][user.handle] ?? UInt32(texts[index].count)
        if handle == texts[index].count {
            handles[index][user.handle] = handle
            texts[index].append(user.handle)
        }
        let person = Person(origin: origin, handle: handle)
        last = (user, person)
        return person
    }

    func node(_ origin: Origin) -> NodeID { nodes[Int(origin.number)] }

    func user(_ person: Person) -> UserID {
        UserID(node: node(person.origin), handle: texts[Int(person.origin.number)][Int(person.handle)])
    }
}
