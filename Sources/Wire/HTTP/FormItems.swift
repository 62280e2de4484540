import Bytes

/// The items of a query or of a form, found one after another: `name=value`, parted by `&`. An item
/// without `=` is a name with an empty value; an empty item is none.
struct FormItems {
    struct Item {
        let name: Range<Int>
        let value: Range<Int>
    }

    private var at: Int
    private let end: Int

    init(_ range: Range<Int>) {
        at = range.lowerBound
        end = range.upperBound
    }

    mutating func next(_ bytes: Span<UInt8>) -> Item? {
        while at < end {
            let start = at
            var equals: Int?
            while at < end, bytes[at] != UInt8(ascii: "&") {
                if equals == nil, bytes[at] == UInt8(ascii: "=") { equals = at }
                at &+= 1
            }
            let item = start..<at
            at &+= 1
            guard !item.isEmpty else { continue }
            guard let equals else { return Item(name: item, value: item.upperBound..<item.upperBound) }
            return Item(name: start..<equals, value: equals &+ 1..<item.upperBound)
        }
        return nil
    }
}

extension Span<UInt8> {
    /// The text of one name or value; nil where an escape is malformed or the result is not UTF-8.
    func formDecoded(_ range: Range<Int>) -> String? {
        var decoded: [UInt8] = []
        decoded.reserveCapacity(range.count)
        guard decoded.append(percentDecoding: extracting(range), plusIsSpace: true), UTF8Check.isValid(decoded.span)
        else { return nil }
        return String(decoding: decoded, as: UTF8.self)
    }
}
