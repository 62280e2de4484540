import Bytes

/// A part's `Content-Disposition`: the name of its field, and of its file if it is one.
///
/// How a quote inside a name is written has two answers in the field. Browsers, curl and Python write `%22`,
/// and `%0D` and `%0A` for line ends, and escape nothing else (WHATWG HTML, "multipart/form-data encoding
/// algorithm"): a backslash of theirs means itself. Go and others write the quoted-string of RFC 2183, `\"` and
/// `\\`. We undo all five and leave every other backslash and percent sign alone, so that `C:\dir\a.txt` and
/// `100%.txt` stay what they are. What that costs: a name that really has `%22` in it, or two backslashes in
/// a row from a browser, arrives with one character instead. A browser's name that ends in a backslash makes
/// no sense as a quoted string, and is read as the browser meant it.
struct MultipartDisposition: Sendable {
    let name: String
    let fileName: String?

    /// Reads the value that lies in `line` at `range`; the line is known to be UTF-8 without controls.
    init(_ line: [UInt8], _ range: Range<Int>, nameBytesMax: Int) throws(MultipartFault) {
        var reader = MultipartParameterReader(line, range, malformed: .dispositionMalformed)
        guard line.span.extracting(reader.value()).equalsIgnoringASCIICase("form-data") else {
            throw .dispositionNotFormData
        }
        var name: [UInt8]?
        var plain: [UInt8]?
        var extended: [UInt8]?
        while let parameter = try reader.next() {
            let key = line.span.extracting(parameter.name)
            if key.equalsIgnoringASCIICase("name") {
                guard name == nil else { throw .dispositionMalformed }
                name = Self.unescaped(line[parameter.value])
            } else if key.equalsIgnoringASCIICase("filename") {
                guard plain == nil else { throw .dispositionMalformed }
                plain = Self.unescaped(line[parameter.value])
            } else if key.equalsIgnoringASCIICase("filename*") {
                guard extended == nil else { throw .dispositionMalformed }
                guard !parameter.isQuoted, let decoded = Self.decoded(extended: line[parameter.value]) else {
                    throw .extendedFileNameInvalid
                }
                extended = decoded
            }
        }
        guard let name else { throw .nameMissing }
        guard name.count <= nameBytesMax else { throw .nameTooLong(bytesMax: nameBytesMax) }
        self.name = String(decoding: name, as: UTF8.self)
        // RFC 7578 does without `filename*`, RFC 6266 prefers it: whoever writes it does so because the plain
        // one could not hold the name.
        fileName = (extended ?? plain).map(Self.lastComponent)
    }

    private static func unescaped(_ raw: ArraySlice<UInt8>) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(raw.count)
        var rest = raw
        while let byte = rest.first {
            let (meant, length) = escape(at: rest) ?? (byte, 1)
            bytes.append(meant)
            rest = rest.dropFirst(length)
        }
        return bytes
    }

    private static func escape(at rest: ArraySlice<UInt8>) -> (meant: UInt8, length: Int)? {
        if rest.starts(with: "\\\"".utf8) || rest.starts(with: "%22".utf8) {
            return (UInt8(ascii: "\""), rest.first == UInt8(ascii: "%") ? 3 : 2)
        }
        if rest.starts(with: "\\\\".utf8) { return (UInt8(ascii: "\\"), 2) }
        if rest.starts(with: "%0D".utf8) { return (UInt8(ascii: "\r"), 3) }
        if rest.starts(with: "%0A".utf8) { return (UInt8(ascii: "\n"), 3) }
        return nil
    }

    /// RFC 8187: `UTF-8'language'value`. Nil for another character set, a character that should have been
    /// percent-encoded, a crooked escape, and anything that does not come out as UTF-8 without NUL.
    private static func decoded(extended raw: ArraySlice<UInt8>) -> [UInt8]? {
        let pieces = raw.split(separator: UInt8(ascii: "'"), maxSplits: 2, omittingEmptySubsequences: false)
        guard pieces.count == 3, Array(pieces[0]).span.equalsIgnoringASCIICase("utf-8") else { return nil }
        guard pieces[1].allSatisfy({ isLanguageByte($0) }) else { return nil }
        var bytes: [UInt8] = []
        var rest = pieces[2]
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "%") {
                guard let high = rest.popFirst().flatMap(Hex.value), let low = rest.popFirst().flatMap(Hex.value),
                    high << 4 | low != 0
                else { return nil }
                bytes.append(high << 4 | low)
            } else {
                guard isPlainInExtended(byte) else { return nil }
                bytes.append(byte)
            }
        }
        return UTF8Check.isValid(bytes.span) ? bytes : nil
    }

    /// `attr-char` of RFC 8187: a token's characters without `*`, `'` and `%`.
    static func isPlainInExtended(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "*"), UInt8(ascii: "'"), UInt8(ascii: "%"): false
        default: MultipartParameterReader.isTokenByte(byte)
        }
    }

    private static func isLanguageByte(_ byte: UInt8) -> Bool {
        switch byte.asciiLowercased {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"): true
        default: false
        }
    }

    /// Without the directories before it, in the manner of Unix or Windows. They tell about the sender's disk
    /// what nobody should learn, and a name that lost them cannot lead anywhere if somebody saves a file under
    /// it. `.` and `..` are no names. A Unix file with a backslash in its name pays for that with the half
    /// before it.
    private static func lastComponent(_ path: [UInt8]) -> String {
        let start = path.lastIndex { $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "\\") }.map { $0 + 1 } ?? 0
        let name = String(decoding: path[start...], as: UTF8.self)
        return name == "." || name == ".." ? "" : name
    }
}
