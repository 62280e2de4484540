import JSON
import Testing

/// What holds for all values and all texts, tried on generated ones.
struct JSONLawTests {
    private func random(_ random: inout Seeded, depth: Int = 5) -> JSONValue {
        switch random.next() % (depth > 0 ? 9 : 6) {
        case 0: return .null
        case 1: return .bool(random.next() % 2 == 0)
        case 2: return .integer(Int64(bitPattern: random.next()) >> Int64(random.next() % 64))
        case 3:
            let double = Double(bitPattern: random.next())
            return .double(double.isFinite ? double : 0.5)
        case 4, 5: return .string(text(&random))
        case 6, 7: return .array((0..<Int(random.next() % 5)).map { _ in self.random(&random, depth: depth - 1) })
        default:
            var members: [JSONValue.Member] = []
            for index in 0..<Int(random.next() % 20) {
                members.append(.init("\(index)\(text(&random))", self.random(&random, depth: depth - 2)))
            }
            return .object(members)
        }
    }

    private func text(_ random: inout Seeded) -> String {
        let scalars: [Unicode.Scalar] = [
            "a", "0", " ", "\"", "\\", "/", "\n", "\u{1}", "\u{7F}", "\u{E9}", "\u{FFFF}", "\u{1F600}",
        ]
        var text = ""
        for _ in 0..<Int(random.next() % 14) {
            text.unicodeScalars.append(scalars.randomElement(using: &random)!)
        }
        return text
    }

    /// The same text with white space between its parts, and its characters escaped in other ways.
    private func disguised(_ bytes: [UInt8], _ random: inout Seeded) -> [UInt8] {
        let units = Array(String(decoding: bytes, as: UTF8.self).utf16)
        var result = ""
        var isInString = false
        var index = 0
        while index < units.count {
            let unit = units[index]
            let character = UInt8(exactly: unit).map { Unicode.Scalar($0) }
            if isInString, character == "\\" {
                // An escape stays as it is.
                let count = units[index + 1] == 0x75 ? 6 : 2
                result += String(decoding: units[index..<index + count], as: UTF16.self)
                index += count
                continue
            }
            if character == "\"" { isInString.toggle() }
            if isInString, character != "\"", random.next() % 3 == 0 || UTF16.isSurrogate(unit) {
                let digits = String(unit, radix: 16, uppercase: random.next() % 2 == 0)
                result += "\\u" + String(repeating: "0", count: 4 - digits.utf8.count) + digits
            } else if !isInString, let character, "{}[],:".unicodeScalars.contains(character) {
                let spaces = ["", " ", "\n", "\t\r\n "]
                result +=
                    spaces.randomElement(using: &random)! + String(character) + spaces.randomElement(using: &random)!
            } else {
                result += String(decoding: [unit], as: UTF16.self)
            }
            index += 1
        }
        return Array(result.utf8)
    }

    @Test(arguments: 0..<40 as Range<UInt64>)
    func `what is written is read as it was`(seed: UInt64) throws {
        var random = Seeded(seed)
        for _ in 0..<6 {
            let tree = self.random(&random)
            let bytes = written { $0.value(tree) }
            #expect(try value(bytes) == tree)
            #expect(try compact(bytes) == bytes)
            try skip(bytes)
        }
    }

    @Test(arguments: 0..<40 as Range<UInt64>)
    func `white space and escapes change nothing`(seed: UInt64) throws {
        var random = Seeded(seed &+ 1_000)
        for _ in 0..<4 {
            let tree = self.random(&random)
            let disguise = disguised(written { $0.value(tree) }, &random)
            #expect(try value(disguise) == tree)
            #expect(try value(compact(disguise)) == tree)
        }
    }

    @Test(arguments: 0..<60 as Range<UInt64>)
    func `changed texts are refused, or are read and written to the same value again`(seed: UInt64) throws {
        var random = Seeded(seed &+ 2_000)
        let tokens = [
            "{", "}", "[", "]", ",", ":", "\"", "\\", "0", "-", "e", ".", "null", "true", "\\u0", "\\ud800", " ",
        ]
        var accepted = 0
        for _ in 0..<25 {
            var bytes = written { $0.value(self.random(&random, depth: 3)) }
            for _ in 0...random.next() % 2 {
                let index = Int(random.next() % UInt64(bytes.count))
                switch random.next() % 5 {
                case 0: bytes[index] ^= 1 << UInt8(random.next() % 8)
                case 1: bytes[index] = UInt8(truncatingIfNeeded: random.next())
                case 2: bytes.remove(at: index)
                case 3: bytes.swapAt(index, Int(random.next() % UInt64(bytes.count)))
                default: bytes.insert(contentsOf: Array(tokens.randomElement(using: &random)!.utf8), at: index)
                }
                if bytes.isEmpty { bytes = [0x30] }
            }
            let skipped = fault { () throws(JSONFault) in try skip(bytes) }
            let copied = fault { () throws(JSONFault) in _ = try compact(bytes) }
            let tree: JSONValue
            do throws(JSONFault) {
                tree = try value(bytes)
            } catch {
                #expect(copied == error, "reading and copying agree on the fault")
                #expect(skipped == error || error.kind == .numberOutOfRange)
                continue
            }
            #expect(skipped == nil && copied == nil)
            #expect(try value(written { $0.value(tree) }) == tree)
            #expect(try value(compact(bytes)) == tree)
            accepted += 1
        }
        #expect(accepted < 25)
    }

    @Test(arguments: 0..<30 as Range<UInt64>)
    func `no bytes stop the program, whatever the caller expects`(seed: UInt64) {
        var random = Seeded(seed &+ 3_000)
        for _ in 0..<30 {
            var bytes = written { $0.value(self.random(&random, depth: 4)) }
            if random.next() % 2 == 0 {
                bytes[Int(random.next() % UInt64(bytes.count))] = UInt8(truncatingIfNeeded: random.next())
            }
            let refused = fault { () throws(JSONFault) in
                var reader = JSONReader(bytes.span)
                try readAnything(from: &reader, &random)
                try reader.finish()
            }
            if let refused { #expect((0...bytes.count).contains(refused.offset)) }
        }
    }

    /// Reads by guesses, of which some are wrong.
    private func readAnything(from reader: inout JSONReader, _ random: inout Seeded) throws(JSONFault) {
        let type = try reader.nextType()
        if random.next() % 40 == 0 {
            switch random.next() % 4 {
            case 0: _ = try reader.integer()
            case 1: _ = try reader.string(bytesMax: 5)
            case 2: _ = try reader.compactValue()
            default: _ = try reader.value(itemsMax: 5)
            }
            return
        }
        switch type {
        case .null: _ = try reader.takeNull()
        case .bool: _ = try reader.bool()
        case .number: _ = try reader.double()
        case .string: _ = try reader.string()
        case .array:
            try reader.beginArray()
            while try reader.nextElement() {
                try readAnything(from: &reader, &random)
            }
        case .object:
            try reader.beginObject()
            while let key = try reader.nextKey() {
                if key.utf8.count % 3 == 0 { try reader.skip() } else { try readAnything(from: &reader, &random) }
            }
        }
    }
}
