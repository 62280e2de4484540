import Testing

@testable import Media

struct AvatarCheckTests {
    private func verdict(_ bytes: [UInt8], bytesMax: UInt64 = 1_000) -> Result<Avatar, AvatarFault>? {
        inEveryWay(bytes) { pieces in
            Result { () throws(AvatarFault) in
                var check = AvatarCheck(bytesMax: bytesMax, sideMax: 4_096)
                try pieces.forEach { (piece) throws(AvatarFault) in try check.accept(piece) }
                return try check.finish()
            }
        }
    }

    @Test(
        arguments: [
            (.png, Sample.png(64, 48)), (.jpeg, Sample.jpeg(64, 48)), (.gif, Sample.gif(64, 48)),
            (.jpeg, Sample.jpeg(48, 64, behind: [Sample.exif(6, isBig: true)])), (.webp, Sample.lossyWebP(64, 48)),
            (.webp, Sample.losslessWebP(64, 48)), (.webp, Sample.extendedWebP(64, 48)),
        ] as [(MediaFormat, [UInt8])])
    func `the four formats are taken`(format: MediaFormat, bytes: [UInt8]) throws {
        let size = try #require(ImageSize(width: 64, height: 48))
        #expect(verdict(bytes) == .success(Avatar(format: format, size: size)))
    }

    @Test(
        arguments: [
            (.formatRefused(.binary), []), (.formatRefused(.markup), Array("<svg onload='x()'/>".utf8)),
            (.formatRefused(.text), Array("GIF".utf8)), (.formatRefused(.bmp), Sample.bitmap()),
            (.formatRefused(.avif), Sample.box("ftyp", "avif\0\0\0\0")), (.sizeUnknown, Sample.png(0, 1)),
            (.sizeUnknown, Array(Sample.png(1, 1).prefix(23))), (.sizeUnknown, [0xFF, 0xD8, 0xFF, 0xD9]),
        ] as [(AvatarFault, [UInt8])])
    func `anything else is refused`(fault: AvatarFault, bytes: [UInt8]) {
        #expect(verdict(bytes) == .failure(fault))
    }

    @Test func `the limits are exact`() throws {
        let bytes = Sample.png(4_096, 4_096)
        let square = try #require(ImageSize(width: 4_096, height: 4_096))
        #expect(verdict(bytes, bytesMax: UInt64(bytes.count)) == .success(Avatar(format: .png, size: square)))
        let oneLess = UInt64(bytes.count - 1)
        #expect(verdict(bytes, bytesMax: oneLess) == .failure(.tooLarge(bytesMax: oneLess)))
        for (width, height) in [(4_097, 1), (1, 4_097)] as [(UInt32, UInt32)] {
            let size = try #require(ImageSize(width: width, height: height))
            #expect(verdict(Sample.png(width, height)) == .failure(.sidesTooLong(size, sideMax: 4_096)))
        }
    }
}
