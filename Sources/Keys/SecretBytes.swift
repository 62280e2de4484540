import CSodium

/// Bytes that must not leak: in memory that is locked (not swapped, not in a core dump), fenced by guard
/// pages, read-only once filled, and zeroed when the last owner lets go. Neither printing nor reflecting
/// nor dumping shows any of them, and they can be neither hashed, compared with `==` nor encoded.
///
/// A class, not a `~Copyable` struct: loops sign requests and the writer signs operations with one key
/// at the same time. Sharing a reference keeps the bytes in one place, and immutable as they are, any
/// thread may read them. A struct with one owner would have to be lent through a lock, or be copied,
/// which is what this is to prevent.
package final class SecretBytes: @unchecked Sendable {
    // Unchecked because of the pointer; what it points at is written in `init` only.
    private let memory: UnsafeMutableRawBufferPointer
    /// Sees the memory between its erasure and its end. A test looks; nobody else does.
    private let whenErased: (@Sendable (UnsafeRawBufferPointer) -> Void)?

    package var count: Int { memory.count }

    /// Hands the memory, all zero, to `fill`: a bare pointer, because what fills it is a system call or
    /// libsodium. It is gone when `fill` returns.
    package init(
        count: Int, fill: (UnsafeMutableBufferPointer<UInt8>) -> Void,
        whenErased: (@Sendable (UnsafeRawBufferPointer) -> Void)? = nil
    ) {
        Sodium.prepare()
        // At least one byte, so that the secret in an empty file has an address too.
        guard let start = sodium_malloc(max(count, 1)) else {
            fatalError("no locked memory for a secret of \(count) bytes")
        }
        memory = UnsafeMutableRawBufferPointer(start: start, count: count)
        self.whenErased = whenErased
        sodium_memzero(start, count)
        fill(memory.bindMemory(to: UInt8.self))
        sodium_mprotect_readonly(start)
    }

    /// A copy of `bytes`. Whoever hands them in still has theirs.
    package convenience init(copying bytes: Span<UInt8>) {
        self.init(count: bytes.count) { room in
            bytes.withUnsafeBytes { UnsafeMutableRawBufferPointer(room).copyMemory(from: $0) }
        }
    }

    deinit {
        sodium_mprotect_readwrite(memory.baseAddress!)  // `sodium_malloc` gave it, so it is there
        sodium_memzero(memory.baseAddress!, memory.count)
        whenErased?(UnsafeRawBufferPointer(memory))
        sodium_free(memory.baseAddress!)
    }

    /// Lends the bytes for as long as `body` runs; they are not to be copied out.
    package func withSpan<Result, Failure>(
        _ body: (Span<UInt8>) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        // Bound to UInt8 when it was filled.
        try body(UnsafeBufferPointer(memory.assumingMemoryBound(to: UInt8.self)).span)
    }

    /// For a C function that reads them all.
    func withPointer<Result>(_ body: (UnsafePointer<UInt8>) -> Result) -> Result {
        // Bound to UInt8 when it was filled, and never empty.
        body(UnsafePointer(memory.assumingMemoryBound(to: UInt8.self).baseAddress!))
    }
}

extension SecretBytes: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package var description: String { "SecretBytes(\(count))" }
    package var debugDescription: String { description }
    package var customMirror: Mirror { Mirror(self, children: []) }
}
