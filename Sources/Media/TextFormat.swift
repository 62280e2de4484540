import Bytes

extension Span<UInt8> {
    /// `text` for UTF-8 without control characters, `markup` where it begins as a page or an image could; nil
    /// for what is no text. Nothing at all is no text either.
    func textFormat(isCut: Bool) -> MediaFormat? {
        guard !isEmpty else { return nil }
        var check = UTF8Check()
        guard check.accept(self), isCut || check.isComplete else { return nil }
        for index in 0..<count {
            switch self[index] {
            // Tab, line feed, form feed, carriage return, and what colours the output of a terminal.
            case 0x09, 0x0A, 0x0C, 0x0D, 0x1B: break
            case 0x00..<0x20, 0x7F: return nil
            default: break
            }
        }
        if has("{\\rtf") { return .rtf }
        return isMarkup ? .markup : .text
    }

    /// Whether the first thing, behind a byte order mark and blanks, is a tag, a comment or a declaration.
    private var isMarkup: Bool {
        var at = has([0xEF, 0xBB, 0xBF]) ? 3 : 0
        while at < count, self[at] == UInt8(ascii: " ") || (0x09...0x0D).contains(self[at]) { at += 1 }
        guard at + 1 < count, self[at] == UInt8(ascii: "<") else { return false }
        switch self[at + 1].asciiLowercased {
        case UInt8(ascii: "!"), UInt8(ascii: "?"), UInt8(ascii: "/"), UInt8(ascii: "a")...UInt8(ascii: "z"): return true
        default: return false
        }
    }
}
