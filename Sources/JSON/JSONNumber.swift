import Bytes

/// Where a number lies that is known to be well-formed.
struct JSONNumber {
    let range: Range<Int>
    /// Whether it has neither fraction nor exponent, and is not -0, which only a float can be.
    let isInteger: Bool

    /// Nil beyond 64 bits with sign.
    func integer(in bytes: Span<UInt8>) -> Int64? {
        let isNegative = bytes[range.lowerBound] == UInt8(ascii: "-")
        var value: Int64 = 0
        for index in range.dropFirst(isNegative ? 1 : 0) {
            let digit = Int64(bytes[index] &- UInt8(ascii: "0"))
            let (tenfold, overflow) = value.multipliedReportingOverflow(by: 10)
            // Downwards for negative numbers: -2⁶³ has no positive counterpart.
            let (sum, overflow2) =
                isNegative ? tenfold.subtractingReportingOverflow(digit) : tenfold.addingReportingOverflow(digit)
            if overflow || overflow2 { return nil }
            value = sum
        }
        return value
    }

    /// Nil for what is too large.
    func value(in bytes: Span<UInt8>) -> JSONValue? {
        if isInteger { return integer(in: bytes).map { .integer($0) } }
        let value = double(in: bytes)
        return value.isFinite ? .double(value) : nil
    }

    /// The nearest one, which may be infinite.
    func double(in bytes: Span<UInt8>) -> Double {
        let text = bytes.extracting(range).withUnsafeBufferPointer { String(decoding: $0, as: UTF8.self) }
        guard let value = Double(text) else { preconditionFailure("every number of JSON is one of Swift's") }
        return value
    }
}

extension JSONReader {
    /// Reads a number: `-`? (`0` | `1-9` digits) (`.` digits)? (`e` sign? digits)?
    mutating func scanNumber() throws(JSONFault) -> JSONNumber {
        let start = position
        var index = start
        let isNegative = bytes[index] == UInt8(ascii: "-")
        if isNegative { index += 1 }
        let firstDigit = index
        try scanDigits(&index)
        let isZero = bytes[firstDigit] == UInt8(ascii: "0")
        if isZero, index > firstDigit + 1 { throw fault(.invalidNumber, at: firstDigit) }
        var isInteger = !(isNegative && isZero)
        if index < bytes.count, bytes[index] == UInt8(ascii: ".") {
            isInteger = false
            index += 1
            try scanDigits(&index)
        }
        if index < bytes.count, bytes[index] | 0x20 == UInt8(ascii: "e") {
            isInteger = false
            index += 1
            if index < bytes.count, bytes[index] == UInt8(ascii: "+") || bytes[index] == UInt8(ascii: "-") {
                index += 1
            }
            try scanDigits(&index)
        }
        position = index
        return JSONNumber(range: start..<index, isInteger: isInteger)
    }

    /// At least one.
    private func scanDigits(_ index: inout Int) throws(JSONFault) {
        let start = index
        while index < bytes.count, bytes[index].isASCIIDigit {
            index += 1
        }
        guard index > start else { throw fault(index < bytes.count ? .invalidNumber : .endOfInput, at: index) }
    }
}
