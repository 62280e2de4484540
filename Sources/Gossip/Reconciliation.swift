import Keys
package import Operations

/// Finds every room in which two nodes differ, whatever cursors were lost, at a cost that grows with the
/// differences and the logarithm of all.
///
/// Both have their shared rooms in order of their ids, each with the digest of its clock. One asks for the
/// fingerprint of all; where it differs, the answer splits the range into parts by the rooms that the answering
/// node has there, and so on down to a few rooms, which are listed. The node that asks does all the
/// remembering; the one that answers looks at its own rooms anew each time and keeps nothing.
///
/// The other side may lie. It gains nothing: what it hides it could withhold anyway, and each false difference
/// costs it an answer. All that a conversation may cost is bounded.
package struct Reconciliation: Sendable {
    package struct Limits: Sendable {
        package var messagesMax = 4_096
        package var differencesMax = 262_144
        package var pendingMax = 65_536

        package init() {}
    }

    package enum Event: Sendable {
        case begin
        case answer(RoomsAnswer)
    }

    package enum Action: Equatable, Sendable {
        case ask(RoomsRequest)
        case found([RoomDifference])
        /// All that differs was found, as far as the other side told the truth.
        case finished
        case failed(Failure)
    }

    package enum Failure: Equatable, Sendable {
        /// The answer does not fit what was asked.
        case senseless
        /// It goes on and on.
        case exhausted
    }

    private let peer: NodeID
    private let limits: Limits
    private var asked: [RoomRange] = []
    private var pending: [RoomRange] = []
    private var messages = 0
    private var differences = 0
    package private(set) var isOver = false

    package init(with peer: NodeID, limits: Limits = Limits()) {
        self.peer = peer
        self.limits = limits
    }

    package mutating func handle(
        _ event: Event, log: borrowing some OperationReader & ~Copyable, into actions: inout [Action]
    ) {
        guard !isOver else { return }
        let rooms = log.sharedRooms(with: peer)
        switch event {
        case .begin:
            pending = [.all]
            askNext(rooms, into: &actions)
        case .answer(let answer):
            guard let taken = take(answer, rooms, into: &actions) else {
                return end(.failed(.senseless), into: &actions)
            }
            // In order: what has become of those looked at, the others that were asked, and those yet to be.
            pending = taken + asked.dropFirst(answer.answered) + pending
            asked = []
            askNext(rooms, into: &actions)
        }
    }

    private mutating func askNext(_ rooms: [RoomDigest], into actions: inout [Action]) {
        guard !pending.isEmpty else { return end(.finished, into: &actions) }
        guard pending.count <= limits.pendingMax, messages < limits.messagesMax, differences <= limits.differencesMax
        else { return end(.failed(.exhausted), into: &actions) }
        messages += 1
        asked = Array(pending.prefix(GossipLimits.rangesPerMessageMax))
        pending.removeFirst(asked.count)
        let items = asked.map { range in
            RoomsRequest.Item(range: range, fingerprint: RangeFingerprint(of: range.slice(of: rooms)))
        }
        actions.append(.ask(RoomsRequest(items: items)))
    }

    private mutating func end(_ action: Action, into actions: inout [Action]) {
        isOver = true
        actions.append(action)
    }

    /// The ranges that have to be asked about again; nil when the answer makes no sense.
    private mutating func take(
        _ answer: RoomsAnswer, _ rooms: [RoomDigest], into actions: inout [Action]
    ) -> [RoomRange]? {
        guard answer.answered >= 1, answer.answered <= asked.count else { return nil }
        var items = answer.items[...]
        var again: [RoomRange] = []
        var found: [RoomDifference] = []
        for range in asked.prefix(answer.answered) {
            guard let first = items.first, range.contains(first.range) else { continue }
            var lower: RoomID? = range.lower
            while lower != range.upper {
                guard let item = items.popFirst(), item.range.lower == lower, range.contains(item.range) else {
                    return nil
                }
                lower = item.range.upper
                switch item {
                case .part(let part, let fingerprint): again += look(at: part, fingerprint, rooms)
                case .list(let part, let listed): found += compare(part, listed, rooms)
                }
            }
        }
        guard items.isEmpty else { return nil }
        differences += found.count
        if !found.isEmpty { actions.append(.found(found)) }
        return again
    }

    private func look(
        at part: RoomRange, _ fingerprint: RangeFingerprint, _ rooms: [RoomDigest]
    ) -> [RoomRange] {
        let own = part.slice(of: rooms)
        if own.count == Int(clamping: fingerprint.count), RangeFingerprint(of: own) == fingerprint { return [] }
        // Where the other side has so few that it will list them, there is nothing to split.
        guard own.count > GossipLimits.listedRoomsMax, fingerprint.count > UInt64(GossipLimits.listedRoomsMax) else {
            return [part]
        }
        return part.split(own, into: GossipLimits.rangeParts)
    }

    private func compare(
        _ part: RoomRange, _ listed: [RoomsAnswer.Listed], _ rooms: [RoomDigest]
    ) -> [RoomDifference] {
        var own = part.slice(of: rooms)
        var found: [RoomDifference] = []
        for theirs in listed {
            while let mine = own.first, mine.room < theirs.room {
                found.append(RoomDifference(room: mine.room, kind: .onlyHere))
                own.removeFirst()
            }
            if let mine = own.first, mine.room == theirs.room {
                if mine.digest.short != theirs.digest {
                    found.append(RoomDifference(room: mine.room, kind: .differs))
                }
                own.removeFirst()
            } else {
                found.append(RoomDifference(room: theirs.room, kind: .onlyThere))
            }
        }
        return found + own.map { RoomDifference(room: $0.room, kind: .onlyHere) }
    }
}

