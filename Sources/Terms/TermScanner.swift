/// Takes a text apart into the words by which it is found (Spec/search.md).
///
/// One pass over the bytes. A word is a run of letters, marks and digits. A run in a script without spaces has no
/// words to see; there each pair of neighbours is one, and the last character alone, so that every character begins
/// something and a single one can be found as a beginning.
struct TermScanner {
    enum Purpose {
        /// For the index: every word that someone may ask for.
        case keeping
        /// A question: what a message must have to be found.
        case asking
    }

    /// How a word was met.
    struct Word {
        let term: Term
        /// The text ends with it: more of it may be to come.
        var isLast = false
        /// A character of a script without spaces, standing alone.
        var isAlone = false
    }

    private(set) var bytes: [UInt8] = []
    private(set) var words: [Word] = []
    private let purpose: Purpose
    private let lookup = Folding.lookup

    private var run = Run.none
    /// Where in `bytes` the open word begins.
    private var start = 0
    /// The open word has reached its limit; the rest of the run adds nothing.
    private var isFull = false
    /// The last character of an open word.
    private var last: UInt32 = 0
    /// The last two characters of a run in a script without spaces. The later is still open: a mark may change it.
    private var before: UInt32 = 0

    private enum Run {
        case none, word, paired
    }

    init(for purpose: Purpose) {
        self.purpose = purpose
    }

    mutating func scan(_ text: Span<UInt8>) {
        bytes.reserveCapacity(text.count + text.count / 2)
        words.reserveCapacity(text.count / 5 + 4)
        var at = 0
        let count = text.count
        while at < count, words.count < TermList.wordsMax {
            let byte = text[at]
            if byte < 0x80 {
                at &+= 1
                takeASCII(byte)
            } else {
                let (character, length) = Self.character(of: text, at: at)
                at &+= length
                take(character)
            }
        }
        let isOpen = run == .word
        close()
        if isOpen, at == count { words[words.count - 1].isLast = true }
    }

