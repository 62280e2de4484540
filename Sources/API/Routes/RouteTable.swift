/// The index of the API: every path, in the order of Spec/api.
package enum RouteTable {
    package static let lines: [APIRoute] = accounts + people + own

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
