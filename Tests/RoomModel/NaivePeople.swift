import Operations

/// Numbers for everybody who is heard of in a room, in the order of their ids, and the room as authority's model has it.
struct NaivePeople {
    let nodes: [NodeID: Int]
    let handles: [Handle: Int]
    let feeds: [Feed: Int]
    let users: [UserID]
    private let keys: [OperationID: Int]

    init(_ operations: [Operation], _ certificates: [OperationID: Certificate], _ forked: some Sequence<Feed>) {
        var users: Set<UserID> = []
        for operation in operations {
            users.insert(operation.header.authorID)
            switch operation.header.target {
            case .user(let user), .grant(let user, _): users.insert(user)
            case .none, .operation: break
            }
        }
        self.users = users.filter { !$0.handle.isNode }.sorted()
        func numbered<Name: Hashable & Comparable>(_ names: some Sequence<Name>) -> [Name: Int] {
            Dictionary(uniqueKeysWithValues: Set(names).sorted().enumerated().map { ($1, $0) })
        }
        nodes = numbered(users.map(\.node) + forked.map(\.origin))
        // The empty one is the first.
        handles = numbered(users.map(\.handle) + [.node])
        feeds = numbered(operations.map(\.header.feed) + forked)
        let all = operations.map { certificates[$0.id]! }  // the caller gives one for each
        keys = Dictionary(
            uniqueKeysWithValues: operations.indices.map { x in
                (operations[x].id, Set(all.filter { all[x].supersedes($0) }).count)
            })
    }

    func person(_ user: UserID) -> ModelPerson? {
        guard let node = nodes[user.node], let handle = handles[user.handle] else { return nil }
        return ModelPerson(node: node, handle: handle)
    }

    func history(_ operations: [Operation], _ numbers: [OperationID: Int]) -> ModelHistory {
        var history = ModelHistory()
        for (number, operation) in operations.enumerated() {
            let header = operation.header
            let author = person(header.authorID)!  // everybody has a number
            history.append(
                ModelOperation(
                    id: number, origin: author.node, epoch: feeds[header.feed]!, seq: Int(header.seq),
                    key: keys[operation.id]!, prev: header.seq == 0 ? nil : numbers[OperationID(header.previous)]!,
                    deps: header.dependencies.map { numbers[$0]! }, time: Int(header.time.value),
                    handle: author.handle, kind: kind(header), tie: number))
        }
        return history
    }

    private func kind(_ header: OperationHeader) -> ModelKind {
        switch (header.knownKind, header.target) {
        case (.roomCreate, _): .create
        case (.memberAdd, .grant(let user, let role)): .add(person(user)!, admin: role == .admin)
        case (.memberRole, .grant(let user, .admin)): .promote(person(user)!)
        case (.memberRole, .grant(let user, .member)):
            user == header.authorID ? .stepDown : .demote(person(user)!)
        case (.memberRemove, .user(let user)): .remove(person(user)!)
        case (.memberLeave, _): .leave
        case (.roomSet, _), (.pinSet, _): .settings
        default: .message
        }
    }
}
