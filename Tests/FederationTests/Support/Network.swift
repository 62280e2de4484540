import Operations
import Peers
import RoomModel
import Testing
import Wires

/// Some nodes, and wires between them.
final class Network {
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

    let nodes: [TestNode]
    private(set) var wires: [Proxy] = []

    init(_ count: Int, _ shape: Shape) throws {
        nodes = try (0..<count).map { try TestNode(PlannedNode.all[$0]) }
        for (one, other) in shape.links(count) { try join(nodes[one], nodes[other]) }
    }

    /// Both want each other.
    func join(_ one: TestNode, _ other: TestNode) throws {
        wires.append(try one.add(other))
        wires.append(try other.add(one))
        #expect(eventually { one.state(of: other) == .active && other.state(of: one) == .active })
    }

    func set(_ weather: Proxy.Weather) {
        for wire in wires { wire.set(weather) }
    }

    /// A room of the first node's, with somebody of each other.
    func found() throws -> RoomID {
        let room = try nodes[0].found()
        for node in nodes.dropFirst() { try nodes[0].admit(node.user(), to: room) }
        #expect(try agree(nodes, on: room))
        return room
    }

    /// Each writes so much, by turns.
    func talk(_ rounds: Int, in room: RoomID) throws {
        for round in 0..<rounds {
            for node in nodes { try node.post("\(node.planned.name) \(round)", in: room) }
        }
    }

    deinit {
        for node in nodes { node.stop() }
        for wire in wires { wire.stop() }
    }
}
