import EventLoop
import Store

/// A connection that takes frames. Of a loop's thread.
protocol FeedSink: AnyObject {
    var person: PersonNumber { get }
    /// Whether so much waits that it had better get no more.
    var isCongested: Bool { get }
    func send(_ frame: Frame)
    func end(code: UInt16, _ reason: String)
}

/// The connections of one loop, by the numbers under which the hub knows them. Of the loop's thread.
final class LoopFeeds {
    private let realTime: RealTime
    private let inbox: Mailbox<LoopMessage>
    private let index: Int
    private var sinks: [UInt64: any FeedSink] = [:]
    /// They have been given a part, which has not left yet.
    private var partly: Set<UInt64> = []
    private var lastNumber: UInt64 = 0

    init(_ realTime: RealTime, on loop: EventLoop) throws {
        self.realTime = realTime
        inbox = try Mailbox(messagesMax: 1 << 16)
        index = realTime.join(inbox)
        try inbox.deliver(on: loop) { [unowned self] messages in
            for message in messages { take(message) }
        }
    }

    /// The name under which a new connection will be known.
    func makeName() -> FeedName {
        lastNumber += 1
        return FeedName(loop: index, number: lastNumber)
    }

    func open(_ sink: any FeedSink, _ opening: FeedOpening) {
        sinks[opening.feed.number] = sink
        _ = realTime.inbox.post(.open(opening))
    }

    /// The connection is gone.
    func close(_ name: FeedName, of person: PersonNumber) {
        realTime.connections.remove(person)
        guard sinks.removeValue(forKey: name.number) != nil else { return }
        partly.remove(name.number)
        _ = realTime.inbox.post(.close(name))
    }

    /// Everything that it was given has left.
    func drained(_ name: FeedName) {
        if partly.remove(name.number) != nil { _ = realTime.inbox.post(.more(name)) }
    }

    private func take(_ message: LoopMessage) {
        switch message {
        case .deliveries(let deliveries): for delivery in deliveries { take(delivery) }
        case .close(let name, let code, let reason): sinks[name.number]?.end(code: code, reason)
        }
    }

    private func take(_ delivery: LoopMessage.Delivery) {
        for number in delivery.feeds {
            guard let sink = sinks[number] else { continue }
            if let exception = delivery.exception, sink.person == exception { continue }
            sink.send(delivery.frame)
            guard delivery.isPart else { continue }
            partly.insert(number)
            if !sink.isCongested { drained(FeedName(loop: index, number: number)) }
        }
    }
}
