import EventLoop
import Glibc

/// Holds a data folder for one process, until this object goes. The file stays: to remove it would let two processes
/// hold two files of the same name.
final class FolderLock: Sendable {
    private let file: Descriptor

    /// Somebody else has it.
    struct Taken: Error, Equatable, CustomStringConvertible {
        let folder: String
        /// Such as `process 4711 (parley serve)`.
        let holder: String

        var description: String { "the data folder \(folder) is in use by \(holder)" }
    }

    /// `work` is what others are told that the folder is in use for.
    init(_ folder: DataFolder, for work: String) throws {
        let flags = O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW
        file = try Descriptor(open(folder.lock, flags, 0o600), "open \(folder.lock)")
        guard flock(file.number, LOCK_EX | LOCK_NB) == 0 else {
            guard errno == EWOULDBLOCK else { throw SystemError("lock \(folder.lock)") }
            throw Taken(folder: folder.path, holder: Self.holder(in: folder))
        }
        let note = Array("\(getpid()) parley \(work)\n".utf8)
        guard ftruncate(file.number, 0) == 0, pwrite(file.number, note, note.count, 0) == note.count else {
            throw SystemError("write \(folder.lock)")
        }
    }

    private static func holder(in folder: DataFolder) -> String {
        let note = (try? SmallFile.read(folder.lock, bytesMax: 4_096)) ?? []
        let words = String(decoding: note, as: UTF8.self).split(separator: "\n").first?
            .split(separator: " ", maxSplits: 1)
        guard let words, words.count == 2 else { return "another process" }
        return "process \(words[0]) (\(words[1]))"
    }
}
