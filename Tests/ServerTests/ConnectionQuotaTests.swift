import EventLoop
import Testing
import Wire

@testable import Server

struct ConnectionQuotaTests {
    private static let routes: @Sendable (Desk) -> [Route] = { _ in [Route(.get, "/") { $0.answer(.text(200, "here")) }]
    }

    private func checkTurnedAway(_ client: RawClient) throws {
        let response = try client.response()
        #expect(response.status == 503)
        #expect(response["Retry-After"] == "5")
        #expect(response.closes)
        #expect(try client.isClosedNow())
    }

    @Test func `one connection too many is turned away, and the next is welcome again`() throws {
        var limits = ServerLimits()
        limits.connectionsMax = 2
        try withServer(limits: limits, routes: Self.routes) { server in
            var clients = try (0..<2).map { _ in try RawClient(server.address) }
            for client in clients { #expect(try client.ask(get("/")).text == "here") }
            #expect(server.quota.total == 2)
            for _ in 0..<3 { try checkTurnedAway(RawClient(server.address)) }
            #expect(try clients[0].ask(get("/")).text == "here")
            clients.removeLast()
            let isFree = eventually { server.quota.total == 1 }
            #expect(isFree)
            #expect(try RawClient(server.address).ask(get("/")).text == "here")
        }
    }

    @Test func `one address may not take every connection`() throws {
        var limits = ServerLimits()
        limits.connectionsPerAddressMax = 1
        try withServer(limits: limits, routes: Self.routes) { server in
            let client = try RawClient(server.address)
            #expect(try client.ask(get("/")).text == "here")
            try checkTurnedAway(RawClient(server.address))
            let neighbour = try RawClient(server.address, from: .ipv4(0x7F00_0002, port: 0))
            #expect(try neighbour.ask(get("/")).text == "here")
            #expect(server.quota.total == 2)
        }
    }

    @Test func `at a path nobody is counted but all together`() throws {
        var limits = ServerLimits()
        limits.connectionsPerAddressMax = 1
        limits.connectionsMax = 3
        let path = "/tmp/parley-quota-test-\(UInt64.random(in: .min ... .max))"
        try withServer(at: .unix(path: path), limits: limits, routes: Self.routes) { server in
            let clients = try (0..<3).map { _ in try RawClient(server.address) }
            for client in clients { #expect(try client.ask(get("/")).text == "here") }
            try checkTurnedAway(RawClient(server.address))
        }
    }

    @Test func `a network of IPv6 is one address`() {
        let quota = ConnectionQuota(totalMax: 10, perAddressMax: 2)
        func host(_ high: UInt64, _ low: UInt64) -> SocketAddress { .ipv6(high: high, low: low, scope: 0, port: 1) }
        #expect(quota.enter(host(1, 1)))
        #expect(quota.enter(host(1, 2)))
        #expect(!quota.enter(host(1, 3)))
        #expect(quota.enter(host(2, 3)))
        #expect(quota.enter(.ipv4(1, port: 1)))
        quota.leave(host(1, 2))
        #expect(quota.enter(host(1, 3)))
        #expect(!quota.enter(host(1, 1)))
        #expect(quota.total == 4)
        for address in [host(1, 1), host(1, 3), host(2, 3), .ipv4(1, port: 2)] { quota.leave(address) }
        #expect(quota.total == 0)
    }

    @Test func `a proxy brings as many as there may be in all`() {
        let proxy = SocketAddress.ipv4(7, port: 1)
        let quota = ConnectionQuota(totalMax: 10, perAddressMax: 2) { $0.with(port: 0) == proxy.with(port: 0) }
        for _ in 0..<9 { #expect(quota.enter(proxy)) }
        #expect(quota.enter(.ipv4(1, port: 1)))
        #expect(!quota.enter(proxy))
        for _ in 0..<9 { quota.leave(proxy) }
        #expect(quota.total == 1)
        #expect(quota.enter(.ipv4(1, port: 1)))
        #expect(!quota.enter(.ipv4(1, port: 1)))
    }

    @Test func `who is turned away for its address does not count in all`() {
        let quota = ConnectionQuota(totalMax: 2, perAddressMax: 1)
        #expect(quota.enter(.ipv4(1, port: 1)))
        for _ in 0..<5 { #expect(!quota.enter(.ipv4(1, port: 2))) }
        #expect(quota.enter(.ipv4(2, port: 1)))
        #expect(!quota.enter(.unix(path: "")))
        #expect(quota.total == 2)
    }
}
