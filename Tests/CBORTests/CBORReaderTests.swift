import CBOR
import Testing

struct CBORReaderTests {
    /// Reads with `body`, and what it was refused with.
    private func refusal(
        _ bytes: String, _ body: (inout CBORReader) throws(CBORFault) -> Void
    ) -> CBORFault? {
        let bytes = hex(bytes)
        return fault { () throws(CBORFault) in
            var reader = CBORReader(bytes.span)
            try body(&reader)
        }
    }

    private func copy(_ span: Span<UInt8>) -> [UInt8] {
        span.indices.map { span[$0] }
    }

    @Test func `a structure is read straight from the bytes`() throws {
        let bytes = hex("85 01 f6 43aabbcc a2 00 20 6161 f5 65 68656c6c6f")
        var reader = CBORReader(bytes.span)
        try reader.array(of: 5)
        let version = try reader.unsigned()
        let isNull = try reader.takeNull()
        let isNullAgain = try reader.takeNull()
        let key = try reader.bytes(count: 3)
        let entries = try reader.mapHeader()
        let (firstKey, firstValue) = (try reader.integer(), try reader.integer())
        let (secondKey, secondValue) = (try reader.text(), try reader.bool())
        let greeting = try reader.utf8(bytesMax: 5)
        try reader.finish()
        #expect(version == 1 && isNull && !isNullAgain && entries == 2)
        #expect(copy(key) == [0xAA, 0xBB, 0xCC])
        #expect(firstKey == 0 && firstValue == -1 && secondKey == "a" && secondValue)
        #expect(copy(greeting) == Array("hello".utf8))
    }

    @Test func `a sequence is read until it ends`() throws {
        let bytes = hex("01 6161 80 a10102")
        var reader = CBORReader(bytes.span)
        var values: [CBORValue] = []
        var positions: [Int] = []
        while !reader.isAtEnd {
            values.append(try CBORValue(from: &reader))
            positions.append(reader.position)
        }
        try reader.finish()
        #expect(values == [.unsigned(1), .text("a"), .array([]), .map([.init(.unsigned(1), .unsigned(2))])])
        #expect(positions == [1, 3, 4, 7])
    }

    @Test func `an empty sequence is at its end`() throws {
        let none: [UInt8] = []
        var reader = CBORReader(none.span)
        let isAtEnd = reader.isAtEnd
        #expect(isAtEnd)
        try reader.finish()
        let refused = fault { () throws(CBORFault) in try reader.skip() }
        #expect(refused == CBORFault(kind: .truncated, offset: 0))
    }

