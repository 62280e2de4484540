import RoomModel
import Testing

/// What is shown is what the log makes of it, whatever came in whatever order, and whatever was read meanwhile.
struct ViewLawTests {
    @Test func `rows are what they would be counted to be, after every command`() throws {
        for seed in UInt64(1)...40 {
            guard var world = try ViewWorld(seed: seed &+ 7_000, operations: 8...24) else { continue }
            let arrivals = Arrival.all(of: world.plan, &world.random)
            for index in arrivals.indices {
                if Int.random(in: 0..<6, using: &world.random) == 0 {
                    try world.take(arrivals[index...index], undoing: true)
                }
                try world.take(arrivals[index...index])
                if Int.random(in: 0..<3, using: &world.random) == 0 { try world.read() }
                if let complaint = try world.complaint() {
                    Issue.record("seed \(seed): \(complaint) after \(arrivals[...index])\n\(world.plan)")
                    return
                }
            }
        }
    }

    @Test func `rows are the same when they are made anew`() throws {
        for seed in UInt64(1)...40 {
            guard var world = try ViewWorld(seed: seed &+ 8_000, operations: 15...50) else { continue }
            var arrivals = Arrival.all(of: world.plan, &world.random)[...]
            while !arrivals.isEmpty {
                let count = Int.random(in: 1...5, using: &world.random)
                try world.take(arrivals.prefix(count))
                arrivals = arrivals.dropFirst(count)
                try world.read()
            }
            if let complaint = try world.complaint() {
                Issue.record("seed \(seed): \(complaint)\n\(world.plan)")
                return
            }
            let before = try world.rows()
            try world.rebuild()
            let after = try world.rows()
            if before != after {
                let gone = before.filter { !after.contains($0) }
                Issue.record("seed \(seed): \(gone) became \(after.filter { !before.contains($0) })\n\(world.plan)")
                return
            }
            #expect(try world.complaint() == nil, "seed \(seed)")
        }
    }
}
