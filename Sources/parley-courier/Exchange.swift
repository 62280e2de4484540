import CourierFrames
import Foundation
import FoundationNetworking

/// One request under way: what URLSession tells of it goes in, what is to be reported comes out.
struct Exchange {
    let number: UInt64
    let task: URLSessionTask
    let bytesMax: Int
    private(set) var isOver = false
    private var bytes = 0
    private var isHeadReported = false
    /// The last head that came. Of a new connection the first is not the server's but the proxy's, its answer to
    /// CONNECT: so none is believed before something follows that only the server can have sent.
    private var head: HTTPURLResponse?

    init(number: UInt64, task: URLSessionTask, bytesMax: Int) {
        self.number = number
        self.task = task
        self.bytesMax = bytesMax
    }

    mutating func take(_ response: URLResponse) {
        head = response as? HTTPURLResponse
    }

    mutating func take(_ data: Data) -> [CourierReport] {
        var reports = takeHead()
        guard !isOver else { return reports }
        bytes += data.count
        guard bytes <= bytesMax else { return reports + fail(.tooLarge) }
        var rest = [UInt8](data)[...]
        while !rest.isEmpty {
            reports.append(.body(number: number, Array(rest.prefix(CourierReport.bodyBytesMax))))
            rest = rest.dropFirst(CourierReport.bodyBytesMax)
        }
        return reports
    }

    mutating func end(_ error: (any Error)?) -> [CourierReport] {
        if let error {
            // There is no code for this in what libcurl's errors are made into, only its words.
            let text = String(error.localizedDescription.prefix(200))
            let isTrust = ["SSL", "TLS", "certificate"].contains { text.contains($0) }
            return fail(isTrust ? .tls : .broken, text)
        }
        let reports = takeHead()
        guard !isOver else { return reports }
        isOver = true
        return reports + [.end(number: number)]
    }

    mutating func fail(_ failure: CourierFailure, _ text: String = "") -> [CourierReport] {
        isOver = true
        return [.failure(number: number, failure, text)]
    }

    private mutating func takeHead() -> [CourierReport] {
        guard !isHeadReported else { return [] }
        guard let head, (200...599).contains(head.statusCode) else { return fail(.broken, "no answer") }
        let fields = head.allHeaderFields.map { (name: "\($0.key)", value: "\($0.value)") }
            .sorted { $0.name < $1.name }
        let size = fields.reduce(0) { $0 + $1.name.utf8.count + $1.value.utf8.count }
        guard fields.count <= CourierFields.countMax, size <= CourierFields.bytesMax else { return fail(.tooLarge) }
        isHeadReported = true
        return [.head(number: number, status: UInt16(head.statusCode), fields)]
    }
}