    @Test func `nothing may follow the last value`() {
        #expect(
            refusal("0000") { reader throws(CBORFault) in
                _ = try reader.unsigned()
                try reader.finish()
            } == CBORFault(kind: .trailingBytes, offset: 1))
    }

    @Test func `who leaves items unread is told so`() {
        #expect(
            refusal("820102") { reader throws(CBORFault) in
                _ = try reader.arrayHeader()
                _ = try reader.unsigned()
                try reader.finish()
            } == CBORFault(kind: .itemsLeft, offset: 2))
    }

    @Test func `the fault says where`() {
        #expect(
            refusal("83 01 1800 02") { reader throws(CBORFault) in try reader.skip() }
                == CBORFault(kind: .notShortest, offset: 2))
        #expect(
            refusal("a2 01 00 01 00") { reader throws(CBORFault) in try reader.skip() }
                == CBORFault(kind: .duplicateKey, offset: 3))
        #expect(
            refusal("82 01 6161") { reader throws(CBORFault) in
                try reader.array(of: 2)
                _ = try reader.unsigned()
                _ = try reader.unsigned()
            } == CBORFault(kind: .wrongType(found: .text), offset: 2))
    }

    @Test func `another type than the one asked for is refused, and left where it is`() throws {
        let bytes = hex("63616263")
        var reader = CBORReader(bytes.span)
        var faults: [CBORFault?] = []
        faults.append(fault { () throws(CBORFault) in _ = try reader.unsigned() })
        faults.append(fault { () throws(CBORFault) in _ = try reader.integer() })
        faults.append(fault { () throws(CBORFault) in _ = try reader.negative() })
        faults.append(fault { () throws(CBORFault) in _ = try reader.bytes() })
        faults.append(fault { () throws(CBORFault) in _ = try reader.bytes(count: 3) })
        faults.append(fault { () throws(CBORFault) in _ = try reader.arrayHeader() })
        faults.append(fault { () throws(CBORFault) in try reader.array(of: 3) })
        faults.append(fault { () throws(CBORFault) in _ = try reader.mapHeader() })
        faults.append(fault { () throws(CBORFault) in _ = try reader.tag() })
        faults.append(fault { () throws(CBORFault) in _ = try reader.bool() })
        faults.append(fault { () throws(CBORFault) in _ = try reader.float() })
        #expect(faults.allSatisfy { $0 == CBORFault(kind: .wrongType(found: .text), offset: 0) })
        let isNull = try reader.takeNull()
        let text = try reader.text()
        #expect(!isNull && text == "abc")
    }

    @Test func `integers end where their types do`() throws {
        func integer(_ bytes: String) throws -> Int64 {
            let bytes = hex(bytes)
            var reader = CBORReader(bytes.span)
            return try reader.integer()
        }
        #expect(try integer("1b7fffffffffffffff") == .max)
        #expect(try integer("3b7fffffffffffffff") == .min)
        for beyond in ["1b8000000000000000", "3b8000000000000000", "1bffffffffffffffff", "3bffffffffffffffff"] {
            let refused = refusal(beyond) { reader throws(CBORFault) in _ = try reader.integer() }
            #expect(refused == CBORFault(kind: .outOfRange, offset: 0))
        }
    }

    @Test func `what is larger than the caller takes is refused before it is looked at`() {
        #expect(
            refusal("63616263") { reader throws(CBORFault) in _ = try reader.text(bytesMax: 2) }?.kind
                == .tooLong(limit: 2))
        #expect(refusal("63616263") { reader throws(CBORFault) in _ = try reader.utf8(bytesMax: 3) } == nil)
        #expect(
            refusal("43616263") { reader throws(CBORFault) in _ = try reader.bytes(countMax: 2) }?.kind
                == .tooLong(limit: 2))
        #expect(
            refusal("43616263") { reader throws(CBORFault) in _ = try reader.bytes(count: 2) }?.kind
                == .wrongCount(expected: 2, found: 3))
        #expect(
            refusal("5bffffffffffffffff") { reader throws(CBORFault) in _ = try reader.bytes(count: 32) }?.kind
                == .wrongCount(expected: 32, found: .max))
        #expect(
            refusal("83010203") { reader throws(CBORFault) in _ = try reader.arrayHeader(countMax: 2) }?.kind
                == .tooLong(limit: 2))
        #expect(
            refusal("83010203") { reader throws(CBORFault) in try reader.array(of: 4) }?.kind
                == .wrongCount(expected: 4, found: 3))
        #expect(
            refusal("a201020304") { reader throws(CBORFault) in _ = try reader.mapHeader(countMax: 1) }?.kind
                == .tooLong(limit: 1))
        #expect(
            refusal("83010203") { reader throws(CBORFault) in try reader.skip(itemsMax: 3) }?.kind
                == .tooLong(limit: 3))
        #expect(refusal("83010203") { reader throws(CBORFault) in try reader.skip(itemsMax: 4) } == nil)
    }

    @Test func `what is skipped can be found again`() throws {
        let bytes = hex("83 01 a1 6161 82 02 03 f6")
        var reader = CBORReader(bytes.span)
        try reader.array(of: 3)
        let first = try reader.skip()
        let second = try reader.skip()
        let third = try reader.skip()
        try reader.finish()
        #expect(first == 1..<2 && second == 2..<8 && third == 8..<9)
        let kept = try CBORValue(decoding: Array(bytes[second]))
        #expect(kept == .map([.init(.text("a"), .array([.unsigned(2), .unsigned(3)]))]))
    }

    @Test func `keys are held to their order even when they are skipped`() {
        #expect(
            refusal("a2 02 00 01 00") { reader throws(CBORFault) in
                _ = try reader.mapHeader()
                try reader.skip()
                try reader.skip()
                try reader.skip()
            } == CBORFault(kind: .unsortedKeys, offset: 3))
    }

    @Test func `a million items cost no depth`() throws {
        let bytes = hex("9a000f4240") + [UInt8](repeating: 0x80, count: 1_000_000)
        var reader = CBORReader(bytes.span)
        let refused = fault { () throws(CBORFault) in try reader.skip(itemsMax: 10_000) }
        #expect(refused?.kind == .tooLong(limit: 10_000))
        reader = CBORReader(bytes.span)
        try reader.skip()
        try reader.finish()
    }

    /// Values of every kind, and some with all kinds in them.
    static let samples: [String] = [
        "00", "1818", "1903e8", "1a000f4240", "1bffffffffffffffff", "3863", "3bffffffffffffffff", "40",
        "4401020304", "62c3bc", "64f0908591", "8301820203820405", "a26161016162820203", "f4", "f5", "f6",
        "8d 01 5820 000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f f6 1b0123456789abcdef 00 80 81 40 "
            + "1864 65616c696365 07 83 00 6162 01 a0 1903e8",
    ]

    @Test(arguments: samples)
    func `a sample is refused at every byte but its last`(sample: String) {
        let bytes = hex(sample)
        for count in 0..<bytes.count {
            let refused = fault { () throws(CBORFault) in
                var reader = CBORReader(bytes.span.extracting(..<count))
                try reader.skip()
            }
            #expect(refused?.kind == .truncated)
            #expect(throws: CBORFault.self) { try CBORValue(decoding: Array(bytes[..<count])) }
        }
    }

    @Test func `samples glued together come apart again`() throws {
        let all = Self.samples.map(hex)
        let glued = Array(all.joined())
        var reader = CBORReader(glued.span)
        for sample in all {
            let range = try reader.skip()
            #expect(Array(glued[range]) == sample)
        }
        try reader.finish()
    }
}
