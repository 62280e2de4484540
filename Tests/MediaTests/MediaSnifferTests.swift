import Testing

@testable import Media

struct MediaSnifferTests {
    /// The same by every way, or nil where the ways disagree.
    private func format(_ bytes: [UInt8]) -> MediaFormat? {
        inEveryWay(bytes) { pieces in
            var sniffer = MediaSniffer()
            pieces.forEach { sniffer.accept($0) }
            return sniffer.format
        }
    }

    static let samples: [(MediaFormat, [UInt8])] = [
        (.png, Sample.png(1, 1)), (.jpeg, Sample.jpeg(1, 1)), (.gif, Sample.gif(1, 1)),
        (.gif, Sample.gif(1, 1, version: "GIF87a")), (.webp, Sample.losslessWebP(1, 1)),
        (.avif, Sample.box("ftyp", "avif\0\0\0\0avifmif1")), (.avif, Sample.box("ftyp", "mif1\0\0\0\0mif1avif")),
        (.heic, Sample.box("ftyp", "heic\0\0\0\0mif1heic")), (.heic, Sample.box("ftyp", "mif1\0\0\0\0heic")),
        (.bmp, Sample.bitmap()), (.tiff, [0x49, 0x49, 0x2A, 0, 8, 0, 0, 0]),
        (.tiff, [0x4D, 0x4D, 0, 0x2A, 0, 0, 0, 8]),
        (.mp3, Sample.mp3), (.mp3, Array("ID3".utf8) + [4, 0, 0, 0, 0, 1, 0x7F]),
        (.mp3, [0xFF, 0xF3, 0x40, 0xC4] + [UInt8](repeating: 0, count: 10)),
        (.aac, [0xFF, 0xF1, 0x50, 0x80, 0x02, 0x1F, 0xFC]), (.flac, Array("fLaC".utf8) + [0, 0, 0, 34]),
        (.wav, Array("RIFF\u{1}\0\0\0WAVEfmt ".utf8)), (.avi, Array("RIFF\u{1}\0\0\0AVI LIST".utf8)),
        (.oggAudio, Sample.ogg("OpusHead\u{1}\u{1}")), (.oggAudio, Sample.ogg("\u{1}vorbis\0\0")),
        (.oggAudio, Sample.ogg("\u{7F}FLAC")), (.oggAudio, Sample.ogg("Speex   ")), (.ogg, Sample.ogg("\u{80}theora")),
        (.ogg, Array("OggS\0".utf8)), (.mp4Audio, Sample.box("ftyp", "M4A \0\0\0\0M4A mp42")),
        (.mp4, Sample.box("ftyp", "isom\0\0\u{2}\0isomiso2avc1mp41")), (.mp4, Sample.box("ftyp", "mp42\0\0\0\0")),
        (.mp4, Sample.box("ftyp", "XXXX\0\0\0\0YYYYisom")), (.quickTime, Sample.box("ftyp", "qt  \0\0\0\0qt  ")),
        (.quickTime, Sample.box("moov", "\0\0\0\u{6C}mvhd")), (.webM, Sample.matroska("webm")),
        (.matroska, Sample.matroska("matroska")), (.pdf, Array("%PDF-1.7\n%\u{E2}".utf8)),
        (.rtf, Array("{\\rtf1\\ansi".utf8)), (.zip, Sample.packed("a.txt", "hello") + Sample.packed("b.txt", "world")),
        (.zip, [0x50, 0x4B, 0x05, 0x06] + [UInt8](repeating: 0, count: 18)),
        (.odt, Sample.packed("mimetype", "application/vnd.oasis.opendocument.text") + Sample.packed("content.xml")),
        (.ods, Sample.packed("mimetype", "application/vnd.oasis.opendocument.spreadsheet")),
        (.epub, Sample.packed("mimetype", "application/epub+zip")), (.zip, Sample.packed("mimetype", "text/html")),
        (.docx, Sample.packed("[Content_Types].xml", "<x/>") + Sample.packed("word/document.xml", "<y/>")),
        (.xlsx, Sample.packed("_rels/.rels", "<x/>") + Sample.packed("[Content_Types].xml") + Sample.packed("xl/a")),
        (.pptx, Sample.packed("ppt/presentation.xml", isSizeLater: true)),
        (.zip, Sample.packed("[Content_Types].xml", "<x/>", isSizeLater: true) + Sample.packed("word/document.xml")),
        (.gzip, [0x1F, 0x8B, 8, 0]), (.bzip2, Array("BZh91AY&SY".utf8)), (.xz, [0xFD, 0x37, 0x7A, 0x58, 0x5A, 0]),
        (.zstandard, [0x28, 0xB5, 0x2F, 0xFD]), (.sevenZip, [0x37, 0x7A, 0xBC, 0xAF, 0x27, 0x1C]),
        (.compoundFile, [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1]),
        (.text, Array("Hello, Zo\u{EB} \u{1F642}\r\n\tindeed\n".utf8)), (.text, Array("{\"a\": 1}".utf8)),
        (.text, Array("\u{FEFF}a < b".utf8)), (.text, Array("<3 you".utf8)), (.text, Array("< p>".utf8)),
        (.text, Array("<".utf8)),
        // Printable signatures that begin a text.
        (.text, Array("BMW is a brand of cars.".utf8)), (.text, Array("ID3 is a way to tag".utf8)),
        (.text, Array("RIFF and raff and so on".utf8)), (.text, Array("Ask moov or wide ones".utf8)),
        (.text, Array("Onceftypisom, twice".utf8)), (.text, Array("#!/bin/sh\necho".utf8)), (.text, Array("MZ".utf8)),
        // What a browser might execute.
        (.markup, Array("<!DOCTYPE html><script>alert(1)</script>".utf8)), (.markup, Array("<html>".utf8)),
        (.markup, Array(" \r\n\t<svg xmlns='http://www.w3.org/2000/svg' onload='x()'/>".utf8)),
        (.markup, Array("\u{FEFF}<?xml version='1.0'?><a/>".utf8)), (.markup, Array("<!-- x --><Script>".utf8)),
        // A GIF to all readers, whatever follows.
        (.gif, Array("GIF89a/*<script>alert(1)</script>*/=1".utf8)),
        (.binary, []), (.binary, [0]), (.binary, Array("\u{7F}ELF\u{2}\u{1}".utf8)), (.binary, [0x4D, 0x5A, 0x90, 0]),
        (.binary, [0xFF, 0xFE, 0x61, 0x00]), (.binary, [0x61, 0xFF]), (.binary, [0xC3]), (.binary, Array("a\0b".utf8)),
        (.binary, [0xFF, 0xFB, 0xF0, 0x00]), (.binary, Array(Sample.mp3.dropLast(417)) + [1, 2, 3, 4]),
        (.binary, Sample.matroska("other")), (.binary, Array(Sample.matroska("webm").prefix(20))),
        (.binary, Sample.box("ftyp", "crx \0\0\0\0")), (.binary, Sample.bitmap(headerBytes: 41)),
    ]

