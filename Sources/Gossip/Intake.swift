import Keys
import Operations

/// The one way by which operations come into a node: from a push, a pull, an import, a restored backup, and
/// from its own people.
///
/// Everything that comes is authentic already (`ProvenBatch`); here it finds its place. What builds on nothing
/// that is lacking is applied, with all that waited for it; the rest waits, bounded. What is against the rules
/// is told and remembered. What a peer brings of a room that it does not share with this node is kept apart.
package struct Intake: Sendable {
    package struct Limits: Sendable {
        package var buffer = CausalBuffer<Proven>.Limits()
        package var staging = Staging.Limits()
        /// Operations of one origin in one room that are not passed on.
        package var setAsideMax = 4_096

        package init() {}
    }

    let limits: Limits
    var buffer: CausalBuffer<Proven>
    /// By run, what was applied of it last and carries no signature.
    var unproven: [ObjectIdentifier: Proven] = [:]
    package internal(set) var staging: Staging

    package init(limits: Limits = Limits()) {
        self.limits = limits
        buffer = CausalBuffer(limits: limits.buffer)
        staging = Staging(limits: limits.staging)
    }

    /// How many operations wait, and about what they weigh.
    package var waiting: (operations: Int, bytes: Int) { (buffer.count, buffer.bytes) }

    // MARK: Taking in

    package mutating func take(
        _ batch: ProvenBatch, into keeper: inout some OperationKeeper, at now: Int64
    ) -> IntakeOutcome {
        var outcome = IntakeOutcome(batch)
        if let source = batch.source, source != keeper.node, keeper.standing(of: source, in: batch.room) == .none {
            stage(batch, from: source, &keeper, now, &outcome)
        } else {
            admit(batch, &keeper, now, &outcome)
        }
        settleStaged(&keeper, now, &outcome)
        keepWitnesses(&keeper)
        return outcome
    }

    /// What has waited for the clock.
    package mutating func tick(_ keeper: inout some OperationKeeper, at now: Int64) -> IntakeOutcome {
        var outcome = IntakeOutcome()
        var ready = buffer.released(at: now)
        apply(&ready, &keeper, now, &outcome)
        staging.expire(at: now)
        staging.release(at: now, &outcome)
        settleStaged(&keeper, now, &outcome)
        keepWitnesses(&keeper)
        return outcome
    }

    /// Of some runs only the beginning was applied: the rest waits, in memory alone, or is refused. What proves that
    /// beginning to others is kept with it.
    private mutating func keepWitnesses(_ keeper: inout some OperationKeeper) {
        for proven in unproven.values.sorted(by: { $0.operation.id < $1.operation.id }) {
            let operation = proven.operation
            guard keeper.successor(of: operation.id, in: operation.room) == nil else { continue }
            keeper.keep(witnesses: Array(proven.branch.dropFirst()), of: operation.id, in: operation.room)
        }
        unproven = [:]
    }

    mutating func admit(
        _ batch: ProvenBatch, _ keeper: inout some OperationKeeper, _ now: Int64, _ outcome: inout IntakeOutcome
    ) {
        let worthwhile = batch.operations.indices.last { isWorthwhile(batch.operations[$0].operation, keeper) }
        for index in Self.causalOrder(of: batch.operations) {
            let proven = batch.operations[index]
            guard isAffordable(proven.operation, keeper) || index <= worthwhile ?? -1 else { continue }
            take(proven, from: batch.source, &keeper, now, &outcome)
        }
        for proof in batch.proofs {
            if keeper.take(proof, from: batch.source) {
                outcome.note(batch.room, isNew: true)
                outcome.forked.append(FeedPosition(feed: proof.feed, seq: proof.seq))
            } else {
                outcome.duplicates += 1
            }
        }
        for register in batch.registers {
            if keeper.take(register, from: batch.source) {
                outcome.note(batch.room, isNew: true)
            } else {
                outcome.duplicates += 1
            }
        }
        for (id, bytes) in batch.payloads { take(bytes, of: id, in: batch.room, &keeper, &outcome) }
    }

    /// A page comes feed by feed. An operation is later than its past, or it is refused: so by their times most need not wait for
    /// others of the same page.
    private static func causalOrder(of operations: [Proven]) -> [Int] {
        let keys = operations.enumerated().map { (time: $1.operation.header.time, index: $0) }
        return keys.sorted { $0.time != $1.time ? $0.time < $1.time : $0.index < $1.index }.map(\.index)
    }

    private mutating func take(
        _ proven: Proven, from source: NodeID?, _ keeper: inout some OperationKeeper, _ now: Int64,
        _ outcome: inout IntakeOutcome
    ) {
        let operation = proven.operation
        guard !Self.isHeld(operation, keeper) else {
            if let payload = operation.payload {
                take(payload, of: operation.id, in: operation.room, &keeper, &outcome)
            }
            outcome.duplicates += 1
            return
        }
        if operation.header.origin == keeper.node, source != nil {
            outcome.own.append((operation.room, operation.header.position))
        }
        var ready = [proven.parked(by: source ?? keeper.node)]
        apply(&ready, &keeper, now, &outcome)
    }

    /// Asked of the place first, which for what is new is beyond the end of its feed.
    static func isHeld(_ operation: Operation, _ keeper: some OperationKeeper) -> Bool {
        guard let other = keeper.id(at: operation.header.position, in: operation.room) else { return false }
        return other == operation.id || keeper.header(of: operation.id, in: operation.room) != nil
    }

    /// Applies, parks or refuses each, and then whatever that sets free.
    private mutating func apply(
        _ ready: inout [CausalBuffer<Proven>.Parked], _ keeper: inout some OperationKeeper, _ now: Int64,
        _ outcome: inout IntakeOutcome
    ) {
        while let next = ready.popLast() {
            let operation = next.content.operation
            guard !Self.isHeld(operation, keeper) else { continue }
            proveFork(next.content, from: next.peer, &keeper, &outcome)
            switch Self.verdict(on: operation, keeper, now) {
            case .refused(let fault): refuse(next, fault, &outcome)
            case .waits(let past, let release):
                switch buffer.park(next, lacking: past, until: release) {
                case .parked: outcome.parked += 1
                case .known: outcome.duplicates += 1
                case .selfDependency, .deadPast: refuse(next, .wrongPrevious, &outcome)
                case .tooLarge: refuse(next, .tooLarge, &outcome)
                }
            case .applies:
                keeper.apply(
                    operation, under: next.content.certificate, from: next.peer == keeper.node ? nil : next.peer)
                let isProven = operation.signature != nil
                unproven[ObjectIdentifier(next.content.run)] = isProven ? nil : next.content
                outcome.note(next.room, isNew: true)
                outcome.applied.append(next.id)
                if operation.header.knownKind?.changesMembers ?? false { outcome.noteMembers(of: next.room) }
                ready += buffer.applied(next.id).reversed()
            }
        }
    }

    private mutating func refuse(
        _ parked: CausalBuffer<Proven>.Parked, _ fault: OperationFault, _ outcome: inout IntakeOutcome
    ) {
        buffer.refused(parked.id)
        outcome.refuse(parked.id, fault)
    }

    private mutating func take(
        _ payload: [UInt8], of id: OperationID, in room: RoomID, _ keeper: inout some OperationKeeper,
        _ outcome: inout IntakeOutcome
    ) {
        guard let reference = keeper.header(of: id, in: room)?.payload else { return }
        guard reference.fits(payload.span) else { return outcome.refuse(id, .payloadMismatch) }
        if keeper.take(payload: payload, of: id, in: room) { outcome.note(room, isNew: true) }
    }

    // MARK: What is lacking

    /// What to ask for, and of whom.
    package mutating func wanted(at now: Int64, limit: Int) -> [CausalBuffer<Proven>.Want] {
        buffer.wanted(at: now, limit: limit) + staging.wanted(at: now, limit: limit)
    }

    /// When `tick` has something to do.
    package var nextRelease: Int64? { buffer.nextRelease }
}

