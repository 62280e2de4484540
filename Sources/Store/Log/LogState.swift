package import Bytes
package import Gossip
import Keys
package import Operations
import Replica
package import SQLite

/// What the writer's thread keeps of the log in memory: caches of the file, thrown away as soon as a transaction is undone
/// that may have changed what they say. Made on that thread, and never leaving it.
package final class LogState: WriterState {
    let log: LogAccess
    let rooms: RoomCache
    let views: RoomViews

    private var own: Writing?
    /// What waits for its past, or is kept apart: only in memory, and asked for again when it is lost.
    private var intake = Intake()
    private var hasTakenIn = false
    private var identity: LogIdentity?
    /// What the last command took for the present.
    package var clock: Int64 = 0
    private var notes = CommitNotes()
    /// Hears, on this thread and after each commit, what came. It passes it on and does no more.
    package var whenCommitted: (@Sendable (LogCommit) -> Void)?
    /// Whether it was told last that something is kept apart.
    private var hasToldStaged = false

    package init(_ connection: Connection, roomsMax: Int = 512) throws {
        log = try LogAccess(connection)
        rooms = RoomCache(log, countMax: roomsMax)
        views = RoomViews(log, rooms)
    }

    /// Ready to write for this node's people. Says which log this is, and marks it (`LogMark`).
    package func start(databaseAt path: String, as node: NodeIdentity) throws -> LogStart {
        // This node is number 1, whatever comes.
        let number = try log.connection.transaction { _ in try log.names.origin(for: node.node).number }
        guard number == 1 else { throw StoreFault.ofAnotherNode }
        let identity = try LogIdentity(log.connection, databaseAt: path, lastSerial: log.serials.last())
        self.identity = identity
        log.serials.isKnown = false
        own = Writing(node, incarnation: identity.start.incarnation)
        return identity.start
    }

    /// Goes on under another key; every feed begins anew.
    package func handOver(to node: NodeIdentity) {
        own = own.map { Writing(node, incarnation: $0.incarnation, isClockWrong: $0.isClockWrong) }
        rooms.forgetAll()
    }

    /// Whether other nodes say that our clock is far off: then nothing is written in rooms that they share, since it would
    /// be acknowledged here and wait there.
    package func noteClock(isWrong: Bool) {
        own?.isClockWrong = isWrong
    }

    /// To write at a moment.
    func writing(at now: Int64) throws -> Writing {
        clock = now
        return try writing()
    }

    func writing() throws -> Writing {
        guard let own else { preconditionFailure("who writes has started") }
        return own
    }

    // MARK: WriterState

    package func commandBegins() {
        log.failure.forget()
        log.pending.forget()
        log.storage.commandBegins()
        notes.commandBegins()
    }

    package func commandRolledBack() {
        notes.commandRolledBack()
        forgetChanges()
        forgetIntake()
    }

    /// What has come is filed where it is time to, and what was written for our own people signed: of each room the last of it, which
    /// proves the others.
    package func groupEnds() throws {
        try log.filedMessages.settle()
        try log.filedIDs.settle()
        guard let own, !own.unsigned.isEmpty else { return }
        for id in own.unsigned { try rooms.room(id, toChange: true)?.sign(own) }
        try log.failure.check()
    }

    package func groupCommitted() {
        own?.unsigned = []
        let last = try? log.serials.last()
        if let identity, let last { identity.committed(lastSerial: last) }
        log.failure.forget()
        rooms.keepChanges()
        tell(last ?? 0)
        hasTakenIn = false
    }

    private func tell(_ lastSerial: Int64) {
        let rooms = notes.take()
        guard let whenCommitted else { return }
        var staged: StagedClocks?
        if hasTakenIn || hasToldStaged {
            let clocks = intake.staging.clocks
            if hasToldStaged || !clocks.isEmpty { staged = clocks }
            hasToldStaged = !clocks.isEmpty
        }
        guard !rooms.isEmpty || staged != nil else { return }
        whenCommitted(LogCommit(position: UInt64(clamping: lastSerial), rooms: rooms, staged: staged))
    }

    package func groupRolledBack() {
        own?.unsigned = []
        log.pending.forget()
        notes.forget()
        rooms.dropChanges()
        log.forget()
        forgetIntake()
    }

    /// It may take for applied what was undone. All of it can be asked for again.
    private func forgetIntake() {
        if hasTakenIn { intake = Intake() }
        hasTakenIn = false
    }

    /// Rooms are read anew, as they now are: those too that an earlier command of the same transaction changed.
    private func forgetChanges() {
        log.pending.forget()
        rooms.forgetChanges()
        log.forget()
    }

    // MARK: Commands

    /// Ends a command: throws what befell the records in it.
    package func finish() throws {
        try log.storage.write()
        try log.failure.check()
    }

    /// Ends a command: derives what is shown from what it changed, and tells what happened. Throws what befell the records.
    package func derive(at now: Timestamp, in transaction: borrowing Transaction) throws -> [RoomEvent] {
        try finish()
        let events = try views.derive(log.pending.take(), at: now, in: transaction)
        try log.failure.check()
        return events
    }

    /// Does something that stays if it says so; else it is undone, in the file and in memory.
    package func attempt(_ body: () throws -> Bool) throws -> Bool {
        try log.attempt(undoing: rooms, body)
    }

    /// Takes in what came from a peer, or nobody, and was proved before, on any other thread. Within one command. `told`: who
    /// else was given the same by that peer.
    package func take(
        _ batch: ProvenBatch, told: Set<NodeID> = [], peers: KnownPeers, at now: Int64
    ) throws -> IntakeOutcome {
        try takeIn(from: batch.source, told: told, peers: peers, at: now) { intake, keeper in
            intake.take(batch, into: &keeper, at: now)
        }
    }

    /// What has waited for the clock, and what is to be forgotten.
    package func tick(peers: KnownPeers, at now: Int64) throws -> IntakeOutcome {
        try takeIn(from: nil, told: [], peers: peers, at: now) { intake, keeper in intake.tick(&keeper, at: now) }
    }

    private func takeIn(
        from source: NodeID?, told: Set<NodeID>, peers: KnownPeers, at now: Int64,
        _ body: (inout Intake, inout LogKeeper) -> IntakeOutcome
    ) throws -> IntakeOutcome {
        hasTakenIn = true
        clock = now
        let before = try position()
        var keeper = try keeper(peers: peers)
        let outcome = body(&intake, &keeper)
        try finish()
        for room in outcome.rooms { notes.note(room, after: before, from: source, told: told) }
        return outcome
    }

    /// When `tick` has something to do; nil while nothing waits for the clock.
    package var nextRelease: Int64? { intake.nextRelease }
    /// How many operations wait for their past, and about what they weigh.
    package var waiting: (operations: Int, bytes: Int) { intake.waiting }
    package var keepsApart: Bool { intake.staging.count > 0 }
    /// How far that goes of a room which is kept apart for a peer.
    package func stagedClock(of room: RoomID, from peer: NodeID) -> RoomClock {
        intake.staging.clock(of: room, from: peer)
    }

    /// Peers will be told of what `body` writes.
    func noted(_ body: () throws -> WrittenOperation) throws -> WrittenOperation {
        let before = try position()
        let written = try body()
        notes.note(written.room, after: before, from: nil)
        return written
    }

    /// Writes what our people have read in a room; nothing where that was said already.
    package func tell(_ readers: [ReceiptRegister.Reader], of number: RoomNumber, at now: Timestamp) throws {
        let identity = try writing(at: now.milliseconds).identity
        guard let id = try look(at: number)?.id, let room = try room(id) else { return }
        let former = room.records.register(of: try log.names.origin(for: identity.node))
        let isSaid = former?.register.readers == readers && former?.register.certificate == identity.certificate.hash
        guard !isSaid else { return }
        let register = try identity.register(readers, of: id, after: former)
        let before = try position()
        guard room.take(register, from: nil) else { return }
        notes.note(id, after: before, from: nil)
    }

    private func position() throws -> UInt64 { UInt64(clamping: try log.serials.last()) }

    /// Of what is waited for, what to ask for and of whom.
    package func wanted(at now: Int64, limit: Int) -> [CausalBuffer<Proven>.Want] {
        intake.wanted(at: now, limit: limit)
    }

    /// The log as replication's machines read and feed it, for as long as the command lasts.
    package func keeper(peers: KnownPeers) throws -> LogKeeper {
        LogKeeper(log, rooms, node: try writing().identity.node, peers: peers)
    }

    /// Of a node whose name is met now, perhaps for the first time.
    package func number(for node: NodeID) throws -> NodeNumber {
        NodeNumber(Int64(try log.names.origin(for: node).number))
    }

    package func room(_ id: RoomID) throws -> StoredRoom? {
        try rooms.room(id, toChange: true)
    }

    /// A new one where there is none.
    package func room(_ id: RoomID, nature: RoomNature) throws -> StoredRoom {
        try rooms.room(id, nature: nature)
    }
}

