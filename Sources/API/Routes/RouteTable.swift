/// The index of the API: every path, in the order of Spec/api.
package enum RouteTable {
    package static let lines: [APIRoute] =
        accounts + people + administration + notifications + preferences + devices + own

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
            .get("/api/admin/peers", PeerRoutes.list),
            .post("/api/admin/peers", PeerRoutes.add),
            .get("/api/admin/peers/{key}", PeerRoutes.show),
            .delete("/api/admin/peers/{key}", PeerRoutes.remove),
            .post("/api/admin/peers/{key}/pause", body: .none, PeerRoutes.pause),
            .post("/api/admin/peers/{key}/resume", body: .none, PeerRoutes.resume),
            .post("/api/admin/peers/{key}/accept", body: .none, PeerRoutes.accept),
            .get("/api/admin/statistics", RecordRoutes.statistics),
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
