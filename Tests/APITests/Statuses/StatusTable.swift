import Testing

/// Each route of the API once, as a request that is right, and each status that has conditions of its own.
///
/// `<word>` stands for the id of a new thing, made for this line (`StatusStage` knows the words); the same word means the same
/// thing within a line. A body that begins with `form` is sent as `multipart/form-data`.
enum StatusTable {
    /// What is answered by 2xx, or 101. From these come also, by rules that hold for all routes (`StatusStage.provoke`), the
    /// requests without a token, without a scope, of a thing that isn't there, too large, too often, with a full disk.
    static let right = """
        GET /api/messaging/channels/
        POST /api/messaging/channels/ {"name": "Herbs"}
        GET /api/messaging/channels/direct/?user_id=<stranger>
        GET /api/messaging/channels/<room>/
        PUT /api/messaging/channels/<room>/ {"name": "Herbs"}
        PATCH /api/messaging/channels/<room>/ {"details": "Green"}
        DELETE /api/messaging/channels/<room>/
        GET /api/messaging/channels/<room>/messages/
        POST /api/messaging/channels/<unread>/mark_as_read/
        POST /api/messaging/channels/<room>/add_member/ {"user": "<carol>"}
        POST /api/messaging/channels/<room>/remove_member/ {"user": "<bob>"}
        POST /api/messaging/channels/<alone>/leave/
        GET /api/messaging/channels/<room>/pins/
        GET /api/messaging/channels/<room>/sync/
        GET /api/messaging/members/
        GET /api/messaging/members/<member>/
        POST /api/messaging/members/<member>/change_role/ {"role": "admin"}
        POST /api/messaging/members/<membership>/toggle_mute/
        GET /api/messaging/messages/
        POST /api/messaging/messages/ {"channel": <room>, "content": "Hello"}
        POST /api/messaging/messages/mark_channel_read/ {"channel": <unread>}
        GET /api/messaging/messages/<message>/
        PUT /api/messaging/messages/<message>/ {"content": "Hello again"}
        PATCH /api/messaging/messages/<message>/ {"content": "Hello again"}
        DELETE /api/messaging/messages/<message>/
        POST /api/messaging/messages/<heard>/mark_read/
        POST /api/messaging/messages/<message>/pin/
        DELETE /api/messaging/messages/<pinned>/pin/
        GET /api/messaging/messages/<message>/delivery/
        GET /api/messaging/messages/<message>/why/
        GET /api/messaging/read-receipts/
        GET /api/messaging/read-receipts/<receipt>/
        GET /api/messaging/attachments/
        POST /api/messaging/attachments/ form channel=<room> file=@
        GET /api/messaging/attachments/<attachment>/
        GET /api/messaging/attachments/<attachment>/download/
        GET /chats/rooms/
        POST /chats/rooms/ {"name": "Herbs"}
        POST /chats/rooms/create/ {"name": "Herbs"}
        GET /chats/rooms/<room>/
        PUT /chats/rooms/<room>/ {"name": "Herbs"}
        PATCH /chats/rooms/<room>/ {"details": "Green"}
        DELETE /chats/rooms/<room>/
        GET /chats/messages/
        POST /chats/messages/ {"chat": <room>, "content": "Hello"}
        POST /chats/messages/create/ {"chat_room_id": "<room>", "content": "Hello"}
        GET /chats/messages/<message>/
        PUT /chats/messages/<message>/ {"chat": <room>, "content": "Hello again"}
        PATCH /chats/messages/<message>/ {"content": "Hello again"}
        DELETE /chats/messages/<message>/
        GET /api/messaging/conversations/
        POST /api/messaging/conversations/create_with_participants/ {"type": "direct", "participants": ["<stranger>"]}
        GET /api/messaging/conversations/<room>/
        GET /api/messaging/conversations/<room>/messages/
        POST /api/messaging/conversations/<room>/send/ {"content": "Hello"}
        POST /api/messaging/conversations/<unread>/mark_read/
        POST /api/messaging/conversations/<room>/archive/
        POST /api/messaging/conversations/<archived>/unarchive/
        GET /chatrooms/
        POST /chatrooms/ {"name": "Herbs"}
        POST /chatrooms/<room>/add_user/ {"user_display_names": ["<carol>"]}
        GET /chatrooms/<pictured>/avatar/
        PATCH /chatrooms/<room>/avatar/ form avatar=@
        GET /messages/<room>/
        POST /messages/<room>/ {"content": "Hello"}
        GET /messages/<message>/reaction/
        POST /messages/<message>/reaction/ {"reaction": "like"}
        DELETE /messages/<liked>/reaction/
        GET /emoji/
        GET /api/notifications/notifications/
        POST /api/notifications/notifications/ {"title": "Water the tomatoes"}
        POST /api/notifications/notifications/mark_all_as_read/?<notification>
        GET /api/notifications/notifications/unread_count/
        GET /api/notifications/notifications/my_notifications/
        DELETE /api/notifications/notifications/delete_all_read/?<seen>
        GET /api/notifications/notifications/<notification>/
        PUT /api/notifications/notifications/<notification>/ {"title": "Water the herbs"}
        PATCH /api/notifications/notifications/<notification>/ {"is_read": true}
        DELETE /api/notifications/notifications/<notification>/
        POST /api/notifications/notifications/<notification>/mark_as_read/
        POST /api/notifications/notifications/<notification>/mark_as_unread/
        GET /api/notifications/preferences/
        POST /api/notifications/preferences/ {"type": "<unset>", "push": true}
        GET /api/notifications/preferences/my_preferences/
        POST /api/notifications/preferences/update_preferences/ {"preferences": [{"type": "mention", "push": true}]}
        POST /api/notifications/preferences/toggle_all/ {"channel": "email", "enabled": false}
        GET /api/notifications/preferences/<preference>/
        PUT /api/notifications/preferences/<preference>/ {"type": "mention", "email": true}
        PATCH /api/notifications/preferences/<preference>/ {"email": true}
        DELETE /api/notifications/preferences/<preference>/
        GET /api/notifications/devices/
        POST /api/notifications/devices/ {"endpoint": "https://push.example/<new>"}
        GET /api/notifications/devices/<device>/
        DELETE /api/notifications/devices/<device>/
        POST /api/notifications/devices/<device>/test/
        POST /api/auth/register/ {"username": "<new>", "password": "correct horse", "invite": "<invite>"}
        POST /api/auth/login/ {"username": "<bob>", "password": "password"}
        POST /api/auth/logout/
        POST /api/auth/password/ {"old_password": "password", "new_password": "correct horse"}
        POST /api/auth/ticket/
        GET /api/auth/sessions/
        DELETE /api/auth/sessions/<session>/
        GET /api/auth/tokens/
        POST /api/auth/tokens/ {"name": "<new>"}
        DELETE /api/auth/tokens/<token>/
        POST /api/auth/invites/ {"uses": 2}
        GET /api/users/
        GET /api/users/me/
        PATCH /api/users/me/ {"display_name": "Somebody"}
        DELETE /api/users/me/
        GET /api/users/me/avatar/?<picture>
        PUT /api/users/me/avatar/?<bare> form avatar=@
        DELETE /api/users/me/avatar/?<picture>
        GET /api/users/me/export/
        GET /api/users/<bob>/
        GET /api/users/<portrait>/avatar/
        GET /api/admin/users/
        GET /api/admin/users/<bob>/
        PATCH /api/admin/users/<stranger>/ {"is_active": false}
        POST /api/admin/users/<bob>/reset_password/ {"password": "correct horse"}
        POST /api/admin/rooms/<orphan>/appoint/ {"user": "<bob>"}
        GET /api/admin/peers/
        POST /api/admin/peers/ {"key": "<key>", "name": "south"}
        GET /api/admin/peers/<peer>/
        DELETE /api/admin/peers/<peer>/
        POST /api/admin/peers/<peer>/pause/
        POST /api/admin/peers/<peer>/resume/
        POST /api/admin/peers/<knocking>/accept/
        GET /api/admin/statistics/
        GET /api/admin/audit/
        GET /api/admin/forks/
        GET /ws/
        GET /ws/messaging/chat/<room>/
        GET /ws/chat/<room>/
        GET /ws/notifications/
        GET /api/events/
        GET /healthz
        GET /readyz
        GET /metrics
        GET /openapi.json
        GET /docs
        GET /.well-known/parley
        """

