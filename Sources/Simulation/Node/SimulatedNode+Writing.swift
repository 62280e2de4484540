import Gossip
import Operations

// What the node writes for its own people.
extension SimulatedNode {
    /// Nil where it can't be written; a genesis has no room.
    mutating func write(
        _ kind: KnownKind, by author: Handle, about target: OperationTarget = .none, saying payload: [UInt8]? = nil,
        in room: RoomID?, at now: Int64
    ) -> Operation? {
        var dependencies = room.flatMap { keeper.rooms[$0]?.dependencies(behind: lastWritten[$0]) } ?? []
        while dependencies.count > Limits.dependenciesMax {
            let first = Array(dependencies.prefix(Limits.dependenciesMax))
            guard append(.join, by: .node, in: room, after: first, at: now) != nil else { return nil }
            dependencies = room.flatMap { keeper.rooms[$0]?.dependencies(behind: lastWritten[$0]) } ?? []
        }
        return append(kind, by: author, about: target, saying: payload, in: room, after: dependencies, at: now)
    }

    private mutating func append(
        _ kind: KnownKind, by author: Handle, about target: OperationTarget = .none, saying payload: [UInt8]? = nil,
        in room: RoomID?, after dependencies: [OperationID], at now: Int64
    ) -> Operation? {
        var writer = room.flatMap { writers[$0] } ?? FeedWriter(beginningIn: room, under: identity.certificate)
        let previous = room.flatMap { lastWritten[$0] }.map { [$0] } ?? []
        var past = (dependencies + previous).compactMap { id in
            room.flatMap { keeper.header(of: id, in: $0)?.time }
        }
        // Two beginnings with one time and one content would be one operation.
        if let lastBeginning, previous.isEmpty { past.append(lastBeginning) }
        // What is early by our own clock would wait here, acknowledged and not applied. The clock is wrong, or the past is.
        guard let time = HybridTime.next(after: past.max(), clockMilliseconds: clock.time(at: now)),
            !time.isEarly(clockMilliseconds: clock.time(at: now))
        else { return nil }
        let draft = OperationDraft(
            author: author, kind: kind, target: target, payload: payload, dependencies: dependencies, time: time)
        guard let operation = try? writer.write(draft, signingWith: identity.key) else { return nil }
        if operation.header.seq == 0 { lastBeginning = time }
        writers[operation.room] = writer
        lastWritten[operation.room] = operation.id
        var batch = ProvenBatch(room: operation.room, source: nil)
        batch.add(operation, under: identity.certificate)
        _ = take(batch, at: now)
        written.append(operation)
        effects.append(.acknowledged(operation.id, operation.room))
        return operation
    }

    mutating func writeRegister(in room: RoomID, readers: [ReceiptRegister.Reader], at now: Int64) {
        let counter = (keeper.rooms[room]?.registers[id]?.register.counter).map { $0 + 1 } ?? 0
        guard
            let register = try? ReceiptRegister(
                room: room, origin: id, certificate: identity.certificate.hash, counter: counter, readers: readers),
            let signed = try? SignedRegister(register, under: identity.certificate, signingWith: identity.key)
        else { return }
        var batch = ProvenBatch(room: room, source: nil)
        batch.add(register: signed.encoded)
        _ = take(batch, at: now)
    }

    /// A new key. All feeds begin anew under it.
    mutating func handOver(byRecovery: Bool) {
        identity.handOver(byRecovery: byRecovery)
        (writers, lastWritten) = ([:], [:])
        keeper.write(.newEpochs)
    }
}
