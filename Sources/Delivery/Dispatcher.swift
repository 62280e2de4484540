import Bytes
import Chat
import EventLoop
import Log
import Mail
import Outbound
import SQLite
import Store

/// Drains the outbox, on one loop.
///
/// What is due is read from the disk, a few hundred entries at a time, and waits in a lane for its host. An entry
/// stays known here until what became of it is on the disk, so that none is read, and sent, a second time meanwhile.
final class Dispatcher {
    enum Order: Sendable {
        case wake
        case test(DeviceNumber, PersonNumber, @Sendable (Result<Delivery.Trial, any Error>) -> Void)
        case stop
    }

    let settings: DeliverySettings
    let loop: EventLoop
    let log: Log
    let notes: OutcomeNotes
    private let reader: Reader
    let outbound: Outbound
    let mailer: (any Mailer)?

    private var timer: LoopTimer?
    private var lanes: [String: Lane] = [:]
    private var known: [OutboxNumber: Stage] = [:]
    private var pushesUnderWay = 0
    private var isClosed = false

    private enum Stage {
        case queued
        /// Being sent, or sent and not yet noted.
        case begun
    }

    private static let batch = 256
    private static let knownMax = 4_096
    /// When those are looked at again for which a lane has no place.
    private static let surplusMilliseconds: Int64 = 5_000
    /// The lane of the relay: no host is called so.
    private static let mail = "mail "
    /// The clock may be set, so that a moment that was far away is near.
    private static let restMillisecondsMax: Int64 = 60_000

    init(_ settings: DeliverySettings, writer: Writer<ChatState>, log: Log, on loop: EventLoop) throws {
        self.settings = settings
        self.loop = loop
        self.log = log
        reader = Reader(settings.databasePath)
        let resolver = try Resolver(on: loop, lookUp: settings.lookUp)
        outbound = Outbound(on: loop, resolver: resolver, courier: settings.courier)
        mailer =
            switch settings.mail?.way {
            case nil: nil
            case .relay(let relay):
                try RelayMailer(relay, introducedAs: settings.mail!.from.domain, on: loop, resolver: resolver)
            case .sendmail(let path): SendmailMailer(path, on: loop)
            }
        notes = try OutcomeNotes(writer, on: loop)
        timer = try LoopTimer(on: loop) { [weak self] in self?.round() }
        notes.whenNoted = { [weak self] in self?.forget($0) }
    }

    func obey(_ order: Order) {
        switch order {
        case .wake: timer?.set(loop.now)
        case .test(let device, let person, let completion): test(device, of: person, completion)
        case .stop: loop.stop()
        }
    }

    func close() {
        isClosed = true
        timer?.end()
        timer = nil
        outbound.close()
        mailer?.close()
        notes.close()
    }

    func read<Result>(_ body: (Connection) throws -> Result) throws -> Result {
        try reader.read { connection in try connection.snapshot { try body(connection) } }
    }

    // MARK: Rounds

    /// Reads what is due, and begins what may begin.
    private func round() {
        guard !isClosed else { return }
        let now = settings.now()
        do {
            let isAll = try load(at: now)
            begin(at: now)
            lanes = lanes.filter { !$0.value.isForgotten(at: now) }
            try rest(at: now, isAll: isAll)
        } catch {
            log.error("the outbox can't be read", [.text("error", ShortText("\(error)"))])
            timer?.set(loop.now + 1_000)
        }
    }

