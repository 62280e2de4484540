import Bytes
import Testing

@testable import Media

struct ImageSizeReaderTests {
    /// The same by every way, or nil where the ways disagree.
    private func outcome(_ bytes: [UInt8]) -> ImageSizeReader.Outcome? {
        inEveryWay(bytes) { pieces in
            var reader = ImageSizeReader()
            pieces.forEach { reader.accept($0) }
            return reader.outcome
        }
    }

    private func size(_ width: UInt32, _ height: UInt32) -> ImageSizeReader.Outcome? {
        ImageSize(width: width, height: height).map { .size($0) }
    }

    @Test(
        arguments: [
            Sample.png(640, 480), Sample.gif(640, 480), Sample.gif(640, 480, version: "GIF87a"), Sample.jpeg(640, 480),
            Sample.lossyWebP(640, 480), Sample.losslessWebP(640, 480), Sample.extendedWebP(640, 480),
            Sample.jpeg(640, 480, frame: 0xC2), Sample.jpeg(640, 480, frame: 0xCF),
            Sample.jpeg(640, 480, behind: [Sample.segment(0xC4, [1, 2, 3]), Sample.segment(0xDB, []), [0xFF, 0x01]]),
            Sample.jpeg(
                640, 480, behind: [[0xFF, 0xFF, 0xFF], Sample.segment(0xE1, []), Sample.segment(0xFE, [0xFF])]),
            Sample.jpeg(640, 480, behind: [Sample.profile]),
            Sample.jpeg(640, 480, behind: [Sample.segment(0xE1, [UInt8](repeating: 1, count: 65_533))]),
        ])
    func `the size is read, however it arrives`(bytes: [UInt8]) {
        #expect(outcome(bytes) == size(640, 480))
    }

    /// The smallest files that browsers show, as they are passed around.
    @Test(
        arguments: [
            "R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7",
            "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==",
            "UklGRiIAAABXRUJQVlA4IBYAAAAwAQCdASoBAAEADsD+JaQAA3AAAAAA",
            "UklGRhoAAABXRUJQVlA4TA0AAAAvAAAAEAcQERGIiP4HAA==",
            "UklGRkoAAABXRUJQVlA4WAoAAAAQAAAAAAAAAAAAQUxQSAwAAAARBxAR/Q9ERP8DAABWUDggGAAAABQBAJ0BKgEAAQAAAP4AAA3AAP7mtQAAAA==",
        ])
    func `real files are read`(base64: String) throws {
        #expect(outcome(try #require(Base64.padded.decode(base64))) == size(1, 1))
    }

    @Test(arguments: 0...9 as ClosedRange<UInt32>)
    func `an orientation of five to eight exchanges width and height`(orientation: UInt32) {
        let expected = (5...8).contains(orientation) ? size(480, 640) : size(640, 480)
        for isBig in [false, true] {
            let exif = Sample.exif(orientation, isBig: isBig)
            let xmp = Sample.segment(0xE1, Array("http://ns.adobe.com/xap/1.0/\0<x/>".utf8))
            #expect(outcome(Sample.jpeg(640, 480, behind: [exif])) == expected)
            #expect(outcome(Sample.jpeg(640, 480, behind: [Sample.segment(0xE0, [7, 7, 7]), exif, xmp])) == expected)
        }
    }

    @Test func `an EXIF that is broken turns nothing, and hides nothing`() {
        let whole = Sample.exif(6, isBig: false)
        for index in 4..<whole.count {
            for value in [0, 0x7F, 0x80, 0xFF] as [UInt8] {
                var broken = whole
                broken[index] = value
                let outcome = outcome(Sample.jpeg(640, 480, behind: [broken]))
                #expect(outcome == size(640, 480) || outcome == size(480, 640))
            }
        }
        // Cut anywhere, with a length that fits.
        for count in 0..<24 {
            let cut = Sample.segment(0xE1, Array(whole[4..<4 + count]))
            #expect(outcome(Sample.jpeg(640, 480, behind: [cut])) == size(640, 480))
        }
        // The orientation lies beyond what is held.
        let late = Sample.exif(6, isBig: true, others: 400)
        #expect(outcome(Sample.jpeg(640, 480, behind: [late])) == size(640, 480))
        let nearly = Sample.exif(6, isBig: true, others: 300)
        #expect(outcome(Sample.jpeg(640, 480, behind: [nearly])) == size(480, 640))
    }

