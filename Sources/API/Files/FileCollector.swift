import Bytes
import Server
import Wire

/// Takes in a form with files: its fields into memory, its files to disk as they come. Nothing of a file is kept here but
/// what its thread has yet to write, and the client waits while that is much.
final class FileCollector: BodySink {
    /// So much may wait for the disk before no more is read.
    private static let waitingBytesHigh = 1 << 20
    private static let waitingBytesLow = 1 << 18

    private let call: Call
    private let fileNames: Set<String>
    private let threads: FileThreads
    private let filesBytesMax: UInt64
    private var parser: MultipartParser?
    private var unread: [UInt8] = []
    private var part = Part.passedOver
    private var fields: [(name: String, value: String)] = []
    private var fieldBytes = 0
    private var fileBytes: UInt64 = 0
    /// In the order in which they came; nil as long as they aren't whole.
    private var files: [ReceivedFile?] = []
    private var waitingBytes = 0
    private var isPaused = false
    private var hasEnded = false
    private var isOver = false

    private enum Part {
        case field(String, [UInt8])
        case file(FileThreads.FileName, FileThreads.FileLabel, index: Int)
        case passedOver
    }

    /// `fileNames`: the fields in which files are taken; those in others are passed over. `bytesMax`: nil for what the node
    /// takes at all.
    init(_ call: Call, taking fileNames: [String], bytesMax: UInt64?) {
        self.call = call
        self.fileNames = Set(fileNames)
        threads = call.shared.files
        let uploadBytesMax = call.shared.settings.uploadBytesMax
        filesBytesMax = min(bytesMax ?? uploadBytesMax, uploadBytesMax)
    }

    // MARK: BodySink

    func bodyReceived(_ bytes: Span<UInt8>) {
        guard !isOver else { return }
        unread.append(copying: bytes)
        attempt { try read() }
    }

    func bodyEnded() {
        guard !isOver else { return }
        attempt {
            try read()
            guard var parser else { throw APIFault.malformed("The form is empty.") }
            do throws(MultipartFault) { try parser.closed() } catch { throw APIFault.malformed(error.detail) }
            hasEnded = true
            endIfWhole()
        }
    }

    func bodyAborted() {
        guard !isOver else { return }
        isOver = true
        abandon()
    }

    private func attempt(_ body: () throws -> Void) {
        do { try body() } catch { fail(error) }
    }

    /// What the path names and what the caller may comes before the body's faults; so the handler decides.
    private func fail(_ error: any Error) {
        guard !isOver else { return }
        isOver = true
        abandon()
        call.bodyCame(.faulty(call.fault(of: error)))
    }

    private func abandon() {
        if case .file(let name, _, _) = part { _ = threads.post(.abandon(name), to: name.thread) }
        part = .passedOver
        if isPaused { call.exchange.resumeBody() }
    }

    private func endIfWhole() {
        guard hasEnded, !isOver, files.allSatisfy({ $0 != nil }) else { return }
        isOver = true
        call.bodyCame(.parts(fields, files.compactMap(\.self)))
    }

    // MARK: Parts

    private func read() throws {
        do throws(MultipartFault) {
            if parser == nil {
                parser = try MultipartParser(contentType: call.request.fields.first("Content-Type") ?? "")
            }
        } catch {
            throw APIFault.malformed(error.detail)
        }
        var at = 0
        defer { unread.removeFirst(at) }
        while true {
            let step: MultipartStep
            do throws(MultipartFault) {
                guard let next = try parser?.step(unread.span.extracting(at..<unread.count)) else { return }
                step = next
            } catch {
                throw APIFault.malformed(error.detail)
            }
            switch step {
            case .part(let head, let consumed):
                at += consumed
                try begin(head)
            case .content(let range, let consumed):
                try take(Array(unread[at + range.lowerBound..<at + range.upperBound]))
                at += consumed
            case .partEnd(let consumed):
                at += consumed
                try endPart()
            case .end(let consumed): at += consumed
            case .needBytes(let consumed):
                at += consumed
                return
            }
        }
    }

    private func begin(_ head: MultipartPartHead) throws {
        guard let name = head.fileName else {
            part = .field(head.name, [])
            return
        }
        guard fileNames.contains(head.name) else {
            part = .passedOver
            return
        }
        try call.count(.upload)
        let file = FileThreads.FileName(
            thread: Int(call.context.random.next() % UInt64(threads.count)), number: call.context.random.next())
        let label = FileThreads.FileLabel(field: head.name, name: name, type: head.contentType)
        guard threads.post(.begin(file, bytesMax: filesBytesMax), to: file.thread) else { throw Self.busy }
        files.append(nil)
        part = .file(file, label, index: files.count - 1)
    }

