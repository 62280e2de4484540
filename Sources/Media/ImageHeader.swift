extension Span<UInt8> {
    /// From 24 bytes: the signature and the beginning of the first chunk.
    var pngSize: ImageSize? {
        guard has([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0, 0, 0, 13]), has("IHDR", at: 12) else {
            return nil
        }
        let (width, height) = (bigEndian(16, bytes: 4), bigEndian(20, bytes: 4))
        guard width <= UInt32(Int32.max), height <= UInt32(Int32.max) else { return nil }
        return ImageSize(width: width, height: height)
    }

    /// From 10 bytes.
    var gifSize: ImageSize? {
        guard has("GIF87a") || has("GIF89a") else { return nil }
        return ImageSize(width: littleEndian(6, bytes: 2), height: littleEndian(8, bytes: 2))
    }

    /// From 30 bytes, or 25 of the lossless form, of which the first 12 have been looked at: the first chunk says
    /// which of the three forms it is (RFC 9649).
    var webpSize: ImageSize? {
        if has("VP8X", at: 12) {
            return ImageSize(width: littleEndian(24, bytes: 3) + 1, height: littleEndian(27, bytes: 3) + 1)
        }
        if has("VP8L", at: 12) {
            let bits = littleEndian(21, bytes: 4)
            guard self[20] == 0x2F, bits >> 29 == 0 else { return nil }
            return ImageSize(width: bits & 0x3FFF + 1, height: bits >> 14 & 0x3FFF + 1)
        }
        // A key frame and its start code; the two highest bits of each number say how to scale it.
        guard has("VP8 ", at: 12), self[20] & 1 == 0, has([0x9D, 0x01, 0x2A], at: 23) else { return nil }
        return ImageSize(width: littleEndian(26, bytes: 2) & 0x3FFF, height: littleEndian(28, bytes: 2) & 0x3FFF)
    }

    /// Whether this is the content of an EXIF segment whose orientation (tag 0x0112, in the first directory)
    /// exchanges width and height: 5 to 8.
    var isTurnedByEXIF: Bool {
        guard has([0x45, 0x78, 0x69, 0x66, 0, 0]), count >= 14 else { return false }
        let tiff = extracting(6..<count)
        let isBig = tiff.has([0x4D, 0x4D, 0x00, 0x2A])
        guard isBig || tiff.has([0x49, 0x49, 0x2A, 0x00]) else { return false }
        func number(_ offset: Int, _ bytes: Int) -> Int {
            Int(isBig ? tiff.bigEndian(offset, bytes: bytes) : tiff.littleEndian(offset, bytes: bytes))
        }
        let directory = number(4, 4)
        guard directory <= tiff.count - 2 else { return false }
        let first = directory + 2
        for index in 0..<number(directory, 2) {
            let entry = first + 12 * index
            guard entry <= tiff.count - 12 else { return false }
            guard number(entry, 2) == 0x0112 else { continue }
            // One short number, left in the field of its value.
            return number(entry + 2, 2) == 3 && number(entry + 4, 4) == 1 && (5...8).contains(number(entry + 8, 2))
        }
        return false
    }
}
