import Glibc

/// An open directory. Everything in it is named by one component relative to its descriptor, and symbolic links
/// are never followed: neither a link that somebody planted nor a folder that is moved meanwhile leads elsewhere.
struct Folder: ~Copyable, Sendable {
    let number: Int32

    /// The one path that is followed like any other: where the administrator says that things are.
    init(path: String) throws(BlobError) {
        let number = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard number >= 0 else { throw BlobError("open \(path)") }
        self.number = number
    }

    private init(owning number: Int32) {
        self.number = number
    }

    deinit {
        close(number)
    }

    func folder(_ name: String) throws(BlobError) -> Folder {
        let number = openat(number, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
        guard number >= 0 else { throw BlobError("open the folder \(name)") }
        return Folder(owning: number)
    }

    /// Makes a folder that nobody else may look into, unless something of that name is there.
    func makeFolder(_ name: String) throws(BlobError) {
        guard mkdirat(number, name, 0o700) == 0 || errno == EEXIST else {
            throw BlobError("make the folder \(name)")
        }
    }

    /// Opens for writing what must not be there yet.
    func create(_ name: String) throws(BlobError) -> OwnedFile {
        let number = openat(number, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard number >= 0 else { throw BlobError("create \(name)") }
        return OwnedFile(owning: number)
    }

    /// Opens for adding to its end what may be there already.
    func openToAppend(_ name: String) throws(BlobError) -> OwnedFile {
        let flags = O_RDWR | O_APPEND | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC
        let number = openat(number, name, flags, 0o600)
        guard number >= 0 else { throw BlobError("open \(name)") }
        return OwnedFile(owning: number)
    }

    /// Opens for reading; nil where nothing is. Not to wait (O_NONBLOCK) means nothing to a file, but opening
    /// a named pipe would wait for ever.
    func openToRead(_ name: String) throws(BlobError) -> OwnedFile? {
        let number = openat(number, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
        guard number >= 0 else {
            if errno == ENOENT { return nil }
            throw BlobError("open \(name)")
        }
        return OwnedFile(owning: number)
    }

    /// What is under this name, be it a link; nil where nothing is.
    func status(of name: String) throws(BlobError) -> FileStatus? {
        var status = stat()
        guard fstatat(number, name, &status, AT_SYMLINK_NOFOLLOW) == 0 else {
            if errno == ENOENT { return nil }
            throw BlobError("examine \(name)")
        }
        return FileStatus(status)
    }

    /// Within one file system. What was called `newName` is replaced.
    func move(_ name: String, to target: borrowing Folder, as newName: String) throws(BlobError) {
        guard renameat(number, name, target.number, newName) == 0 else { throw BlobError("rename to \(newName)") }
    }

    /// False where nothing was.
    @discardableResult
    func remove(_ name: String) throws(BlobError) -> Bool {
        guard unlinkat(number, name, 0) == 0 else {
            if errno == ENOENT { return false }
            throw BlobError("remove \(name)")
        }
        return true
    }

    /// Makes names that were added or removed survive a power failure.
    func sync() throws(BlobError) {
        guard fsync(number) == 0 else { throw BlobError("sync a folder of blobs") }
    }

    /// Every name but `.` and `..`, in no particular order.
    func forEachName(_ body: (String) throws(BlobError) -> Void) throws(BlobError) {
        // A descriptor of its own, for `closedir` closes it, and a position of its own.
        let own = openat(number, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard own >= 0 else { throw BlobError("list a folder of blobs") }
        guard let stream = fdopendir(own) else {
            let error = BlobError("list a folder of blobs")
            close(own)
            throw error
        }
        defer { closedir(stream) }
        while true {
            errno = 0
            guard let entry = readdir(stream) else {
                guard errno == 0 else { throw BlobError("list a folder of blobs") }
                return
            }
            // Through the pointer: the field is declared longer than an entry is.
            let offset = MemoryLayout<dirent>.offset(of: \.d_name)!  // a stored property
            let name = String(cString: (UnsafeRawPointer(entry) + offset).assumingMemoryBound(to: CChar.self))
            if name != ".", name != ".." { try body(name) }
        }
    }
}
