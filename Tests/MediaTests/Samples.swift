/// Small files, made as their formats say.
enum Sample {
    static func png(_ width: UInt32, _ height: UInt32) -> [UInt8] {
        [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0, 0, 0, 13] + Array("IHDR".utf8) + big(width, 4)
            + big(height, 4) + [8, 6, 0, 0, 0]
    }

    static func gif(_ width: UInt32, _ height: UInt32, version: String = "GIF89a") -> [UInt8] {
        Array(version.utf8) + little(width, 2) + little(height, 2) + [0x80, 0, 0]
    }

    /// A baseline JPEG with these segments before its frame.
    static func jpeg(
        _ width: UInt32, _ height: UInt32, frame: UInt8 = 0xC0, behind segments: [[UInt8]] = []
    ) -> [UInt8] {
        [0xFF, 0xD8] + segments.joined() + segment(frame, [8] + big(height, 2) + big(width, 2) + [1, 1, 0x11, 0])
            + segment(0xDA, [1, 1, 0, 0, 63, 0]) + [0x12, 0x34, 0xFF, 0xD9]
    }

    static func segment(_ marker: UInt8, _ content: [UInt8]) -> [UInt8] {
        [0xFF, marker] + big(UInt32(content.count + 2), 2) + content
    }

    /// The largest segment there is, of a kind that does not matter.
    static let profile = segment(0xE2, [UInt8](repeating: 0xFF, count: 65_533))

    /// An APP1 with an orientation behind `others` other entries.
    static func exif(_ orientation: UInt32, isBig: Bool, others: UInt32 = 2) -> [UInt8] {
        let number = isBig ? big : little
        func entry(_ tag: UInt32, _ value: UInt32) -> [UInt8] {
            number(tag, 2) + number(3, 2) + number(1, 4) + number(value, 2) + [0, 0]
        }
        var tiff: [UInt8] = isBig ? [0x4D, 0x4D, 0, 0x2A] : [0x49, 0x49, 0x2A, 0]
        tiff += number(8, 4) + number(others + 1, 2)
        for other in 0..<others { tiff += entry(0x0200 + other, 6) }
        tiff += entry(0x0112, orientation) + number(0, 4)
        return segment(0xE1, Array("Exif\0\0".utf8) + tiff)
    }

    static func webp(_ fourCC: String, _ content: [UInt8]) -> [UInt8] {
        let chunk = Array(fourCC.utf8) + little(UInt32(content.count), 4) + content
        return Array("RIFF".utf8) + little(UInt32(chunk.count + 4), 4) + Array("WEBP".utf8) + chunk
    }

    static func lossyWebP(_ width: UInt32, _ height: UInt32) -> [UInt8] {
        // Scaled by the two highest bits, which do not count.
        webp("VP8 ", [0x30, 1, 0, 0x9D, 0x01, 0x2A] + little(width | 0x4000, 2) + little(height | 0x8000, 2))
    }

    static func losslessWebP(_ width: UInt32, _ height: UInt32) -> [UInt8] {
        webp("VP8L", [0x2F] + little((width - 1) | (height - 1) << 14 | 1 << 28, 4))
    }

    static func extendedWebP(_ width: UInt32, _ height: UInt32) -> [UInt8] {
        webp("VP8X", [0x10, 0, 0, 0] + little(width - 1, 3) + little(height - 1, 3))
    }

    /// A file in an archive, not compressed; its size may be told behind it.
    static func packed(_ name: String, _ content: String = "", isSizeLater: Bool = false) -> [UInt8] {
        let count = UInt32(content.utf8.count)
        let start: [UInt8] = [0x50, 0x4B, 0x03, 0x04, 20, 0, isSizeLater ? 8 : 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]
        return start + little(isSizeLater ? 0 : count, 4) + little(isSizeLater ? 0 : count, 4)
            + little(UInt32(name.utf8.count), 2) + [0, 0] + Array(name.utf8) + Array(content.utf8)
    }

    static func ogg(_ packet: String) -> [UInt8] {
        Array("OggS".utf8) + [0, 2] + [UInt8](repeating: 0, count: 20) + [1, 30] + Array(packet.utf8)
    }

    static func box(_ type: String, _ content: String) -> [UInt8] {
        big(UInt32(8 + content.utf8.count), 4) + Array(type.utf8) + Array(content.utf8)
    }

    static func matroska(_ type: String) -> [UInt8] {
        let elements: [UInt8] = [0x42, 0x86, 0x81, 1, 0xEC, 0x82, 0, 0, 0x42, 0x82] + [0x80 | UInt8(type.utf8.count)]
        let content = elements + Array(type.utf8) + [0x42, 0x87, 0x81, 4]
        return [0x1A, 0x45, 0xDF, 0xA3, 0x01, 0, 0, 0, 0, 0, 0, UInt8(content.count)] + content
    }

    /// Two frames of MPEG 1 layer III, 128 kbit/s and 44.1 kHz: 417 bytes each.
    static var mp3: [UInt8] {
        let frame: [UInt8] = [0xFF, 0xFB, 0x90, 0x00] + [UInt8](repeating: 0, count: 413)
        return frame + frame
    }

    static func bitmap(headerBytes: UInt8 = 40) -> [UInt8] {
        Array("BM".utf8) + [70, 0, 0, 0, 0, 0, 0, 0, 54, 0, 0, 0, headerBytes, 0, 0, 0, 1, 0, 0, 0]
    }

    static func big(_ value: UInt32, _ bytes: Int) -> [UInt8] {
        little(value, bytes).reversed()
    }

    static func little(_ value: UInt32, _ bytes: Int) -> [UInt8] {
        (0..<bytes).map { UInt8(truncatingIfNeeded: value >> UInt32(8 * $0)) }
    }
}

/// Shows the same bytes whole, byte by byte, and in pieces of a few sizes, to something new each time, and says what
/// came of it: nil where that is not always the same.
func inEveryWay<Outcome: Equatable>(
    _ bytes: [UInt8], _ read: (_ pieces: StridedPieces) -> Outcome
) -> Outcome? {
    let outcomes = [max(bytes.count, 1), 1, 3, 16, 1_000].map { read(StridedPieces(bytes: bytes, size: $0)) }
    return outcomes.allSatisfy { $0 == outcomes[0] } ? outcomes[0] : nil
}

struct StridedPieces {
    let bytes: [UInt8]
    let size: Int

    func forEach<Fault>(_ body: (Span<UInt8>) throws(Fault) -> Void) throws(Fault) {
        for start in stride(from: 0, to: bytes.count, by: size) {
            try body(bytes.span.extracting(start..<min(start + size, bytes.count)))
        }
    }
}