    /// Requests for statuses that no rule brings about.
    static let others = """
        401 POST /api/auth/login/ {"username": "<bob>", "password": "another horse"}
        403 POST /api/auth/register/ {"username": "<new>", "password": "correct horse"}
        404 POST /api/messaging/channels/ {"name": "Herbs", "participants": [999999999]}
        404 GET /api/messaging/channels/direct/?user_id=999999999
        404 GET /api/messaging/messages/?before=999999999
        404 POST /api/messaging/messages/ {"channel": 999999999, "content": "Hello"}
        404 POST /api/messaging/messages/mark_channel_read/ {"channel": 999999999}
        404 POST /api/messaging/attachments/ form channel=999999999 file=@
        404 GET /chats/messages/?after=999999999
        404 POST /chats/messages/ {"chat": 999999999, "content": "Hello"}
        404 POST /chats/messages/create/ {"chat_room_id": "999999999", "content": "Hello"}
        404 POST /api/messaging/conversations/create_with_participants/ {"participants": [999999999]}
        404 POST /api/notifications/notifications/ {"title": "Hello", "room": 999999999}
        404 GET /api/users/me/avatar/?<bare>
        409 GET /api/messaging/channels/direct/?user_id=<closed>
        409 PUT /api/messaging/channels/<direct>/ {"name": "Herbs"}
        409 PATCH /api/messaging/channels/<direct>/ {"details": "Green"}
        409 DELETE /api/messaging/channels/<direct>/
        409 POST /api/messaging/channels/<direct>/remove_member/ {"user": "<bob>"}
        409 POST /api/messaging/channels/<room>/leave/
        409 POST /api/messaging/members/<membership>/change_role/ {"role": "member"}
        409 PUT /api/messaging/messages/<deleted>/ {"content": "Hello again"}
        409 PATCH /api/messaging/messages/<deleted>/ {"content": "Hello again"}
        409 POST /api/messaging/messages/<deleted>/pin/
        409 DELETE /api/messaging/messages/<whispered>/pin/
        409 PUT /chats/rooms/<direct>/ {"name": "Herbs"}
        409 PATCH /chats/rooms/<direct>/ {"details": "Green"}
        409 DELETE /chats/rooms/<direct>/
        409 PUT /chats/messages/<deleted>/ {"chat": <room>, "content": "Hello again"}
        409 PATCH /chats/messages/<deleted>/ {"content": "Hello again"}
        409 POST /chatrooms/<direct>/add_user/ {"user_display_names": ["<carol>"]}
        409 PATCH /chatrooms/<direct>/avatar/ form avatar=@
        409 POST /messages/<deleted>/reaction/ {"reaction": "like"}
        409 PUT /api/notifications/preferences/<preference>/ {"type": "reply"}
        409 PATCH /api/notifications/preferences/<preference>/ {"type": "reply"}
        409 POST /api/auth/register/ {"username": "<bob>", "password": "correct horse", "invite": "<invite>"}
        409 POST /api/auth/tokens/ {"name": "<named>"}
        409 DELETE /api/users/me/?<administrator>
        409 PATCH /api/admin/users/<administrator>/ {"is_admin": false}
        409 POST /api/admin/users/<closed>/reset_password/ {"password": "correct horse"}
        409 POST /api/admin/rooms/<room>/appoint/ {"user": "<bob>"}
        409 POST /api/admin/peers/ {"url": "https://south.example"}
        409 POST /api/admin/peers/<knocking>/pause/
        409 POST /api/admin/peers/<knocking>/resume/
        409 POST /api/admin/peers/<peer>/accept/
        409 GET /ws/chat/<twice>/
        """

