/// What stands for a character in the words that are searched: no case, no accents, one form of each letter.
///
/// Each character is looked up by itself, in a table that is part of the source. The standard library knows
/// case and categories too, but what it knows changes with the toolchain, and a word has to be found in the index
/// again, to be taken out, in the form in which it went in.
package enum Folding {
    /// Part of every index: words that were folded by another version are not found.
    package static let version = 1

    /// A character's place in a text.
    enum Kind: UInt32 {
        /// Ends a word: space, punctuation, whatever has no meaning of its own.
        case separator
        /// Is part of a word.
        case word
        /// Is passed over; what stands around it stays together.
        case dropped
        /// Belongs to a script that writes no spaces between words.
        case paired
        /// Is a word of its own: ☂
        case picture
        /// Changes the kana before it.
        case voiceMark
        /// Another character stands for it.
        case single
        /// Several characters stand for it.
        case several
    }

    /// What the table says of a character: the kind in the lowest three bits, and what stands for it above.
    struct Entry {
        let bits: UInt32

        var kind: Kind {
            // Three bits have eight values, and each is a case.
            Kind(rawValue: bits & 7).unsafelyUnwrapped
        }

        /// The character that stands for a `single` one; where in `several` the characters begin.
        var target: Int { Int(bits >> 3) }
    }

    /// The table, spread out for looking up: 256 characters a block, blocks that are alike kept once.
    struct Lookup: Sendable {
        private(set) var blockStarts: [Int]
        private(set) var entries: [UInt32]
        /// A count and as many characters, again and again.
        private(set) var several: [UInt32] = []
        private static let blocks = 0x320

        subscript(character: UInt32) -> Entry {
            let block = Int(character >> 8)
            guard block < Self.blocks else { return Entry(bits: Kind.separator.rawValue) }
            return Entry(bits: entries[blockStarts[block] + Int(character & 255)])
        }
    }

    static let lookup = Lookup(table)
}

extension Folding.Lookup {
    /// Entries of our own source: what is wrong in them, `Tests/make-folding` got wrong.
    init(_ table: StaticString) {
        var spread = [UInt32](repeating: Folding.Kind.separator.rawValue, count: Self.blocks << 8)
        var several: [UInt32] = []
        var reader = TableReader(text: table)
        while let sort = reader.letter() {
            let first = reader.number()
            if let kind = Self.kind(of: sort) {
                let count = reader.skip("+") ? reader.number() : 1
                for index in first..<first + count { spread[index] = kind.rawValue }
                continue
            }
            precondition(reader.skip("="), "an entry of the folding table without what stands for it")
            if sort == UInt8(ascii: "m") {
                spread[first] = UInt32(several.count) << 3 | Folding.Kind.several.rawValue
                let countAt = several.count
                several.append(0)
                repeat {
                    several.append(UInt32(reader.number()))
                    several[countAt] += 1
                } while reader.skip(",")
                continue
            }
            let target = reader.number()
            let count = reader.skip("+") ? reader.number() : 1
            let step = sort == UInt8(ascii: "c") || sort == UInt8(ascii: "e") ? 2 : 1
            let targetStep = sort == UInt8(ascii: "a") ? 1 : sort == UInt8(ascii: "c") ? 2 : 0
            for index in 0..<count {
                spread[first + index * step] =
                    UInt32(target + index * targetStep) << 3 | Folding.Kind.single.rawValue
            }
        }
        self.several = several

        blockStarts = []
        entries = []
        for block in 0..<Self.blocks {
            let content = spread[block << 8..<(block + 1) << 8]
            // Long scripts are blocks alike in a row; far ones need not be found.
            if let last = blockStarts.last, entries[last..<last + 256].elementsEqual(content) {
                blockStarts.append(last)
            } else {
                blockStarts.append(entries.count)
                entries.append(contentsOf: content)
            }
        }
    }

    private static func kind(of sort: UInt8) -> Folding.Kind? {
        switch sort {
        case UInt8(ascii: "w"): .word
        case UInt8(ascii: "d"): .dropped
        case UInt8(ascii: "p"): .paired
        case UInt8(ascii: "s"): .picture
        case UInt8(ascii: "v"): .voiceMark
        default: nil
        }
    }
}

private struct TableReader {
    let text: StaticString
    private var at = 0

    init(text: StaticString) {
        self.text = text
    }

    private var byte: UInt8 {
        at < text.utf8CodeUnitCount ? text.utf8Start[at] : 0
    }

    /// The letter that begins an entry; nil at the end.
    mutating func letter() -> UInt8? {
        while byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\n") { at += 1 }
        guard at < text.utf8CodeUnitCount else { return nil }
        defer { at += 1 }
        return byte
    }

    mutating func skip(_ character: Unicode.Scalar) -> Bool {
        guard byte == UInt8(ascii: character) else { return false }
        at += 1
        return true
    }

    mutating func number() -> Int {
        var value = 0
        while true {
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): value = value << 4 | Int(byte & 15)
            case UInt8(ascii: "a")...UInt8(ascii: "f"): value = value << 4 | Int(byte - 87)
            default: return value
            }
            at += 1
        }
    }
}
