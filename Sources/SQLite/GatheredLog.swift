import CSQLite
import Glibc
import Synchronization

/// A file system over another, which writes what is appended to a log in large pieces.
///
/// SQLite writes each page of a commit by itself, and a few bytes before each. Only after the last of them it lets others know of
/// them, so until then nobody looks for them in the file; and what it reads itself is written before.
enum GatheredLog {
    private static let prefix = "gathered-"
    private static let names = Mutex<[String: String]>([:])

    /// The name of one over that which has this name, or over the system's own.
    static func fileSystem(over name: String?) throws(SQLiteError) -> String {
        guard let base = sqlite3_vfs_find(name) else {
            throw SQLiteError(code: SQLITE_CANTOPEN, message: "there is no file system \(name ?? "")")
        }
        let own = prefix + String(cString: base.pointee.zName)
        let code = names.withLock { names in
            guard names.updateValue(own, forKey: own) == nil else { return SQLITE_OK }
            // For as long as the process runs.
            let made = UnsafeMutablePointer<sqlite3_vfs>.allocate(capacity: 1)
            made.initialize(to: base.pointee)
            made.pointee.zName = UnsafePointer(strdup(own))
            made.pointee.szOsFile += Int32(LogFile.offset)
            made.pointee.xOpen = { GatheredLog.open($0, $1, $2, $3, $4) }
            return sqlite3_vfs_register(made, 0)
        }
        guard code == SQLITE_OK else { throw SQLiteError(code: code, message: "a file system can't be made") }
        return own
    }

    private static func open(
        _ own: UnsafeMutablePointer<sqlite3_vfs>?, _ path: UnsafePointer<CChar>?,
        _ file: UnsafeMutablePointer<sqlite3_file>?, _ flags: Int32, _ given: UnsafeMutablePointer<Int32>?
    ) -> Int32 {
        guard let own, let file, let base = sqlite3_vfs_find(own.pointee.zName + prefix.utf8.count) else {
            return SQLITE_CANTOPEN
        }
        guard flags & SQLITE_OPEN_WAL != 0 else { return base.pointee.xOpen(base, path, file, flags, given) }
        let real = (UnsafeMutableRawPointer(file) + LogFile.offset).assumingMemoryBound(to: sqlite3_file.self)
        (file.pointee.pMethods, real.pointee.pMethods) = (nil, nil)
        let code = base.pointee.xOpen(base, path, real, flags, given)
        if real.pointee.pMethods != nil { LogFile.take(file, real) }
        return code
    }
}

/// A log that is open. Of its connection's thread.
private final class LogFile {
    /// Where the file lies that it stands for, in the room that SQLite makes for a file: behind the methods, and who this is.
    static let offset = 16
    /// The system's file system takes no more at once: 17 bits.
    private static let bytesMax = 0x1FFFF

    private let real: UnsafeMutablePointer<sqlite3_file>
    private let methods: sqlite3_io_methods
    /// What is not in the file yet, in one piece. It stays until it could be written: SQLite counts on it.
    private let waiting = UnsafeMutableRawPointer.allocate(byteCount: bytesMax, alignment: 16)
    private var count = 0
    /// Whether the last page of a commit comes next.
    private var isLastNext = false
    private var start: sqlite3_int64 = 0
    private var end: sqlite3_int64 { start + sqlite3_int64(count) }

    private init(_ real: UnsafeMutablePointer<sqlite3_file>) {
        self.real = real
        methods = real.pointee.pMethods.pointee
    }

    deinit {
        waiting.deallocate()
    }

    static func take(_ file: UnsafeMutablePointer<sqlite3_file>, _ real: UnsafeMutablePointer<sqlite3_file>) {
        let log = Unmanaged.passRetained(LogFile(real)).toOpaque()
        UnsafeMutableRawPointer(file).storeBytes(of: log, toByteOffset: 8, as: UnsafeMutableRawPointer.self)
        file.pointee.pMethods = UnsafePointer(gatheringMethods)
    }

    static func of(_ file: UnsafeMutablePointer<sqlite3_file>?) -> Unmanaged<LogFile> {
        guard let file else { preconditionFailure("SQLite names a file that is open") }
        let log = UnsafeRawPointer(file).load(fromByteOffset: 8, as: UnsafeMutableRawPointer.self)
        return Unmanaged.fromOpaque(log)
    }

