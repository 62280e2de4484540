import Configuration
import Delivery
import Foundation
import Store
import Testing

/// The relay in Python, running; ended with its object.
private final class OthersRelay {
    struct Mail: Decodable {
        let sender: String
        let recipients: [String]
        let fields: [String: String]
        let text: String
        let defects: [String]
    }

    let port: UInt16
    private let process = Process()
    private let input = Pipe()
    private let output: FileHandle

    /// Debian's own Python has Debian's packages.
    private static let python = "/usr/bin/python3"

    static let isThere: Bool = {
        let trial = Process()
        trial.executableURL = URL(fileURLWithPath: python)
        trial.arguments = ["-c", "import aiosmtpd"]
        trial.standardError = FileHandle.nullDevice
        guard (try? trial.run()) != nil else { return false }
        trial.waitUntilExit()
        return trial.terminationStatus == 0
    }()

    init() throws {
        process.executableURL = URL(fileURLWithPath: Self.python)
        process.arguments = [Bundle.module.bundlePath + "/SMTPServer/server.py"]
        let output = Pipe()
        process.standardInput = input
        process.standardOutput = output
        try process.run()
        self.output = output.fileHandleForReading
        port = try #require(UInt16(Self.line(of: self.output)))
    }

    /// A signal may be blocked there, as it is on the thread that started it; the end of its input is the end of it.
    deinit {
        try? input.fileHandleForWriting.close()
    }

    func mail() throws -> Mail {
        try JSONDecoder().decode(Mail.self, from: Data(Self.line(of: output).utf8))
    }

    private static func line(of file: FileHandle) throws -> String {
        var line: [UInt8] = []
        while let byte = try file.read(upToCount: 1)?.first, byte != UInt8(ascii: "\n") { line.append(byte) }
        return String(decoding: line, as: UTF8.self)
    }
}

@Suite(.enabled(if: OthersRelay.isThere, "needs python3-aiosmtpd"))
struct OthersRelayTests {
    @Test func `a relay that others have written takes a mail, and their library reads what we wrote`() throws {
        let relay = try OthersRelay()
        let house = try Household()
        try house.setEmail("bo@example.org")
        let text = "Grüße, 世界 👋🏽 = that's all.\n.\nFrom: nobody"
        let message = try house.post(text)
        let entry = try house.tell(.mention, message, mailing: true)[0]
        try house.deliver(by: .relay(.host("127.0.0.1", port: relay.port))) { $0.organisation = "Nördliche Schule" }
        #expect(try house.settled(entry).state == .sent)
        let mail = try relay.mail()
        #expect(mail.defects.isEmpty)
        #expect(mail.sender == "parley@north.example" && mail.recipients == ["bo@example.org"])
        #expect(mail.fields["From"] == "Nördliche Schule <parley@north.example>")
        #expect(mail.fields["Subject"] == "Nördliche Schule: 1 unread notification")
        #expect(mail.text.contains("* ada mentioned you in Harbour ("))
        #expect(mail.text.replacing("\r\n", with: "\n").contains("\n  > Grüße, 世界 👋🏽 = that's all. . From: nobody\n"))
    }
}
