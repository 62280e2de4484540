package import Blobs
import EventLoop
package import Keys
import Media
package import Store

/// A file that came with a request, is on disk, and stays there at least as long as this is held.
package struct ReceivedFile: Sendable {
    /// The field of the form.
    let field: String
    /// Made safe.
    let name: String
    let judgement: FileJudgement
    private let published: PublishedBlob

    var blob: Hash { published.hash }
    var size: UInt64 { published.size }

    init(_ published: PublishedBlob, field: String, name: String, _ judgement: FileJudgement) {
        self.published = published
        self.field = field
        self.name = name
        self.judgement = judgement
    }
}

/// Threads that write what is uploaded, since that waits for the disk. A file is one thread's from its beginning to its end.
package final class FileThreads: Sendable {
    package let blobs: BlobStore
    private let inboxes: [Mailbox<Order>]
    private let threads: [Thread]

    enum Order: Sendable {
        case begin(FileName, bytesMax: UInt64)
        case write(FileName, [UInt8], written: @Sendable () -> Void)
        /// `completion` is called with what has become of it.
        case finish(
            FileName, FileLabel, completion: @Sendable (Result<ReceivedFile, any Error>) -> Void)
        case abandon(FileName)
        /// A file that came from elsewhere is looked at.
        case judge(PublishedBlob, completion: @Sendable (FileContent) -> Void)
        case stop
    }

    struct FileName: Hashable, Sendable {
        let thread: Int
        let number: UInt64
    }

    struct FileLabel: Sendable {
        let field: String
        let name: String
        /// What its sender says it is.
        let type: String?
    }

    package init(count: Int, blobs: BlobStore) throws {
        self.blobs = blobs
        let inboxes = try (0..<count).map { _ in try Mailbox<Order>(messagesMax: 1 << 16) }
        self.inboxes = inboxes
        threads = try inboxes.enumerated().map { index, inbox in
            try Thread(name: "files-\(index)") {
                do {
                    let loop = try EventLoop()
                    let desk = FileDesk(blobs)
                    try inbox.deliver(on: loop) { [unowned loop] orders in
                        for order in orders {
                            if case .stop = order { loop.stop() } else { desk.obey(order) }
                        }
                    }
                    try withExtendedLifetime(desk) { try loop.run() }
                } catch {
                    fatalError("a thread for files can't run: \(error)")
                }
            }
        }
    }

    /// Looks at a file that came from elsewhere, on one of its threads; `completion` is called there.
    package func judge(_ published: PublishedBlob, completion: @escaping @Sendable (FileContent) -> Void) {
        // Should there be no place, it stays unjudged until it comes again.
        _ = post(.judge(published, completion: completion), to: 0)
    }

    /// After the loops have ended.
    package func stop() {
        for inbox in inboxes { _ = inbox.post(.stop) }
        for thread in threads { thread.join() }
    }

    var count: Int { inboxes.count }

    func post(_ order: Order, to thread: Int) -> Bool {
        inboxes[thread].post(order)
    }
}

/// The files that one thread writes. Of that thread.
private final class FileDesk {
    private let blobs: BlobStore
    private var files: [FileThreads.FileName: Result<FileIntake, any Error>] = [:]

    init(_ blobs: BlobStore) {
        self.blobs = blobs
    }

    func obey(_ order: FileThreads.Order) {
        switch order {
        case .begin(let name, let bytesMax):
            files[name] = Result { FileIntake(try blobs.writer(bytesMax: bytesMax)) }
        case .write(let name, let bytes, let written):
            if case .success(let intake)? = files[name] {
                do { try intake.write(bytes.span) } catch { files[name] = .failure(error) }
            }
            written()
        case .finish(let name, let label, let completion):
            completion(Result { try finish(files.removeValue(forKey: name), label) })
        case .abandon(let name):
            if case .success(let intake)? = files.removeValue(forKey: name) { intake.writer.abandon() }
        case .judge(let published, let completion):
            if let content = try? FileContent(of: published.hash, in: blobs) { completion(content) }
        case .stop: break
        }
    }

    private func finish(
        _ intake: Result<FileIntake, any Error>?, _ label: FileThreads.FileLabel
    ) throws -> ReceivedFile {
        guard let intake else { preconditionFailure("what ends has begun") }
        return try intake.get().finish(label)
    }
}

/// One file on its way to disk, looked at as it comes.
private final class FileIntake {
    let writer: BlobWriter
    private var sniffer = MediaSniffer()
    private var size = ImageSizeReader()

    init(_ writer: BlobWriter) {
        self.writer = writer
    }

    func write(_ bytes: Span<UInt8>) throws {
        sniffer.accept(bytes)
        size.accept(bytes)
        try writer.write(bytes)
    }

    func finish(_ label: FileThreads.FileLabel) throws -> ReceivedFile {
        let name = Media.FileName.safe(label.name)
        let format = sniffer.format.refined(declaredType: label.type, fileName: name)
        return ReceivedFile(
            try writer.finish(), field: label.field, name: name, FileJudgement(format, size.outcome))
    }
}

/// What a file's bytes say that it is.
package struct FileContent: Sendable {
    let format: MediaFormat
    let size: ImageSizeReader.Outcome

    /// Nil for one that isn't here.
    package init?(of blob: Hash, in blobs: BlobStore) throws {
        guard let file = try blobs.open(blob) else { return nil }
        var sniffer = MediaSniffer()
        var size = ImageSizeReader()
        var offset: UInt64 = 0
        while offset < file.size, offset < UInt64(ImageSizeReader.bytesMax) {
            let bytes = try file.read(at: offset, count: 65_536)
            sniffer.accept(bytes.span)
            size.accept(bytes.span)
            offset += UInt64(bytes.count)
            guard size.outcome == .needBytes, !bytes.isEmpty else { break }
        }
        format = sniffer.format
        self.size = size.outcome
    }

    /// With what its sender says.
    package func judgement(name: String, type: String) -> FileJudgement {
        FileJudgement(format.refined(declaredType: type, fileName: name), size)
    }
}

extension FileJudgement {
    init(_ format: MediaFormat, _ size: ImageSizeReader.Outcome) {
        self.init(kind: Kind(format.kind), contentType: format.contentType)
        if format.kind == .image, case .size(let size) = size {
            width = Int64(size.width)
            height = Int64(size.height)
        }
    }
}

extension FileJudgement.Kind {
    init(_ kind: MediaKind) {
        switch kind {
        case .image: self = .image
        case .document: self = .document
        case .audio: self = .audio
        case .video: self = .video
        case .other: self = .other
        }
    }
}