// MARK: One operation

extension Intake {
    enum Verdict {
        case applies
        case refused(OperationFault)
        /// For these of its past, and for the clock until then.
        case waits([OperationID], until: Int64?)
    }

    static func verdict(on operation: Operation, _ keeper: some OperationKeeper, _ now: Int64) -> Verdict {
        let room = operation.room
        guard let nature = keeper.nature(of: room) ?? RoomNature(shownBy: operation, in: room) else {
            return .waits(pastInUnknownRoom(of: operation), until: nil)
        }
        return verdict(on: operation, in: nature, at: now) { keeper.header(of: $0, in: room) }
    }

    /// What an operation waits for of whose room nothing is here that shows its nature: of its whole past. One that names
    /// none can only build on what founds a group, which has the room's name; in a direct room nothing has.
    static func pastInUnknownRoom(of operation: Operation) -> [OperationID] {
        let previous = operation.header.seq > 0 ? [OperationID(operation.header.previous)] : []
        let past = previous + operation.header.dependencies
        return past.isEmpty ? [OperationID(operation.room.bytes)] : past
    }

    /// `held`: the header of an operation of the room that is applied already.
    static func verdict(
        on operation: Operation, in nature: RoomNature, at now: Int64, _ held: (OperationID) -> OperationHeader?
    ) -> Verdict {
        let header = operation.header
        do throws(OperationFault) {
            try nature.check(header)
            var lacking: [OperationID] = []
            var times: [HybridTime] = []
            if header.seq > 0 {
                let previous = OperationID(header.previous)
                if let before = held(previous) {
                    try header.check(follows: before, id: previous)
                } else {
                    lacking.append(previous)
                }
            }
            for dependency in header.dependencies {
                if let before = held(dependency) { times.append(before.time) } else { lacking.append(dependency) }
            }
            try header.checkTime(after: times)
            let isEarly = header.time.isEarly(clockMilliseconds: now)
            let release = isEarly ? header.time.milliseconds - HybridTime.aheadMillisecondsMax : nil
            return lacking.isEmpty && release == nil ? .applies : .waits(lacking, until: release)
        } catch {
            return .refused(error)
        }
    }

    /// What is set aside helps nobody, and a removed user's node could write it without end. Beyond its share only
    /// that is taken which somebody who is a member stands behind, or which something that is here needs.
    private func isAffordable(_ operation: Operation, _ keeper: some OperationKeeper) -> Bool {
        let origin = operation.header.origin
        return origin == keeper.node || keeper.setAsideCount(of: origin, in: operation.room) < limits.setAsideMax
    }

    private func isWorthwhile(_ operation: Operation, _ keeper: some OperationKeeper) -> Bool {
        buffer.isMissing(operation.id) || keeper.isMember(operation.header.authorID, of: operation.room)
    }
}

extension RoomNature {
    init?(shownBy operation: Operation, in room: RoomID) {
        if let shown = RoomNature(shownBy: operation) {
            self = shown
        } else if room == RoomID(directoryOf: operation.header.origin) {
            self = .directory(operation.header.origin)
        } else {
            return nil
        }
    }
}
