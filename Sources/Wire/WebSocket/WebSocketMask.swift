extension [UInt8] {
    /// Appends `bytes` masked with `key`, the first with its highest byte (RFC 6455, section 5.3).
    /// Masking twice is unmasking, and a key of 0 copies.
    mutating func append(_ bytes: Span<UInt8>, maskedWith key: UInt32) {
        let start = count
        bytes.withUnsafeBufferPointer { append(contentsOf: $0) }
        if key != 0 { mask(from: start, with: key) }
    }

    private mutating func mask(from start: Int, with key: UInt32) {
        // The key twice, as it lies in memory: eight bytes at a time, whatever the machine's byte order.
        let word = key.bigEndian
        let mask = UInt64(word) << 32 | UInt64(word)
        var span = mutableSpan
        var bytes = span.mutableBytes
        let count = bytes.byteCount
        var at = start
        while at &+ 8 <= count {
            let masked = bytes.bytes.unsafeLoadUnaligned(fromByteOffset: at, as: UInt64.self) ^ mask
            bytes.storeBytes(of: masked, toByteOffset: at, as: UInt64.self)
            at &+= 8
        }
        var rest = key
        while at < count {
            span[at] ^= UInt8(truncatingIfNeeded: rest >> 24)
            rest = rest.rotatedLeft(bytes: 1)
            at &+= 1
        }
    }
}

extension UInt32 {
    /// As a masking key, what it is after so many bytes.
    func rotatedLeft(bytes: Int) -> UInt32 {
        let bits = UInt32(truncatingIfNeeded: bytes & 3) * 8
        return self << bits | self >> (32 - bits)
    }
}
