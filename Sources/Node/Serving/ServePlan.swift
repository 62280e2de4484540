import Configuration
import EventLoop
import Glibc
import Log

/// What `serve` was told.
struct ServePlan: Sendable {
    let folder: DataFolder
    let addresses: [SocketAddress]
    /// The organisation's.
    let name: String
    let logFormat: LogFormat
    let logLevel: LogLevel
    let settings: Settings

    /// Reads the file in the data folder, if there is one, for what neither the flags nor the environment say.
    init(_ call: Call) throws {
        let folder = DataFolder(try call.settings(.none).text("data") ?? "./parley-data")
        settings = try call.settings(Self.file(in: folder))
        self.folder = folder
        addresses = try settings.endpoints("listen").map { try Self.address(of: $0) }
        name = settings.text("name") ?? settings.urls("public-url").last?.host ?? Self.machineName
        logFormat = settings.text("log-format") == "json" ? .json : .text
        logLevel =
            switch settings.text("log-level") {
            case "debug": .debug
            case "warning": .warning
            case "error": .error
            default: .info
            }
    }

    /// Of a node that is looked after while it doesn't serve: it has the name that it had.
    init(of folder: DataFolder, named name: String) throws {
        guard case .run(let call) = try ParleyCommands.table.read(["serve"]) else {
            preconditionFailure("serve is a command")
        }
        self.settings = try call.settings(try Self.file(in: folder))
        self.folder = folder
        addresses = []
        self.name = name.isEmpty ? Self.machineName : name
        (logFormat, logLevel) = (.text, .error)
    }

    static func file(in folder: DataFolder) throws -> ConfigurationFile {
        guard let text = try SmallFile.read(folder.configuration, bytesMax: 1 << 20) else { return .none }
        return try ConfigurationFile(text, name: folder.configuration)
    }

    private static func address(of endpoint: Endpoint) throws -> SocketAddress {
        switch endpoint {
        case .unix(let path): return .unix(path: path)
        case .host(let host, let port):
            guard let address = SocketAddress(host: host, port: port) else {
                throw NodeFault("there is no listening on \(endpoint)")
            }
            return address
        }
    }

    private static var machineName: String {
        var room = [CChar](repeating: 0, count: 256)
        gethostname(&room, room.count - 1)
        let name = String(decoding: room.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        return name.isEmpty ? "parley" : name
    }
}
