package import Operations

/// A node that writes in a room, by the number that the caller gave it.
package struct Origin: Hashable, Sendable {
    package let number: UInt32

    package init(_ number: UInt32) {
        self.number = number
    }
}

/// Somebody of a node, by the numbers that the caller gave; handle 0 is the node itself.
package struct Person: Hashable, Sendable {
    package let origin: Origin
    package let handle: UInt32

    package init(origin: Origin, handle: UInt32) {
        self.origin = origin
        self.handle = handle
    }
}

/// A feed, or one branch of a forked feed, numbered in the order in which they became known.
///
/// Every operation extends the line whose tip is its `prev`, or opens a new line. So a clock over lines
/// is exact by id: a fork that becomes known later opens one more line and changes no clock.
package struct Line: Hashable, Sendable {
    package let number: UInt32

    package init(_ number: Int) {
        self.number = UInt32(number)
    }

    package var index: Int { Int(number) }
}

extension Line: Comparable {
    package static func < (left: Line, right: Line) -> Bool { left.number < right.number }
}

/// Where an operation stands. Says which operation it is, in eight bytes, on this node.
package struct Position: Hashable, Sendable {
    package let line: Line
    private let number: UInt32

    package init(_ line: Line, _ seq: Int) {
        self.line = line
        number = UInt32(seq)
    }

    package var seq: Int { Int(number) }
}

/// What never changes about a line.
package struct LineFacts: Sendable {
    package var origin: Origin
    /// Lines of one feed share it.
    package var epoch: UInt64
    /// Of the certificate that the feed is written under.
    package var rank: KeyRank
    /// The `seq` of the line's first operation; what came before it in the feed belongs to other lines.
    package var start: Int
    /// The operation that its first one names as `prev`, which another one had named before; nil where a feed begins.
    package var base: Position?

    package init(origin: Origin, epoch: UInt64, rank: KeyRank, start: Int, base: Position?) {
        self.origin = origin
        self.epoch = epoch
        self.rank = rank
        self.start = start
        self.base = base
    }
}

/// Who came before whom, as the caller knows it: in memory (`Lines`) or by look-ups in a store.
///
/// Pasts grow along a line, so all that authority asks is where on a line something was first seen, and
/// how far on a line somebody had seen. No set of operations is ever made. Of a line's tip it is asked with every
/// operation, of earlier ones only where verdicts change. `LineClocks` answers for whoever keeps the steps.
package protocol Ancestry {
    var lineCount: Int { get }

    func facts(of line: Line) -> LineFacts

    /// The last `seq` on a line; every line has an operation.
    func tip(of line: Line) -> Int

    /// The last `seq` on `line` that is in the past of the operation at `position`, -1 where none is.
    func seen(_ line: Line, by position: Position) -> Int

    /// Of each line the last `seq` in the past of the operation at `position`; its own line is not asked.
    func clock(of position: Position) -> LineClock

    func isInPast(_ earlier: Position, of later: Position) -> Bool

    /// The first `seq` on `line` that has the operation at `position` in its past, nil where none has yet.
    func first(on line: Line, seeing position: Position) -> Int?

    /// The last operation of `person` on `line` within `seqs`. Asked only where somebody who removed
    /// another wrote beside that removal, in another epoch; a scan will do.
    func last(by person: Person, on line: Line, in seqs: ClosedRange<Int>) -> Int?
}
