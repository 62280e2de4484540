import API
import Configuration
import JSON

/// What commands do on a node that is open here, for a terminal here or elsewhere.
enum Commands {
    struct Context {
        let node: OpenNode
        let settings: Settings
        let terminal: any Terminal
        /// The node's serving, where it does.
        let running: Running?

        var isJSON: Bool { settings.isOn("json") }

        /// One thing, for a program or for a person.
        func print(json: (inout JSONWriter) throws -> Void, text: () throws -> String) throws {
            guard isJSON else { return try terminal.say(try text()) }
            var writer = JSONWriter()
            try json(&writer)
            try terminal.say(String(decoding: writer.finish(), as: UTF8.self) + "\n")
        }
    }

    /// Whether it is for the node that runs; else the folder has to be free.
    static func canRunRemotely(_ settings: Settings) -> Bool {
        switch settings.command {
        case "serve", "restore", "key import", "key hand-over": false
        case "verify": !settings.isOn("rebuild")
        default: true
        }
    }

    /// The file that a command makes; nil where it makes none, or writes to standard output.
    static func outputFile(_ settings: Settings) -> String? {
        switch settings.command {
        case "backup", "key export": settings.operand("FILE").flatMap { $0 == "-" ? nil : $0 }
        default: nil
        }
    }

    static func run(_ context: Context) throws {
        switch context.settings.command {
        case "user add": try UserCommands.add(context)
        case "user list": try UserCommands.list(context)
        case "user deactivate": try UserCommands.deactivate(context)
        case "user reset-password": try UserCommands.resetPassword(context)
        case "peer add": try PeerCommands.add(context)
        case "peer list": try PeerCommands.list(context)
        case "peer pause": try PeerCommands.change(.pause, context)
        case "peer resume": try PeerCommands.change(.resume, context)
        case "peer accept": try PeerCommands.change(.accept, context)
        case "peer remove": try PeerCommands.remove(context)
        case "room list": try RoomCommands.list(context)
        case "room appoint": try RoomCommands.appoint(context)
        case "status": try StatusCommand.run(context)
        case "digest": try DigestCommand.run(context)
        case "operations": try OperationsCommand.run(context)
        case "verify": try VerifyCommand.run(context)
        case "backup": try BackupCommand.run(context)
        case "export": try RoomExport.run(context)
        case "import": try RoomImport.run(context)
        case "key show": try KeyCommands.show(context)
        case "key export": try KeyCommands.export(context)
        case "key hand-over": try KeyCommands.handOver(context)
        case let other: preconditionFailure("\(other) is a command of its own")
        }
    }
}
