import CSodium

/// Random bytes from the kernel, good enough for keys and tokens; from any thread.
///
/// Each call asks the kernel (about 0.4 µs for 16 bytes). A buffer of our own would be faster and would
/// have to be guarded against threads and forks; nothing here needs random bytes that often.
package struct SecureRandom: RandomNumberGenerator, Sendable {
    package init() {}

    package func next() -> UInt64 {
        Sodium.prepare()
        var value: UInt64 = 0
        randombytes_buf(&value, MemoryLayout<UInt64>.size)
        return value
    }

    package static func bytes(count: Int) -> [UInt8] {
        Sodium.prepare()
        return [UInt8](unsafeUninitializedCapacity: count) { room, filled in
            if let start = room.baseAddress { randombytes_buf(start, count) }
            filled = count
        }
    }
}
