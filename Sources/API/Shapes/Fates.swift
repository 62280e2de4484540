import Bytes
import Chat
import JSON
import SQLite
import Store

/// What became of the telling of a message, way by way (Spec/api/delivery.md, section 4).
struct Fates {
    private let why: Why
    private let entries: [OutboxEntry]
    private let told: Timestamp?
    private let hasRelay: Bool
    private let hasDevice: Bool
    private let hasAddress: Bool

    struct Fate {
        let way: String
        let state: String
        let time: Timestamp?
        /// For people.
        let detail: String
    }

    init(
        _ why: Why, of message: MessageNumber, for person: PersonNumber, _ sending: Sending, on connection: Connection
    ) throws {
        self.why = why
        entries = try OutboxTable.entries(about: message, for: person, on: connection)
        told = try why.notification.flatMap { try NotificationTable.notification($0, on: connection)?.created }
        hasRelay = sending.hasMail
        hasDevice = try !DeviceTable.devices(of: person, on: connection).isEmpty
        hasAddress = try AccountTable.account(of: person, on: connection)?.email != nil
    }

    var all: [Fate] {
        [inApp, fate(.push, missing: hasDevice ? "" : "no device"), fate(.email, missing: missingForMail)]
    }

    private var missingForMail: String {
        hasRelay ? hasAddress ? "" : "no address" : "no relay"
    }

    private var isTold: Bool { why.verdict.reason == .notified }

    private var inApp: Fate {
        isTold && why.verdict.ways.contains(.inApp)
            ? Fate(way: "in_app", state: "sent", time: told, detail: "")
            : Fate(way: "in_app", state: "off", time: nil, detail: switchedOff)
    }

    /// Where nothing was made, the mute and the switches are those of now: those of then are not kept.
    private var switchedOff: String {
        switch (why.verdict.reason, why.verdict.type) {
        case (.notified, let type?): "switched off for \(type.name)"
        case (.muted, _): "the room is muted now"
        case (.switchedOff, let type?): "now switched off for \(type.name)"
        default: ""
        }
    }

    /// Of several devices the best.
    private func fate(_ way: OutboxEntry.Way, missing: String) -> Fate {
        let name = way == .push ? "push" : "email"
        let entries = entries.filter { $0.way == way }
        let states: [(OutboxEntry.State, String)] = [
            (.sent, "sent"), (.waiting, "waiting"), (.failed, "failed"), (.cancelled, "cancelled"),
        ]
        for (state, word) in states {
            guard let entry = entries.first(where: { $0.state == state }) else { continue }
            return Fate(way: name, state: word, time: entry.ended ?? entry.due, detail: entry.lastError ?? "")
        }
        let isOn = isTold && why.verdict.ways.contains(way.ways)
        return Fate(way: name, state: "off", time: nil, detail: isOn ? missing : switchedOff)
    }
}

extension JSONWriter {
    mutating func why(_ why: Why, _ fates: Fates, _ message: MessageNumber) {
        object {
            $0.member("message", message)
            $0.member("notified", why.verdict.reason == .notified)
            $0.member("type", why.verdict.type?.name)
            $0.member("reason", why.verdict.reason.rawValue)
            $0.member("notification", why.notification)
            $0.member("channels", array: { fates.write(to: &$0) })
        }
    }
}

extension Fates {
    fileprivate func write(to json: inout JSONWriter) {
        for fate in all {
            json.object {
                $0.member("channel", fate.way)
                $0.member("state", fate.state)
                $0.member("at", fate.time)
                $0.member("detail", fate.detail)
            }
        }
    }
}