    private static var busy: APIFault { .unavailable("The node is busy.") }

    private func take(_ bytes: [UInt8]) throws {
        switch part {
        case .passedOver: break
        case .field(let name, var content):
            fieldBytes += bytes.count
            guard fieldBytes <= BodyCollector.bytesMax else { throw APIFault.tooLarge }
            part = .passedOver
            content += bytes
            part = .field(name, content)
        case .file(let file, _, _):
            fileBytes += UInt64(bytes.count)
            guard fileBytes <= filesBytesMax else { throw APIFault.tooLarge }
            try write(bytes, to: file)
        }
    }

    private func write(_ bytes: [UInt8], to file: FileThreads.FileName) throws {
        waitingBytes += bytes.count
        let count = bytes.count
        try call.context.wait(for: { [threads] completion in
            guard threads.post(.write(file, bytes) { completion(.success(count)) }, to: file.thread) else {
                throw Self.busy
            }
        }) { [self] (_: Result<Int, any Error>) in
            waitingBytes -= count
            guard isPaused, waitingBytes <= Self.waitingBytesLow else { return }
            isPaused = false
            if !isOver { call.exchange.resumeBody() }
        }
        if waitingBytes > Self.waitingBytesHigh, !isPaused {
            isPaused = true
            call.exchange.pauseBody()
        }
    }

    private func endPart() throws {
        defer { part = .passedOver }
        switch part {
        case .passedOver: break
        case .field(let name, let content):
            guard UTF8Check.isValid(content.span) else { throw APIFault.malformed(MultipartFault.notUTF8.detail) }
            fields.append((name, String(decoding: content, as: UTF8.self)))
        case .file(let file, let label, let index):
            try call.context.wait(for: { [threads] completion in
                guard threads.post(.finish(file, label, completion: completion), to: file.thread) else {
                    throw Self.busy
                }
            }) { [self] (result: Result<ReceivedFile, any Error>) in
                attempt {
                    files[index] = try result.get()
                    endIfWhole()
                }
            }
        }
    }
}

/// Takes in a body that is an image and nothing else.
final class ImageCollector: BodySink {
    private let call: Call
    private let name: FileThreads.FileName
    private let label: FileThreads.FileLabel
    private var bytes: UInt64 = 0
    private var isOver = false

    init(_ call: Call, as field: String) {
        self.call = call
        let threads = call.shared.files
        name = FileThreads.FileName(
            thread: Int(call.context.random.next() % UInt64(threads.count)), number: call.context.random.next())
        label = FileThreads.FileLabel(field: field, name: field, type: nil)
        if !threads.post(.begin(name, bytesMax: AvatarRoutes.bytesMax), to: name.thread) {
            fail(.unavailable("The node is busy."))
        }
    }

    func bodyReceived(_ unread: Span<UInt8>) {
        guard !isOver else { return }
        bytes += UInt64(unread.count)
        guard bytes <= AvatarRoutes.bytesMax else { return fail(.tooLarge) }
        // So small a file may wait as a whole.
        if !call.shared.files.post(.write(name, [UInt8](copying: unread)) {}, to: name.thread) {
            fail(.unavailable("The node is busy."))
        }
    }

    func bodyEnded() {
        guard !isOver else { return }
        isOver = true
        do {
            try call.context.wait(for: { [threads = call.shared.files, name, label] completion in
                guard threads.post(.finish(name, label, completion: completion), to: name.thread) else {
                    throw APIFault.unavailable("The node is busy.")
                }
            }) { [call] (result: Result<ReceivedFile, any Error>) in
                switch result {
                case .success(let file): call.bodyCame(.parts([], [file]))
                case .failure(let error): call.bodyCame(.faulty(call.fault(of: error)))
                }
            }
        } catch {
            call.bodyCame(.faulty(call.fault(of: error)))
        }
    }

    func bodyAborted() {
        guard !isOver else { return }
        isOver = true
        _ = call.shared.files.post(.abandon(name), to: name.thread)
    }

    private func fail(_ fault: APIFault) {
        isOver = true
        _ = call.shared.files.post(.abandon(name), to: name.thread)
        call.bodyCame(.faulty(fault))
    }
}
