import Foundation
import Glibc
import Testing

/// The Python server beside the tests, running; ended with the process that tests.
final class TLSServer: Sendable {
    let port: UInt16

    /// One for all tests; nil where there is no python3.
    static let shared: TLSServer? = try? TLSServer()

    private init() throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["python3", Self.folder + "/server.py"]
        let (input, output) = (Pipe(), Pipe())
        process.standardInput = input
        process.standardOutput = output
        try process.run()
        // Never closed by us: it ends when we do.
        _ = Unmanaged.passRetained(input)
        var line: [UInt8] = []
        while let byte = try output.fileHandleForReading.read(upToCount: 1)?.first, byte != UInt8(ascii: "\n") {
            line.append(byte)
        }
        guard let port = UInt16(String(decoding: line, as: UTF8.self)) else { throw CocoaError(.fileNoSuchFile) }
        self.port = port
    }

    static var folder: String { Bundle.module.bundlePath + "/TLSServer" }
}

/// The program that is tested, and scripts in its place.
enum CourierProgram {
    /// Beside the bundle of the tests, where it is built.
    static let path = Bundle.module.bundleURL.deletingLastPathComponent().appendingPathComponent("parley-courier").path

    /// The courier, with the tests' authority among those that the system trusts: for that one process, in a mount
    /// namespace of its own. Nil where the kernel does not let us.
    static let trusting: String? = {
        let script = TLSServer.folder + "/trusting-courier"
        let trial = Process()
        trial.executableURL = URL(fileURLWithPath: script)
        trial.arguments = ["/bin/true"]
        trial.environment = [:]
        trial.standardError = FileHandle.nullDevice
        guard (try? trial.run()) != nil else { return nil }
        trial.waitUntilExit()
        return trial.terminationStatus == 0 ? script : nil
    }()
}