    /// Documented, and not for a table to bring about.
    static func reason(notToTry status: Int, isWriting: Bool) -> String? {
        switch status {
        case 500: "a mistake that is known is mended"
        case 507 where !isWriting: "a file of a node that has filled its share, as NodeTests has it"
        case 503 where !isWriting: "too many connections, as ConnectionQuotaTests has it: before there is a request"
        default: nil
        }
    }

    static let rightLines = right.split(separator: "\n").map { StatusLine(String($0)) }
    static let otherLines = others.split(separator: "\n").map { text in
        let status = Int(text.prefix(3)) ?? 0
        return (status: status, line: StatusLine(String(text.dropFirst(4))))
    }
}

/// A request of the table, with words for the things that it is about.
struct StatusLine: CustomTestStringConvertible, Sendable {
    let method: String
    let target: String
    let body: String?

    init(_ text: String) {
        let parts = text.split(separator: " ", maxSplits: 2).map(String.init)
        (method, target) = (parts[0], parts[1])
        body = parts.count == 3 ? parts[2] : nil
    }

    var testDescription: String { "\(method) \(target)" }
    var path: Substring { target.prefix { $0 != "?" } }
    var isForm: Bool { body?.hasPrefix("form ") ?? false }
    /// Whoever does it has no session, or no account, afterwards.
    var endsItself: Bool {
        path == "/api/auth/logout/" || path == "/api/auth/password/" || (method == "DELETE" && path == "/api/users/me/")
    }
    var isSocket: Bool { target.hasPrefix("/ws/") }
    /// Whom it is for, beside people of the node in general.
    var isAdministrators: Bool {
        target.hasPrefix("/api/admin/") || target.contains("<administrator>") || target == "/metrics"
            || target == "/api/auth/invites/"
    }
}
