import EventLoop
import Glibc

/// `parley serve` on a data folder, for as long as it is measured. It limits nobody's rate, and lets everybody register.
final class ServedNode {
    /// Where it answers.
    let target: Target
    let process: ObservedProcess
    /// For the first account, where there is none yet.
    let setupCode: String?
    /// From its start to its word that it is ready.
    let startNanoseconds: UInt64
    private let child: ChildProcess

    private static let patienceMilliseconds: UInt64 = 60_000

    /// `port`: where it listens; 0: where there is room.
    init(_ program: String, in folder: String, port: UInt16 = 0, options: [String] = []) throws {
        let began = Clock.now()
        let child = try ChildProcess(
            program,
            [
                "serve", "--data", folder, "--listen", "127.0.0.1:\(port)", "--rate-limits", "off",
                "--registration", "open", "--log-level", "warning",
            ] + options, readsOutput: true)
        (target, setupCode) = try Self.awaitReady(child)
        startNanoseconds = Clock.now() - began
        guard let process = ObservedProcess(child.pid, label: "parley") else {
            throw LoadFailed(description: "parley ended as soon as it had begun")
        }
        self.process = process
        self.child = child
    }

    /// At the first start the recovery key and the set-up code come before `parley: ready on http://127.0.0.1:PORT`.
    private static func awaitReady(_ child: ChildProcess) throws -> (Target, setupCode: String?) {
        var setupCode: String?
        while let line = child.line(within: patienceMilliseconds) {
            let last = line.split(separator: " ").last.map { String($0) }
            if line.hasPrefix("parley: set-up code ") { setupCode = last }
            if line.hasPrefix("parley: ready on "), let last { return (try Target(last), setupCode) }
        }
        throw LoadFailed(description: "parley does not say that it is ready")
    }

    func stop() {
        child.end()
    }

    func memory() throws -> Int {
        guard let bytes = process.proportionalSetSize() else {
            throw LoadFailed(description: "the memory of parley can't be read")
        }
        return bytes
    }
}
