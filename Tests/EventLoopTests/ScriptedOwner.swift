import Bytes

@testable import EventLoop

/// An owner that notes what it is told and does what a test says.
final class ScriptedOwner: ByteStreamOwner {
    enum Call: Equatable {
        case connected
        case received(Int)
        case ended
        case drained
        case deadlinePassed
        case closed(SystemError?)
    }

    private(set) var calls: [Call] = []
    private(set) var received: [UInt8] = []
    /// Answers how much of what is shown is done with.
    var onReceived: (Span<UInt8>) -> Int = { $0.count }
    var onConnected: () -> Void = {}
    var onEnded: () -> Void = {}
    var onDrained: () -> Void = {}
    var onDeadline: () -> Void = {}
    var onClosed: () -> Void = {}

    var text: String { String(decoding: received, as: UTF8.self) }
    var closings: [SystemError?] {
        calls.compactMap { if case .closed(let error) = $0 { .some(error) } else { nil } }
    }
    var isClosed: Bool { !closings.isEmpty }

    func count(of call: Call) -> Int { calls.count { $0 == call } }

    func streamConnected() {
        calls.append(.connected)
        onConnected()
    }

    func streamReceived(_ unread: Span<UInt8>) -> Int {
        calls.append(.received(unread.count))
        let done = onReceived(unread)
        received.append(unread.extracting(first: done))
        return done
    }

    func streamEnded() {
        calls.append(.ended)
        onEnded()
    }

    func streamDrained() {
        calls.append(.drained)
        onDrained()
    }

    func streamDeadlinePassed() {
        calls.append(.deadlinePassed)
        onDeadline()
    }

    func streamClosed(_ error: SystemError?) {
        calls.append(.closed(error))
        onClosed()
    }
}

extension ByteStream {
    /// With an owner from the beginning.
    static func owned(
        by owner: ScriptedOwner, _ number: Int32, on loop: EventLoop, limits: Limits = .init()
    ) throws -> ByteStream {
        let stream = try ByteStream(Descriptor(owning: number), on: loop, limits: limits)
        stream.owner = owner
        return stream
    }
}
