/// The name that a file is offered under, made of what its sender called it.
package enum FileName {
    /// Longer names are cut; file systems take no more.
    package static let bytesMax = 255
    /// An ending of at most this many bytes survives the cut.
    private static let endingBytesMax = 16

    /// A name that is safe to save, never empty, and of at most `bytesMax` bytes. In place of every character
    /// that separates paths, ends a quotation, controls something, or is not seen for what it is (changes of
    /// direction, invisible ones) there is `_`. It neither begins with a dot, which would hide the file, nor
    /// ends with a dot or a blank, which some systems drop to find another ending. A name that is too long loses
    /// characters before its ending, never half of one.
    ///
    /// It goes through the `Content-Disposition` of Wire unchanged.
    package static func safe(_ name: String) -> String {
        var scalars = String.UnicodeScalarView()
        for scalar in name.unicodeScalars { scalars.append(isMisleading(scalar) ? "_" : scalar) }
        trimEnd(of: &scalars)
        while scalars.first == " " { scalars.removeFirst() }
        if scalars.first == "." {
            scalars.removeFirst()
            scalars.insert("_", at: scalars.startIndex)
        }
        var kept = cut(String(scalars)).unicodeScalars
        // The cut may have brought another one to the end.
        trimEnd(of: &kept)
        return kept.isEmpty ? "file" : String(kept)
    }

    private static func trimEnd(of scalars: inout String.UnicodeScalarView) {
        while let last = scalars.last, last == "." || last == " " { scalars.removeLast() }
    }

    private static func cut(_ name: String) -> String {
        guard name.utf8.count > bytesMax else { return name }
        var ending = Substring()
        if let dot = name.utf8.lastIndex(of: UInt8(ascii: ".")), name.utf8[dot...].count <= endingBytesMax {
            ending = name[dot...]
        }
        var kept = ""
        var room = bytesMax - ending.utf8.count
        for character in name {
            let bytes = character.utf8.count
            guard bytes <= room else { break }
            room -= bytes
            kept.append(character)
        }
        // One character can be of any length: it may be the first one that has no room.
        return (kept.isEmpty ? "file" : kept) + ending
    }

    private static func isMisleading(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x00..<0x20, 0x7F..<0xA0: true  // controls
        case 0x22, 0x2F, 0x5C: true  // quotation mark, slash, backslash
        case 0x061C, 0x200E, 0x200F, 0x202A...0x202E, 0x2066...0x2069: true  // directions
        case 0x2028, 0x2029: true  // line and paragraph separators
        case 0x00AD, 0x200B, 0x2060...0x2065, 0x206A...0x206F, 0xFEFF, 0xFFF9...0xFFFB: true  // invisible
        default: false
        }
    }
}