    @Test(arguments: samples)
    func `content tells its format, however it arrives`(expected: MediaFormat, bytes: [UInt8]) {
        #expect(format(bytes) == expected)
        #expect(MediaSniffer.format(of: bytes.span) == expected)
    }

    @Test(arguments: samples)
    func `any beginning of it tells some format`(expected: MediaFormat, bytes: [UInt8]) {
        for count in 0..<min(bytes.count, 64) {
            // What can be said of it is a fact about these bytes alone.
            #expect(format(Array(bytes[..<count])) == MediaSniffer.format(of: bytes.span.extracting(0..<count)))
        }
    }

    @Test func `only the beginning counts, and a character may be cut there`() {
        let max = MediaSniffer.prefixBytesMax
        let text = [UInt8](repeating: 0x61, count: max - 1)
        #expect(format(text + [0xC3, 0xA4]) == .text)
        #expect(format(text + [0xC3]) == .binary)
        #expect(MediaSniffer.format(of: (text + [0xC3]).span, isCut: true) == .text)
        #expect(format(text + [0x61, 0x00, 0xFF]) == .text)
        #expect(format(text + [0x00]) == .binary)
    }

    @Test(arguments: 1...200 as ClosedRange<UInt64>)
    func `no bytes are too strange`(seed: UInt64) {
        // Samples with a few bytes changed, which is where lengths lie.
        var state = seed &* 0x9E37_79B9_7F4A_7C15 | 1
        func random(_ bound: Int) -> Int {
            state ^= state << 13
            state ^= state >> 7
            state ^= state << 17
            return Int(state % UInt64(bound))
        }
        var bytes = Self.samples[random(Self.samples.count)].1
        for _ in 0..<4 where !bytes.isEmpty {
            bytes[random(bytes.count)] = [0, 1, 0x7F, 0x80, 0xFF, UInt8(random(256))][random(6)]
        }
        #expect(format(bytes) != nil)
    }
}
