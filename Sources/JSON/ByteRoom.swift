import Bytes

/// Bytes that are written one after the other, by one owner. An array asks at each append whether somebody else holds it,
/// which is dearer than most of what a writer of JSON appends.
@usableFromInline
struct ByteRoom: ~Copyable {
    /// Nothing before the first byte.
    @usableFromInline private(set) var room: UnsafeMutableBufferPointer<UInt8>
    @usableFromInline var count = 0

    /// There is room for so much before it has to be moved.
    init(_ capacity: Int) {
        room = capacity > 0 ? .allocate(capacity: capacity) : UnsafeMutableBufferPointer(start: nil, count: 0)
    }

    deinit {
        room.deallocate()
    }

    /// What was written, without a copy of it.
    consuming func shared() -> SharedBytes {
        let shared = SharedBytes(taking: UnsafeMutableRawBufferPointer(room), count: count)
        discard self
        return shared
    }

    var written: UnsafeBufferPointer<UInt8> { UnsafeBufferPointer(rebasing: room[..<count]) }

    @inline(__always)
    mutating func append(_ byte: UInt8) {
        append(atMost: 1) {
            $0[0] = byte
            return 1
        }
    }

    @inline(__always)
    mutating func append(_ bytes: UnsafeBufferPointer<UInt8>) {
        guard let source = bytes.baseAddress else { return }
        append(atMost: bytes.count) {
            $0.update(from: source, count: bytes.count)
            return bytes.count
        }
    }

    /// What `write` puts down, and says how much it is: there is room for so much, and no more may be written.
    @inlinable
    @inline(__always)
    mutating func append(atMost bytesMax: Int, _ write: (UnsafeMutablePointer<UInt8>) -> Int) {
        if room.count &- count < bytesMax { grow(by: bytesMax) }
        guard let start = room.baseAddress else { return }
        count &+= write(start + count)
    }

    @usableFromInline
    @inline(never)
    mutating func grow(by further: Int) {
        let larger = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: max(256, 2 * room.count, count + further))
        _ = larger.update(fromContentsOf: room[..<count])
        room.deallocate()
        room = larger
    }
}
