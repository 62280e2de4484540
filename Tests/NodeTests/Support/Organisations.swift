import Foundation
import Glibc
import Testing
import Wires

/// Some organisations, and the wires between them.
final class Organisations {
    enum Shape: CaseIterable {
        case line, ring, star

        func links(_ count: Int) -> [(Int, Int)] {
            switch self {
            case .line: (1..<count).map { ($0 - 1, $0) }
            case .ring: (0..<count).map { ($0, ($0 + 1) % count) }
            case .star: (1..<count).map { (0, $0) }
            }
        }
    }

    /// A wire in each direction.
    struct Link {
        let ends: (Int, Int)
        let wires: [Proxy]

        func set(_ weather: Proxy.Weather) { for wire in wires { wire.set(weather) } }
    }

    static let names = ["north", "south", "east", "west", "harbour"]
    let playground: Playground
    private(set) var all: [Organisation] = []
    private(set) var links: [Link] = []

    /// `configure`: options and environment of the one with this number.
    init(
        _ count: Int, _ shape: Shape = .line,
        configure: (Int, Playground) throws -> (options: [String], environment: [String: String]) = { _, _ in ([], [:])
        }
    ) throws {
        playground = Playground()
        for number in 0..<count {
            let (options, environment) = try configure(number, playground)
            all.append(
                try Organisation(Self.names[number], in: playground, options: options, environment: environment))
        }
        try link(shape)
    }

    /// Of some that are there.
    init(_ all: [Organisation], in playground: Playground, _ shape: Shape = .line) throws {
        (self.all, self.playground) = (all, playground)
        try link(shape)
    }

    private func link(_ shape: Shape) throws {
        for ends in shape.links(all.count) {
            let (one, other) = (all[ends.0], all[ends.1])
            links.append(Link(ends: ends, wires: [try one.add(other), try other.add(one)]))
            #expect(try soon { try one.state(of: other) == "active" && other.state(of: one) == "active" })
        }
    }

    subscript(_ number: Int) -> Organisation { all[number] }

    func set(_ weather: Proxy.Weather) { for link in links { link.set(weather) } }

    /// A room of the first organisation's, with Ada of each other: whoever is in brings in who is linked to them.
    func found(_ name: String = "Harbour") throws -> String {
        let room = try all[0].found(name)
        var inside: Set = [0]
        while let link = links.first(where: { inside.contains($0.ends.0) != inside.contains($0.ends.1) }) {
            let (known, new) = inside.contains(link.ends.0) ? link.ends : (link.ends.1, link.ends.0)
            #expect(
                try soon { try all[known].get("/api/users/?search=\(all[new].person)")["count"] as? Int == 1 },
                "\(all[known].name) does not find \(all[new].person)")
            try all[known].admit(all[new].person, to: room)
            #expect(try soon { try all[new].has("/api/messaging/channels/\(room)/") }, "\(all[new].name) has no room")
            inside.insert(new)
        }
        return room
    }

    /// Waits until all people see the same of a room, and holds the digests of all nodes against each other.
    func agree(
        on room: String, _ some: [Int]? = nil, within seconds: UInt64 = 60,
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let nodes = (some ?? Array(all.indices)).map { all[$0] }
        let isOne = try soon(within: seconds) {
            let clocks = try nodes.map { try $0.clock(of: room) }
            return clocks[0] != nil && clocks.allSatisfy { $0 == clocks[0] }
        }
        #expect(isOne, "the clocks stay different", sourceLocation: sourceLocation)
        var pictures: [[String]] = []
        // Names and pictures of people come in directories of their own.
        let isSeen = try soon(within: 20) {
            pictures = try nodes.map { try $0.picture(of: room) }
            return pictures.allSatisfy { $0 == pictures[0] }
        }
        for (node, picture) in zip(nodes, pictures) where picture != pictures[0] {
            let line =
                zip(picture, pictures[0]).first { $0 != $1 } ?? ("\(picture.count) lines", "\(pictures[0].count)")
            Issue.record("\(node.name) sees \(line.0)\nnot \(line.1)", sourceLocation: sourceLocation)
        }
        guard isOne, isSeen else { return }
        let digests = try nodes.map { try $0.digest(of: room) }
        #expect(digests.allSatisfy { $0 == digests[0] && $0.utf8.count == 64 }, sourceLocation: sourceLocation)
    }

    /// Every hash, signature and derived row of every node, which are stopped for it.
    func verify(sourceLocation: SourceLocation = #_sourceLocation) throws {
        for node in all {
            node.stop()
            let outcome = try node.run("verify")
            #expect(outcome.status == 0, "\(outcome.text) \(outcome.complaint)", sourceLocation: sourceLocation)
        }
    }

    deinit {
        for node in all { node.end() }
    }
}

/// Waits until something holds, at most as long as nothing here may take.
func soon(within seconds: UInt64 = 20, _ holds: () throws -> Bool) rethrows -> Bool {
    let end = Date() + TimeInterval(seconds)
    while try !holds() {
        guard Date() < end else { return false }
        usleep(20_000)
    }
    return true
}
