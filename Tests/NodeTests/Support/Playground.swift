import Foundation
import Glibc

/// A folder of a test's own, with the program in reach. It goes with the object, and with it what still runs.
final class Playground {
    let path: String
    private var running: [Serve] = []

    init() {
        var template = Array("/tmp/parley-node-XXXXXX".utf8CString)
        precondition(mkdtemp(&template) != nil, "no temporary folder: \(errno)")
        path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    deinit {
        for serve in running { serve.kill() }
        try? FileManager.default.removeItem(atPath: path)
    }

    /// The program, where SwiftPM has put it: beside the tests.
    static let program: String = {
        let bundle = CommandLine.arguments.first { $0.contains(".xctest") } ?? CommandLine.arguments[0]
        var folder = URL(fileURLWithPath: bundle)
        while folder.path.contains(".xctest") { folder.deleteLastPathComponent() }
        return folder.appendingPathComponent("parley").path
    }()

    /// What puts a program's clock wrong, beside it.
    static var skewedClock: String {
        URL(fileURLWithPath: program).deletingLastPathComponent().appendingPathComponent("libSkewedClock.so").path
    }

    func file(_ name: String) -> String { "\(path)/\(name)" }

    /// A node, on a port of its own unless the options name one.
    func serve(
        _ folder: String = "data", _ options: [String] = [], environment: [String: String] = [:]
    ) throws -> Serve {
        let port = options.contains { $0.hasPrefix("127.") } ? [] : ["--listen", "127.0.0.1:0"]
        let serve = try Serve(
            ["serve", "--data", file(folder)] + port + options, in: path, environment: environment)
        running.append(serve)
        return serve
    }

    struct Outcome: Equatable {
        let status: Int32
        let output: [UInt8]
        let complaint: String

        var text: String { String(decoding: output, as: UTF8.self) }

        /// What `--json` has printed.
        func json<Value>(as type: Value.Type = Value.self) -> Value? {
            try? JSONSerialization.jsonObject(with: Data(output)) as? Value
        }
    }

    /// Runs a command to its end.
    func run(_ arguments: [String], data: String = "data", input: String = "") throws -> Outcome {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: Self.program)
        process.arguments = arguments + ["--data", file(data)]
        process.environment = ["SWIFT_BACKTRACE": "enable=no"]
        process.currentDirectoryURL = URL(fileURLWithPath: path)
        let (stdin, stdout, stderr) = (Pipe(), Pipe(), Pipe())
        (process.standardInput, process.standardOutput, process.standardError) = (stdin, stdout, stderr)
        try process.run()
        stdin.fileHandleForWriting.write(Data(input.utf8))
        try stdin.fileHandleForWriting.close()
        let output = stdout.fileHandleForReading.readDataToEndOfFile()
        let complaint = stderr.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return Outcome(
            status: process.terminationStatus, output: Array(output),
            complaint: String(decoding: complaint, as: UTF8.self))
    }

    func mode(of name: String) -> mode_t? {
        var status = stat()
        return stat(file(name), &status) == 0 ? status.st_mode & 0o7777 : nil
    }
}
