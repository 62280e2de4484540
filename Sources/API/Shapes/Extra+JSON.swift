import Bytes
import CBOR
import JSON
package import Operations

/// Why a client's own data can't be kept.
package enum ExtraFault: Error, Hashable {
    case tooDeep
    case tooLarge
    /// A number of more digits than 64 bits hold, or an exponent beyond 400.
    case numberOutOfRange

    /// For people.
    var text: String {
        switch self {
        case .tooDeep: "Is nested deeper than \(Limits.extraDepthMax)."
        case .tooLarge: "Has more than \(Limits.extraBytesMax) bytes as CBOR."
        case .numberOutOfRange: "Holds a number that doesn't fit into 64 bits."
        }
    }
}

extension Extra {
    /// From a JSON object that a reader has gone through already. Nil for one without members, which is as good as none.
    package init?(json: Span<UInt8>) throws(ExtraFault) {
        var cbor = CBORWriter()
        try cbor.extra(json, depth: 0)
        let encoded = cbor.finish()
        guard encoded != [0xA0] else { return nil }
        guard encoded.count <= Limits.extraBytesMax else { throw .tooLarge }
        do throws(PayloadFault) {
            try self.init(encoded: encoded.span)
        } catch {
            preconditionFailure("what was written by these rules fits them: \(error)")
        }
    }
}

extension CBORWriter {
    /// One value. It calls itself, as deep as data may be nested.
    fileprivate mutating func extra(_ json: Span<UInt8>, depth: Int) throws(ExtraFault) {
        do {
            var reader = JSONReader(json)
            switch try reader.nextType() {
            case .null: null()
            case .bool: bool(try reader.bool())
            case .string: text(try reader.string())
            case .number: try number(json.extracting(try reader.extent()))
            case .array:
                var places: [Range<Int>] = []
                try reader.beginArray()
                while try reader.nextElement() { places.append(try reader.extent()) }
                try array(json, places, depth)
            case .object:
                var members: [(key: String, place: Range<Int>)] = []
                try reader.beginObject()
                while let key = try reader.nextKey() { members.append((key, try reader.extent())) }
                try map(json, members, depth)
            }
        } catch let fault as ExtraFault {
            throw fault
        } catch {
            preconditionFailure("this JSON was read before: \(error)")
        }
    }

    private mutating func array(_ json: Span<UInt8>, _ places: [Range<Int>], _ depth: Int) throws(ExtraFault) {
        guard depth < Limits.extraDepthMax else { throw .tooDeep }
        beginArray()
        for place in places { try extra(json.extracting(place), depth: depth + 1) }
        endArray()
    }

    private mutating func map(
        _ json: Span<UInt8>, _ members: [(key: String, place: Range<Int>)], _ depth: Int
    ) throws(ExtraFault) {
        guard depth < Limits.extraDepthMax else { throw .tooDeep }
        beginMap()
        for (key, place) in members.sorted(by: { CBORWriter.precedes($0.key, $1.key) }) {
            text(key)
            try extra(json.extracting(place), depth: depth + 1)
        }
        endMap()
    }

    private mutating func number(_ json: Span<UInt8>) throws(ExtraFault) {
        guard let number = DecimalNumber(json) else { throw .numberOutOfRange }
        if let integer = number.integer {
            self.integer(integer)
        } else {
            tag(4)
            beginArray()
            integer(number.exponent)
            integer(number.mantissa)
            endArray()
        }
    }
}

/// `mantissa` × 10^`exponent`, and no zero at the mantissa's end: the one way in which a number is written.
struct DecimalNumber: Hashable {
    private(set) var mantissa: Int64 = 0
    private(set) var exponent: Int64 = 0

    static let exponents: ClosedRange<Int64> = -400...400

    init(mantissa: Int64, exponent: Int64) {
        self.mantissa = mantissa
        self.exponent = exponent
    }

    /// From a number of JSON; nil where it has more digits than 64 bits hold, or is larger or smaller than can be kept.
    init?(_ json: Span<UInt8>) {
        var isNegative = false
        var isFraction = false
        // Zeros that count only if another digit follows.
        var zeros: Int64 = 0
        var index = 0
        scan: while index < json.count {
            let byte = json[index]
            switch byte {
            case UInt8(ascii: "-"): isNegative = true
            case UInt8(ascii: "."): isFraction = true
            case UInt8(ascii: "e"), UInt8(ascii: "E"): break scan
            case UInt8(ascii: "0"):
                zeros += 1
                if isFraction { exponent -= 1 }
            default:
                if isFraction { exponent -= 1 }
                guard append(Int64(byte - UInt8(ascii: "0")), after: zeros, isNegative) else { return nil }
                zeros = 0
            }
            index += 1
        }
        guard mantissa != 0 else {
            exponent = 0
            return
        }
        exponent += zeros
        guard index == json.count || addExponent(json.extracting((index + 1)...)) else { return nil }
        guard integer != nil || Self.exponents.contains(exponent) else { return nil }
    }

    /// Downwards for negative numbers: -2⁶³ has no positive counterpart.
    private mutating func append(_ digit: Int64, after zeros: Int64, _ isNegative: Bool) -> Bool {
        if mantissa == 0 {
            mantissa = isNegative ? -digit : digit
            return true
        }
        for place in 0...zeros {
            let (tenfold, overflow) = mantissa.multipliedReportingOverflow(by: 10)
            let added = place == zeros ? digit : 0
            let (sum, overflow2) =
                isNegative ? tenfold.subtractingReportingOverflow(added) : tenfold.addingReportingOverflow(added)
            if overflow || overflow2 { return false }
            mantissa = sum
        }
        return true
    }

    private mutating func addExponent(_ digits: Span<UInt8>) -> Bool {
        var value: Int64 = 0
        var isNegative = false
        for index in 0..<digits.count {
            switch digits[index] {
            case UInt8(ascii: "-"): isNegative = true
            case UInt8(ascii: "+"): break
            case let digit:
                // Far beyond what any number can have is far enough.
                if value < 1_000_000_000 { value = value * 10 + Int64(digit - UInt8(ascii: "0")) }
            }
        }
        exponent += isNegative ? -value : value
        return true
    }

    /// Nil for what is no integer of 64 bits.
    var integer: Int64? {
        guard (0...19).contains(exponent) else { return nil }
        var value = mantissa
        for _ in 0..<exponent {
            let (tenfold, overflow) = value.multipliedReportingOverflow(by: 10)
            if overflow { return nil }
            value = tenfold
        }
        return value
    }

    /// As JSON: with a point where that is short, else with an exponent.
    var text: String {
        let digits = "\(mantissa.magnitude)"
        let sign = mantissa < 0 ? "-" : ""
        guard (-20 ... -1).contains(exponent) else { return "\(sign)\(digits)e\(exponent)" }
        let places = Int(-exponent)
        let padded = String(repeating: "0", count: max(0, places + 1 - digits.count)) + digits
        return "\(sign)\(padded.dropLast(places)).\(padded.suffix(places))"
    }
}
