import Bytes

/// The line that parts are separated by, and the search for it in content of any size.
///
/// A delimiter is `CRLF--boundary` followed by blanks and a line end, or by `--` where the form ends. Anything
/// else after it (`--boundaryX`, `--boundary-`) makes it part of a longer line, and that is content.
///
/// The search leaps from one carriage return to the next, eight bytes at a time, and compares only there. A
/// boundary cannot contain a carriage return, so what was compared in vain holds no other beginning: the
/// search goes on where the comparison failed and looks at no byte twice, whatever the content is made of.
struct MultipartDelimiter: Sendable {
    enum Search: Equatable {
        /// No delimiter so far. Bytes before `clear` belong to none; those from there on may begin one.
        case none(clear: Int)
        /// A delimiter line from its CRLF, which a line start may have before it, to its line end.
        case line(Range<Int>)
        /// The closing delimiter up to and with its two hyphens.
        case close(Range<Int>)
        /// A delimiter with more blanks after it than we look at.
        case overpadded(at: Int)
    }

    /// What the closing delimiter has more.
    static let closingBytes = 2

    private let bytes: [UInt8]
    private let paddingBytesMax: Int

    /// The most that `search` leaves undecided: all but the last byte of a delimiter line.
    var heldBytesMax: Int { bytes.count + paddingBytesMax + 1 }

    init?(boundary: String, paddingBytesMax: Int) {
        guard Self.isBoundary(boundary) else { return nil }
        bytes = Array("\r\n--".utf8) + boundary.utf8
        self.paddingBytesMax = paddingBytesMax
    }

    /// RFC 2046, section 5.1.1: `0*69<bchars> bcharsnospace`.
    static func isBoundary(_ text: String) -> Bool {
        guard (1...70).contains(text.utf8.count), text.utf8.last != UInt8(ascii: " ") else { return false }
        return text.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "'"), UInt8(ascii: "("), UInt8(ascii: ")"),
                UInt8(ascii: "+"), UInt8(ascii: "_"), UInt8(ascii: ","), UInt8(ascii: "-"), UInt8(ascii: "."),
                UInt8(ascii: "/"), UInt8(ascii: ":"), UInt8(ascii: "="), UInt8(ascii: "?"), UInt8(ascii: " "):
                true
            default: false
            }
        }
    }

    /// Looks for the first delimiter. `atLineStart` says that a line end lies just before these bytes, as at
    /// the beginning of a body or after a part's head: a delimiter there needs no CRLF of its own.
    func search(_ unread: Span<UInt8>, atLineStart: Bool) -> Search {
        var at = 0
        var compared = atLineStart ? 2 : 0
        if !atLineStart { at = carriageReturn(in: unread, from: 0) }
        while at < unread.count {
            switch compare(unread, from: at, skipping: compared) {
            case .undecided: return .none(clear: at)
            case .line(let end): return .line(at..<end)
            case .close(let end): return .close(at..<end)
            case .overpadded: return .overpadded(at: at)
            case .differs(let other): at = carriageReturn(in: unread, from: other)
            }
            compared = 0
        }
        return .none(clear: unread.count)
    }

    private enum Comparison {
        case undecided
        case line(end: Int)
        case close(end: Int)
        case overpadded
        /// Not a delimiter; no other can begin before this index.
        case differs(at: Int)
    }

    private func compare(_ unread: Span<UInt8>, from start: Int, skipping skipped: Int) -> Comparison {
        var at = start
        for index in skipped..<bytes.count {
            guard at < unread.count else { return .undecided }
            guard unread[at] == bytes[index] else { return .differs(at: at) }
            at += 1
        }
        guard at < unread.count else { return .undecided }
        if unread[at] == UInt8(ascii: "-") {
            guard at + 1 < unread.count else { return .undecided }
            return unread[at + 1] == UInt8(ascii: "-") ? .close(end: at + 2) : .differs(at: at + 1)
        }
        let padding = at
        while unread[at] == UInt8(ascii: " ") || unread[at] == UInt8(ascii: "\t") {
            at += 1
            guard at - padding <= paddingBytesMax else { return .overpadded }
            guard at < unread.count else { return .undecided }
        }
        guard unread[at] == UInt8(ascii: "\r") else { return .differs(at: at) }
        guard at + 1 < unread.count else { return .undecided }
        return unread[at + 1] == UInt8(ascii: "\n") ? .line(end: at + 2) : .differs(at: at)
    }

    /// The index of the first carriage return from `start` on, or the count where there is none.
    private func carriageReturn(in unread: Span<UInt8>, from start: Int) -> Int {
        let count = unread.count
        let raw = unread.bytes
        var at = start
        // A byte of `other` is zero where a carriage return was; the subtraction borrows into its high bit.
        // Borrows can mislead only above the first zero byte, and the first is the one we ask for.
        while at &+ 8 <= count {
            // Within bounds by the line above; `at` never exceeds a count, so that `&+` cannot wrap.
            let word = UInt64(littleEndian: raw.unsafeLoadUnaligned(fromByteOffset: at, as: UInt64.self))
            let other = word ^ 0x0D0D_0D0D_0D0D_0D0D
            let zeros = (other &- 0x0101_0101_0101_0101) & ~other & 0x8080_8080_8080_8080
            if zeros != 0 { return at &+ zeros.trailingZeroBitCount / 8 }
            at &+= 8
        }
        while at < count && unread[at] != UInt8(ascii: "\r") {
            at &+= 1
        }
        return at
    }
}