    func write(_ bytes: UnsafeRawBufferPointer, _ offset: sqlite3_int64) -> Int32 {
        guard let first = bytes.baseAddress, !bytes.isEmpty else { return SQLITE_OK }
        if count > 0, offset < start || offset > end || offset - start > Self.bytesMax - bytes.count {
            let code = flush()
            guard code == SQLITE_OK else { return code }
        }
        guard bytes.count <= Self.bytesMax else { return methods.xWrite(real, first, Int32(bytes.count), offset) }
        if count == 0 { start = offset }
        // It may stand there already: a page that is written once more.
        let place = Int(offset - start)
        (waiting + place).copyMemory(from: first, byteCount: bytes.count)
        count = max(count, place + bytes.count)
        let isLast = isLastNext
        isLastNext = Self.isBeforeLast(bytes)
        return isLast ? flush() : SQLITE_OK
    }

    /// What stands before the last page of a commit says how large the database is then; what stands before others, nothing.
    private static func isBeforeLast(_ bytes: UnsafeRawBufferPointer) -> Bool {
        bytes.count == 24 && bytes[4..<8].contains { $0 != 0 }
    }

    func flush() -> Int32 {
        guard count > 0 else { return SQLITE_OK }
        let code = methods.xWrite(real, waiting, Int32(count), start)
        if code == SQLITE_OK { count = 0 }
        return code
    }

    func read(_ room: UnsafeMutableRawPointer?, _ count: Int32, _ offset: sqlite3_int64) -> Int32 {
        let isTouched = self.count > 0 && offset < end && offset + sqlite3_int64(count) > start
        return flushed(isTouched) { methods.xRead(real, room, count, offset) }
    }

    func truncate(_ size: sqlite3_int64) -> Int32 { flushed { methods.xTruncate(real, size) } }
    func sync(_ flags: Int32) -> Int32 { flushed { methods.xSync(real, flags) } }
    func size(_ size: UnsafeMutablePointer<sqlite3_int64>?) -> Int32 { flushed { methods.xFileSize(real, size) } }

    private func flushed(_ isNeeded: Bool = true, then body: () -> Int32) -> Int32 {
        let code = isNeeded ? flush() : SQLITE_OK
        return code == SQLITE_OK ? body() : code
    }

    func close() -> Int32 {
        // Nothing of it was committed.
        _ = flush()
        return methods.xClose(real)
    }

    func lock(_ level: Int32) -> Int32 { methods.xLock(real, level) }
    func unlock(_ level: Int32) -> Int32 { methods.xUnlock(real, level) }
    func isLocked(_ result: UnsafeMutablePointer<Int32>?) -> Int32 { methods.xCheckReservedLock(real, result) }
    func control(_ operation: Int32, _ argument: UnsafeMutableRawPointer?) -> Int32 {
        methods.xFileControl(real, operation, argument)
    }
    var sectorSize: Int32 { methods.xSectorSize(real) }
    var traits: Int32 { methods.xDeviceCharacteristics(real) }
}

/// Of version 1: a log has no index of its own and is not mapped. Never changed.
private nonisolated(unsafe) let gatheringMethods: UnsafeMutablePointer<sqlite3_io_methods> = {
    var methods = sqlite3_io_methods()
    methods.iVersion = 1
    methods.xClose = { file in
        let log = LogFile.of(file)
        defer { log.release() }
        return log.takeUnretainedValue().close()
    }
    methods.xRead = { LogFile.of($0).takeUnretainedValue().read($1, $2, $3) }
    methods.xWrite = {
        LogFile.of($0).takeUnretainedValue().write(UnsafeRawBufferPointer(start: $1, count: Int($2)), $3)
    }
    methods.xTruncate = { LogFile.of($0).takeUnretainedValue().truncate($1) }
    methods.xSync = { LogFile.of($0).takeUnretainedValue().sync($1) }
    methods.xFileSize = { LogFile.of($0).takeUnretainedValue().size($1) }
    methods.xLock = { LogFile.of($0).takeUnretainedValue().lock($1) }
    methods.xUnlock = { LogFile.of($0).takeUnretainedValue().unlock($1) }
    methods.xCheckReservedLock = { LogFile.of($0).takeUnretainedValue().isLocked($1) }
    methods.xFileControl = { LogFile.of($0).takeUnretainedValue().control($1, $2) }
    methods.xSectorSize = { LogFile.of($0).takeUnretainedValue().sectorSize }
    methods.xDeviceCharacteristics = { LogFile.of($0).takeUnretainedValue().traits }
    let place = UnsafeMutablePointer<sqlite3_io_methods>.allocate(capacity: 1)
    place.initialize(to: methods)
    return place
}()
