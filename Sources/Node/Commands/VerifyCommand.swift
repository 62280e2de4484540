import Blobs
import Bytes
import Chat
import Configuration
import EventLoop
import JSON
import Keys
import Operations
import SQLite
import Store

/// `verify`: whether all is as it was signed, and as it was made of that.
enum VerifyCommand {
    private static let faultsMax = 100

    struct Fault: Hashable {
        let kind: String
        let subject: String
        let detail: String
    }

    private struct Report {
        var operations = 0
        var rooms = 0
        var files = 0
        var faults: [Fault] = []
        /// Of the faults, those that a rebuilding has mended.
        var repaired: Set<Fault> = []
    }

    static func run(_ context: Commands.Context) throws {
        var report = Report()
        try checkLog(context, into: &report)
        try checkFiles(context, into: &report)
        if context.settings.isOn("rebuild") {
            try context.node.writer().performLogged { transaction, state in
                try ViewRebuild.run(state.logState, at: .now(), in: transaction)
            }
            var after = Report()
            try checkLog(context, into: &after)
            try checkFiles(context, into: &after)
            report.repaired = Set(report.faults).subtracting(after.faults)
            report.faults += after.faults.filter { !report.faults.contains($0) }
        }
        try print(report, in: context)
        let left = report.faults.count - report.repaired.count
        guard left <= 0 else { throw NodeFault("\(left) faults were found") }
    }

    private static func checkLog(_ context: Commands.Context, into report: inout Report) throws {
        try context.node.reader().read { connection in
            var verification = try LogVerification(connection, findingsMax: faultsMax)
            try verification.run { done, total in
                context.terminal.show(Progress(done: UInt64(done), total: UInt64(total)))
            }
            report.faults += verification.findings.map(fault)
            report.rooms = try LoggedRooms(connection).names().count
            var row = try connection.statement("SELECT count(*) FROM operation")
            if try row.step() { report.operations = row.int(0) }
        }
    }

    private static func fault(_ finding: LogFinding) -> Fault {
        switch finding {
        case .file(let words): Fault(kind: "file", subject: "parley.db", detail: words)
        case .lookup(let words): Fault(kind: "lookup", subject: "parley.db", detail: words)
        case .room(let room, let finding): RoomFaults.fault(finding, in: room)
        case .stored(let node):
            Fault(kind: "stored", subject: node.description, detail: "what is counted for it isn't what is kept of it")
        }
    }

    private static func checkFiles(_ context: Commands.Context, into report: inout Report) throws {
        let blobs = try context.node.blobs()
        let reader = context.node.reader()
        for first in UInt8.min...UInt8.max {
            context.terminal.show(Progress(done: UInt64(first), total: 256))
            for blob in try blobs.blobs(startingWith: first) where report.faults.count < faultsMax {
                report.files += 1
                guard try blobs.verify(blob.hash) == .damaged else { continue }
                report.faults.append(
                    Fault(kind: "blob", subject: blob.hash.description, detail: "its content has another hash"))
            }
            for hash in try missing(blobs, startingWith: first, reader) where report.faults.count < faultsMax {
                report.faults.append(Fault(kind: "blob", subject: hash.description, detail: "it is missing"))
            }
        }
    }

    /// What is referred to and was here, and has no file. On a node that serves, one may be let go of at this moment: it is asked
    /// for again.
    private static func missing(_ blobs: BlobStore, startingWith first: UInt8, _ reader: Reader) throws -> [Hash] {
        let absent = try reader.read { try BlobReferences.here(startingWith: first, on: $0) }
            .filter { try blobs.size(of: $0) == nil }
        guard !absent.isEmpty else { return [] }
        let still = Set(try reader.read { try BlobReferences.here(startingWith: first, on: $0) })
        return absent.filter { still.contains($0) }
    }

    private static func print(_ report: Report, in context: Commands.Context) throws {
        try context.print { writer in
            writer.beginObject()
            writer.key("ok")
            writer.bool(report.faults.isEmpty)
            writer.key("operations")
            writer.integer(report.operations)
            writer.key("rooms")
            writer.integer(report.rooms)
            writer.key("files")
            writer.integer(report.files)
            writer.key("faults")
            writer.beginArray()
            for fault in report.faults {
                writer.beginObject()
                writer.key("kind")
                writer.string(fault.kind)
                writer.key("subject")
                writer.string(fault.subject)
                writer.key("detail")
                writer.string(fault.detail)
                writer.key("is_repaired")
                writer.bool(report.repaired.contains(fault))
                writer.endObject()
            }
            writer.endArray()
            writer.endObject()
        } text: {
            let counts = "\(report.operations) operations of \(report.rooms) rooms, \(report.files) files: "
            guard !report.faults.isEmpty else { return counts + "all is well\n" }
            var table = TablePrinter([.init("KIND"), .init("SUBJECT"), .init("DETAIL"), .init("REPAIRED")])
            for fault in report.faults {
                table.add([
                    fault.kind, fault.subject, fault.detail, report.repaired.contains(fault) ? "yes" : "no",
                ])
            }
            return counts + "\(report.faults.count) faults\n" + table.text(width: context.terminal.width)
        }
    }
}

/// What verification found in a room, in words.
enum RoomFaults {
    static func fault(_ finding: RoomFinding, in room: RoomID) -> VerifyCommand.Fault {
        let (kind, detail): (String, String) =
            switch finding {
            case .unreadable(let why): ("unreadable", why)
            case .operation(let serial, let why): ("operation", "number \(serial): \(why)")
            case .place(let id): ("place", "\(id) stands at another place than its past says")
            case .signature(let id): ("signature", "what proves \(id) is missing or wrong")
            case .certificate(let feed): ("certificate", "of the feed \(feed.epoch) of \(feed.origin)")
            case .state: ("digest", "the state is another one than its operations make")
            case .shown: ("shown", "members, messages, reactions or profiles")
            case .folded(let finding): words(finding)
            case .view(let finding): ("derived", words(finding))
            }
        return VerifyCommand.Fault(kind: kind, subject: room.uuid.description, detail: detail)
    }

    /// A rebuild mends all of these,
    private static func words(_ finding: FoldedFinding) -> (String, String) {
        switch finding {
        case .verdict(let id): ("verdict", "of \(id)")
        case .index(let id): ("index", "by what \(id) is looked up")
        case .message(let id): ("message", "\(id)")
        case .reactions(let id): ("reactions", "to \(id)")
        case .stray(let message): ("message", "number \(message) is no post")
        case .passedOn(let feed): ("passed-on", "of the feed \(feed.epoch) of \(feed.origin)")
        case .past(let feed): ("past", "of the feed \(feed.epoch) of \(feed.origin)")
        case .wantedPayloads: ("payloads", "other payloads are wanted than are missing")
        case .fields: ("fields", "the room's own")
        case .participants: ("participants", "the nodes that take part")
        case .profiles: ("profiles", "of its people")
        }
    }

    /// and these.
    private static func words(_ finding: ViewFinding) -> String {
        switch finding {
        case .room: "counts of the room"
        case .member(let person): "membership of person \(person)"
        case .attachments(let message): "files of message \(message)"
        case .files: "counts of files"
        case .mentions(let message): "mentions of message \(message)"
        case .answers: "which messages answer which"
        case .registers: "what receipts name"
        case .blocks: "counts of messages between two"
        case .avatar: "a picture"
        case .search: "words of the search index"
        }
    }
}
