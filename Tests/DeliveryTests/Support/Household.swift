import Bytes
import Chat
import Configuration
import Delivery
import EventLoop
import Glibc
import LocalDatabase
import Log
import Mail
import RoomModel
import SQLite
import Store
import Synchronization
import Testing

/// A node with its writer, ada and bo in a room, and whoever delivers to bo.
final class Household {
    struct Stuck: Error {
        let awaited: String
    }

    let writer: Writer<ChatState>
    let ada: PersonNumber
    let bo: PersonNumber
    let room: RoomNumber
    private let folder: String
    private let path: String
    private let connection: Connection
    private let clock = Clock()
    private var delivery: Delivery?
    private var told = 0
    private let log = Log(to: open("/dev/null", O_WRONLY))

    /// The time of day, which a test may let pass.
    final class Clock: Sendable {
        private let ahead = Mutex<Int64>(0)
        func pass(seconds: Int64) { ahead.withLock { $0 += seconds * 1_000 } }
        var now: Timestamp { Timestamp(milliseconds: Timestamp.now().milliseconds + ahead.withLock { $0 }) }
    }

    init() throws {
        signal(SIGPIPE, SIG_IGN)
        var template = Array("/tmp/parley-delivery-XXXXXX".utf8CString)
        precondition(mkdtemp(&template) != nil, "no temporary folder: \(errno)")
        folder = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        let path = folder + "/db"
        self.path = path
        _ = try StoreSchema.current.prepare(databaseAt: path)
        let planned = PlannedNode.all[0]
        writer = try Writer(path) { connection in
            // No test here pulls the plug.
            try connection.execute("PRAGMA synchronous = OFF")
            return try ChatState(
                connection, databaseAt: path,
                as: NodeIdentity(certificate: planned.certificates[0], key: planned.keys[0]),
                ChatSettings(name: planned.name, sending: Sending(hasMail: true)), random: SeededNumbers(7))
        }
        connection = try Connection(path, .readOnly)
        (ada, bo, room) = try writer.performLogged { transaction, state in
            let now = Timestamp.now()
            let people = try ["ada", "bo"].map { handle in
                let person = try state.accounts(at: now).open(handle, displayName: handle, in: transaction)
                try AccountTable.insert(
                    Account(person: person, handle: handle, password: "", isAdmin: false, created: now),
                    in: transaction)
                return person
            }
            let draft = GroupDraft(name: "Harbour", participants: [people[1]])
            let occasion = Occasion(now: now, by: people[0])
            return (people[0], people[1], try Rooms.found(draft, on: occasion, in: transaction, state))
        }
        // What bo is told, the tests say.
        let bo = bo
        try writer.performLogged { transaction, _ in try NotificationTable.deleteAll(of: bo, in: transaction) }
    }

    deinit {
        delivery?.stop()
        writer.stop()
        for name in ["db", "db-wal", "db-shm", "db.mark"] { unlink("\(folder)/\(name)") }
        rmdir(folder)
    }

    var now: Timestamp { clock.now }
    private func by(_ person: PersonNumber) -> Occasion { Occasion(now: now, by: person) }

    // MARK: Delivery

    @discardableResult
    func deliver(
        by mail: MailSettings.Way? = nil, _ configure: (inout DeliverySettings) -> Void = { _ in }
    ) throws -> Delivery {
        var settings = DeliverySettings(
            organisation: "North School", databasePath: path, courier: "/nonexistent/parley-courier")
        settings.allowsPrivateAddresses = true
        settings.publicURL = "https://north.example/"
        let clock = clock
        settings.now = { clock.now }
        settings.lookUp = { _ in .success([.ipv4(0x7F00_0001, port: 0)]) }
        if let mail { settings.mail = MailSettings(mail, from: MailAddress("parley@north.example")!) }
        configure(&settings)
        let delivery = try Delivery(settings, writer: writer, log: log)
        self.delivery = delivery
        return delivery
    }

    func stopDelivering() {
        delivery?.stop()
        delivery = nil
    }

    func pass(seconds: Int64) {
        clock.pass(seconds: seconds)
        delivery?.wake()
    }

    // MARK: What is to be told

    @discardableResult
    func write<Result: Sendable>(
        _ body: @escaping @Sendable (borrowing Transaction, ChatState) throws -> Result
    ) throws -> Result {
        defer { delivery?.wake() }
        return try writer.performLogged(body)
    }

    func read<Result>(_ body: (Connection) throws -> Result) throws -> Result { try body(connection) }

    func post(_ text: String) throws -> MessageNumber {
        let (room, occasion) = (room, by(ada))
        return try write { try Messages.post(MessageDraft(text), in: room, on: occasion, in: $0, $1).number }
    }

    func register(_ endpoint: String, name: String = "") throws -> DeviceNumber {
        let (bo, now) = (bo, now)
        return try write { transaction, _ in
            try Devices.register(endpoint, name: name, of: bo, at: now, in: transaction).device.number
        }
    }

    func setEmail(_ address: String) throws {
        let bo = bo
        try write { transaction, _ in _ = try Accounts.changeProfile(of: bo, email: address, in: transaction) }
    }

    /// A notification for bo, and the entries for these ways.
    @discardableResult
    func tell(
        _ type: NotificationType = .mention, _ message: MessageNumber? = nil, pushingTo devices: [DeviceNumber] = [],
        mailing: Bool = false
    ) throws -> [OutboxNumber] {
        let (bo, ada, room, now) = (bo, ada, room, now)
        told += 1
        let count = told
        return try write { transaction, _ in
            let subject = NotificationSubject(room: room, message: message, actor: ada)
            let notification = try NotificationTable.insert(
                type, for: bo, about: subject, by: .all, uuid: UUID(high: 1, low: UInt64(count)), at: now,
                in: transaction)
            var entries = try devices.map {
                try OutboxTable.insert(
                    .push, for: bo, device: $0, notification: notification.number, type: type, about: subject, at: now,
                    due: now, in: transaction)
            }
            if mailing {
                entries.append(
                    try OutboxTable.insert(
                        .email, for: bo, notification: notification.number, type: type, about: subject, at: now,
                        due: now, in: transaction))
            }
            return entries
        }
    }

    // MARK: What came of it

    func entry(_ number: OutboxNumber) throws -> OutboxEntry {
        try #require(try OutboxTable.entry(number, on: connection))
    }

    func wait(until condition: () throws -> Bool, _ awaited: String) throws {
        let end = MonotonicTime.now() + 20_000
        while try !condition() {
            guard MonotonicTime.now() < end else { throw Stuck(awaited: awaited) }
            usleep(2_000)
        }
    }

    /// Waits for its end, or for an attempt that came to nothing.
    func settled(_ number: OutboxNumber, after attempts: Int = 0) throws -> OutboxEntry {
        try wait(
            until: {
                let entry = try entry(number)
                return entry.state != .waiting || entry.attempts > attempts
            }, "what becomes of \(number)")
        return try entry(number)
    }

    func device(_ number: DeviceNumber) throws -> Device? { try DeviceTable.device(number, on: connection) }

    /// How many of bo's notifications connections were told of.
    func journalledNotifications() throws -> Int {
        let (bo, last) = (bo, EventNumber(0))
        return try EventJournal.entries(after: last, limit: 10_000, on: connection)
            .filter { $0.entry.kind == .notification && $0.entry.person == bo }.count
    }

    /// What the node itself has told bo.
    func announcements() throws -> [NotificationText] {
        let filter = NotificationFilter(recipient: bo, type: .system)
        return try NotificationTable.notifications(filter, ListWindow(limit: 10), on: connection).compactMap(\.text)
    }
}
