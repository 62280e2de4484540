package import Operations

/// Who is told of what is new in a room, and how: a few get it whole, a few more hear that it is there and ask
/// for it if nobody else has brought it, and the others learn of it when they listen.
///
/// In a room on a few nodes everybody gets it at once from whoever wrote it, and is told who else does, so that
/// nobody passes it on to them again; whoever has a peer that the writer can't reach passes it on there. In a
/// room on many nodes it spreads like a rumour: each node passes on what is new to it, once, to a random few.
/// The few are drawn for a room and kept for a while, so that what gathers goes to them together.
package struct FanOut: Sendable {
    package struct Settings: Sendable {
        /// In a room on up to so many nodes all get it whole.
        package var allUpTo = 9
        package var whole = 2
        package var announced = 6
        /// For how long the draw for a room holds.
        package var drawMilliseconds: Int64 = 10_000
        package var drawsMax = 4_096

        package init() {}
    }

    package struct Choice: Equatable, Sendable {
        package var whole: [NodeID] = []
        package var announced: [NodeID] = []
        /// Who else of the room's nodes is told of it by us: goes with it.
        package var told: Set<NodeID> = []
    }

    private let settings: Settings
    private var random: SeededRandom
    private var draws: [RoomID: (order: [NodeID], until: Int64)] = [:]

    package init(settings: Settings = Settings(), seed: UInt64) {
        self.settings = settings
        random = SeededRandom(seed: seed)
    }

    /// `nodes`: on how many nodes the room is, with this one. `candidates`: those of them that are peers whose
    /// link is up, ascending. `source`: who brought it; nil for what was made here. `told`: who gets it from
    /// the source.
    package mutating func choose(
        in room: RoomID, on nodes: Int, among candidates: [NodeID], source: NodeID?, told: Set<NodeID>, at now: Int64
    ) -> Choice {
        var choice = Choice()
        let open = candidates.filter { $0 != source && !told.contains($0) }
        if nodes <= settings.allUpTo {
            choice.whole = open
        } else {
            let isOpen = Set(open)
            let order = draw(room, candidates, now)
            // Drawn among all, so that who is told already takes the place of one and is not made up for.
            choice.whole = order.prefix(settings.whole).filter { isOpen.contains($0) }
            choice.announced = order.dropFirst(settings.whole).prefix(settings.announced).filter { isOpen.contains($0) }
        }
        choice.told = Set(choice.whole)
        return choice
    }

    private mutating func draw(_ room: RoomID, _ candidates: [NodeID], _ now: Int64) -> [NodeID] {
        let count = settings.whole + settings.announced
        if let draw = draws[room], now < draw.until {
            let present = Set(candidates)
            let kept = draw.order.filter { present.contains($0) }
            if kept.count == draw.order.count { return kept }
        }
        if draws.count >= settings.drawsMax { draws.removeAll() }
        // The first few of a shuffle, without shuffling all.
        var pool = candidates
        for index in 0..<min(count, pool.count) {
            pool.swapAt(index, Int.random(in: index..<pool.count, using: &random))
        }
        let order = Array(pool.prefix(count))
        draws[room] = (order, now + random.jittered(settings.drawMilliseconds))
        return order
    }
}