/// What a writer keeps that writes the log, perhaps among other things.
package protocol LogWriterState: WriterState {
    var logState: LogState { get }
    /// Ends a command: does what follows from it, and throws what befell the records in it.
    func finish(in transaction: borrowing Transaction) throws
}

extension LogState: LogWriterState {
    package var logState: LogState { self }

    package func finish(in transaction: borrowing Transaction) throws {
        _ = try derive(at: Timestamp(milliseconds: clock), in: transaction)
    }
}

extension Writer where State: LogWriterState {
    /// Hands in a command over the log. It fails, alone, with the first thing that went wrong in it, also where that showed
    /// only in the records of a room.
    package func submitLogged<Result: Sendable>(
        _ lane: WriterLane = .people, bytes: Int,
        _ body: @escaping @Sendable (borrowing Transaction, State) throws -> Result,
        completion: @escaping Completion<Result>
    ) throws(WriterRefusal) {
        try submit(
            lane, bytes: bytes,
            { transaction, state in
                let result = try body(transaction, state)
                try state.finish(in: transaction)
                return result
            }, completion: completion)
    }

    /// The same, and waits.
    package func performLogged<Result: Sendable>(
        _ body: @escaping @Sendable (borrowing Transaction, State) throws -> Result
    ) throws -> Result {
        try perform { transaction, state in
            let result = try body(transaction, state)
            try state.finish(in: transaction)
            return result
        }
    }
}

extension NodeIdentity {
    /// Where there is more than a register may hold, some readers are left out.
    fileprivate func register(
        _ readers: [ReceiptRegister.Reader], of room: RoomID, after former: SignedRegister?
    ) throws(OperationFault) -> SignedRegister {
        var readers = readers
        while true {
            do throws(OperationFault) {
                let register = try ReceiptRegister(
                    room: room, origin: node, certificate: certificate.hash,
                    counter: (former?.register.counter ?? 0) + 1, readers: readers)
                return try SignedRegister(register, under: certificate, signingWith: key)
            } catch {
                guard error == .tooLarge, readers.count > 1 else { throw error }
                readers.removeLast(readers.count / 2)
            }
        }
    }
}
