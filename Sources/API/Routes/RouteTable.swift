/// The index of the API: every path, in the order of Spec/api.
package enum RouteTable {
    package static let lines: [APIRoute] =
        channels + messages + chats + conversations + chatrooms + notifications + preferences + devices + accounts
        + people + administration + files + realTime + own

    /// Spec/api/accounts.md, section 1.
    private static let accounts: [APIRoute] = [
        .post("/api/auth/register", SignInRoutes.register).forEverybody(),
        .post("/api/auth/login", SignInRoutes.login).forEverybody(),
        .post("/api/auth/logout", body: .none, SignInRoutes.logout),
        .post("/api/auth/password", SignInRoutes.changePassword),
        .post("/api/auth/ticket", body: .none, SignInRoutes.makeTicket),
        .get("/api/auth/sessions", SessionRoutes.list),
        .delete("/api/auth/sessions/{id:id}", SessionRoutes.end),
        .get("/api/auth/tokens", SessionRoutes.listTokens),
        .post("/api/auth/tokens", SessionRoutes.makeToken),
        .delete("/api/auth/tokens/{id:id}", SessionRoutes.revokeToken),
        .post("/api/auth/invites", SignInRoutes.makeInvite).forAdministrators,
    ]

    /// Section 2.
    private static let people: [APIRoute] = [
        .get("/api/users", UserRoutes.list),
        .get("/api/users/me", UserRoutes.showMe),
        .patch("/api/users/me", UserRoutes.changeMe),
        .delete("/api/users/me", body: .fields, UserRoutes.close),
        .get("/api/users/{id}", UserRoutes.show),
    ]

    /// Section 3.
    private static let administration: [APIRoute] =
        ([
            .get("/api/admin/users", AccountAdministrationRoutes.list),
            .get("/api/admin/users/{id}", AccountAdministrationRoutes.show),
            .patch("/api/admin/users/{id}", AccountAdministrationRoutes.change),
            .post("/api/admin/users/{id}/reset_password", AccountAdministrationRoutes.resetPassword),
            .post("/api/admin/rooms/{id:id}/appoint", MemberRoutes.appoint),
            .get("/api/admin/peers", PeerRoutes.list),
            .post("/api/admin/peers", PeerRoutes.add),
            .get("/api/admin/peers/{key}", PeerRoutes.show),
            .delete("/api/admin/peers/{key}", PeerRoutes.remove),
            .post("/api/admin/peers/{key}/pause", body: .none, PeerRoutes.pause),
            .post("/api/admin/peers/{key}/resume", body: .none, PeerRoutes.resume),
            .post("/api/admin/peers/{key}/accept", body: .none, PeerRoutes.accept),
            .get("/api/admin/statistics", RecordRoutes.statistics),
            .get("/api/admin/forks", RecordRoutes.forks),
            .get("/api/admin/audit", RecordRoutes.audit),
        ] as [APIRoute]).map(\.forAdministrators)

    /// Spec/api/notifications.md, section 1.
    private static let notifications: [APIRoute] = [
        .get("/api/notifications/notifications", NotificationRoutes.list),
        .post(
            "/api/notifications/notifications", showing: NotificationRoutes.made, NotificationRoutes.create),
        .get("/api/notifications/notifications/my_notifications", NotificationRoutes.listMine),
        .get("/api/notifications/notifications/unread_count", NotificationRoutes.countUnread),
        .post(
            "/api/notifications/notifications/mark_all_as_read", body: .none, NotificationRoutes.markAllRead),
        .delete("/api/notifications/notifications/delete_all_read", NotificationRoutes.deleteAllRead),
        .get("/api/notifications/notifications/{id:id}", NotificationRoutes.show),
        .put("/api/notifications/notifications/{id:id}", NotificationRoutes.replace),
        .patch("/api/notifications/notifications/{id:id}", NotificationRoutes.change),
        .delete("/api/notifications/notifications/{id:id}", NotificationRoutes.delete),
        .post("/api/notifications/notifications/{id:id}/mark_as_read", body: .none, NotificationRoutes.markRead),
        .post(
            "/api/notifications/notifications/{id:id}/mark_as_unread", body: .none, NotificationRoutes.markUnread),
    ]

    /// Section 2.
    private static let preferences: [APIRoute] = [
        .get("/api/notifications/preferences", PreferenceRoutes.list),
        .post("/api/notifications/preferences", showing: PreferenceRoutes.made, PreferenceRoutes.create),
        .get("/api/notifications/preferences/my_preferences", PreferenceRoutes.listMine),
        .post("/api/notifications/preferences/update_preferences", PreferenceRoutes.update),
        .post("/api/notifications/preferences/toggle_all", PreferenceRoutes.toggle),
        .get("/api/notifications/preferences/{id:id}", PreferenceRoutes.show),
        .put("/api/notifications/preferences/{id:id}", PreferenceRoutes.replace),
        .patch("/api/notifications/preferences/{id:id}", PreferenceRoutes.change),
        .delete("/api/notifications/preferences/{id:id}", PreferenceRoutes.reset),
    ]

    /// Section 3.
    private static let devices: [APIRoute] = [
        .get("/api/notifications/devices", DeviceRoutes.list),
        .post("/api/notifications/devices", showing: DeviceRoutes.made, DeviceRoutes.register),
        .get("/api/notifications/devices/{id:id}", DeviceRoutes.show),
        .delete("/api/notifications/devices/{id:id}", DeviceRoutes.remove),
        .post("/api/notifications/devices/{id:id}/test", body: .none, DeviceRoutes.test),
    ]

    /// Spec/api/channels.md, sections 1 and 2.
    private static let channels: [APIRoute] = [
        .get("/api/messaging/channels", ChannelRoutes.list),
        .post("/api/messaging/channels", showing: ChannelRoutes.showMade, ChannelRoutes.make),
        .get("/api/messaging/channels/direct", ChannelRoutes.direct),
        .get("/api/messaging/channels/{id:id}", ChannelRoutes.show),
        .put("/api/messaging/channels/{id:id}", ChannelRoutes.replace),
        .patch("/api/messaging/channels/{id:id}", ChannelRoutes.change),
        .delete("/api/messaging/channels/{id:id}", ChannelRoutes.delete),
        .get("/api/messaging/channels/{id:id}/messages", ChannelRoutes.messages),
        .post("/api/messaging/channels/{id:id}/mark_as_read", body: .none, ChannelRoutes.markRead),
        .post("/api/messaging/channels/{id:id}/add_member", showing: MemberRoutes.showMade, MemberRoutes.add),
        .post("/api/messaging/channels/{id:id}/remove_member", MemberRoutes.remove),
        .post("/api/messaging/channels/{id:id}/leave", body: .none, MemberRoutes.leave),
        .get("/api/messaging/channels/{id:id}/pins", ChannelRoutes.pins),
        .get("/api/messaging/channels/{id:id}/sync", ChannelRoutes.sync),
        .get("/api/messaging/members", MemberRoutes.list),
        .get("/api/messaging/members/{id:id}", MemberRoutes.show),
        .post("/api/messaging/members/{id:id}/change_role", MemberRoutes.changeRole),
        .post("/api/messaging/members/{id:id}/toggle_mute", body: .none, MemberRoutes.toggleMute),
    ]

    /// Sections 3 and 4.
    private static let messages: [APIRoute] = [
        .get("/api/messaging/messages", MessageRoutes.list),
        .post("/api/messaging/messages", showing: MessageRoutes.showMade, MessageRoutes.post).counted(as: .send)
            .takingFiles(FileRoutes.messageFields),
        .post("/api/messaging/messages/mark_channel_read", MessageRoutes.markChannelRead),
        .get("/api/messaging/messages/{id:id}", MessageRoutes.show),
        .put("/api/messaging/messages/{id:id}", MessageRoutes.replace).takingFiles(FileRoutes.messageFields),
        .patch("/api/messaging/messages/{id:id}", MessageRoutes.change).takingFiles(FileRoutes.messageFields),
        .delete("/api/messaging/messages/{id:id}", MessageRoutes.delete),
        .post("/api/messaging/messages/{id:id}/mark_read", body: .none, MessageRoutes.markRead),
        .post("/api/messaging/messages/{id:id}/pin", body: .none, MessageRoutes.pin),
        .delete("/api/messaging/messages/{id:id}/pin", MessageRoutes.unpin),
        .get("/api/messaging/messages/{id:id}/delivery", MessageRoutes.delivery),
        .get("/api/messaging/messages/{id:id}/why", MessageRoutes.why),
        .get("/api/messaging/read-receipts", ReceiptRoutes.list),
        .get("/api/messaging/read-receipts/{id:id}", ReceiptRoutes.show),
    ]

    /// Spec/api/chats.md.
    private static let chats: [APIRoute] = [
        .get("/chats/messages", ChatsMessageRoutes.list),
        .post("/chats/messages", showing: ChatsMessageRoutes.showMade, ChatsMessageRoutes.post).counted(as: .send)
            .takingFiles(FileRoutes.messageFields),
        .post("/chats/messages/create", showing: ChatsMessageRoutes.showCreated, ChatsMessageRoutes.create)
            .counted(as: .send),
        .get("/chats/messages/{id:id}", ChatsMessageRoutes.show),
        .put("/chats/messages/{id:id}", ChatsMessageRoutes.replace).takingFiles(FileRoutes.messageFields),
        .patch("/chats/messages/{id:id}", ChatsMessageRoutes.change).takingFiles(FileRoutes.messageFields),
        .delete("/chats/messages/{id:id}", ChatsMessageRoutes.delete),
        .get("/chats/rooms", ChatsRoomRoutes.list),
        .post("/chats/rooms", showing: ChatsRoomRoutes.showMade, ChatsRoomRoutes.make),
        .post("/chats/rooms/create", showing: ChatsRoomRoutes.showNamed, ChatsRoomRoutes.makeNamed),
        .get("/chats/rooms/{id:id}", ChatsRoomRoutes.show),
        .put("/chats/rooms/{id:id}", ChatsRoomRoutes.change),
        .patch("/chats/rooms/{id:id}", ChatsRoomRoutes.change),
        .delete("/chats/rooms/{id:id}", ChatsRoomRoutes.delete),
    ]

    /// Spec/api/conversations.md.
    private static let conversations: [APIRoute] = [
        .get("/api/messaging/conversations", ConversationRoutes.list),
        .post(
            "/api/messaging/conversations/create_with_participants", showing: ConversationRoutes.showMade,
            ConversationRoutes.make),
        .get("/api/messaging/conversations/{id:id}", ConversationRoutes.show),
        .get("/api/messaging/conversations/{id:id}/messages", ConversationRoutes.messages),
        .post(
            "/api/messaging/conversations/{id:id}/send", showing: MessageRoutes.showMade, ConversationRoutes.send
        ).counted(as: .send).takingFiles(FileRoutes.messageFields),
        .post("/api/messaging/conversations/{id:id}/mark_read", body: .none, ConversationRoutes.markRead),
        .post("/api/messaging/conversations/{id:id}/archive", body: .none, ConversationRoutes.archive),
        .post("/api/messaging/conversations/{id:id}/unarchive", body: .none, ConversationRoutes.unarchive),
    ]

    /// Spec/api/chatrooms.md.
    private static let chatrooms: [APIRoute] = [
        .get("/chatrooms", ChatroomRoutes.list),
        .post("/chatrooms", showing: ChatroomRoutes.showMade, ChatroomRoutes.make),
        .post("/chatrooms/{room_id:id}/add_user", ChatroomRoutes.addUsers),
        .get("/messages/{room_id:id}", ChatroomRoutes.messages),
        .post("/messages/{room_id:id}", showing: MessageRoutes.showMade, ChatroomRoutes.post).counted(as: .send)
            .takingFiles(FileRoutes.messageFields),
        .get("/messages/{message_id:id}/reaction", ReactionRoutes.list),
        .post("/messages/{message_id:id}/reaction", showing: ReactionRoutes.showGiven, ReactionRoutes.give)
            .counted(as: .send),
        .delete("/messages/{message_id:id}/reaction", ReactionRoutes.takeBack).counted(as: .send),
    ]

    /// Spec/api/channels.md, section 5; pictures.
    private static let files: [APIRoute] = [
        .get("/api/messaging/attachments", FileRoutes.list),
        .post("/api/messaging/attachments", showing: FileRoutes.showMade, FileRoutes.upload).takingFiles(["file"]),
        .get("/api/messaging/attachments/{id:id}", FileRoutes.show),
        .get("/api/messaging/attachments/{id:id}/download", FileRoutes.download).answering(nil).taking(.ticket),
        .get("/chatrooms/{room_id:id}/avatar", AvatarRoutes.showRoom).answering(nil).taking(.ticket),
        .patch("/chatrooms/{room_id:id}/avatar", AvatarRoutes.changeRoom).takingPicture(),
        .get("/api/users/me/export", ExportRoutes.export).answering("application/jsonl").taking(.ticket),
        .get("/api/users/me/avatar", AvatarRoutes.showMine).answering(nil).taking(.ticket),
        .put("/api/users/me/avatar", AvatarRoutes.changeMine).takingPicture(orImage: true),
        .delete("/api/users/me/avatar", AvatarRoutes.removeMine),
        .get("/api/users/{id}/avatar", AvatarRoutes.showPerson).answering(nil).taking(.ticket),
    ]

    /// Spec/api/events.md.
    private static let realTime: [APIRoute] = [
        .get("/ws", RealTimeRoutes.everything).answering(nil).taking(.socket),
        .get("/ws/messaging/chat/{id:id}", RealTimeRoutes.conversation).answering(nil).taking(.socket),
        .get("/ws/chat/{room}", RealTimeRoutes.chatroom).answering(nil).taking(.socket),
        .get("/ws/notifications", RealTimeRoutes.notifications).answering(nil).taking(.socket),
        .get("/api/events", RealTimeRoutes.events).answering("text/event-stream").taking(.ticketOrToken),
    ]

    /// The node's own (Spec/api, section 11).
    private static let own: [APIRoute] = [
        .get("/emoji", OwnRoutes.emoji).forEverybody(),
        .get("/healthz", OwnRoutes.health).forEverybody(rate: nil),
        .get("/readyz", OwnRoutes.readiness).forEverybody(rate: nil),
        .get("/metrics", OwnRoutes.metrics).forEverybody(rate: nil).answering("text/plain"),
        .get("/openapi.json", OwnRoutes.document).forEverybody(),
        .get("/docs", OwnRoutes.pages).forEverybody().answering("text/html"),
        .get("/.well-known/parley", OwnRoutes.card).forEverybody().answering("application/cbor"),
    ]
}
