import EventLoop

/// A member that counts its calls and does what a test says.
final class ScriptedMember: LoopMember {
    private(set) var readyCount = 0
    private(set) var deadlineCount = 0
    private(set) var turnEndCount = 0
    var onReady: (Readiness) -> Void = { _ in }
    var onDeadline: () -> Void = {}
    var onTurnEnd: () -> Void = {}

    func ready(_ readiness: Readiness) {
        readyCount += 1
        onReady(readiness)
    }

    func deadlinePassed() {
        deadlineCount += 1
        onDeadline()
    }

    func turnEnded() {
        turnEndCount += 1
        onTurnEnd()
    }
}
