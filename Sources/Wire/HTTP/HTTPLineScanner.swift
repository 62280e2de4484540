/// Finds the ends of lines in bytes that arrive in pieces, and looks at every byte once.
///
/// Only CRLF ends a line. A bare CR or LF, which one reader takes for an end and another does not, is
/// how requests are smuggled; NUL and the other controls have no business in a line either. All of them
/// are refused where they stand, without waiting for the line's end.
struct HTTPLineScanner: Sendable {
    enum Line {
        case incomplete
        /// A line, its CRLF left out.
        case whole(Range<Int>)
        case tooLong
    }

    /// Where the line under way begins, counted from the first unread byte.
    private(set) var start = 0
    private var scanned = 0

    /// `latestEnd` is the last index at which the line's CR may stand.
    @inline(__always)
    mutating func next(_ unread: Span<UInt8>, latestEnd: Int) throws(HTTPFault) -> Line {
        let end = min(unread.count, latestEnd + 1)
        while true {
            scanned = unread.firstControl(from: scanned, to: end)
            guard scanned < end else { return scanned > latestEnd ? .tooLong : .incomplete }
            switch unread[scanned] {
            case UInt8(ascii: "\r"):
                guard scanned + 1 < unread.count else { return .incomplete }
                guard unread[scanned + 1] == UInt8(ascii: "\n") else { throw .bareCR }
                let line = start..<scanned
                skip(line.count + 2)
                return .whole(line)
            case UInt8(ascii: "\t"):
                guard scanned < latestEnd else { return .tooLong }
                scanned += 1
            case UInt8(ascii: "\n"):
                throw .bareLF
            default:
                throw .controlCharacter
            }
        }
    }

    /// Begins the next line this many bytes further on.
    mutating func skip(_ bytes: Int) {
        start += bytes
        scanned = start
    }

    /// The first bytes were consumed, and counting begins after them.
    mutating func forget(_ bytes: Int) {
        start -= bytes
        scanned -= bytes
    }

    var hasBegun: Bool { scanned > start }
}