package struct RoomDifference: Hashable, Sendable {
    package enum Kind: Hashable, Sendable {
        case differs
        /// The peer does not know that it has a part in it, or has left it.
        case onlyHere
        /// We do not know the room, or have left it without knowing.
        case onlyThere
    }

    package let room: RoomID
    package let kind: Kind

    package init(room: RoomID, kind: Kind) {
        self.room = room
        self.kind = kind
    }
}

extension RoomsAnswer {
    /// The answer of a node that shares `rooms` with whoever asks.
    package init(to request: RoomsRequest, from rooms: [RoomDigest]) {
        self.init(answered: 0, items: [])
        var roomsLeft = GossipLimits.roomsPerMessageMax
        var different = 0
        for asked in request.items {
            // A range takes at most so many items, and at most that many rooms are named.
            guard roomsLeft > 0, items.count <= GossipLimits.rangesPerMessageMax * (GossipLimits.rangeParts - 1) else {
                break
            }
            answered += 1
            let own = asked.range.slice(of: rooms)
            if asked.fingerprint.count == UInt64(own.count), RangeFingerprint(of: own) == asked.fingerprint { continue }
            different += 1
            // Where half of it is lacking, naming all is no more than the truth will cost; and where most ranges
            // differ, most rooms in them do.
            let isDense = different >= 8 && 2 * different > answered
            let listedMax = isDense ? 4 * GossipLimits.listedRoomsMax : GossipLimits.listedRoomsMax
            if own.count <= listedMax || asked.fingerprint.count < UInt64(own.count / 2) {
                list(asked.range, own, roomsLeft: &roomsLeft)
            } else {
                for part in asked.range.split(own, into: GossipLimits.rangeParts) {
                    items.append(.part(part, RangeFingerprint(of: part.slice(of: rooms))))
                }
            }
        }
    }

    private mutating func list(_ range: RoomRange, _ own: ArraySlice<RoomDigest>, roomsLeft: inout Int) {
        let named = own.prefix(roomsLeft)
        let rest = own.dropFirst(named.count)
        roomsLeft -= named.count
        var end = range.upper
        if let next = rest.first, let last = named.last {
            end = RoomID(shortestBetween: last.room, and: next.room)
        }
        let listed = named.map { entry in
            Listed(room: entry.room, digest: entry.digest.short)
        }
        items.append(.list(RoomRange(lower: range.lower, upper: end), listed))
        if !rest.isEmpty {
            items.append(.part(RoomRange(lower: end ?? range.lower, upper: range.upper), RangeFingerprint(of: rest)))
        }
    }
}
