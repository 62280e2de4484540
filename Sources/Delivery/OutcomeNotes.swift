import Bytes
import Chat
import EventLoop
import SQLite
import Store

/// Writes down what became of entries, and tells when that is on the disk. What the writer can't take now (it has too
/// much to do, the disk is full) is handed to it again until it does: to forget it would be to send it again.
final class OutcomeNotes {
    /// Entries of which all is on the disk.
    var whenNoted: ([OutboxNumber]) -> Void = { _ in }

    private typealias Command = @Sendable (borrowing Transaction, ChatState) throws -> Void

    private struct Note {
        let number: UInt64
        let entries: [OutboxNumber]
        let command: Command
        let completion: () -> Void
    }

    private let writer: Writer<ChatState>
    private let answers: Mailbox<(note: UInt64, isDone: Bool)>
    private let loop: EventLoop
    private var timer: LoopTimer?
    private var underWay: [UInt64: Note] = [:]
    private var refused: [Note] = []
    private var count: UInt64 = 0
    private var isClosed = false

    private static let againMilliseconds: UInt64 = 500

    init(_ writer: Writer<ChatState>, on loop: EventLoop) throws {
        self.writer = writer
        self.loop = loop
        // More than can be under way: each note has entries, or a trial, of its own.
        answers = try Mailbox(messagesMax: 1 << 16)
        timer = try LoopTimer(on: loop) { [weak self] in self?.tryAgain() }
        try answers.deliver(on: loop) { [weak self] batch in
            for answer in batch { self?.take(answer.note, isDone: answer.isDone) }
        }
    }

    func note(_ result: Outbox.Result, of entries: [OutboxEntry], at now: Timestamp) {
        submit(entries.map(\.number)) { transaction, state in
            for entry in entries {
                let noted = try Outbox.note(
                    result, of: entry, state.sending, &state.random, at: now, in: transaction)
                if let told = noted.told { try state.hasTold(told, entry.person, at: now, in: transaction) }
            }
        }
    }

    func note(
        _ result: Outbox.Result, ofTrialOf device: DeviceNumber, for person: PersonNumber, at now: Timestamp,
        _ completion: @escaping () -> Void
    ) {
        submit([], completion) { transaction, state in
            let told = try Outbox.note(
                result, ofTrialOf: device, state.sending, &state.random, at: now, in: transaction)
            if let told { try state.hasTold(told, person, at: now, in: transaction) }
        }
    }

    func putOff(_ late: [(OutboxNumber, Timestamp)]) {
        submit(late.map(\.0)) { transaction, _ in
            for (number, due) in late { try OutboxTable.putOff(number, to: due, in: transaction) }
        }
    }

    func close() {
        isClosed = true
        timer?.end()
        timer = nil
    }

    // MARK: Inside

    private func submit(
        _ entries: [OutboxNumber], _ completion: @escaping () -> Void = {}, _ command: @escaping Command
    ) {
        count += 1
        submit(Note(number: count, entries: entries, command: command, completion: completion))
    }

    private func submit(_ note: Note) {
        underWay[note.number] = note
        let (answers, number) = (answers, note.number)
        do throws(WriterRefusal) {
            try writer.submitLogged(bytes: 128 * max(1, note.entries.count), note.command) { result in
                let isDone = if case .success = result { true } else { false }
                _ = answers.post((number, isDone))
            }
        } catch {
            take(number, isDone: false)
        }
    }

    private func take(_ number: UInt64, isDone: Bool) {
        guard !isClosed, let note = underWay.removeValue(forKey: number) else { return }
        if isDone {
            note.completion()
            whenNoted(note.entries)
        } else {
            refused.append(note)
            timer?.set(loop.now + Self.againMilliseconds)
        }
    }

    private func tryAgain() {
        let notes = refused
        refused = []
        for note in notes { submit(note) }
    }
}

extension ChatState {
    fileprivate func hasTold(
        _ told: Notifications.Told, _ person: PersonNumber, at now: Timestamp, in transaction: borrowing Transaction
    ) throws {
        if let made = told.notification { try journal(made.number, of: person, at: now, in: transaction) }
        if told.isSending { news.isSending = true }
    }
}
