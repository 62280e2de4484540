import Bytes
import CBOR

/// A client's own data: what JSON can say, as CBOR. Null, true, false, integers of 64 bits with sign, texts,
/// arrays, maps with texts as keys; and other numbers as decimal fractions (RFC 8949, section 3.4.4), since a
/// float's bits would not give back the digits that somebody wrote.
package struct Extra: Hashable, Sendable {
    package let encoded: [UInt8]

    /// Checks that `encoded` is such a value.
    package init(encoded: Span<UInt8>) throws(PayloadFault) {
        var reader = PayloadReader(encoded, allowing: .tags)
        try reader.checkExtra(depth: 0)
        try reader.finish()
        guard encoded.count <= Limits.extraBytesMax else { throw .tooLarge }
        self.encoded = [UInt8](copying: encoded)
        // That would be no value at all.
        guard self.encoded != [0xF6] else { throw .badValue }
    }

    fileprivate init(checked encoded: [UInt8]) {
        self.encoded = encoded
    }
}

extension FieldReader<PayloadFault> {
    /// Null says that there is none.
    mutating func extra() throws(PayloadFault) -> Extra? {
        let start = position
        try checkExtra(depth: 0)
        guard position - start <= Limits.extraBytesMax else { throw .tooLarge }
        let encoded = [UInt8](copying: bytes(at: start..<position))
        return encoded == [0xF6] ? nil : Extra(checked: encoded)
    }

    /// It calls itself, eight deep at most.
    fileprivate mutating func checkExtra(depth: Int) throws(PayloadFault) {
        switch try nextType() {
        case .null: _ = try takeNull()
        case .bool: _ = try bool()
        case .unsigned, .negative: _ = try integer()
        case .text: _ = try text(bytesMax: Limits.extraBytesMax)
        case .tag: try checkFraction()
        case .array:
            guard depth < Limits.extraDepthMax else { throw .tooLarge }
            for _ in 0..<(try arrayHeader(countMax: Limits.extraBytesMax, else: .tooLarge)) {
                try checkExtra(depth: depth + 1)
            }
        case .map:
            guard depth < Limits.extraDepthMax else { throw .tooLarge }
            for _ in 0..<(try mapHeader()) {
                _ = try text(bytesMax: Limits.extraBytesMax)
                try checkExtra(depth: depth + 1)
            }
        case .bytes, .float, .simple: throw .wrongShape
        }
    }

    /// `4([exponent, mantissa])`, the mantissa times ten to the exponent. There is one way to write a number:
    /// no zero at the mantissa's end, and what fits in 64 bits as an integer is an integer.
    private mutating func checkFraction() throws(PayloadFault) {
        guard try tag() == 4 else { throw .wrongShape }
        try array(of: 2)
        let exponent = try integer()
        let mantissa = try integer()
        guard (-400...400).contains(exponent), mantissa % 10 != 0 else { throw .badValue }
        guard exponent < 0 || !fits(mantissa, shiftedBy: exponent) else { throw .badValue }
    }

    private func fits(_ mantissa: Int64, shiftedBy exponent: Int64) -> Bool {
        var value = mantissa
        for _ in 0..<exponent {
            let (tenfold, overflow) = value.multipliedReportingOverflow(by: 10)
            if overflow { return false }
            value = tenfold
        }
        return true
    }
}