    /// Whether nothing else is due.
    private func load(at now: Timestamp) throws -> Bool {
        guard known.count < Self.knownMax else { return false }
        let limit = known.count + Self.batch
        let found = try read { connection in
            try OutboxTable.due(at: now, atMost: limit, on: connection).map { entry in
                (entry, try laneName(of: entry, on: connection))
            }
        }
        var late: [(OutboxNumber, Timestamp)] = []
        for (entry, name) in found where known[entry.number] == nil {
            guard let name else {
                // There is nobody any more to whom it could go.
                known[entry.number] = .begun
                notes.note(.cancelled, of: [entry], at: now)
                continue
            }
            // However often its host was left alone meanwhile, without an attempt of its own.
            guard !entry.isOver(at: now) else {
                known[entry.number] = .begun
                notes.note(.again(error: entry.lastError ?? "Its turn did not come in time"), of: [entry], at: now)
                continue
            }
            let lane = lane(name)
            if let pause = lane.pause(at: now) {
                late.append((entry.number, pause))
            } else if lane.isFull {
                late.append((entry.number, now.later(byMilliseconds: Self.surplusMilliseconds)))
            } else {
                lane.append(entry)
                known[entry.number] = .queued
            }
        }
        putOff(late)
        return found.count < limit
    }

    /// Nil where it can go nowhere.
    private func laneName(of entry: OutboxEntry, on connection: Connection) throws -> String? {
        switch entry.way {
        case .email:
            return mailer == nil ? nil : Self.mail
        case .push:
            guard let device = try entry.device.flatMap({ try DeviceTable.device($0, on: connection) }) else {
                return nil
            }
            // One that is no URL fails by itself.
            return (try? OutboundURL(device.endpoint))?.authority ?? ""
        }
    }

    private func lane(_ name: String) -> Lane {
        if let lane = lanes[name] { return lane }
        let lane = Lane(underWayMax: name == Self.mail ? 1 : settings.pushesPerHostMax)
        lanes[name] = lane
        return lane
    }

    /// A round over the lanes begins one of each, until nothing more may begin.
    private func begin(at now: Timestamp) {
        var hasBegun = true
        while hasBegun {
            hasBegun = false
            for (name, lane) in lanes.sorted(by: { $0.key < $1.key }) {
                guard name == Self.mail || pushesUnderWay < settings.pushesMax else { continue }
                guard let entry = lane.start() else { continue }
                hasBegun = true
                // Another one's mail may have taken it along.
                guard known[entry.number] == .queued else {
                    lane.skip()
                    continue
                }
                known[entry.number] = .begun
                switch entry.way {
                case .push: push(entry, lane, at: now)
                case .email: mail(entry, lane, at: now)
                }
            }
        }
    }

    private func rest(at now: Timestamp, isAll: Bool) throws {
        // The rest is read when something of what was read has come to its end.
        let next = try read { try OutboxTable.nextDue(after: now, on: $0) }
        let wait = min(next.map { $0.milliseconds - now.milliseconds } ?? .max, Self.restMillisecondsMax)
        timer?.set(loop.now + UInt64(isAll ? max(wait, 1) : min(max(wait, 1), 1_000)))
    }

    private func putOff(_ late: [(OutboxNumber, Timestamp)]) {
        guard !late.isEmpty else { return }
        for (number, _) in late { known[number] = .begun }
        notes.putOff(late)
    }

    private func forget(_ numbers: [OutboxNumber]) {
        for number in numbers { known[number] = nil }
        timer?.set(loop.now)
    }

    // MARK: Pushes

    private func push(_ entry: OutboxEntry, _ lane: Lane, at now: Timestamp) {
        let push: Push?
        do {
            push = try read { try Push(of: entry, at: now, on: $0) }
        } catch {
            lane.skip()
            notes.note(.again(error: "The outbox could not be read"), of: [entry], at: now)
            return
        }
        guard let push else {
            lane.skip()
            notes.note(.cancelled, of: [entry], at: now)
            return
        }
        pushesUnderWay += 1
        send(push) { [self] outcome in
            pushesUnderWay -= 1
            end([entry], outcome.result, isFailing: outcome.isHostFailing, lane)
        }
    }

    private var policy: AddressPolicy { settings.allowsPrivateAddresses ? .privateToo : .globalOnly }

    private func send(_ push: Push, _ completion: @escaping (PushOutcome) -> Void) {
        do throws(OutboundURLFault) {
            let request = try push.request(policy, deadlineMilliseconds: settings.deadlineMilliseconds)
            outbound.send(request) { [self] result in
                guard !isClosed else { return }
                completion(PushOutcome(result, at: settings.now()))
            }
        } catch {
            completion(PushOutcome(error))
        }
    }