    private mutating func takeASCII(_ byte: UInt8) {
        let small = byte | 0x20
        if small >= UInt8(ascii: "a") && small <= UInt8(ascii: "z") {
            if run != .word { open(.word) }
            guard bytes.count &- start < Term.bytesMax, !isFull else { return }
            bytes.append(small)
            last = UInt32(small)
        } else if byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9") {
            if run != .word { open(.word) }
            guard bytes.count &- start < Term.bytesMax, !isFull else { return }
            bytes.append(byte)
            last = UInt32(byte)
        } else {
            close()
        }
    }

    private mutating func take(_ character: UInt32) {
        let entry = lookup[character]
        switch entry.kind {
        case .single:
            let target = UInt32(truncatingIfNeeded: entry.target)
            put(target, as: lookup[target].kind)
        case .several:
            let first = entry.target + 1
            for index in first..<first + Int(lookup.several[entry.target]) {
                let target = lookup.several[index]
                put(target, as: lookup[target].kind)
            }
        default:
            put(character, as: entry.kind)
        }
    }

    private mutating func put(_ character: UInt32, as kind: Folding.Kind) {
        switch kind {
        case .dropped: break
        case .separator: close()
        case .word: putLetter(character)
        case .paired: putPaired(character)
        case .picture:
            close()
            append(character)
            end()
        case .voiceMark:
            if run == .paired, let voiced = Kana.voiced(last, by: character) { last = voiced }
        case .single, .several:
            // What stands for a character stands for itself.
            close()
        }
    }

    private mutating func putLetter(_ character: UInt32) {
        if run != .word { open(.word) }
        guard !isFull else { return }
        if let syllable = Hangul.syllable(last, and: character) {
            // Both are three bytes long.
            bytes.removeLast(3)
            append(syllable)
            last = syllable
            return
        }
        guard bytes.count - start + Self.length(of: character) <= Term.bytesMax else {
            isFull = true
            return
        }
        append(character)
        last = character
    }

    private mutating func putPaired(_ character: UInt32) {
        if run != .paired { open(.paired) }
        if before != 0 { pair() }
        before = last
        last = character
    }

    private mutating func open(_ next: Run) {
        close()
        run = next
        start = bytes.count
        isFull = false
        last = 0
        before = 0
    }

    private mutating func close() {
        switch run {
        case .none: return
        case .word: end()
        case .paired:
            if before != 0 { pair() }
            if purpose == .keeping || before == 0 {
                append(last)
                end()
                words[words.count - 1].isAlone = true
            }
        }
        run = .none
    }

    private mutating func pair() {
        append(before)
        append(last)
        end()
    }

    /// What was appended since the last word is a word.
    private mutating func end() {
        let count = bytes.count - start
        let key = Term.key(of: bytes.span.extracting(start..<bytes.count))
        words.append(Word(term: Term(key: key, start: start, count: count)))
        start = bytes.count
    }

    // MARK: UTF-8

    private mutating func append(_ character: UInt32) {
        switch character {
        case ..<0x80:
            bytes.append(UInt8(truncatingIfNeeded: character))
        case ..<0x800:
            bytes.append(UInt8(truncatingIfNeeded: 0xC0 | character >> 6))
            bytes.append(UInt8(truncatingIfNeeded: 0x80 | character & 63))
        case ..<0x1_0000:
            bytes.append(UInt8(truncatingIfNeeded: 0xE0 | character >> 12))
            bytes.append(UInt8(truncatingIfNeeded: 0x80 | character >> 6 & 63))
            bytes.append(UInt8(truncatingIfNeeded: 0x80 | character & 63))
        default:
            bytes.append(UInt8(truncatingIfNeeded: 0xF0 | character >> 18))
            bytes.append(UInt8(truncatingIfNeeded: 0x80 | character >> 12 & 63))
            bytes.append(UInt8(truncatingIfNeeded: 0x80 | character >> 6 & 63))
            bytes.append(UInt8(truncatingIfNeeded: 0x80 | character & 63))
        }
    }

    private static func length(of character: UInt32) -> Int {
        character < 0x80 ? 1 : character < 0x800 ? 2 : character < 0x1_0000 ? 3 : 4
    }

    /// The character that begins at a byte above 0x7F. A byte that begins none is one that ends a word.
    private static func character(of text: Span<UInt8>, at start: Int) -> (UInt32, length: Int) {
        let first = UInt32(text[start])
        let length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : first >= 0xC2 ? 2 : 1
        guard length > 1, first <= 0xF4, start + length <= text.count else { return (0, 1) }
        var character = first & (0x7F >> UInt32(length))
        for index in start + 1..<start + length {
            guard text[index] & 0xC0 == 0x80 else { return (0, 1) }
            character = character << 6 | UInt32(text[index] & 0x3F)
        }
        let least: UInt32 = length == 2 ? 0x80 : length == 3 ? 0x800 : 0x1_0000
        return character < least ? (0, 1) : (character, length)
    }
}

/// Kana and their voice marks, which some systems write apart: か and ゛ for が.
private enum Kana {
    static func voiced(_ kana: UInt32, by mark: UInt32) -> UInt32? {
        let isHalf = mark == 0x309A
        switch kana {
        case 0x306F, 0x3072, 0x3075, 0x3078, 0x307B: return kana + (isHalf ? 2 : 1)
        case 0x304B...0x3061 where kana % 2 == 1, 0x3064, 0x3066, 0x3068, 0x309D: return isHalf ? nil : kana + 1
        case 0x3046: return isHalf ? nil : 0x3094
        default: return nil
        }
    }
}

/// Korean syllables, which some systems write as their parts (Unicode, section 3.12).
private enum Hangul {
    static func syllable(_ left: UInt32, and right: UInt32) -> UInt32? {
        if right >= 0x1161 && right <= 0x1175 {
            guard left >= 0x1100 && left <= 0x1112 else { return nil }
            return 0xAC00 + ((left - 0x1100) * 21 + (right - 0x1161)) * 28
        }
        guard right >= 0x11A8 && right <= 0x11C2, left >= 0xAC00, left <= 0xD7A3, (left - 0xAC00) % 28 == 0 else {
            return nil
        }
        return left + (right - 0x11A7)
    }
}
