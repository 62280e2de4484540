/// Bytes that many own and nobody changes: an event encoded once and queued on a thousand sockets.
///
/// Unlike an array's they never move, so that a vectored write can name several of them at once.
package final class SharedBytes: @unchecked Sendable {
    // Unchecked because of the pointer; it is written before `init` returns and only read afterwards.
    package let buffer: UnsafeRawBufferPointer

    package var count: Int { buffer.count }

    package init(_ bytes: Span<UInt8>) {
        let room = UnsafeMutableRawBufferPointer.allocate(byteCount: bytes.count, alignment: 1)
        bytes.withUnsafeBytes { room.copyMemory(from: $0) }
        buffer = UnsafeRawBufferPointer(room)
    }

    /// Takes over the beginning of memory that was allocated, which is freed with it.
    package init(taking room: UnsafeMutableRawBufferPointer, count: Int) {
        precondition(count <= room.count)
        buffer = UnsafeRawBufferPointer(start: room.baseAddress, count: count)
    }

    package convenience init(_ bytes: [UInt8]) {
        self.init(bytes.span)
    }

    deinit {
        buffer.deallocate()
    }
}
