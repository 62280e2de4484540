import Replica
import Testing

@testable import RoomModel

struct LinesTests {
    private func place(_ history: ModelHistory, _ order: [Int]) -> (lines: Lines, positions: [Int: Position]) {
        // Whole clocks often enough that these few operations need several.
        var lines = Lines(stepsBetweenCheckpoints: 2)
        var positions: [Int: Position] = [:]
        for id in order {
            let operation = history.operations[id]
            positions[id] = lines.append(
                author: ReplayedHistory.person(operation.author), epoch: UInt64(operation.epoch),
                rank: ReplayedHistory.rank(operation.key), prev: operation.prev.map { positions[$0]! },
                deps: operation.deps.map { positions[$0]! })
        }
        return (lines, positions)
    }

    @Test(arguments: 1...40 as ClosedRange<UInt64>)
    func `clocks over lines are exact by id, whatever is forked and in whatever order it arrives`(seed: UInt64) {
        let style = HistoryGenerator.Style(operations: 40, forks: 25)
        let history = HistoryGenerator.history(seed: seed, style: style)
        var random = Seeded(seed)
        let (lines, positions) = place(history, history.causalOrder(&random))
        #expect(Set(positions.values).count == history.operations.count)
        for (later, position) in positions {
            for (earlier, other) in positions {
                #expect(lines.isInPast(other, of: position) == history.pasts[later].contains(earlier))
            }
        }
    }

    @Test(arguments: 1...40 as ClosedRange<UInt64>)
    func `a line tells where it first saw something, and what somebody last wrote on it`(seed: UInt64) {
        let style = HistoryGenerator.Style(operations: 40, forks: 25)
        let history = HistoryGenerator.history(seed: seed, style: style)
        let (lines, positions) = place(history, Array(history.all))
        for line in (0..<lines.lineCount).map(Line.init) {
            let start = lines.facts(of: line).start
            let onLine = positions.filter { $0.value.line == line }
            #expect(onLine.map(\.value.seq).sorted() == Array(start...lines.tip(of: line)))
            for (id, position) in positions {
                let seeing = onLine.filter { history.pasts[$0.key].contains(id) }.map(\.value.seq)
                #expect(lines.first(on: line, seeing: position) == seeing.min())
            }
            for author in Set(history.operations.map(\.author))
            where author.node
                == onLine.first.map({
                    history.operations[$0.key].origin
                })
            {
                let written = onLine.filter { history.operations[$0.key].author == author }.map(\.value.seq)
                let found = lines.last(by: ReplayedHistory.person(author), on: line, in: 0...1_000)
                #expect(found == written.max())
            }
        }
    }
}
