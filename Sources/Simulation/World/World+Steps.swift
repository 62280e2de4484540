import Gossip
import Operations

// What the plan says.
extension World {
    mutating func perform(_ step: Plan.Step) {
        switch step.deed {
        case .act(let index, let act):
            guard machines[index].isUp else { return }
            let written = machines[index].node.perform(act, pick: step.pick, everyone: everyone, at: now)
            trace.act(now, Self.name(of: index), act.rawValue, written, numbers)
            collect(index)
        case .crash(let index, let milliseconds):
            guard machines[index].isUp else { return }
            hangUp(index)
            machines[index].crash()
            tally.add(1, "crashes")
            trace.note(now, "\(Self.name(of: index)) crashes for \(milliseconds) ms")
            queue.add(.start(node: index, life: machines[index].life), at: now + milliseconds)
        case .backup(let index):
            machines[index].backUp()
            trace.note(now, "\(Self.name(of: index)) is backed up")
        case .restore(let index):
            guard machines[index].backup != nil else { return }
            hangUp(index)
            machines[index].restore()
            truth.forget(of: index)
            tally.add(1, "restores")
            trace.note(now, "\(Self.name(of: index)) is restored from its backup")
            meetPeers(index)
        case .clock(let index, let offset):
            machines[index].node.clock.jump(to: offset, at: now)
            trace.note(now, "\(Self.name(of: index))'s clock is off by \(offset) ms")
        case .drift(let index, let millionths):
            machines[index].node.clock.drift(by: millionths, at: now)
            tally.add(1, "clocks that drift")
            trace.note(now, "\(Self.name(of: index))'s clock is too fast by \(millionths) millionths")
        case .handOver(let index, let byRecovery):
            guard machines[index].isUp else { return }
            machines[index].node.handOver(byRecovery: byRecovery)
            machines[index].sync()
            truth.troubled.insert(index)
            trace.note(now, "\(Self.name(of: index)) hands over its key\(byRecovery ? ", by recovery" : "")")
            collect(index)
        case .weather(let weather):
            self.weather = weather
            trace.note(now, "the network loses \(weather.losses) and doubles \(weather.doublings) of a thousand")
        case .cut(let from, let to):
            cuts.insert(Way(from: from, to: to))
            trace.note(now, "\(Self.name(of: from)) can't call \(Self.name(of: to))")
        case .mend(let from, let to):
            cuts.remove(Way(from: from, to: to))
            trace.note(now, "\(Self.name(of: from)) can call \(Self.name(of: to)) again")
        case .trick(let index, let trick):
            guard machines[index].isUp else { return }
            tally.add(1, "tricks: \(trick.rawValue)")
            play(trick, by: index, pick: step.pick)
            collect(index)
        }
    }

    /// All is mended, and hostile nodes fall silent.
    mutating func heal() {
        weather = Weather()
        cuts = []
        for hostile in plan.honest.upperBound..<plan.nodeCount {
            for other in 0..<plan.nodeCount where other != hostile {
                cuts.insert(Way(from: hostile, to: other))
                cuts.insert(Way(from: other, to: hostile))
            }
        }
        for index in machines.indices {
            machines[index].node.clock.setRight(at: now)
            guard !machines[index].isUp else { continue }
            machines[index].start()
            meetPeers(index)
        }
        trace.note(now, "all is mended")
    }
}
