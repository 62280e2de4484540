import EventLoop
import Testing

@testable import parley_bench

@Suite struct CommandTests {
    private func fault(_ words: String...) -> String? {
        do throws(ArgumentFault) {
            _ = try Command(words)
            return nil
        } catch {
            return error.description
        }
    }

    @Test func `a load has its defaults`() throws {
        guard case .http(let target, 0, let plan, let observed) = try Command(["http", "http://127.0.0.1:8080"]) else {
            Issue.record("another command")
            return
        }
        #expect(target.address == .ipv4(0x7F00_0001, port: 8080) && target.path == "/")
        #expect(plan.connections == 64 && plan.warmupMilliseconds == 500 && observed.isEmpty)
        guard case .seconds(5) = plan.extent else {
            Issue.record("another extent")
            return
        }
    }

    @Test func `options stand before and after the URL, with and without an equals sign`() throws {
        let words = [
            "http", "--connections=7", "http://localhost/a?b", "--requests", "1000", "--body", "5", "--warmup=0",
            "--pid", "12", "--pid-label", "a", "--pid=34", "--pid", "56", "--pid-label=b",
        ]
        guard case .http(let target, 5, let plan, let observed) = try Command(words) else {
            Issue.record("another command")
            return
        }
        #expect(target.path == "/a?b" && target.address.port == 80)
        #expect(plan.connections == 7 && plan.warmupMilliseconds == 0)
        guard case .operations(1_000) = plan.extent else {
            Issue.record("another extent")
            return
        }
        #expect(
            observed == [.init(pid: 12, label: "a"), .init(pid: 34, label: nil), .init(pid: 56, label: "b")])
    }

    @Test func `ten thousand idle sockets and four hundred slow clients are understood`() throws {
        guard
            case .idle(_, connections: 50_000, sources: 3, seconds: 9, _) = try Command([
                "idle", "ws://127.0.0.1:1/ws", "--connections", "50000", "--seconds", "9",
            ])
        else {
            Issue.record("another command")
            return
        }
        guard
            case .slow(let target, let body, slow: 400, let plan, _) = try Command([
                "slow", "http://127.0.0.1:1/a", "--body-path", "/b",
            ])
        else {
            Issue.record("another command")
            return
        }
        #expect(target.path == "/a" && body.path == "/b" && body.address == target.address)
        #expect(plan.connections == 16)
    }

    @Test func `two nodes have their defaults, and are as large as is said`() throws {
        guard case .federation(let usual) = try Command(["federation"]),
            case .federation(let small) = try Command([
                "federation", "--messages", "1000", "--rooms=0", "--rate", "9", "--seconds", "2", "--node", "/parley",
            ])
        else {
            Issue.record("another command")
            return
        }
        #expect(usual.messages == 100_000 && usual.rooms == 10_000 && usual.rate == 50 && usual.seconds == 10)
        #expect(usual.program == nil && usual.folder == nil)
        #expect(small.messages == 1_000 && small.rooms == 0 && small.rate == 9 && small.seconds == 2)
        #expect(small.program == "/parley")
    }

    @Test func `rows have their defaults, and as many counts of senders as are given`() throws {
        guard case .sqlite(let few) = try Command(["sqlite"]),
            case .sqlite(let many) = try Command(["sqlite", "--senders", "3", "--senders=5", "--folder", "/a"])
        else {
            Issue.record("another command")
            return
        }
        #expect(few.senders == [1, 16, 64] && few.folder == nil && few.seconds == 2 && few.rounds == 5)
        #expect(many.senders == [3, 5] && many.folder == "/a")
        #expect(fault("sqlite", "--senders", "0") == "--senders takes a number from 1 to 4096, not '0'")
    }

    @Test func `whole nodes have their defaults, and limits that a node has too`() throws {
        guard case .node(let page as PageBenchmark, nil, nil) = try Command(["page"]),
            case .node(let send as SendBenchmark, program: "/p", folder: "/f") = try Command([
                "send", "--senders", "4", "--node", "/p", "--folder=/f",
            ]),
            case .node(let sockets as SocketsBenchmark, _, _) = try Command(["sockets", "--sockets", "300"]),
            case .node(let rest as RestBenchmark, _, _) = try Command(["rest", "--messages", "1000"])
        else {
            Issue.record("another command")
            return
        }
        #expect(page.sizes == [10_000, 1_000_000] && page.plan.connections == 16)
        #expect(send.senders == 4 && send.people == 20)
        #expect(sockets.people == 300 && sockets.rate == 100 && sockets.restless == 0)
        #expect(rest.messages == 1_000 && rest.sockets == 1_000)
        #expect(fault("sockets", "--sockets", "64", "--people", "1")?.hasSuffix("more --people") == true)
        #expect(fault("sockets", "--sockets", "5", "--restless", "5")?.contains("--restless") == true)
    }

    @Test(arguments: [
        ["htp", "http://localhost/"], ["http", "http://localhost/", "--conections", "1"],
        ["against-ngnix"], ["idle", "http://localhost/", "--source", "3"],
    ])
    func `what does not exist is named with what is nearest`(words: [String]) throws {
        let nearest = [
            "htp": "http", "--conections": "--connections", "against-ngnix": "against-nginx", "--source": "--sources",
        ]
        let wrong = try #require(words.first { nearest[$0] != nil })
        let fault = #expect(throws: ArgumentFault.self) { try Command(words) }
        #expect(fault?.description.contains(wrong) == true)
        #expect(fault?.description.hasSuffix(" \(nearest[wrong] ?? "")") == true)
    }

    @Test func `what is wrong is said`() {
        #expect(fault()?.contains("--help") == true)
        #expect(fault("http") == "http takes URL")
        #expect(fault("http", "http://localhost/", "http://localhost/") == "http takes URL")
        #expect(fault("against-nginx", "http://localhost/") == "against-nginx takes no operand")
        #expect(fault("compare-http", "http://localhost/") == "compare-http takes URL_A URL_B…")
        #expect(fault("http", "http://localhost/", "--seconds") == "--seconds needs a value")
        #expect(
            fault("http", "http://localhost/", "--connections", "0")
                == "--connections takes a number from 1 to 100000, not '0'")
        #expect(fault("http", "http://localhost/", "--connections", "1e3")?.hasSuffix("not '1e3'") == true)
        #expect(fault("http", "http://localhost/", "--seconds=1", "--requests=1")?.contains("not both") == true)
        #expect(fault("http", "http://localhost/", "--pid-label", "a")?.contains("follows") == true)
        #expect(
            fault("compare-http", "http://localhost/", "http://localhost:81/", "--pid", "1")?.contains("once for each")
                == true)
    }

    @Test func `help is given wherever it is asked for`() throws {
        guard case .help(nil) = try Command(["--help"]) else {
            Issue.record("no help")
            return
        }
        for subcommand in Subcommand.allCases {
            guard case .help(subcommand) = try Command([subcommand.rawValue, "--nonsense", "--help"]) else {
                Issue.record("no help for \(subcommand.rawValue)")
                return
            }
            for option in subcommand.options { #expect(subcommand.usage.contains("\(option.name) ")) }
            #expect(Subcommand.overview.contains("  \(subcommand.rawValue) "))
        }
    }

    @Test(arguments: [
        ("kitten", "sitting", 3), ("", "abc", 3), ("abc", "", 3), ("same", "same", 0), ("ab", "ba", 2),
    ])
    func `distances between words`(one: String, other: String, distance: Int) {
        #expect(one.distance(to: other) == distance)
        #expect(other.distance(to: one) == distance)
    }
}

@Suite struct TargetTests {
    @Test(arguments: [
        ("http://127.0.0.1:8080", "127.0.0.1:8080", "/"),
        ("ws://127.0.0.1:8080/ws?a=b", "127.0.0.1:8080", "/ws?a=b"),
        ("http://[::1]:8080/", "[::1]:8080", "/"),
        ("http://[::1]/", "[::1]:80", "/"),
        ("http://localhost?a", "127.0.0.1:80", "/?a"),
    ])
    func `a URL is taken apart`(url: String, address: String, path: String) throws {
        let target = try Target(url)
        #expect(target.address.description == address)
        #expect(target.path == path)
    }

    @Test(arguments: [
        "", "127.0.0.1", "https://127.0.0.1/", "http://", "http://example.org/", "http://127.0.0.1:99999/",
        "http://127.0.0.1:/", "http://127.0.0.1/a b", "http://127.0.0.1/a#b", "http://127.0.0.1/\r\n", "http://unix:a/",
    ])
    func `what is no URL of this machine is refused`(url: String) {
        #expect(throws: ArgumentFault.self) { try Target(url) }
    }
}
