// swift-tools-version: 6.2
import PackageDescription

// Everything below is ours: no package dependencies. libsodium and SQLite come from the system.
// An arrow between targets goes only downward in this list; `Tests/check-imports` holds every
// `import` of the sources against it.

let strict: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    // What is generic is made for its types across targets as well.
    .unsafeFlags(["-cross-module-optimization"], .when(configuration: .release)),
]

// A reader that holds the span it reads from. Those who use one need no setting.
let spansInStructs = SwiftSetting.enableExperimentalFeature("Lifetimes")

func library(_ name: String, _ dependencies: [Target.Dependency], also settings: [SwiftSetting] = []) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: strict + settings)
}

func tests(_ name: String, _ dependencies: [Target.Dependency], resources: [Resource] = []) -> Target {
    .testTarget(name: name, dependencies: dependencies, resources: resources, swiftSettings: strict)
}

let package = Package(
    name: "parley",
    products: [
        .executable(name: "parley", targets: ["parley"]),
        .executable(name: "parley-courier", targets: ["parley-courier"]),
        .executable(name: "parley-echo", targets: ["parley-echo"]),
        .executable(name: "parley-bench", targets: ["parley-bench"]),
        .executable(name: "parley-simulate", targets: ["parley-simulate"]),
        .executable(name: "parley-vectors", targets: ["parley-vectors"]),
        // Tests preload it into nodes.
        .library(name: "SkewedClock", type: .dynamic, targets: ["CSkewedClock"]),
    ],
    targets: [
        // What the system lends us.
        .systemLibrary(name: "CSodium", pkgConfig: "libsodium", providers: [.apt(["libsodium-dev"])]),
        .systemLibrary(name: "CSQLite", pkgConfig: "sqlite3", providers: [.apt(["libsqlite3-dev"])]),
        .target(name: "CLinux"),
        // Spec/api/openapi.json, byte for byte.
        .target(name: "CAPIDocument"),

        // Pure: bytes in, values out. No sockets, no clocks, no files.
        library("Bytes", []),
        library("CBOR", ["Bytes"], also: [spansInStructs]),
        library("JSON", ["Bytes"], also: [spansInStructs]),
        library("Keys", ["Bytes", "CSodium"]),
        library("Configuration", ["Bytes"]),
        library("Mail", ["Bytes"]),
        library("Media", ["Bytes"]),
        library("Terms", []),
        library("Wire", ["Bytes", "Keys"]),
        library("Operations", ["Bytes", "CBOR", "Keys"], also: [spansInStructs]),
        library("Replica", ["Bytes", "CBOR", "Keys", "Operations"]),
        library("Gossip", ["Bytes", "CBOR", "Keys", "Operations"], also: [spansInStructs]),
        library("Peers", ["Bytes", "CBOR", "Keys", "Operations", "Wire"]),
        // Whole networks in one thread and in virtual time, from one seed.
        library("Simulation", ["Bytes", "Gossip", "Keys", "Operations", "Replica"]),

        // Lines for the operator, to a descriptor.
        library("Log", ["Bytes"]),
        // Files named by their content.
        library("Blobs", ["Bytes", "Keys"]),
        // One file on the disk: statements, transactions, migrations, the thread that writes.
        library("SQLite", ["Bytes", "CLinux", "CSQLite"], also: [spansInStructs]),

        // What a node knows, and what its people may do.
        library(
            "Store", ["Bytes", "Gossip", "Keys", "Operations", "Replica", "SQLite", "Terms"],
            also: [spansInStructs]),
        library("Chat", ["Bytes", "Keys", "Operations", "Replica", "SQLite", "Store"]),

        // Sockets, driven by the machines of Wire.
        library("EventLoop", ["Bytes", "CLinux"]),
        library("WebSockets", ["Bytes", "EventLoop", "Wire"]),
        library("Server", ["Bytes", "EventLoop", "WebSockets", "Wire"]),
        library("Client", ["Bytes", "EventLoop", "WebSockets", "Wire"]),
        // Requests to servers that people or peers name, and what is said to the companion that speaks TLS for us.
        library("CourierFrames", ["Bytes", "CBOR"], also: [spansInStructs]),
        library("Outbound", ["Bytes", "CLinux", "Client", "CourierFrames", "EventLoop", "Keys", "Wire"]),
        // What people's programs ask of a node.
        library(
            "API",
            [
                "Blobs", "Bytes", "CAPIDocument", "CBOR", "Chat", "Configuration", "EventLoop", "JSON", "Keys", "Log",
                "Media", "Operations", "Outbound", "SQLite", "Server", "Store", "WebSockets", "Wire",
            ]),

        // Nodes that talk to each other: the machines of Gossip over Store, Server and Outbound.
        library(
            "Federation",
            [
                "Blobs", "Bytes", "EventLoop", "Gossip", "Keys", "Log", "Operations", "Outbound", "Peers", "SQLite",
                "Server", "Store", "Wire",
            ]),
        // The only one that knows everybody.
        library(
            "Node",
            [
                "API", "Blobs", "Bytes", "CLinux", "Chat", "Configuration", "Delivery", "EventLoop", "Federation",
                "Gossip", "JSON", "Keys", "Log", "Mail", "Operations", "Peers", "SQLite", "Server", "Store",
            ]),

        // What waits in the outbox really goes: pushes and mails.
        library(
            "Delivery",
            [
                "Bytes", "CLinux", "Chat", "Configuration", "EventLoop", "JSON", "Log", "Mail", "Outbound", "SQLite",
                "Store",
                "Wire",
            ]),

        // Programs.
        .executableTarget(name: "parley", dependencies: ["Node"], swiftSettings: strict),
        .executableTarget(
            name: "parley-echo", dependencies: ["EventLoop", "Server", "WebSockets", "Wire"],
            path: "examples/echo", swiftSettings: strict),
        // The one with FoundationNetworking, the only TLS of the toolchain.
        .executableTarget(
            name: "parley-courier", dependencies: ["CBOR", "CourierFrames"], swiftSettings: strict),
        .executableTarget(name: "parley-simulate", dependencies: ["Simulation"], swiftSettings: strict),
        .executableTarget(
            name: "parley-bench",
            dependencies: [
                "API", "Bytes", "CLinux", "CSQLite", "Client", "EventLoop", "Gossip", "JSON", "Keys", "Operations",
                "Replica", "SQLite", "Store", "WebSockets", "Wire",
            ],
            swiftSettings: strict),

        // What several tests share.
        //
        // Spec/authority.md and Spec/rooms.md as plain sets, and plans of rooms: what the folds are held against.
        .target(
            name: "RoomModel", dependencies: ["CBOR", "Keys", "Operations"], path: "Tests/RoomModel",
            swiftSettings: strict),
        // What Spec/vectors holds: made here, written by one command, read by the tests.
        .target(
            name: "OperationVectors",
            dependencies: ["Bytes", "CBOR", "Gossip", "JSON", "Keys", "Operations", "Peers", "RoomModel", "Wire"],
            path: "Tests/OperationVectors", swiftSettings: strict),
        .executableTarget(
            name: "parley-vectors", dependencies: ["OperationVectors"], path: "Tests/WriteVectors",
            swiftSettings: strict),
        // Requests and what must come of them: pure data, for the machine and for a running server.
        .target(name: "HTTPCases", path: "Tests/HTTPCases", swiftSettings: strict),
        // The other end of a connection, made of plain system calls.
        .target(name: "RawSockets", dependencies: ["EventLoop"], path: "Tests/RawSockets", swiftSettings: strict),
        // The wire between two nodes, which can be cut, slow and narrow.
        .target(name: "Wires", dependencies: ["EventLoop"], path: "Tests/Wires", swiftSettings: strict),
        // A clock that is wrong, for a program that it is preloaded into.
        .target(name: "CSkewedClock", path: "Tests/CSkewedClock"),
        // A disk that fills up, fails and loses power when a test says so.
        .target(name: "CFaultyFiles", dependencies: ["CSQLite"], path: "Tests/CFaultyFiles"),
        .target(
            name: "FaultyDisks", dependencies: ["CFaultyFiles", "CSQLite", "SQLite"], path: "Tests/FaultyDisks",
            swiftSettings: strict),
        // A database of this node's people, in a folder of a test's own.
        .target(
            name: "LocalDatabase", dependencies: ["Bytes", "SQLite", "Store"], path: "Tests/LocalDatabase",
            swiftSettings: strict),

        tests("BytesTests", ["Bytes"]),
        tests("CBORTests", ["CBOR"]),
        tests("JSONTests", ["Bytes", "JSON"]),
        tests("KeysTests", ["Bytes", "Keys"]),
        tests("ConfigurationTests", ["Configuration"]),
        tests("MailTests", ["Bytes", "Mail"]),
        tests("MediaTests", ["Bytes", "Media", "Wire"]),
        tests("TermsTests", ["Terms"]),
        tests("WireTests", ["Bytes", "HTTPCases", "Keys", "Wire"]),
        tests(
            "OperationsTests",
            ["Bytes", "Gossip", "JSON", "Keys", "OperationVectors", "Operations", "Peers", "Wire"]),
        tests(
            "ReplicaTests",
            ["CBOR", "JSON", "Keys", "OperationVectors", "Operations", "Replica", "RoomModel"]),
        tests("GossipTests", ["CBOR", "Gossip", "Keys", "Operations"]),
        tests("PeersTests", ["Bytes", "CBOR", "Keys", "OperationVectors", "Operations", "Peers", "Wire"]),
        tests("SimulationTests", ["Gossip", "Keys", "Operations", "Replica", "RoomModel", "Simulation"]),
        tests("LogTests", ["Bytes", "Log"]),
        tests("BlobsTests", ["Blobs", "Bytes", "Keys"]),
        tests("SQLiteTests", ["Bytes", "CSQLite", "FaultyDisks", "SQLite"]),
        tests(
            "StoreTests",
            [
                "Bytes", "CSQLite", "FaultyDisks", "Gossip", "Keys", "LocalDatabase", "Operations", "Replica",
                "RoomModel", "SQLite", "Store", "Terms",
            ]),
        tests(
            "ChatTests",
            [
                "Bytes", "Chat", "Gossip", "Keys", "LocalDatabase", "Operations", "Replica", "RoomModel", "SQLite",
                "Store",
            ]),
        tests(
            "APITests",
            [
                "API", "Blobs", "Bytes", "CFaultyFiles", "CSQLite", "Chat", "Configuration", "EventLoop", "JSON",
                "Keys",
                "Log", "Operations", "SQLite", "Server", "Store",
            ]),
        tests("EventLoopTests", ["Bytes", "CLinux", "EventLoop", "RawSockets"]),
        tests("WebSocketsTests", ["Bytes", "EventLoop", "RawSockets", "WebSockets", "Wire"]),
        tests("ServerTests", ["Bytes", "EventLoop", "HTTPCases", "Server", "WebSockets", "Wire", "parley-echo"]),
        tests("ClientTests", ["Bytes", "Client", "EventLoop", "Server", "WebSockets", "Wire"]),
        tests(
            "OutboundTests",
            ["Bytes", "CBOR", "CourierFrames", "EventLoop", "Outbound", "RawSockets", "Wire"],
            resources: [.copy("TLSServer")]),
        tests(
            "FederationTests",
            [
                "Blobs", "Bytes", "Client", "EventLoop", "Federation", "Gossip", "Keys", "Log", "OperationVectors",
                "Operations", "Outbound", "Peers", "RoomModel", "SQLite", "Server", "Store", "Wire", "Wires",
            ]),
        tests(
            "DeliveryTests",
            [
                "Bytes", "Chat", "Configuration", "Delivery", "EventLoop", "LocalDatabase", "Log", "Mail", "RoomModel",
                "SQLite", "Store",
            ], resources: [.copy("SMTPServer")]),
        tests("NodeTests", ["Blobs", "Bytes", "Chat", "EventLoop", "Keys", "Node", "SQLite", "Store", "Wires"]),
        tests("BenchTests", ["EventLoop", "Server", "WebSockets", "Wire", "parley-bench"]),
    ]
)

