import CourierFrames
import Foundation
import FoundationNetworking
import Glibc
import Synchronization

/// The requests under way. What came first is reported first, and nothing of a request once it is over: so each
/// step is taken, and its reports are written, under one lock.
///
/// Deadlines are the node's: URLSession's own do not end an answer that drips.
final class Exchanges: NSObject, URLSessionDataDelegate, Sendable {
    /// By the identifier of the task.
    private let exchanges = Mutex<[Int: Exchange]>([:])

    func makeSession() -> URLSession {
        let configuration = URLSessionConfiguration.ephemeral
        configuration.httpCookieStorage = nil
        configuration.httpShouldSetCookies = false
        configuration.urlCache = nil
        configuration.urlCredentialStorage = nil
        return URLSession(configuration: configuration, delegate: self, delegateQueue: NoQueue())
    }

    func begin(_ order: CourierRequest, in session: URLSession) {
        guard let url = URL(string: order.url), url.scheme == "https" else {
            write(.failure(number: order.number, .broken, "no https URL"))
            return
        }
        var request = URLRequest(url: url, cachePolicy: .reloadIgnoringLocalCacheData, timeoutInterval: 3_600)
        request.httpMethod = order.method
        request.setValue("parley", forHTTPHeaderField: "User-Agent")
        for (name, value) in order.fields { request.addValue(value, forHTTPHeaderField: name) }
        // What is signed and counted is what travels.
        request.setValue("identity", forHTTPHeaderField: "Accept-Encoding")
        if !order.body.isEmpty { request.httpBody = Data(order.body) }
        let task = session.dataTask(with: request)
        exchanges.withLock {
            $0[task.taskIdentifier] = Exchange(number: order.number, task: task, bytesMax: order.answerBytesMax)
        }
        task.resume()
    }

    func drop(_ number: UInt64) {
        let key = exchanges.withLock { exchanges in exchanges.first { $0.value.number == number }?.key }
        if let key { step(key) { $0.fail(.dropped) } }
    }

    private func step(_ key: Int, _ body: (inout Exchange) -> [CourierReport]) {
        let finished = exchanges.withLock { exchanges -> URLSessionTask? in
            guard var exchange = exchanges[key] else { return nil }
            for report in body(&exchange) { write(report) }
            exchanges[key] = exchange.isOver ? nil : exchange
            return exchange.isOver ? exchange.task : nil
        }
        // From its own thread URLSession can't be told so: it would wait for itself.
        if let finished { DispatchQueue.global().async { finished.cancel() } }
    }

    /// Writes a whole report, and waits for the node to take it in.
    private func write(_ report: CourierReport) {
        let frame = report.frame
        var at = 0
        while at < frame.count {
            let sent = frame.withUnsafeBytes { Glibc.write(STDIN_FILENO, $0.baseAddress! + at, frame.count - at) }
            if sent < 0, errno == EINTR { continue }
            // The node is gone.
            guard sent > 0 else { exit(0) }
            at += sent
        }
    }

    // MARK: URLSession's side

    func urlSession(
        _ session: URLSession, task: URLSessionTask, willPerformHTTPRedirection response: HTTPURLResponse,
        newRequest request: URLRequest, completionHandler: @escaping @Sendable (URLRequest?) -> Void
    ) {
        // Nobody has checked where that leads.
        completionHandler(nil)
    }

    func urlSession(
        _ session: URLSession, task: URLSessionTask, didReceive challenge: URLAuthenticationChallenge,
        completionHandler: @escaping @Sendable (URLSession.AuthChallengeDisposition, URLCredential?) -> Void
    ) {
        // A whole 401, which we have no password for. URLSession waits for one until the task is cancelled, which is
        // done at the end of an exchange; it would not hear of it from here, on its own thread.
        step(task.taskIdentifier) { $0.end(nil) }
    }

    func urlSession(
        _ session: URLSession, dataTask: URLSessionDataTask, didReceive response: URLResponse,
        completionHandler: @escaping @Sendable (URLSession.ResponseDisposition) -> Void
    ) {
        step(dataTask.taskIdentifier) {
            $0.take(response)
            return []
        }
        completionHandler(.allow)
    }

    func urlSession(_ session: URLSession, dataTask: URLSessionDataTask, didReceive data: Data) {
        step(dataTask.taskIdentifier) { $0.take(data) }
    }

    func urlSession(_ session: URLSession, task: URLSessionTask, didCompleteWithError error: (any Error)?) {
        step(task.taskIdentifier) { $0.end(error) }
    }
}

/// Where URLSession puts what it has to tell: nowhere. It is told at once, on the thread that reads from the servers,
/// and nothing more is read until that is done, so that the node's slowness, or this process's own, slows down the
/// servers. With a queue, all that comes while nobody has time for it would wait in memory.
private final class NoQueue: OperationQueue, @unchecked Sendable {
    // Without state of its own, it is as safe as what it is made of.
    override func addOperation(_ block: @escaping @Sendable () -> Void) {
        block()
    }
}
