import EventLoop

/// The connections to one endpoint, and the calls that wait for one.
final class ConnectionPool {
    let loop: EventLoop
    let endpoint: Endpoint
    let limits: PoolLimits
    private var idle: [ClientConnection] = []
    private var waiting: [ClientCall] = []
    private var connectionCount = 0
    private var timer: LoopTimer!

    init(to endpoint: Endpoint, on loop: EventLoop, limits: PoolLimits) throws(SystemError) {
        self.loop = loop
        self.endpoint = endpoint
        self.limits = limits
        timer = try LoopTimer(on: loop) { [unowned self] in dropOverdue() }
    }

    func send(_ call: ClientCall) {
        if let connection = idle.popLast() {
            connection.begin(call)
        } else if connectionCount < limits.connectionsMax {
            open(for: call)
        } else if waiting.count < limits.waitingMax {
            waiting.append(call)
            timer.set(waiting.lazy.map(\.deadline).min() ?? .never)
        } else {
            call.fail(.tooManyWaiting)
        }
    }

    /// On a fresh connection: the idle ones are of an age with the one that was just lost.
    func retry(_ call: ClientCall) {
        guard loop.now < call.deadline else {
            call.fail(.deadlinePassed)
            return
        }
        open(for: call)
    }

    private func open(for call: ClientCall) {
        do throws(SystemError) {
            let connection = try ClientConnection(to: endpoint, pool: self)
            connectionCount += 1
            connection.begin(call)
        } catch {
            call.fail(.connection(error))
        }
    }

    func becameIdle(_ connection: ClientConnection) {
        waiting.removeAll { $0.isOver }
        if waiting.isEmpty {
            idle.append(connection)
        } else {
            connection.begin(waiting.removeFirst())
        }
    }

    func left(_ connection: ClientConnection) {
        connectionCount -= 1
        idle.removeAll { $0 === connection }
        waiting.removeAll { $0.isOver }
        if !waiting.isEmpty, connectionCount < limits.connectionsMax { open(for: waiting.removeFirst()) }
    }

    private func dropOverdue() {
        let overdue = waiting.filter { $0.deadline <= loop.now }
        waiting.removeAll { $0.deadline <= loop.now || $0.isOver }
        for call in overdue { call.fail(.deadlinePassed) }
        timer.set(waiting.lazy.map(\.deadline).min() ?? .never)
    }

    /// Closes what is idle and forgets the endpoint; calls under way go on.
    func close() {
        for connection in idle { connection.stream.close() }
        timer.end()
    }
}
