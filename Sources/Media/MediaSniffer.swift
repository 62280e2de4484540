import Bytes

/// Tells a file's format by its first bytes, which may come in pieces of any size.
package struct MediaSniffer: Sendable {
    /// More of a file is never looked at.
    package static let prefixBytesMax = 4_096

    private var prefix: [UInt8] = []
    private var isCut = false

    package init() {}

    /// Takes what comes next; what is beyond the prefix is ignored.
    package mutating func accept(_ bytes: Span<UInt8>) {
        let count = min(bytes.count, Self.prefixBytesMax - prefix.count)
        if count < bytes.count { isCut = true }
        prefix.append(copying: bytes.extracting(0..<count))
    }

    /// The format by what has come so far, as though the file ended here.
    package var format: MediaFormat {
        Self.format(of: prefix.span, isCut: isCut)
    }

    /// The format of a file that begins with these bytes, of which only the first `prefixBytesMax` count. `isCut`
    /// says that more bytes follow, so that a character cut in two is no reason to say that it is not text.
    package static func format(of bytes: Span<UInt8>, isCut: Bool = false) -> MediaFormat {
        let isCut = isCut || bytes.count > prefixBytesMax
        let prefix = bytes.extracting(0..<min(bytes.count, prefixBytesMax))
        return prefix.binaryFormat ?? prefix.textFormat(isCut: isCut) ?? .binary
    }
}

extension Span<UInt8> {
    /// Whether these bytes are found at `offset`.
    func has(_ text: StaticString, at offset: Int = 0) -> Bool {
        guard offset >= 0, text.utf8CodeUnitCount <= count, offset <= count - text.utf8CodeUnitCount else {
            return false
        }
        for index in 0..<text.utf8CodeUnitCount where self[offset + index] != text.utf8Start[index] { return false }
        return true
    }

    func has(_ bytes: [UInt8], at offset: Int = 0) -> Bool {
        guard offset >= 0, bytes.count <= count, offset <= count - bytes.count else { return false }
        for index in 0..<bytes.count where self[offset + index] != bytes[index] { return false }
        return true
    }

    /// An unsigned number of 1 to 4 bytes that are there, the most significant one first.
    func bigEndian(_ offset: Int, bytes: Int) -> UInt32 {
        var value: UInt32 = 0
        for index in 0..<bytes { value = value << 8 | UInt32(self[offset + index]) }
        return value
    }

    /// An unsigned number of 1 to 4 bytes that are there, the least significant one first.
    func littleEndian(_ offset: Int, bytes: Int) -> UInt32 {
        var value: UInt32 = 0
        for index in 0..<bytes { value |= UInt32(self[offset + index]) << UInt32(8 * index) }
        return value
    }
}
