package import Operations

/// All that this node does towards one peer: what it pushes, pulls and listens for, and when.
///
/// There are three lanes, each with at most one request under way: *push* what is new here, *fetch* what is
/// lacking here, *listen* for what is new there, or compare all rooms. What gathers meanwhile goes with the
/// next one. A room that is owed or needed is a position or a mark in a table, so ten thousand rooms in which
/// nothing happens cost nothing, and a peer that is away for a month costs one entry for each room that
/// changed, up to a bound beyond which it finds out itself what it missed.
///
/// Pushes are for speed. What is certain is this: whoever lacks something sees it in a clock, by listening, by
/// an announcement, by a digest that differs, or by comparing all rooms, and then pulls. So any message may be
/// lost, doubled or late.
///
/// Whatever the peer claims to have is a reason to ask and nothing else; what it does not give although it
/// claims to have it makes us ask less often.
package struct PeerSession: Sendable {
    package struct Settings: Sendable {
        /// Whether the peer can call us. If not, we listen all the time and push what it lacks.
        package var canBeCalled = true
        package var pollMilliseconds: Int64 = 60_000
        package var waitSeconds: UInt64 = 50
        package var reconcileMilliseconds: Int64 = 86_400_000
        /// What was owed and what waited was only in memory, and a kept cursor may lie behind it.
        package var comparesAtStart = true
        /// How long a difference may last, with things under way, before it is looked into.
        package var graceMilliseconds: Int64 = 2_000
        package var owedRoomsMax = 1_024
        package var neededRoomsMax = 65_536
        package var roomsPerPull = 64
        /// Pages of changes that are read before anything is pulled, to know what is newest.
        package var pagesBeforePull = 16

        package init() {}
    }

    let peer: NodeID
    let settings: Settings
    var random: SeededRandom
    var now: Int64
    var backoff: Backoff
    var isPaused = false
    package internal(set) var health = PeerHealth()

    private var nextRequest: UInt64 = 1
    /// The request whose answer is being taken in: what it says is at least as new as the request.
    var answering: RequestID?
    var knowledge = PeerKnowledge()
    var patience = Patience()
    var offers = Offers()
    /// Rooms whose digests differed last time, and when to look into it.
    var suspects: [RoomID: Int64] = [:]
    /// The earliest of these times.
    var suspectAt = Int64.max
    static let suspectsMax = 4_096

    var page = PageSize()

    // Push.
    var owed: [RoomID: Owed] = [:]
    var pushing: (id: RequestID, rooms: [RoomID: Owed], plan: PushPlan)?
    /// Up to here the peer has been given all that concerns it, one way or another.
    var pushedThrough: UInt64?
    /// The table of debts was full, or somebody was left out on purpose.
    var hasSkipped = false

    // Fetch.
    var needs: Needs
    var pulling: (id: RequestID, rooms: [(room: RoomID, need: Need)], asks: [PullRequest.Ask])?

    // Listen.
    var listening: (id: RequestID, kind: ListenKind)?
    /// Up to where we have heard what is new there.
    var cursor: Cursor?
    /// It is told to be kept when nothing that it covers is still to be pulled.
    var keptCursor: Cursor?
    var pollAt: Int64
    var pages = 0
    var isReadingPages = false
    var reconciliation: Reconciliation?
    var nextQuestion: RoomsRequest?
    var reconcileAt: Int64

    enum ListenKind: Sendable { case changes, rooms }

    package init(
        with peer: NodeID, cursor: Cursor?, settings: Settings = Settings(), seed: UInt64, now: Int64,
        lastContact: Int64? = nil
    ) {
        self.peer = peer
        self.settings = settings
        self.cursor = cursor
        keptCursor = cursor
        self.now = now
        random = SeededRandom(seed: seed)
        backoff = Backoff(lastContact: lastContact ?? now)
        needs = Needs(roomsMax: settings.neededRoomsMax)
        pollAt = now
        // At first all rooms are compared, and after that once a day; not everybody at the same time.
        let isUncertain = cursor == nil || settings.comparesAtStart
        reconcileAt = isUncertain ? now : now + random.jittered(settings.reconcileMilliseconds)
    }

    /// Something happened. Time goes on with every call and never back.
    package mutating func handle(
        _ event: Event, at time: Int64, log: borrowing some OperationReader & ~Copyable, into actions: inout [Action]
    ) {
        now = max(now, time)
        switch event {
        case .tick: break
        case .paused: isPaused = true
        case .resumed:
            isPaused = false
            backoff.succeed(at: now)
            pollAt = now
        case .contact: touch()
        case .committed(let delivery): owe(delivery)
        case .polled(let position): align(to: position)
        case .pulled(let room, let position): leave(room, through: position)
        case .heard(let room, let clock, let digest, let activity):
            hear(room, clock, digest, activity, log, into: &actions)
        case .covered(let since, let through): cover(since, through)
        case .lacking(let room, let operations, let payloads):
            var need = Need()
            need.operations = Set(operations)
            need.payloads = Set(payloads)
            need.isWhole = operations.isEmpty && payloads.isEmpty
            needs.add(need, for: room)
        case .answered(let id, let answer): take(answer, to: id, log, into: &actions)
        case .failed(let id, let failure): fail(id, failure, into: &actions)
        }
        advance(log, into: &actions)
        health.link = isPaused ? .paused : health.link == .paused ? .up : health.link
        health.roomsToPull = needs.count + (pulling?.rooms.count ?? 0)
        health.roomsToPush = owed.count + (pushing?.rooms.count ?? 0)
    }

    // MARK: What to do next

    private mutating func advance(_ log: borrowing some OperationReader & ~Copyable, into actions: inout [Action]) {
        guard !isPaused else { return }
        if backoff.isWaiting(at: now) {
            if let until = backoff.waitsUntil { actions.append(.wake(at: until)) }
            return
        }
        look(into: log)
        // After a failure one request goes first, alone: the rest follows when it has found the peer.
        if !isProbing || !isBusy { listen(log, into: &actions) }
        if !isProbing || !isBusy { fetch(log, into: &actions) }
        if !isProbing || !isBusy { push(log, into: &actions) }
        keepCursor(into: &actions)
        if let wake = nextWake { actions.append(.wake(at: max(wake, now + 1))) }
    }

    private var isBusy: Bool { pushing != nil || pulling != nil || listening != nil }
    private var isProbing: Bool { backoff.waitsUntil != nil }

    private var nextWake: Int64? {
        var wake: Int64 = suspectAt
        if listening == nil { wake = min(wake, pollAt, cursor == nil ? .max : reconcileAt) }
        // What is still needed waits for its time.
        if pulling == nil, !needs.isEmpty { wake = min(wake, patience.nextEnd(after: now) ?? .max) }
        return wake == .max ? nil : wake
    }

    mutating func issue(_ request: Request, into actions: inout [Action]) -> RequestID {
        let id = RequestID(number: nextRequest)
        nextRequest += 1
        needs.nextRequest = nextRequest
        health.requests += 1
        actions.append(.send(id, request))
        return id
    }

    // MARK: The link

    private mutating func touch() {
        health.lastContact = now
        // Whatever was missed meanwhile.
        if backoff.contact(at: now) { pollAt = now }
    }

    mutating func succeed() {
        backoff.succeed(at: now)
        health.lastContact = now
        health.lastSuccess = now
        health.failuresInARow = 0
        health.link = .up
    }

    mutating func fail(_ id: RequestID, _ failure: Failure, into actions: inout [Action]) {
        let lane = giveBack(id, failure)
        guard lane else { return }
        switch failure {
        case .gone:
            // The peer is well; it is our place in its log that is lost.
            succeed()
            cursor = nil
            isReadingPages = false
            pages = 0
            pollAt = now
            reconcileAt = now
        case .unreadable:
            health.lastFailure = now
            health.failuresInARow += 1
            // It was heard of, so the wait is short, and longer only if nothing else works either.
            backoff.fail(at: now, using: &random)
            health.link = .waiting
        case .unreachable, .busy, .refused:
            health.lastFailure = now
            health.failuresInARow += 1
            health.link = failure == .refused ? .refused : .waiting
            var least: Int64 = 0
            if case .busy(let wait) = failure { least = wait }
            if failure == .refused { least = 60_000 }
            backoff.fail(at: now, least: least, using: &random)
        }
        if failure != .gone { actions.append(.down(failure)) }
    }

    /// Puts back what was under way; false for a request that nobody remembers.
    private mutating func giveBack(_ id: RequestID, _ failure: Failure) -> Bool {
        if failure == .unreachable, pushing?.id == id || pulling?.id == id { page.shrink() }
        if let under = pushing, under.id == id {
            pushing = nil
            hasSkipped = true
            for (room, var debt) in under.rooms {
                if failure == .unreadable {
                    // Alone it could not be read either: the peer will have to pull it.
                    if debt.goesAlone || under.rooms.count == 1 { continue }
                    debt.goesAlone = true
                }
                add(debt, for: room)
            }
            return true
        }
        if let under = pulling, under.id == id {
            pulling = nil
            for (room, var need) in under.rooms {
                if failure == .unreadable {
                    need.goesAlone = true
                    if under.rooms.count == 1 {
                        patience.wasFruitless(room, at: now)
                        health.unprovenClaims += 1
                    }
                }
                needs.add(need, for: room)
            }
            return true
        }
        guard let under = listening, under.id == id else { return false }
        listening = nil
        if under.kind == .rooms {
            reconciliation = nil
            nextQuestion = nil
            // Begun anew once the peer is back, and not at once if it is its answers that are wrong.
            reconcileAt = failure == .unreadable ? now + 600_000 : now
        }
        return true
    }
}
