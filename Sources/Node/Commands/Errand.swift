import Configuration
import EventLoop
import Glibc

/// A command other than `serve`: done by the node that serves the folder, or, where none does, here.
struct Errand {
    private static let patienceMilliseconds: UInt64 = 10_000

    private let arguments: [String]
    private let folder: DataFolder
    private let settings: Settings

    init(_ call: Call, _ arguments: [String]) throws {
        self.arguments = arguments
        folder = DataFolder(try call.settings(.none).text("data") ?? "./parley-data")
        settings = try call.settings(try ServePlan.file(in: folder))
    }

    func run() throws {
        Signals.ignoreBrokenPipes()
        umask(0o077)
        switch settings.command {
        case "restore": try Restoring.run(folder, settings)
        case "key import": try KeyCommands.takeOver(folder, settings)
        default: try runOnNode()
        }
    }

    private func runOnNode() throws {
        guard folder.exists else { throw NodeFault("there is no data folder \(folder.path)") }
        let terminal = try makeTerminal()
        let deadline = MonotonicTime.now() + Self.patienceMilliseconds
        while true {
            if Commands.canRunRemotely(settings), let channel = try ControlChannel.open(to: folder) {
                try converse(over: channel, terminal)
                break
            }
            do {
                let lock = try FolderLock(folder, for: settings.command)
                try runHere(lock, terminal)
                break
            } catch let taken as FolderLock.Taken {
                // Another command, which will end; or a node that is just starting or stopping.
                guard MonotonicTime.now() < deadline else { throw taken }
                usleep(50_000)
            }
        }
        try terminal.finish()
    }

    private func makeTerminal() throws -> LocalTerminal {
        let file = settings.command.hasSuffix("import") ? nil : Commands.outputFile(settings)
        return try LocalTerminal(
            input: settings.command == "import" ? settings.operand("FILE") : nil, output: file)
    }

    private func runHere(_ lock: FolderLock, _ terminal: LocalTerminal) throws {
        let node = try OpenNode(folder, lock, passphrase: try Passphrase.read(settings))
        defer { node.close() }
        try Commands.run(Commands.Context(node: node, settings: settings, terminal: terminal, running: nil))
    }

    // MARK: By the node that serves

    private func converse(over channel: ControlChannel, _ terminal: LocalTerminal) throws {
        try channel.send(.run, RemoteTerminal.run(arguments, width: terminal.width))
        while true {
            let frame = try channel.receive()
            switch frame.kind {
            case .content: try terminal.write(frame.bytes)
            case .text: try terminal.say(String(decoding: frame.bytes, as: UTF8.self))
            case .progress:
                let numbers = [frame.bytes.prefix(8), frame.bytes.dropFirst(8)]
                    .map { $0.reduce(UInt64(0)) { $0 << 8 | UInt64($1) } }
                terminal.show(Progress(done: numbers[0], total: numbers[1]))
            case .want:
                let count = frame.bytes.reduce(0) { $0 << 8 | Int($1) }
                try channel.send(.input, try terminal.read(atMost: count))
            case .end: return try end(frame.bytes)
            case .run, .input: throw ControlChannel.Broken(description: "the node speaks another language")
            }
        }
    }

    private func end(_ bytes: [UInt8]) throws {
        let text = String(decoding: bytes.dropFirst(), as: UTF8.self)
        switch bytes.first {
        case 0: return
        case 2: throw Misuse(description: text)
        default: throw NodeFault(text)
        }
    }
}

/// The node found that a command was given wrongly: it is of another version.
struct Misuse: Error, CustomStringConvertible {
    let description: String
}