    private func test(
        _ number: DeviceNumber, of person: PersonNumber,
        _ completion: @escaping @Sendable (Result<Delivery.Trial, any Error>) -> Void
    ) {
        do {
            let push = try read { connection in
                try Push(testing: Devices.own(number, of: person, on: connection), on: connection)
            }
            send(push) { [self] outcome in
                let trial = Delivery.Trial(
                    isDelivered: outcome.result.isSent, status: outcome.status, error: outcome.result.error)
                notes.note(outcome.result, ofTrialOf: number, for: person, at: settings.now()) {
                    completion(.success(trial))
                }
            }
        } catch {
            completion(.failure(error))
        }
    }

    // MARK: Mails

    /// One mail with all that waits for the person whose entry is due.
    private func mail(_ entry: OutboxEntry, _ lane: Lane, at now: Timestamp) {
        guard let mailer, let mail = settings.mail else { preconditionFailure("its lane is only there with a mailer") }
        // All that the mail takes along is known until it is noted, whatever becomes of the mail.
        var wanted = [entry]
        do {
            var vain: [OutboxEntry]
            (wanted, vain) = try read { try self.waiting(besides: entry, on: $0) }
            for other in wanted + vain { known[other.number] = .begun }
            // It has come to its end since it was read.
            if !(wanted + vain).contains(where: { $0.number == entry.number }) { vain.append(entry) }
            if !vain.isEmpty { notes.note(.cancelled, of: vain, at: now) }
            guard let digest = try read({ try Digest(of: wanted, for: entry.person, on: $0) }) else {
                lane.skip()
                if !wanted.isEmpty { notes.note(.cancelled, of: wanted, at: now) }
                return
            }
            let content = try digest.message(
                from: settings.organisation, at: mail.from, publicURL: settings.publicURL, now: now)
            mailer.send(OutgoingMail(from: mail.from, to: digest.to, content: content)) { [self] outcome in
                guard !isClosed else { return }
                end(wanted, outcome.result, isFailing: outcome.isRelayFailing, lane)
            }
        } catch let fault as MailFault {
            lane.skip()
            notes.note(.refused(error: "The mail could not be written (\(fault))"), of: wanted, at: now)
        } catch {
            lane.skip()
            notes.note(.again(error: "The outbox could not be read"), of: wanted, at: now)
        }
    }

    /// With that one, those of its person that wait, and aren't on their way: those that are to go, and those for which
    /// there is no reason any more.
    private func waiting(
        besides entry: OutboxEntry, on connection: Connection
    ) throws -> (wanted: [OutboxEntry], vain: [OutboxEntry]) {
        var (wanted, vain): ([OutboxEntry], [OutboxEntry]) = ([], [])
        for other in try OutboxTable.waiting(for: entry.person, by: .email, on: connection) {
            guard other.number == entry.number || known[other.number] != .begun else { continue }
            if try Outbox.isWanted(other, on: connection) { wanted.append(other) } else { vain.append(other) }
        }
        return (wanted, vain)
    }

    // MARK: Ends

    private func end(_ entries: [OutboxEntry], _ result: Outbox.Result, isFailing: Bool, _ lane: Lane) {
        let now = settings.now()
        var asked: Int64?
        if case .again(_, let retryAfter) = result { asked = retryAfter }
        let rest = lane.end(isFailing: isFailing, retryAfterMilliseconds: asked, at: now)
        if let pause = lane.pause(at: now) {
            putOff(rest.filter { known[$0.number] == .queued }.map { ($0.number, pause) })
        }
        if let error = result.error {
            log.warning(
                "not delivered",
                [
                    .code("way", entries[0].way == .push ? "push" : "email"), .integer("entries", entries.count),
                    .id("entry", .number(entries[0].number.value)), .text("error", ShortText(error)),
                ])
        }
        notes.note(result, of: entries, at: now)
        timer?.set(loop.now)
    }
}
