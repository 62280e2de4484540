import Bytes

extension Unicode.Scalar {
    /// How many columns of a terminal it takes, approximately: none for what joins the character before, two
    /// for the scripts of East Asia and for most pictures (Unicode Standard Annex 11).
    var displayWidth: Int {
        if isASCII { return 1 }
        switch properties.generalCategory {
        case .nonspacingMark, .enclosingMark, .format: return 0
        default: break
        }
        switch value {
        case 0x1160...0x11FF: return 0
        case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0xA4CF, 0xA960...0xA97F, 0xAC00...0xD7A3, 0xF900...0xFAFF,
            0xFE30...0xFE6F, 0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x1B000...0x1B2FF, 0x1F300...0x1F64F, 0x1F680...0x1F6FF,
            0x1F900...0x1FAFF, 0x20000...0x3FFFD:
            return 2
        default: return 1
        }
    }
}

extension String {
    var displayWidth: Int {
        unicodeScalars.reduce(0) { $0 + $1.displayWidth }
    }

    /// Its beginning, in at most `columns` columns; where something is left out, the last is `…`.
    func cut(toColumns columns: Int) -> String {
        guard displayWidth > columns, columns > 0 else { return columns > 0 ? self : "" }
        var kept = String.UnicodeScalarView()
        var used = 0
        for scalar in unicodeScalars {
            guard used + scalar.displayWidth < columns else { break }
            used += scalar.displayWidth
            kept.append(scalar)
        }
        return String(kept) + "…"
    }
}
