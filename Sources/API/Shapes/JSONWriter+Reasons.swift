import Chat
import JSON
import Store

extension JSONWriter {
    mutating func why(_ why: MessageReason, _ message: MessageNumber) {
        object {
            $0.member("message", message)
            $0.member("notified", why.reason == .notified)
            $0.member("type", why.type?.name)
            $0.member("reason", why.reason.rawValue)
            $0.member("notification", why.notification)
            $0.member(
                "channels",
                array: {
                    for fate in why.fates { $0.fate(fate) }
                })
        }
    }

    private mutating func fate(_ fate: WayFate) {
        object {
            $0.member("channel", fate.way.name)
            $0.member("state", fate.state.rawValue)
            $0.member("at", fate.time)
            $0.member("detail", fate.detail)
        }
    }
}

extension Ways {
    /// Of a single one.
    fileprivate var name: String {
        switch self {
        case .inApp: "in_app"
        case .push: "push"
        default: "email"
        }
    }
}
