import Bytes
import Keys
import Operations

/// How headers map to what authority sees (Spec/rooms.md, "Effect").
extension Room {
    static let kindsOfAuthority: [KnownKind] = [.memberAdd, .memberRole, .memberRemove, .memberLeave]

    mutating func begin(
        _ genesis: Position, by author: Person, _ header: OperationHeader, _ records: inout some RoomRecords
    ) {
        let order = CanonicalOrder(header, id: records.kept(at: genesis).id)
        authority = Authority(genesis: genesis, creator: author, order: order, feedsMax: feedsMax, in: records)
        learnForks(&records)
    }

    mutating func beginWithoutGenesis(_ records: inout some RoomRecords) {
        switch nature {
        case .group: return
        case .direct(let pair):
            authority = Authority(
                pair: (records.person(for: pair.first), records.person(for: pair.second)), feedsMax: feedsMax)
        case .directory(let node):
            authority = Authority(directoryOf: records.origin(for: node), feedsMax: feedsMax)
        }
        learnForks(&records)
    }

    /// Proofs may have come before the first operation.
    private mutating func learnForks(_ records: inout some RoomRecords) {
        for (feed, seq) in records.forks {
            let origin = records.origin(for: feed.origin)
            _ = authority?.add(
                ForkedFeed(origin: origin, epoch: feed.epoch, seq: Int(clamping: seq)), in: records)
        }
    }

    func act(
        of header: OperationHeader, at position: Position, _ records: inout some RoomRecords
    ) -> AuthorityOperation {
        act(of: header, by: records.person(for: header.authorID), at: position, &records)
    }

    func act(
        of header: OperationHeader, by author: Person, at position: Position, _ records: inout some RoomRecords
    ) -> AuthorityOperation {
        let act: AuthorityOperation.Act =
            switch (header.knownKind, header.target) {
            case (.memberAdd, .grant(let user, let role)):
                .admit(records.person(for: user), asAdmin: role == .admin, order(header, position, records))
            case (.memberRole, .grant(let user, .admin)):
                .promote(records.person(for: user), order(header, position, records))
            case (.memberRole, .grant(let user, .member)):
                user == header.authorID ? .stepDown : .demote(records.person(for: user))
            case (.memberRemove, .user(let user)): .remove(records.person(for: user))
            case (.memberLeave, _): .leave
            default: needsAdmin(header.knownKind) ? .administrative : .ordinary
            }
        return AuthorityOperation(position: position, author: author, act: act)
    }

    private func order(
        _ header: OperationHeader, _ position: Position, _ records: some RoomRecords
    ) -> CanonicalOrder {
        CanonicalOrder(header, id: records.kept(at: position).id)
    }

    func needsAdmin(_ kind: KnownKind?) -> Bool {
        switch kind {
        case .memberAdd, .memberRole, .memberRemove, .pinSet, .roomCreate: true
        case .roomSet: nature == .group
        // Where nobody is appointed nobody leaves.
        case .memberLeave: nature != .group
        case .messagePost, .messageEdit, .messageDelete, .reactionSet, .directOpen, .join, .userPut, .userClose, nil:
            false
        }
    }
}

extension CanonicalOrder {
    init(_ header: OperationHeader, id: OperationID) {
        var rest: [UInt8] = []
        rest.reserveCapacity(80)
        header.origin.bytes.withSpan { rest.append(copying: $0) }
        for number in [header.epoch, header.seq] {
            withUnsafeBytes(of: number.bigEndian) { rest.append(contentsOf: $0) }
        }
        id.bytes.withSpan { rest.append(copying: $0) }
        self.init(time: header.time.value, rest: rest)
    }
}
