import CLinux
import EventLoop
import Glibc

/// The terminal of this process, and the files that the command line names.
final class LocalTerminal: Terminal {
    private let input: InputFile?
    private let output: OutputFile?
    private var meter = ProgressMeter()

    /// `output`: where content goes; standard output where there is none. `input`: what is read; else standard input.
    init(input: String? = nil, output: String? = nil) throws {
        self.input = try input.map { try InputFile($0) }
        self.output = try output.map { try OutputFile($0) }
    }

    var width: Int? { Console.width(of: STDOUT_FILENO) }

    func write(_ content: [UInt8]) throws {
        meter.erase()
        guard Console.write(content, to: output?.descriptor ?? STDOUT_FILENO) else {
            throw SystemError("write \(output?.path ?? "standard output")")
        }
    }

    func say(_ text: String) throws {
        meter.erase()
        guard Console.write(Array(text.utf8), to: STDOUT_FILENO) else { throw SystemError("write standard output") }
    }

    func read(atMost count: Int) throws -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: min(count, 1 << 20))
        while true {
            let received = Glibc.read(input?.file.number ?? STDIN_FILENO, &bytes, bytes.count)
            guard received >= 0 else {
                guard errno == EINTR else { throw SystemError("read the input") }
                continue
            }
            bytes.removeLast(bytes.count - received)
            return bytes
        }
    }

    func show(_ progress: Progress) {
        meter.show(progress)
    }

    /// The command has come to its good end: the file gets its name.
    func finish() throws {
        meter.erase()
        try output?.finish()
    }
}

private final class InputFile {
    let file: Descriptor

    init(_ path: String) throws(SystemError) {
        file = try Descriptor(open(path, O_RDONLY | O_CLOEXEC), "open \(path)")
    }
}

/// A file that has its name only when it is whole and on the disk; one of that name is never replaced. Mode 0600.
private final class OutputFile {
    let path: String
    private let unfinished: String
    private let file: Descriptor
    private var isFinished = false

    var descriptor: Int32 { file.number }

    init(_ path: String) throws {
        self.path = path
        unfinished = path + ".part"
        guard access(path, F_OK) != 0 else { throw SystemError("create \(path)", code: EEXIST) }
        unlink(unfinished)
        let flags = O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW
        file = try Descriptor(open(unfinished, flags, 0o600), "create \(unfinished)")
    }

    func finish() throws(SystemError) {
        guard fsync(file.number) == 0 else { throw SystemError("write \(path)") }
        try NewName.give(path, to: unfinished)
        isFinished = true
        try SmallFile.syncFolder(of: path)
    }

    deinit {
        if !isFinished { unlink(unfinished) }
    }
}

/// The name of a finished file, which never takes the place of something else. Not every file system can do all of it: removable and
/// remote ones often know no links.
enum NewName {
    enum Way: CaseIterable {
        case renaming, linking, reserving
    }

    static func give(
        _ path: String, to unfinished: String, by ways: [Way] = Way.allCases
    ) throws(SystemError) {
        for way in ways {
            switch way {
            case .renaming: if linux_rename_new(unfinished, path) == 0 { return }
            case .linking:
                if link(unfinished, path) == 0 {
                    unlink(unfinished)
                    return
                }
            case .reserving:
                // Whoever looks in between sees an empty file.
                _ = try Descriptor(open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600), "create \(path)")
                if rename(unfinished, path) == 0 { return }
                let error = SystemError("create \(path)")
                unlink(path)
                throw error
            }
            guard errno != EEXIST else { break }
        }
        throw SystemError("create \(path)")
    }
}

/// How far a work is, in the last line of a terminal, once it has taken a second.
struct ProgressMeter {
    private let begin = MonotonicTime.now()
    private var shown = MonotonicTime.now()
    private var isVisible = false

    mutating func show(_ progress: Progress) {
        let now = MonotonicTime.now()
        guard isatty(STDERR_FILENO) == 1, now >= begin + 1_000, now >= shown + 200 else { return }
        shown = now
        isVisible = true
        let percent = progress.total == 0 ? 0 : min(100, progress.done * 100 / progress.total)
        _ = Console.write(Array("\r\(percent) %  ".utf8), to: STDERR_FILENO)
    }

    mutating func erase() {
        guard isVisible else { return }
        isVisible = false
        _ = Console.write(Array("\r      \r".utf8), to: STDERR_FILENO)
    }
}
