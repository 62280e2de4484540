import Glibc
import RawSockets
import Testing

@testable import EventLoop

struct DescriptorTests {
    @Test func `a descriptor is closed when its owner goes`() throws {
        let pair = RawSocket.pair()
        do {
            _ = Descriptor(owning: pair.own)
        }
        #expect(pair.peer.receive() == .end)
    }

    @Test func `a failed call is an error with the kernel's reason`() {
        #expect(throws: SystemError("open nothing", code: ENOENT)) {
            _ = try Descriptor(open("/nonexistent/file", O_RDONLY), "open nothing")
        }
        #expect("\(SystemError("open nothing", code: ENOENT))" == "open nothing: No such file or directory")
    }

    /// Building the text of an error must not change what the error is.
    @Test func `the reason is taken before the text is built`() {
        func text() -> String {
            errno = EDOM
            return "try"
        }
        errno = EACCES
        #expect(SystemError(text()) == SystemError("try", code: EACCES))
    }

    @Test func `only a regular file opens`() throws {
        let folder = TemporaryFolder()
        let path = folder.file("file", Array("content".utf8))
        #expect(try OpenFile(path: path).size == 7)
        #expect(symlink(path, folder / "link") == 0)
        #expect(throws: SystemError("open \(folder / "link")", code: ELOOP)) { try OpenFile(path: folder / "link") }
        #expect(throws: SystemError("open \(folder.path)", code: EISDIR)) { try OpenFile(path: folder.path) }
        #expect(throws: SystemError("open \(folder / "none")", code: ENOENT)) { try OpenFile(path: folder / "none") }
        #expect(throws: SystemError.self) { try OpenFile(path: "/dev/null") }
    }

    @Test func `a file that somebody else has opened is taken over if it is regular`() throws {
        let folder = TemporaryFolder()
        let file = try Descriptor(open(folder.file("file", Array("content".utf8)), O_RDONLY), "open a file")
        #expect(try OpenFile(file, named: "a file").size == 7)
        #expect(throws: SystemError("open a folder", code: EISDIR)) {
            try OpenFile(Descriptor(open(folder.path, O_RDONLY), "open"), named: "a folder")
        }
    }

    @Test func `a named pipe that nobody writes to is refused and not waited for`() throws {
        let folder = TemporaryFolder()
        #expect(mkfifo(folder / "pipe", 0o600) == 0)
        #expect(throws: SystemError.self) { try OpenFile(path: folder / "pipe") }
    }
}
