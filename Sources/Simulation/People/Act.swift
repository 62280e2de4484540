import Gossip

/// What somebody of a node does, as far as they may by what the node knows.
enum Act: String, CaseIterable, Sendable {
    case createRoom, openDirect
    case post, edit, delete, react, pin
    case setRoom, add, promote, demote, remove, leave, appoint
    case profile, closeProfile
    case read

    static func drawn(using random: inout SeededRandom) -> Act {
        let weights: [(Act, Int)] = [
            (.createRoom, 1), (.openDirect, 2), (.post, 20), (.edit, 5), (.delete, 4), (.react, 5), (.pin, 2),
            (.setRoom, 3), (.add, 6), (.promote, 3), (.demote, 2), (.remove, 4), (.leave, 1), (.appoint, 1),
            (.profile, 2), (.closeProfile, 1), (.read, 5),
        ]
        var left = Int.random(in: 0..<weights.reduce(0) { $0 + $1.1 }, using: &random)
        for (act, weight) in weights {
            if left < weight { return act }
            left -= weight
        }
        return .post
    }
}
