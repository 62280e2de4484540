import Foundation
import Glibc

/// A running `parley serve`, and what it has said so far.
final class Serve {
    private let process = Process()
    private let output = Pipe()
    private(set) var lines: [String] = []
    private let log: String

    var id: Int32 { process.processIdentifier }

    struct NotReady: Error {
        let lines: [String]
        let log: String
    }

    /// Returns when it accepts connections.
    init(_ arguments: [String], in folder: String, environment: [String: String] = [:]) throws {
        log = "\(folder)/log-\(UUID().uuidString)"
        _ = FileManager.default.createFile(atPath: log, contents: nil)
        process.executableURL = URL(fileURLWithPath: Playground.program)
        process.arguments = arguments
        process.environment = environment.merging(["SWIFT_BACKTRACE": "enable=no"]) { $1 }
        process.currentDirectoryURL = URL(fileURLWithPath: folder)
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = output
        process.standardError = FileHandle(forWritingAtPath: log)
        try process.run()
        var bytes: [UInt8] = []
        while !lines.contains(where: { $0.hasPrefix("parley: ready on ") }) {
            let piece = output.fileHandleForReading.availableData
            guard !piece.isEmpty else { throw NotReady(lines: lines, log: logText) }
            bytes += piece
            lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n").map(String.init)
        }
    }

    var logText: String { (try? String(contentsOfFile: log, encoding: .utf8)) ?? "" }

    /// What stands behind a word in what it said; nil where it said no such thing.
    func said(_ words: String) -> String? {
        lines.first { $0.hasPrefix("parley: \(words) ") }.map { String($0.dropFirst("parley: \(words) ".count)) }
    }

    /// Such as `http://127.0.0.1:41234`.
    var url: String { said("ready on") ?? "" }

    func signal(_ number: Int32) { Glibc.kill(id, number) }

    /// Waits for its end: the status, or the signal that ended it, with a minus.
    @discardableResult
    func wait() -> Int32 {
        process.waitUntilExit()
        return process.terminationReason == .exit ? process.terminationStatus : -process.terminationStatus
    }

    func stop() -> Int32 {
        signal(SIGTERM)
        return wait()
    }

    func kill() {
        guard process.isRunning else { return }
        signal(SIGKILL)
        process.waitUntilExit()
    }
}