    @Test func `a size of zero is none`() {
        for (width, height) in [(0, 5), (5, 0), (0, 0)] as [(UInt32, UInt32)] {
            #expect(outcome(Sample.png(width, height)) == .unknown)
            #expect(outcome(Sample.gif(width, height)) == .unknown)
            #expect(outcome(Sample.jpeg(width, height)) == .unknown)
            #expect(outcome(Sample.lossyWebP(width, height)) == .unknown)
        }
    }

    @Test func `the largest sizes are read`() {
        #expect(outcome(Sample.png(0x7FFF_FFFF, 1)) == size(0x7FFF_FFFF, 1))
        #expect(outcome(Sample.png(0x8000_0000, 1)) == .unknown)
        #expect(outcome(Sample.gif(65_535, 65_535)) == size(65_535, 65_535))
        #expect(outcome(Sample.jpeg(65_535, 65_535)) == size(65_535, 65_535))
        #expect(outcome(Sample.lossyWebP(16_383, 16_383)) == size(16_383, 16_383))
        #expect(outcome(Sample.losslessWebP(16_384, 16_384)) == size(16_384, 16_384))
        #expect(outcome(Sample.extendedWebP(1 << 24, 1 << 24)) == size(1 << 24, 1 << 24))
    }

    @Test(
        arguments: [
            Array("BM".utf8), Array("plain text".utf8), Array("GIF88a0000".utf8), [0x89, 0x50] + Array(0..<22),
            Array("RIFF0000WAVEfmt ".utf8), Sample.webp("VP8?", [UInt8](repeating: 1, count: 20)),
            Sample.webp("VP8 ", [0x31, 1, 0, 0x9D, 1, 0x2A, 1, 0, 1, 0]),
            Sample.webp("VP8 ", [0x30, 1, 0, 0x9D, 1, 0x2B, 1, 0, 1, 0]), Sample.webp("VP8L", [0x2E, 0, 0, 0, 0]),
            Sample.webp("VP8L", [0x2F, 0, 0, 0, 0x20]), [0xFF, 0xD8, 0x00, 0x00], [0xFF, 0xD8, 0xFF, 0xD9],
            [0xFF, 0xD8, 0xFF, 0xC0, 0, 1], [0xFF, 0xD8] + Sample.segment(0xC0, [8, 0, 1, 0]),
            [0xFF, 0xD8] + Sample.segment(0xDA, [1]), [0xFF, 0xD8, 0xFF, 0xE0, 0, 0],
        ])
    func `what is something else or broken has no size`(bytes: [UInt8]) {
        #expect(outcome(bytes) == .unknown)
    }

    @Test func `what is cut off waits for more`() {
        #expect(outcome([]) == .needBytes)
        #expect(outcome(Array(Sample.png(1, 1).prefix(23))) == .needBytes)
        #expect(outcome(Array(Sample.losslessWebP(1, 1).prefix(24))) == .needBytes)
        #expect(outcome([0xFF, 0xD8, 0xFF, 0xE0, 1]) == .needBytes)
    }

    @Test func `the search ends, and what it holds is bounded`() {
        // A profile takes one byte more than 64 KiB, so with the 64th of them the limit is passed.
        let jpeg = Sample.jpeg(640, 480)
        let profile = Sample.profile
        for (profiles, expected) in [(63, size(640, 480)), (64, .unknown)] {
            var reader = ImageSizeReader()
            reader.accept(jpeg.span.extracting(0..<2))
            for _ in 0..<profiles {
                #expect(reader.outcome == .needBytes)
                reader.accept(profile.span)
            }
            reader.accept(jpeg.span.extracting(2..<jpeg.count))
            #expect(reader.outcome == expected)
            // It stays at that.
            reader.accept(jpeg.span)
            #expect(reader.outcome == expected)
        }
    }
}
