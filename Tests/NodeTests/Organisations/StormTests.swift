import Foundation
import Glibc
import Testing
import Wires

/// Everything that can happen between nodes, by chance: processes over sockets. `Tests/processes` takes more of it.
struct StormTests {
    /// Seeds, from the environment where the command has set them.
    static let seeds: [UInt64] = {
        guard let first = Scale.number("PARLEY_STORM_SEED") else { return [1] }
        let count = Scale.number("PARLEY_STORMS") ?? 1
        return (0..<count).map { UInt64(first + $0) }
    }()

    @Test(arguments: seeds)
    func `all agree after a storm, and nothing that was answered is lost`(seed: UInt64) throws {
        var storm = try Storm(seed: seed, nodes: Scale.number("PARLEY_STORM_NODES") ?? 3)
        for _ in 0..<(Scale.number("PARLEY_STORM_STEPS") ?? 40) { try storm.step() }
        try storm.end()
    }
}

/// How much is to be done, where not as much as in a run of all tests.
enum Scale {
    static func number(_ name: String) -> Int? { getenv(name).flatMap { Int(String(cString: $0)) } }
}

/// Numbers that follow from a seed (SplitMix64).
struct Chance: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ value >> 30) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ value >> 27) &* 0x94D0_49BB_1331_11EB
        return value ^ value >> 31
    }
}

/// Some organisations to which things happen.
private struct Storm {
    private let organisations: Organisations
    private let room: String
    private let seed: UInt64
    private var chance: Chance
    private var isDown: Set<Int> = []
    /// What was answered with 201, by whom, and what of it was deleted.
    private var said: [(node: Int, message: String)] = []
    private var deleted: Set<String> = []
    private var done: [String] = []

    init(seed: UInt64, nodes: Int) throws {
        self.seed = seed
        chance = Chance(seed: seed)
        let shape = Organisations.Shape.allCases[Int.random(in: 0..<3, using: &chance)]
        organisations = try Organisations(nodes, nodes < 3 ? .line : shape)
        room = try organisations.found()
        try organisations.agree(on: room)
    }

    mutating func step() throws {
        let node = Int.random(in: organisations.all.indices, using: &chance)
        let link = organisations.links[Int.random(in: organisations.links.indices, using: &chance)]
        switch Int.random(in: 0..<20, using: &chance) {
        case 0..<9: try talk(node)
        case 9..<11: try change(node)
        case 11: try delete(node)
        case 12..<14: set(link, .cut)
        case 14..<16: set(link, .fine)
        case 16: set(link, .cutAfter(bytes: Int.random(in: 1_000...60_000, using: &chance)))
        case 17: set(link, .delayed(milliseconds: UInt64.random(in: 5...80, using: &chance)))
        case 18: set(link, .narrow(bytesPerSecond: Int.random(in: 50_000...500_000, using: &chance)))
        default: try strike(node)
        }
    }

    private mutating func set(_ link: Organisations.Link, _ weather: Proxy.Weather) {
        done.append("\(link.ends) \(weather)")
        link.set(weather)
    }

    private mutating func talk(_ node: Int) throws {
        guard !isDown.contains(node) else { return }
        for _ in 0..<Int.random(in: 1...6, using: &chance) {
            let message = try organisations[node].say("\(said.count) by \(node)", in: room)
            said.append((node, message))
        }
        done.append("\(node) talks")
        if Bool.random(using: &chance), let other = said.randomElement(using: &chance),
            !deleted.contains(other.message), try organisations[node].isThere(other.message),
            try organisations[node].get("/api/messaging/messages/\(other.message)/")["is_deleted"] as? Bool == false
        {
            try organisations[node].react(Bool.random(using: &chance) ? "like" : "love", to: other.message)
        }
    }

    private mutating func change(_ node: Int) throws {
        let own = said.filter { $0.node == node && !deleted.contains($0.message) }
        guard !isDown.contains(node), let one = own.randomElement(using: &chance) else { return }
        try organisations[node].edit(one.message, to: "changed at step \(done.count)")
        done.append("\(node) changes")
    }

    private mutating func delete(_ node: Int) throws {
        let own = said.filter { $0.node == node && !deleted.contains($0.message) }
        guard !isDown.contains(node), let one = own.randomElement(using: &chance) else { return }
        try organisations[node].delete(one.message)
        deleted.insert(one.message)
        done.append("\(node) deletes")
    }

    /// Ends a node, one way or another, or brings it up again.
    private mutating func strike(_ node: Int) throws {
        if isDown.remove(node) != nil {
            done.append("\(node) starts")
            return try organisations[node].start()
        }
        if Bool.random(using: &chance) {
            done.append("\(node) is killed")
            organisations[node].kill()
        } else {
            done.append("\(node) stops")
            organisations[node].stop()
        }
        isDown.insert(node)
    }

    mutating func end() throws {
        for node in isDown.sorted() { try organisations[node].start() }
        organisations.set(.fine)
        try organisations.agree(on: room, within: 90)
        for node in organisations.all {
            let found = try node.list("/api/messaging/channels/\(room)/messages/")
            let names = Set(found.compactMap { $0["uuid"] as? String })
            #expect(names == Set(said.map(\.message)), "seed \(seed): \(done)")
            let gone = Set(found.filter { $0["is_deleted"] as? Bool == true }.compactMap { $0["uuid"] as? String })
            #expect(gone == deleted, "seed \(seed): \(done)")
        }
        try organisations.verify()
    }
}
