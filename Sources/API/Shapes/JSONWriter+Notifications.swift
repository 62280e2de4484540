package import Bytes
package import Chat
package import JSON
package import Store

extension JSONWriter {
    /// `words` and `run` as Chat makes them at this moment.
    package mutating func notification(_ notification: Notification, _ words: NotificationWords, _ run: UnreadRun?) {
        object {
            $0.member("id", notification.number)
            $0.member("uuid", notification.uuid)
            $0.member("recipient", notification.recipient)
            $0.member("type", notification.type.name)
            $0.member("title", words.title)
            $0.member("body", words.body)
            if notification.type == .message, notification.text?.data == nil {
                let count = run?.count ?? notification.count ?? 0
                $0.member("data", object: { $0.member("count", count) })
            } else {
                let data = notification.text?.data ?? []
                $0.member("data", extra: data.span)
            }
            $0.member("room", notification.subject.room)
            $0.member("message", run?.newest ?? notification.subject.message)
            $0.member("actor", notification.subject.actor)
            $0.member("is_read", notification.isRead)
            $0.member("read_at", notification.read)
            $0.member("created_at", notification.created)
            $0.member("channels", array: { notification.ways.write(to: &$0) })
        }
    }

    package mutating func preference(_ preference: Preference) {
        self.preference(
            preference.type, preference.ways, of: preference.person, number: preference.number,
            updated: preference.updated)
    }

    /// A type that is at its defaults has neither number nor time.
    package mutating func preference(
        _ type: NotificationType, _ ways: Ways, of person: PersonNumber, number: PreferenceNumber? = nil,
        updated: Timestamp? = nil
    ) {
        object {
            $0.member("id", number)
            $0.member("user", person)
            $0.member("type", type.name)
            $0.member("email", ways.contains(.email))
            $0.member("push", ways.contains(.push))
            $0.member("in_app", ways.contains(.inApp))
            $0.member("last_update", updated)
        }
    }

    package mutating func device(_ device: Device) {
        object {
            $0.member("id", device.number)
            $0.member("name", device.name)
            $0.member("endpoint", device.endpoint)
            $0.member("created_at", device.created)
            $0.member("last_success_at", device.lastSuccess)
            $0.member("last_failure_at", device.lastFailure)
            $0.member("last_error", device.lastError)
        }
    }
}

extension Ways {
    static let names: [(name: String, way: Ways)] = [("in_app", .inApp), ("push", .push), ("email", .email)]

    fileprivate func write(to json: inout JSONWriter) {
        for (name, way) in Self.names where contains(way) { json.string(name) }
    }
}
