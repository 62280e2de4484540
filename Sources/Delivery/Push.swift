import Bytes
import Chat
import JSON
import Outbound
import SQLite
import Store
import Wire

/// What one push says, and to whom: ids and counts, no names and no texts (RFC 8030 without the encryption of
/// RFC 8291).
struct Push {
    static let secondsMax: Int64 = 86_400
    static let answerBytesMax = 8_192

    let device: Device
    var type: NotificationType
    var notification: NotificationNumber?
    var room: RoomNumber?
    var message: MessageNumber?
    let unreadCount: Int
    var isTest = false
    /// How long it may wait at the endpoint.
    var seconds = secondsMax

    /// Nil where there is no reason for it any more.
    init?(of entry: OutboxEntry, at now: Timestamp, on connection: Connection) throws {
        guard try Outbox.isWanted(entry, on: connection), let number = entry.device,
            let device = try DeviceTable.device(number, on: connection)
        else { return nil }
        self.device = device
        type = entry.type
        notification = entry.notification
        room = entry.room
        message = entry.message
        unreadCount = try NotificationTable.unreadCount(of: entry.person, on: connection)
        seconds = max(0, Self.secondsMax - max(0, now.milliseconds - entry.created.milliseconds) / 1_000)
    }

    init(testing device: Device, on connection: Connection) throws {
        self.device = device
        type = .system
        isTest = true
        unreadCount = try NotificationTable.unreadCount(of: device.person, on: connection)
    }

    private var body: [UInt8] {
        var json = JSONWriter()
        json.beginObject()
        json.key("type")
        json.string(type.name)
        json.key("notification")
        json.number(notification)
        json.key("room")
        json.number(room)
        json.key("message")
        json.number(message)
        json.key("unread_count")
        json.integer(unreadCount)
        json.key("is_test")
        json.bool(isTest)
        json.endObject()
        return json.finish()
    }

    private var isUrgent: Bool {
        switch type {
        case .directMessage, .mention, .reply: true
        case .message, .reaction, .roomInvite, .memberJoined, .roleChanged, .system: false
        }
    }

    func request(_ policy: AddressPolicy, deadlineMilliseconds: UInt64) throws(OutboundURLFault) -> OutboundRequest {
        var request = OutboundRequest(
            .post, try OutboundURL(device.endpoint),
            fields: [
                ("Content-Type", "application/json"), ("TTL", "\(seconds)"), ("Urgency", isUrgent ? "high" : "normal"),
            ], body: body, policy: policy)
        request.deadlineMilliseconds = deadlineMilliseconds
        request.answerBytesMax = Self.answerBytesMax
        request.cutsAnswer = true
        return request
    }
}

extension JSONWriter {
    fileprivate mutating func number(_ number: (some LocalNumber)?) {
        if let number { integer(number.value) } else { null() }
    }
}
