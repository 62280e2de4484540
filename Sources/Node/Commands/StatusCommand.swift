import Bytes
import Configuration
import EventLoop
import Glibc
import JSON
import Operations
import SQLite
import Store

/// `status`: how the node is.
enum StatusCommand {
    private struct Figures {
        var accounts = 0
        var activeAccounts = 0
        var rooms = 0
        var operations = 0
        var databaseBytes = 0
        var freeBytes = 0
    }

    static func run(_ context: Commands.Context) throws {
        let figures = try read(context.node)
        let running = context.running
        let key = context.node.identity.node.description
        try context.print { writer in
            writer.beginObject()
            writer.key("name")
            if let running { writer.string(running.name) } else { writer.null() }
            writer.key("key")
            writer.string(key)
            writer.key("version")
            writer.string(Program.version)
            writer.key("is_running")
            writer.bool(running != nil)
            writer.key("process")
            if running != nil { writer.integer(Int(getpid())) } else { writer.null() }
            writer.key("listen")
            writer.beginArray()
            for address in running?.addresses ?? [] { writer.string(address.description) }
            writer.endArray()
            writer.key("public_url")
            if let url = running?.publicURL { writer.string(url) } else { writer.null() }
            writer.key("started_at")
            if let running { writer.time(running.started) } else { writer.null() }
            write(figures, &writer)
            writer.endObject()
        } text: {
            var lines = ["key: \(key)", "version: \(Program.version)"]
            if let running {
                lines.insert("name: \(running.name.visible)", at: 0)
                lines.append("running: process \(getpid()) since \(running.started.rfc3339)")
                lines += running.addresses.map { "listening: \($0.url)" }
            } else {
                lines.append("running: no")
            }
            lines += [
                "people: \(figures.accounts), of whom \(figures.activeAccounts) may sign in",
                "rooms: \(figures.rooms)", "operations: \(figures.operations)",
                "database: \(figures.databaseBytes) bytes; \(figures.freeBytes) bytes are free",
            ]
            return lines.map { $0 + "\n" }.joined()
        }
    }

    private static func read(_ node: OpenNode) throws -> Figures {
        var figures = Figures()
        try node.reader().read { connection in
            figures.accounts = try AccountTable.count(on: connection)
            figures.activeAccounts = try AccountTable.count(isActive: true, on: connection)
            figures.rooms = try LoggedRooms(connection).names().count
            var row = try connection.statement("SELECT count(*) FROM operation")
            if try row.step() { figures.operations = row.int(0) }
        }
        var status = stat()
        if stat(node.folder.database, &status) == 0 { figures.databaseBytes = status.st_size }
        figures.freeBytes = try DatabaseFile.freeBytes(at: node.folder.path)
        return figures
    }

    private static func write(_ figures: Figures, _ writer: inout JSONWriter) {
        writer.key("users")
        writer.beginObject()
        writer.key("local")
        writer.integer(figures.accounts)
        writer.key("active")
        writer.integer(figures.activeAccounts)
        writer.endObject()
        writer.key("rooms")
        writer.integer(figures.rooms)
        writer.key("operations")
        writer.integer(figures.operations)
        writer.key("database_bytes")
        writer.integer(figures.databaseBytes)
        writer.key("free_bytes")
        writer.integer(figures.freeBytes)
    }
}
