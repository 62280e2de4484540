import JSON

/// A value of a JSON body, as far as a field may be asked for it.
enum JSONItem {
    case null
    case bool(Bool)
    case integer(Int64)
    /// A number that is no integer of 64 bits.
    case otherNumber
    case text(String)
    case list([JSONItem])
    /// Where the object lies in the body.
    case object(Range<Int>)

    /// Reads what is known to be JSON: each list in a list calls this again, as deep as the body may be nested.
    init(_ body: Span<UInt8>, at range: Range<Int>) throws(JSONFault) {
        var reader = JSONReader(body.extracting(range))
        switch try reader.nextType() {
        case .null: self = .null
        case .bool: self = .bool(try reader.bool())
        case .string: self = .text(try reader.string())
        case .object: self = .object(range)
        case .number:
            do throws(JSONFault) {
                self = .integer(try reader.integer())
            } catch {
                self = Self.whole(body.extracting(range)).map { .integer($0) } ?? .otherNumber
            }
        case .array:
            var items: [JSONItem] = []
            try reader.beginArray()
            while try reader.nextElement() {
                let place = try reader.extent()
                let start = range.lowerBound
                items.append(try JSONItem(body, at: start + place.lowerBound..<start + place.upperBound))
            }
            self = .list(items)
        }
    }

    /// `5.0` is 5: some languages have no other numbers.
    private static func whole(_ text: Span<UInt8>) -> Int64? {
        var reader = JSONReader(text)
        return (try? reader.double()).flatMap { Int64(exactly: $0) }
    }
}
