import Bytes
import Chat
import EventLoop
import JSON
import SQLite
import Server
import Store

/// Everything of one's own, as lines of JSON (Spec/api/accounts.md, "Export").
enum ExportRoutes {
    static func export(_ call: Call) throws -> Answer {
        let response = Response(
            200,
            fields: [
                ("Content-Type", "application/jsonl"),
                ("Content-Disposition", "attachment; filename=\"export.jsonl\""),
                ("Cache-Control", "private, no-store"),
            ])
        let stream = call.exchange.answer(streaming: call.shared.finished(response, for: call.request))
        // It is answered already: what goes wrong from here on can only break it off.
        do { try ExportWriter(stream, call).goOn() } catch { stream.abort() }
        return .later
    }
}

/// Writes an export a few things at a time, as fast as its reader takes it, so that the loop's other connections don't wait.
private final class ExportWriter {
    private static let thingsMax = 16

    private let stream: ResponseStream
    private let call: Call
    private var export: Export
    private var waiting: ArraySlice<Export.Item> = []
    private var count = 0
    private var pause: LoopTimer?

    init(_ stream: ResponseStream, _ call: Call) throws {
        self.stream = stream
        self.call = call
        export = Export(of: call.person)
        // These hold the writer until the end.
        pause = try LoopTimer(on: call.context.loop) { self.attempt() }
        stream.whenDrained = { self.attempt() }
        stream.whenClosed = { self.end() }
        stream.whenStopping = { self.breakOff() }
    }

    /// What can't be read ends it without its last line, by which the reader sees that it is not whole.
    private func attempt() {
        do { try goOn() } catch { breakOff() }
    }

    private func breakOff() {
        stream.abort()
        end()
    }

    private func end() {
        pause?.end()
        pause = nil
    }

    func goOn() throws {
        guard pause != nil, !stream.isClosed else { return end() }
        guard !stream.isCongested else { return }
        if waiting.isEmpty, export.isDone {
            stream.write(
                Answer.json {
                    $0.object {
                        $0.member("kind", "end")
                        $0.member("count", count)
                    }
                } + [UInt8(ascii: "\n")])
            stream.finish()
            return end()
        }
        let lines = try call.read { connection in
            if waiting.isEmpty { waiting = try export.next(at: call.now, on: connection)[...] }
            var lines: [UInt8] = []
            for item in waiting.prefix(Self.thingsMax) {
                guard let line = try line(item, on: connection) else { continue }
                lines += line
                count += 1
            }
            waiting = waiting.dropFirst(Self.thingsMax)
            return lines
        }
        if !lines.isEmpty { stream.write(lines) }
        // Others' turn comes in between.
        pause?.set(call.context.loop.now + 1)
    }

    /// Nil for what has gone meanwhile.
    private func line(_ item: Export.Item, on connection: Connection) throws -> [UInt8]? {
        var json = JSONWriter()
        guard let kind = try write(item, to: &json, on: connection) else { return nil }
        // The shape, with its kind before its own members.
        return Array("{\"kind\":\"\(kind)\",".utf8) + json.finish().dropFirst() + [UInt8(ascii: "\n")]
    }

    private func write(
        _ item: Export.Item, to json: inout JSONWriter, on connection: Connection
    ) throws -> String? {
        let person = call.person
        let all = ListWindow(limit: .max)
        switch item {
        case .profile:
            let card = try call.person(.number(person.value), on: connection)
            guard let account = try AccountTable.account(of: person, on: connection) else { return nil }
            json.me(card, try call.presence(of: person, on: connection), account, base: call.base)
            return "profile"
        case .session(let number):
            let sessions = try SessionTable.signIns(of: person, at: call.now, all, on: connection)
            guard let session = sessions.first(where: { $0.number == number }) else { return nil }
            json.session(session, isCurrent: number == call.access?.session)
            return "session"
        case .token(let number):
            let tokens = try SessionTable.tokens(of: person, at: call.now, all, on: connection)
            guard let token = tokens.first(where: { $0.number == number }) else { return nil }
            json.token(token)
            return "token"
        case .device(let number):
            guard let device = try DeviceTable.device(number, on: connection) else { return nil }
            json.device(device)
            return "device"
        case .preference(let number):
            guard let preference = try PreferenceTable.preference(number, on: connection) else { return nil }
            json.preference(preference)
            return "preference"
        case .notification(let number):
            guard let notification = try NotificationTable.notification(number, on: connection) else { return nil }
            let run = try MessageNotices.run(of: notification, RoomUnread(), on: connection)
            json.notification(notification, try NotificationWords(of: notification, run, on: connection), run)
            return "notification"
        case .room(let room):
            return try call.shapes(&json, on: connection) {
                try RoomList.show(room, to: person, on: connection, &$0) ? "room" : nil
            }
        case .membership(let number):
            return try call.shapes(&json, on: connection) {
                try MemberList.show(number, to: person, on: connection, &$0) ? "membership" : nil
            }
        case .message(let message):
            return try call.shapes(&json, on: connection) {
                try MessageList.show(message, to: person, on: connection, &$0) ? "message" : nil
            }
        case .reaction(let message):
            return try call.shapes(&json, on: connection) {
                try MessageReactions.show(by: person, to: message, on: connection, &$0) ? "reaction" : nil
            }
        case .receipt(let message):
            guard let receipt = try ReceiptList.receipt(of: message, by: person, on: connection) else { return nil }
            return try call.shapes(&json, on: connection) {
                _ = try Store.People.introduce(person, on: connection, to: &$0)
                $0.receipt(receipt)
                return "receipt"
            }
        }
    }
}
