import Bytes
import Testing

struct DecimalTests {
    private func decimal(_ value: some FixedWidthInteger) -> String {
        var bytes = Array("=".utf8)
        bytes.append(decimal: value)
        return String(decoding: bytes, as: UTF8.self)
    }

    @Test func `the extremes of every width are written in full`() {
        #expect(decimal(Int8.min) == "=-128")
        #expect(decimal(UInt8.max) == "=255")
        #expect(decimal(Int16.min) == "=-32768")
        #expect(decimal(Int32.min) == "=-2147483648")
        #expect(decimal(UInt32.max) == "=4294967295")
        #expect(decimal(Int64.min) == "=-9223372036854775808")
        #expect(decimal(Int64.max) == "=9223372036854775807")
        #expect(decimal(UInt64.max) == "=18446744073709551615")
        #expect(decimal(Int128.min) == "=-170141183460469231731687303715884105728")
        #expect(decimal(UInt128.max) == "=340282366920938463463374607431768211455")
        #expect(decimal(0) == "=0")
        #expect(decimal(-1) == "=-1")
    }

    @Test func `every number of digits is right`() {
        var power: UInt64 = 1
        for _ in 0..<20 {
            for value in [power - 1, power, power + 1] {
                #expect(decimal(value) == "=\(value)")
            }
            power = power.multipliedReportingOverflow(by: 10).partialValue
        }
    }

    @Test func `random numbers are written as the standard library does`() {
        var random = Seeded(2)
        for _ in 0..<500 {
            let value = Int64(bitPattern: random.next()) >> Int64(random.next() % 64)
            #expect(decimal(value) == "=\(value)")
        }
    }
}
