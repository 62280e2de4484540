extension Span<UInt8> {
    /// The format that the first bytes are a signature of; nil where there is none. A signature of printable
    /// characters alone (`BM`, `ID3`, `moov`) could begin a text, so what has to follow it is looked at too.
    var binaryFormat: MediaFormat? {
        if has([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]) { return .png }
        if has([0xFF, 0xD8, 0xFF]) { return .jpeg }
        if has("GIF87a") || has("GIF89a") { return .gif }
        if has("RIFF") { return riffFormat }
        if has([0x49, 0x49, 0x2A, 0x00]) || has([0x4D, 0x4D, 0x00, 0x2A]) { return .tiff }
        if has("BM"), isBitmap { return .bmp }
        if has("%PDF-") { return .pdf }
        if has([0x50, 0x4B, 0x03, 0x04]) { return zipFormat }
        if has([0x50, 0x4B, 0x05, 0x06]) { return .zip }
        if has("OggS"), count > 4, self[4] == 0 { return oggFormat }
        if has("fLaC"), count > 4, self[4] & 0x7F == 0 { return .flac }
        if has([0x1A, 0x45, 0xDF, 0xA3]) { return matroskaFormat }
        if let format = boxFormat { return format }
        if has("ID3"), hasTag { return .mp3 }
        if isMPEGAudio { return .mp3 }
        if count >= 7, self[0] == 0xFF, self[1] & 0xF6 == 0xF0, self[2] >> 2 & 15 < 13 { return .aac }
        if has([0x1F, 0x8B, 0x08]) { return .gzip }
        if has("BZh"), has([0x31, 0x41, 0x59, 0x26, 0x53, 0x59], at: 4) { return .bzip2 }
        if has([0xFD, 0x37, 0x7A, 0x58, 0x5A, 0x00]) { return .xz }
        if has([0x28, 0xB5, 0x2F, 0xFD]) { return .zstandard }
        if has([0x37, 0x7A, 0xBC, 0xAF, 0x27, 0x1C]) { return .sevenZip }
        if has([0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1]) { return .compoundFile }
        return nil
    }

    private var riffFormat: MediaFormat? {
        if has("WEBP", at: 8) { return .webp }
        if has("WAVE", at: 8) { return .wav }
        if has("AVI ", at: 8) { return .avi }
        return nil
    }

    /// Two reserved fields of zero, and a size that one of the headers in use has.
    private var isBitmap: Bool {
        guard count >= 18, has([0, 0, 0, 0], at: 6) else { return false }
        return [12, 40, 52, 56, 64, 108, 124].contains(littleEndian(14, bytes: 4))
    }

    /// A version in use, and a size of four times seven bits.
    private var hasTag: Bool {
        guard count >= 10, (2...4).contains(self[3]), self[4] < 0xFF else { return false }
        return (6..<10).allSatisfy { self[$0] < 0x80 }
    }

    /// A frame of MPEG 1, 2 or 2.5, layer III, and another one behind it if that is still in the prefix: eleven
    /// set bits alone are too common.
    private var isMPEGAudio: Bool {
        guard let length = mpegFrameLength(at: 0) else { return false }
        return length + 4 > count || mpegFrameLength(at: length) != nil
    }

    private func mpegFrameLength(at offset: Int) -> Int? {
        guard offset + 4 <= count, self[offset] == 0xFF, self[offset + 1] & 0xE6 == 0xE2 else { return nil }
        let version = self[offset + 1] >> 3 & 3
        let rateIndex = Int(self[offset + 2] >> 4)
        let frequencyIndex = Int(self[offset + 2] >> 2 & 3)
        guard version != 1, (1...14).contains(rateIndex), frequencyIndex < 3 else { return nil }
        let isFirst = version == 3
        let rates =
            isFirst
            ? [32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320]
            : [8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160]
        let frequency = [44_100, 48_000, 32_000][frequencyIndex] >> (isFirst ? 0 : version == 2 ? 1 : 2)
        let padding = Int(self[offset + 2] >> 1 & 1)
        return (isFirst ? 144 : 72) * rates[rateIndex - 1] * 1_000 / frequency + padding
    }

    /// By the codec that the first page names; where it names none we know, what the sender says decides.
    private var oggFormat: MediaFormat {
        guard count > 26 else { return .ogg }
        let packet = 27 + Int(self[26])
        let isAudio =
            has("OpusHead", at: packet) || has("\u{1}vorbis", at: packet) || has("Speex   ", at: packet)
            || has("\u{7F}FLAC", at: packet)
        return isAudio ? .oggAudio : .ogg
    }

    /// The base media format of ISO (MP4 and its relatives): by the brand of the first box, which is `ftyp`; older
    /// films of QuickTime begin with another one.
    private var boxFormat: MediaFormat? {
        // The first byte of a box's size tells it from text.
        guard count >= 12, self[0] == 0 else { return nil }
        guard has("ftyp", at: 4) else {
            let isFilm = has("moov", at: 4) || has("mdat", at: 4) || has("wide", at: 4)
            return isFilm ? .quickTime : nil
        }
        let end = Swift.min(Int(bigEndian(0, bytes: 4)), count)
        // The brand itself, then those that it is compatible with.
        for offset in [8] + Array(stride(from: 16, to: Swift.max(end - 3, 16), by: 4)) {
            if let format = formatOfBrand(at: offset) { return format }
        }
        return nil
    }

    private func formatOfBrand(at offset: Int) -> MediaFormat? {
        if has("avif", at: offset) || has("avis", at: offset) { return .avif }
        for brand in ["heic", "heix", "heim", "heis", "hevc", "hevx"] as [StaticString] where has(brand, at: offset) {
            return .heic
        }
        if has("M4A ", at: offset) || has("M4B ", at: offset) { return .mp4Audio }
        if has("qt  ", at: offset) { return .quickTime }
        for brand in ["iso", "mp4", "avc1", "M4V", "MSNV", "dash", "3gp", "3g2"] as [StaticString]
        where has(brand, at: offset) {
            return .mp4
        }
        return nil
    }

    /// By the DocType in the header of EBML: elements of an identifier, a length and that many bytes.
    private var matroskaFormat: MediaFormat {
        var at = 4
        guard let length = ebmlNumber(&at) else { return .binary }
        let end = Swift.min(at + Swift.min(length, count), count)
        while at + 2 <= end {
            let isDocType = has([0x42, 0x82], at: at)
            // An identifier is as long as the zeros before its first set bit say.
            at += self[at].leadingZeroBitCount + 1
            guard at < end, let length = ebmlNumber(&at), length <= end - at else { return .binary }
            if isDocType {
                if length == 4, has("webm", at: at) { return .webM }
                return length == 8 && has("matroska", at: at) ? .matroska : .binary
            }
            at += length
        }
        return .binary
    }

    /// A number whose length the zeros before its first set bit tell; nil where it is cut off or has no end.
    private func ebmlNumber(_ at: inout Int) -> Int? {
        guard at < count, self[at] != 0 else { return nil }
        let more = self[at].leadingZeroBitCount
        guard more < count - at else { return nil }
        var value = Int(self[at] & (0x7F >> UInt8(more)))
        for index in 0..<more { value = value << 8 | Int(self[at + 1 + index]) }
        at += 1 + more
        return value
    }
}
