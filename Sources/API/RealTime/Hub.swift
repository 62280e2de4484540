import Bytes
import Chat
import EventLoop
import Log
import SQLite
import Store

/// The thread that makes frames and knows who gets them. Everything here is of that thread.
final class Hub {
    let realTime: RealTime
    let loop: EventLoop
    let reader: Reader
    let writer: Writer<ChatState>
    let signalling: any SignalSending
    let settings: APISettings
    let frames: FrameWriter

    var feeds: [FeedName: Feed] = [:]
    var listeners: [PersonNumber: Listener] = [:]
    var audiences: [RoomNumber: Audience] = [:]
    /// The last event that was told.
    var last = EventNumber(0)
    /// The last one before this turn.
    private var told = EventNumber(0)
    var recent = RecentFrames()
    /// What this turn has for each loop.
    var deliveries: [[LoopMessage.Delivery]] = []
    var loops: [Mailbox<LoopMessage>] = []
    /// How many connections this turn has something for, each as often as it has.
    private var deliveryCount = 0
    private var rest = Rest()
    private var isNewsWaiting = false
    /// Loops that have not taken what they were given.
    var lagging: Set<Int> = []

    var unread = UnreadQueue()
    var comings = ComingsAndGoings()
    var typing: [TypingPlace: Typing] = [:]
    /// When the first connection's session may be over.
    var nextExpiry: Timestamp?
    private var ticker: LoopTimer?

    /// How many events are read at once.
    static let entriesMax = 256
    /// More than this is missed for good.
    static let missedMax: Int64 = 10_000

    init(
        _ realTime: RealTime, _ settings: APISettings, _ writer: Writer<ChatState>, _ signalling: any SignalSending,
        on loop: EventLoop
    ) throws {
        self.realTime = realTime
        self.loop = loop
        self.writer = writer
        self.signalling = signalling
        reader = Reader(realTime.databasePath)
        self.settings = settings
        frames = FrameWriter(settings)
        last = try reader.read { try EventJournal.last(on: $0) }
        try realTime.inbox.deliver(on: loop) { [unowned self] in take($0) }
        try realTime.signals.deliver(on: loop) { [unowned self] in take($0) }
        ticker = try LoopTimer(on: loop) { [unowned self] in tick() }
    }

    // MARK: Its turns

    private func take(_ messages: [HubMessage]) {
        beginTurn()
        for message in messages {
            switch message {
            case .open(let opening): attempt(for: opening.feed) { try open(opening) }
            case .close(let name): close(name)
            case .more(let name): if let feed = feeds[name] { attempt(for: name) { try goOn(feed) } }
            case .news: isNewsWaiting = true
            case .stop: loop.stop()
            }
        }
        tellNews()
        attempt { try endExpired() }
        endTurn()
    }

    private func tellNews() {
        guard isNewsWaiting, rest.isOver(at: loop.now) else { return }
        isNewsWaiting = false
        attempt { try tell(realTime.takeNews()) }
        rest.begin(after: deliveryCount, at: loop.now)
    }

    private func take(_ signals: [HubSignal]) {
        beginTurn()
        for signal in signals {
            switch signal {
            case .typing(let person, let room, let isTyping, let isLocal):
                type(person, room, isTyping, isLocal: isLocal)
            case .active(let person): realTime.presence.active(person, at: .now())
            case .elsewhere(let person, let presence): heard(person, presence)
            }
        }
        endTurn()
    }

    private func tick() {
        beginTurn()
        tellNews()
        tellTyping()
        attempt { try endExpired() }
        attempt { try tellUnread() }
        attempt { try tellComings() }
        comeBack()
        endTurn()
    }

    /// The database can't be read: what listens would have gaps, so it is told to begin anew. That is one where the turn was
    /// for one.
    private func attempt(for name: FeedName? = nil, _ body: () throws -> Void) {
        do {
            try body()
        } catch {
            realTime.log.error("hub-turn-failed", [.text("error", ShortText(String(describing: error)))])
            for feed in name.map({ [feeds[$0]].compactMap(\.self) }) ?? Array(feeds.values) {
                end(feed, code: 1_011, "a mistake of the node's")
            }
        }
    }

    private func beginTurn() {
        loops = realTime.loopInboxes
        told = last
        deliveryCount = 0
    }

    private func endTurn() {
        for (index, waiting) in deliveries.enumerated() where !waiting.isEmpty {
            if !loops[index].post(.deliveries(waiting)) { fallBehind(index) }
            deliveries[index] = []
        }
        ticker?.set(nextTick)
    }

    private var nextTick: MonotonicTime {
        var next = min(unread.due, comings.due, expiryTick)
        if isNewsWaiting { next = min(next, rest.end) }
        for state in typing.values { next = min(next, state.due) }
        return lagging.isEmpty ? next : min(next, loop.now + 200)
    }

    // MARK: Handing over

    func deliver(_ frame: Frame, to targets: [Audience.Target], except person: PersonNumber? = nil) {
        for target in targets {
            put(LoopMessage.Delivery(frame: frame, feeds: target.feeds, exception: person), on: target.loop)
        }
    }

    func deliver(_ frame: Frame, to feed: Feed, isPart: Bool = false) {
        put(LoopMessage.Delivery(frame: frame, feeds: [feed.name.number], isPart: isPart), on: feed.name.loop)
    }

    private func put(_ delivery: LoopMessage.Delivery, on index: Int) {
        while deliveries.count <= index { deliveries.append([]) }
        deliveries[index].append(delivery)
        deliveryCount += delivery.feeds.count
    }

    /// A loop that stands still is not waited for: its connections are behind, and go on when it does.
    private func fallBehind(_ index: Int) {
        lagging.insert(index)
        for feed in feeds.values where feed.name.loop == index && feed.isLive {
            feed.fallBehind(after: told)
            if let listener = listeners[feed.person] { forgetTargets(of: listener) }
        }
    }

    private func comeBack() {
        guard !lagging.isEmpty else { return }
        lagging = []
        for feed in feeds.values where !feed.isLive && !feed.isWaiting { attempt(for: feed.name) { try goOn(feed) } }
    }

    /// Ends a connection; the loop tells us when it is gone.
    func end(_ feed: Feed, code: UInt16, _ reason: String) {
        // Behind what it was given in this turn.
        flush(feed.name.loop)
        _ = loops[feed.name.loop].post(.close(feed.name, code: code, reason: reason))
    }

    private func flush(_ index: Int) {
        guard index < deliveries.count, !deliveries[index].isEmpty else { return }
        if !loops[index].post(.deliveries(deliveries[index])) { fallBehind(index) }
        deliveries[index] = []
    }
}
