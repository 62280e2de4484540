import Bytes

/// `Content-Disposition` of a download (RFC 6266): the browser saves what comes, under this name, and shows none
/// of it.
///
/// The name is somebody else's text. It cannot leave its quotes, since the fallback is made of harmless ASCII and
/// the exact name is percent-encoded (RFC 8187); and it cannot pretend, since characters that no reader
/// would see for what they are (controls, line separators, changes of direction, path separators) are
/// replaced by `_` in both.
package enum ContentDisposition {
    /// Longer names are cut; file systems take no more.
    package static let fileNameBytesMax = 255

    /// `attachment; filename="fallback"; filename*=UTF-8''name`, without the last where the fallback says it all,
    /// and bare where there is no name.
    package static func attachment(fileName: String) -> String {
        var bytes: [UInt8] = []
        append(attachment: fileName, to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Appends what `attachment(fileName:)` says.
    package static func append(attachment fileName: String, to bytes: inout [UInt8]) {
        bytes.append(contentsOf: "attachment".utf8)
        let name = shown(fileName)
        guard !name.isEmpty, name != ".", name != ".." else { return }
        bytes.append(contentsOf: "; filename=\"".utf8)
        var isExact = true
        for scalar in name.unicodeScalars {
            // A percent sign tempts some browsers to decode what follows it (RFC 6266, appendix D).
            if scalar.isASCII && scalar != "\"" && scalar != "%" {
                bytes.append(UInt8(scalar.value))
            } else {
                bytes.append(UInt8(ascii: "_"))
                isExact = false
            }
        }
        bytes.append(UInt8(ascii: "\""))
        guard !isExact else { return }
        bytes.append(contentsOf: "; filename*=UTF-8''".utf8)
        for byte in name.utf8 {
            if MultipartDisposition.isPlainInExtended(byte) {
                bytes.append(byte)
            } else {
                bytes.append(UInt8(ascii: "%"))
                bytes.append(upperHexDigit(byte >> 4))
                bytes.append(upperHexDigit(byte & 15))
            }
        }
    }

    private static func shown(_ fileName: String) -> String {
        var name = ""
        var count = 0
        for scalar in fileName.unicodeScalars {
            let kept = isMisleading(scalar) ? "_" : scalar
            count += UTF8.width(kept)
            guard count <= fileNameBytesMax else { break }
            name.unicodeScalars.append(kept)
        }
        return name
    }

    private static func isMisleading(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x00..<0x20, 0x7F..<0xA0: true  // controls
        case 0x2F, 0x5C: true  // slash and backslash
        case 0x061C, 0x200E, 0x200F, 0x202A...0x202E, 0x2066...0x2069: true  // directions
        case 0x2028, 0x2029: true  // line and paragraph separators
        default: false
        }
    }

    private static func upperHexDigit(_ value: UInt8) -> UInt8 {
        value < 10 ? UInt8(ascii: "0") &+ value : UInt8(ascii: "A") &+ (value &- 10)
    }
}