// `Tests/fuzz` asks for these; nobody else does, because libFuzzer brings its own `main`. A line here for
// each folder of Tests/Fuzz.
if Context.environment["PARLEY_FUZZ"] != nil {
    let decoders: [(name: String, dependencies: [Target.Dependency])] = [
        ("CBOR", ["CBOR", "FuzzInput"]),
        ("Forms", ["Bytes", "FuzzInput", "Wire"]),
        ("Gossip", ["Gossip"]),
        ("HTTPRequest", ["Bytes", "FuzzInput", "Wire"]),
        ("HTTPResponse", ["Bytes", "FuzzInput", "Wire"]),
        ("JSON", ["FuzzInput", "JSON"]),
        ("Media", ["FuzzInput", "Media"]),
        ("Multipart", ["Bytes", "FuzzInput", "Wire"]),
        ("Operations", ["Bytes", "Operations"]),
        ("Peers", ["Bytes", "FuzzInput", "Keys", "Operations", "Peers", "Wire"]),
        ("SMTP", ["Bytes", "FuzzInput", "Mail"]),
        ("ServerSentEvents", ["Bytes", "FuzzInput", "Wire"]),
        ("Signatures", ["Bytes", "FuzzInput", "Keys", "Wire"]),
        ("Terms", ["Terms"]),
        ("Text", ["Bytes"]),
        ("WebSocket", ["Bytes", "FuzzInput", "Wire"]),
    ]
    // How an input chooses limits and cuts.
    package.targets.append(.target(name: "FuzzInput", path: "Tests/FuzzInput", swiftSettings: strict))
    for (name, dependencies) in decoders {
        package.targets.append(
            .target(
                name: "Fuzz\(name)", dependencies: dependencies, path: "Tests/Fuzz/\(name)",
                exclude: ["corpus"], swiftSettings: strict))
        package.products.append(.library(name: "Fuzz\(name)", type: .static, targets: ["Fuzz\(name)"]))
    }
}
