package import Bytes
package import SQLite
package import Store

/// Why somebody was, or wasn't, told of a message, and what became of the telling (Spec/api/delivery.md, section 4).
package struct MessageReason: Hashable, Sendable {
    package var reason: NotificationVerdict.Reason
    package var type: NotificationType?
    /// Nil where none was made, or it was deleted since.
    package var notification: NotificationNumber?
    /// In-app, push, mail.
    package var fates: [WayFate] = []
}

/// What became of one way of telling.
package struct WayFate: Hashable, Sendable {
    package enum State: String, Hashable, Sendable {
        case off, waiting, sent, cancelled, failed
    }

    package var way: Ways
    package var state: State
    package var time: Timestamp?
    /// For people.
    package var detail: String
}

package enum MessageReasons {
    /// Of somebody of this node who sees the message, after they have looked at their notifications.
    package static func why(
        _ message: StoredMessage, of person: PersonNumber, _ sending: Sending, on connection: Connection
    ) throws -> MessageReason? {
        guard let membership = try MembershipTable.membership(of: person, in: message.room, on: connection) else {
            return nil
        }
        var seen = SeenMessage()
        guard try MessageList.show(message.number, to: person, on: connection, &seen) else { return nil }
        var facts = MessageFacts(sender: message.sender)
        facts.isDirect = try MembershipTable.standing(of: person, in: message.room, on: connection) == .direct
        facts.isSystem = seen.isSystem
        facts.isDeleted = message.isDeleted
        facts.mentions = Set(seen.mentions)
        facts.answers = try seen.answers.flatMap { try MessageTable.message($0, on: connection)?.sender }
        var recipient = NotificationRecipient(person)
        recipient.wasMember = membership.joined <= message.time
        if !recipient.wasMember {
            // What was said before any of us was there came when we joined.
            facts.isHistory = try !MembershipTable.wasTakingPart(in: message.room, at: message.time, on: connection)
        }
        recipient.isMuted = membership.isMuted
        recipient.switches = try NotificationPreferences.switches(of: person, on: connection)
        let verdict = NotificationVerdict(on: .message(facts), for: recipient)
        let told = try told(of: message, person, verdict, on: connection)
        var answer = MessageReason(reason: verdict.reason, type: verdict.type)
        if let told {
            answer.reason = .notified
            answer.type = told.type
            answer.notification = told.notification?.number
        } else if verdict.reason == .notified {
            answer.reason = seen.isRead ? .alreadyRead : .notified
        }
        answer.fates = try fates(
            of: answer, message, person, told?.notification, recipient.switches, sending, on: connection)
        return answer
    }

    private struct Told {
        let type: NotificationType
        let notification: Notification?
    }

    /// What is left of it, even where by the rules of today nothing would be told.
    private static func told(
        of message: StoredMessage, _ person: PersonNumber, _ verdict: NotificationVerdict, on connection: Connection
    ) throws -> Told? {
        let own = try NotificationTable.notification(about: message.number, of: person, on: connection)
        if let own { return Told(type: own.type, notification: own) }
        guard verdict.type == .message, verdict.reason == .notified else { return nil }
        // All messages of a room are told in one.
        let notice = try MessageNoticeTable.notice(of: person, in: message.room, on: connection)
        if notice.covered >= message.number { return Told(type: .message, notification: nil) }
        let open = try notice.open.flatMap { try NotificationTable.notification($0, on: connection) }
        return open.map { Told(type: .message, notification: $0) }
    }

    private static func fates(
        of answer: MessageReason, _ message: StoredMessage, _ person: PersonNumber, _ notification: Notification?,
        _ switches: NotificationSwitches, _ sending: Sending, on connection: Connection
    ) throws -> [WayFate] {
        let entries = try OutboxTable.entries(about: message.number, for: person, on: connection)
        let isTold = answer.reason == .notified
        let ways = isTold ? notification?.ways ?? answer.type.map { switches[$0] } ?? [] : []
        let off = isTold ? answer.type.map { "switched off for \($0.name)" } ?? "" : ""
        var inApp = WayFate(way: .inApp, state: .off, time: nil, detail: off)
        if ways.contains(.inApp) {
            inApp = WayFate(way: .inApp, state: .sent, time: notification?.created, detail: "")
        }
        let hasDevice = try !DeviceTable.devices(of: person, on: connection).isEmpty
        let hasAddress = try AccountTable.account(of: person, on: connection)?.email != nil
        let push = ways.contains(.push) ? (hasDevice ? "" : "no device") : off
        let mail =
            ways.contains(.email) ? (!sending.hasMail ? "no relay" : hasAddress ? "" : "no address") : off
        return [
            inApp, fate(.push, entries.filter { $0.way == .push }, else: push),
            fate(.email, entries.filter { $0.way == .email }, else: mail),
        ]
    }

    /// Of several devices the best.
    private static func fate(_ way: Ways, _ entries: [OutboxEntry], else detail: String) -> WayFate {
        let order: [OutboxEntry.State] = [.sent, .waiting, .failed, .cancelled]
        let best = order.lazy.compactMap { state in entries.first { $0.state == state } }.first
        guard let best else { return WayFate(way: way, state: .off, time: nil, detail: detail) }
        let state: WayFate.State =
            switch best.state {
            case .waiting: .waiting
            case .sent: .sent
            case .cancelled: .cancelled
            case .failed: .failed
            }
        return WayFate(way: way, state: state, time: best.ended ?? best.due, detail: best.lastError ?? "")
    }
}

/// What decides about telling, from the message as it is shown.
private struct SeenMessage: MessageVisitor {
    var isSystem = false
    var isRead = false
    var answers: MessageNumber?
    var mentions: [PersonNumber] = []

    mutating func message(_ row: borrowing MessageRow) {
        isSystem = row.type.elementsEqual("system")
        isRead = row.isRead
        answers = row.answers
    }

    mutating func mention(_ person: PersonNumber) {
        mentions.append(person)
    }

    mutating func person(_ row: borrowing PersonRow) {}
    mutating func attachment(_ row: AttachmentRow) {}
    mutating func reaction(_ value: Span<UInt8>, count: Int) {}
    mutating func endOfMessage() {}
}

extension Span<UInt8> {
    fileprivate func elementsEqual(_ text: StaticString) -> Bool {
        guard count == text.utf8CodeUnitCount else { return false }
        return (0..<count).allSatisfy { self[$0] == text.utf8Start[$0] }
    }
}
