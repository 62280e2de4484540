import Replica
import Testing

@testable import RoomModel

/// Who had seen what, with the steps in a table as a store has one.
struct LineClocksTests {
    private struct Steps: LineSteps {
        var steps: [[LineStep]] = []
        var checkpoints: [[(seq: Int, clock: LineClock)]] = []

        func forEachStep(of line: Line, in seqs: ClosedRange<Int>, _ body: (LineStep) -> Bool) {
            for step in steps[line.index] where seqs.contains(Int(step.seq)) {
                guard body(step) else { return }
            }
        }

        func checkpoint(of line: Line, notAfter seq: Int) -> (seq: Int, clock: LineClock)? {
            checkpoints[line.index].last { $0.seq <= seq }
        }

        func checkpoint(of line: Line, seeing position: Position) -> (seq: Int, clock: LineClock)? {
            checkpoints[line.index].first { $0.clock[position.line] >= position.seq }
        }
    }

    @Test(arguments: 1...40 as ClosedRange<UInt64>)
    func `clocks restored from their steps are those that were computed on the way`(seed: UInt64) {
        let history = HistoryGenerator.history(seed: seed, style: HistoryGenerator.Style(operations: 50, forks: 15))
        var steps = Steps()
        var clocks = LineClocks(stepsBetweenCheckpoints: 3)
        var positions: [Position] = []
        for operation in history.operations {
            let prev = operation.prev.map { positions[$0] }
            let isNext = prev.map { $0.seq == clocks.tip(of: $0.line) } ?? false
            let line = isNext ? prev!.line : clocks.open(start: prev.map { $0.seq + 1 } ?? 0)
            if line.index == steps.steps.count {
                steps.steps.append([])
                steps.checkpoints.append([])
            }
            let position = clocks.extend(line)
            for other in [prev].compactMap(\.self) + operation.deps.map({ positions[$0] })
            where clocks.see(other, from: line, in: steps) {
                steps.steps[line.index].append(LineStep(seq: position.seq, seen: other))
            }
            if let clock = clocks.checkpoint(of: line) {
                steps.checkpoints[line.index].append((position.seq, clock))
            }
            positions.append(position)
        }
        let lines = (0..<clocks.count).map(Line.init)
        var restored = LineClocks(stepsBetweenCheckpoints: 3)
        for line in lines { restored.restore(start: clocks.start(of: line), tip: clocks.tip(of: line)) }
        for line in lines { restored.restoreClock(of: line, from: steps) }
        for (id, position) in positions.enumerated() {
            for line in lines where line != position.line {
                let last = positions.indices.filter { positions[$0].line == line && history.pasts[id].contains($0) }
                    .map { positions[$0].seq }.max()
                #expect(clocks.seen(line, by: position, in: steps) == last ?? -1)
                #expect(restored.seen(line, by: position, in: steps) == last ?? -1)
                #expect(
                    restored.first(on: line, seeing: position, in: steps)
                        == clocks.first(on: line, seeing: position, in: steps))
            }
        }
        #expect(steps.checkpoints.contains { !$0.isEmpty })
    }
}
