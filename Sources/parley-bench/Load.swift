import EventLoop

/// One of the clients of a load. It asks, waits for the answer, and asks again.
protocol LoadClient: AnyObject {
    /// Opens a connection; called again when one has failed.
    func open()
    func close()
}

/// A closed loop: a fixed number of clients, each with one question at a time.
///
/// A slow answer delays its client's next question. So the latencies are those of these clients, and leave
/// out the waiting that people who come at their own times would have had (coordinated omission). What
/// an operation costs the server does not depend on that.
final class Load {
    let loop: EventLoop
    let measurement: Measurement
    private let plan: LoadPlan
    private var clients: [any LoadClient] = []
    private var broken: [any LoadClient] = []
    private var phaseTimer: LoopTimer?
    private var repairTimer: LoopTimer?
    private var result: LoadResult?
    private var givesUpAt = MonotonicTime.never
    /// Operations since the load began, the warm-up included.
    private var operations = 0

    private static let patienceMilliseconds: UInt64 = 9_000

    init(_ plan: LoadPlan, observing processes: [ObservedProcess], on loop: EventLoop) {
        self.plan = plan
        self.loop = loop
        measurement = Measurement(of: processes)
    }

    /// Runs from the first connection to the last, and tells what was measured.
    func run(_ makeClient: (Load) throws -> any LoadClient) throws -> LoadResult {
        for _ in 0..<plan.connections { clients.append(try makeClient(self)) }
        phaseTimer = try LoopTimer(on: loop) { [unowned self] in nextPhase() }
        repairTimer = try LoopTimer(on: loop) { [unowned self] in repair() }
        for client in clients { client.open() }
        phaseTimer?.set(.now() + plan.warmupMilliseconds)
        givesUpAt = .now() + max(plan.warmupMilliseconds, Self.patienceMilliseconds)
        try loop.run()
        phaseTimer?.end()
        repairTimer?.end()
        for client in clients { client.close() }
        guard let result else {
            let reasons = measurement.errors.keys.sorted().joined(separator: ", ")
            let silence = "no answer came within \(Self.patienceMilliseconds / 1_000) s"
            throw LoadFailed(description: reasons.isEmpty ? silence : reasons)
        }
        return result
    }

    private func nextPhase() {
        if measurement.isRunning {
            finish()
        } else if operations == 0 {
            // Not one answer yet: either something is wrong, or the machine is very busy.
            if measurement.errors.isEmpty, MonotonicTime.now() < givesUpAt {
                phaseTimer?.set(.now() + 100)
            } else {
                loop.stop()
            }
        } else {
            measurement.begin()
            if case .seconds(let seconds) = plan.extent { phaseTimer?.set(.now() + UInt64(seconds) * 1_000) }
        }
    }

    private func finish() {
        result = measurement.end()
        loop.stop()
    }

    // MARK: The clients' side

    /// An answer came, so long after its question.
    func completed(nanoseconds: UInt64) {
        operations += 1
        guard measurement.isRunning else { return }
        measurement.record(nanoseconds: nanoseconds)
        if case .operations(let count) = plan.extent, measurement.latencies.count == UInt64(count) { finish() }
    }

    /// Something else came; the connection goes on.
    func failed(_ error: String) {
        measurement.record(error: error)
    }

    /// A client's connection is gone, by an error or because the server did not want to keep it.
    func lost(_ client: any LoadClient, _ error: String?) {
        guard result == nil else { return }
        if let error { measurement.record(error: error) }
        broken.append(client)
        // Not at once: a server that turns us away would be all that we measure.
        if broken.count == 1 { repairTimer?.set(.now() + 10) }
    }

    private func repair() {
        let clients = broken
        broken = []
        for client in clients { client.open() }
    }
}
