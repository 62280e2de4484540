import API
import Chat
import Delivery
import Store
import Synchronization

/// Hears from the writer what has become true, and tells those who have to know. It does no more: the writer waits.
final class NewsDesk: Sendable {
    let sessions = SessionCache()
    private let collector: BlobCollector
    private let realTime: RealTime
    private let delivery = Mutex<Delivery::Delivery?>(nil)

    init(_ collector: BlobCollector, _ realTime: RealTime) {
        self.collector = collector
        self.realTime = realTime
    }

    /// From now on it is woken. What was to be sent before, it finds by itself.
    func tell(_ delivery: Delivery::Delivery) {
        self.delivery.withLock { $0 = delivery }
    }

    func hear(_ news: ChatNews) {
        for ended in news.ended { sessions.forget(ended) }
        realTime.hear(news)
        collector.release(news.released)
        if news.isSending { delivery.withLock { $0 }?.wake() }
    }
}

/// Pushes that somebody tries out.
struct PushTrials: DeviceTesting {
    let delivery: Delivery::Delivery

    func test(_ device: Device, completion: @escaping @Sendable (DeviceTest) -> Void) {
        delivery.test(device.number, of: device.person) { result in
            switch result {
            case .success(let trial):
                completion(
                    DeviceTest(isDelivered: trial.isDelivered, status: trial.status.map(Int.init), error: trial.error))
            case .failure: completion(DeviceTest(isDelivered: false, status: nil, error: "The node is busy."))
            }
        }
    }
}
