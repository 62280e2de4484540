import Glibc

/// A file descriptor and the duty to close it: one owner, closed once, when the owner goes.
package struct Descriptor: ~Copyable, Sendable {
    package let number: Int32

    /// Takes over an open descriptor.
    package init(owning number: Int32) {
        self.number = number
    }

    /// Takes over what a system call returned, or throws what it failed with.
    package init(_ result: Int32, _ action: @autoclosure () -> String) throws(SystemError) {
        guard result >= 0 else { throw SystemError(action()) }
        number = result
    }

    deinit {
        close(number)
    }
}

/// A file that is open for reading and may be named by several owners at once: by the answers that
/// send it, each at its own offset.
package final class OpenFile: Sendable {
    package let descriptor: Descriptor
    package let size: UInt64

    /// Opens a regular file for reading; the last component may not be a symbolic link.
    package convenience init(path: String) throws(SystemError) {
        // Not to wait (O_NONBLOCK) means nothing to a file, but opening a named pipe would wait for ever.
        let flags = O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK
        try self.init(try Descriptor(open(path, flags), "open \(path)"), named: path)
    }

    /// Takes over a regular file that somebody has opened for reading; errors call it by this name.
    package init(_ descriptor: consuming Descriptor, named name: String) throws(SystemError) {
        var status = stat()
        guard fstat(descriptor.number, &status) == 0 else { throw SystemError("examine \(name)") }
        guard status.st_mode & S_IFMT == S_IFREG else { throw SystemError("open \(name)", code: EISDIR) }
        size = UInt64(status.st_size)
        self.descriptor = descriptor
    }
}
