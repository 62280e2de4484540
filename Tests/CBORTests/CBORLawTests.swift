import CBOR
import Testing

/// What holds for all values and all bytes, tried on generated ones.
struct CBORLawTests {
    @Test(arguments: 0..<40 as Range<UInt64>)
    func `what is written is read as it was, and written as it was read`(seed: UInt64) throws {
        var random = Seeded(seed)
        for _ in 0..<20 {
            let value = CBORValue.random(&random)
            let bytes = value.encoded
            #expect(try CBORValue(decoding: bytes) == value)
            var reader = CBORReader(bytes.span)
            let range = try reader.skip()
            #expect(range == 0..<bytes.count)
        }
    }

    @Test(arguments: 0..<40 as Range<UInt64>)
    func `changed bytes are refused, or are just what would be written for them`(seed: UInt64) {
        var random = Seeded(seed &+ 1_000)
        var accepted = 0
        for _ in 0..<40 {
            var bytes = CBORValue.random(&random).encoded
            for _ in 0...random.next() % 3 {
                mutate(&bytes, &random)
            }
            let skipped = fault { () throws(CBORFault) in
                var reader = CBORReader(bytes.span)
                try reader.skip()
                try reader.finish()
            }
            do throws(CBORFault) {
                let value = try CBORValue(decoding: bytes)
                #expect(value.encoded == bytes)
                #expect(skipped == nil)
                accepted += 1
            } catch {
                #expect(skipped == error, "reading and skipping agree on the fault")
            }
        }
        #expect(accepted < 40)
    }

    @Test(arguments: 0..<40 as Range<UInt64>)
    func `no bytes and no order of calls stop the program`(seed: UInt64) {
        var random = Seeded(seed &+ 2_000)
        for _ in 0..<40 {
            let bytes = random.next() % 2 == 0 ? random.bytes(count: 40) : CBORValue.random(&random).encoded
            var reader = CBORReader(bytes.span, allowing: CBORAllowance(rawValue: UInt8(random.next() % 4)))
            for _ in 0..<60 {
                let choice = random.next() % 16
                _ = fault { () throws(CBORFault) in try call(choice, on: &reader) }
            }
            let position = reader.position
            #expect(position <= bytes.count)
        }
    }

    private func call(_ choice: UInt64, on reader: inout CBORReader) throws(CBORFault) {
        switch choice {
        case 0: _ = try reader.unsigned()
        case 1: _ = try reader.integer()
        case 2: _ = try reader.negative()
        case 3: _ = try reader.bytes()
        case 4: _ = try reader.bytes(count: 2)
        case 5: _ = try reader.text()
        case 6: _ = try reader.utf8(bytesMax: 8)
        case 7: _ = try reader.bool()
        case 8: _ = try reader.takeNull()
        case 9: _ = try reader.float()
        case 10: _ = try reader.arrayHeader()
        case 11: _ = try reader.mapHeader()
        case 12: _ = try reader.tag()
        case 13: try reader.array(of: 2)
        case 14: try reader.finish()
        default: try reader.skip(itemsMax: 10)
        }
    }

    private func mutate(_ bytes: inout [UInt8], _ random: inout Seeded) {
        guard !bytes.isEmpty else { return bytes.append(UInt8(truncatingIfNeeded: random.next())) }
        let index = Int(random.next() % UInt64(bytes.count))
        switch random.next() % 5 {
        case 0: bytes[index] ^= 1 << UInt8(random.next() % 8)
        case 1: bytes[index] = UInt8(truncatingIfNeeded: random.next())
        case 2: bytes.remove(at: index)
        case 3: bytes.insert(UInt8(truncatingIfNeeded: random.next()), at: index)
        default: bytes.swapAt(index, Int(random.next() % UInt64(bytes.count)))
        }
    }

    @Test func `all halves, and floats near every edge, keep their value in the shortest form`() throws {
        for bits in UInt16.min...UInt16.max {
            let value = Double(Float16(bitPattern: bits))
            let bytes = CBORValue.float(value).encoded
            #expect(bytes.count == 3)
            guard !value.isNaN else { continue }
            #expect(bytes == [0xF9, UInt8(bits >> 8), UInt8(bits & 255)])
        }
        var random = Seeded(7)
        for _ in 0..<500 {
            let double = Double(bitPattern: random.next())
            let single = Double(Float(bitPattern: UInt32(truncatingIfNeeded: random.next())))
            for value in [double, single, single.nextUp, 65_504.nextUp, 65_520] where !value.isNaN {
                let bytes = CBORValue.float(value).encoded
                #expect(try CBORValue(decoding: bytes, allowing: .floats) == .float(value))
            }
        }
    }
}
