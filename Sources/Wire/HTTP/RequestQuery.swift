import Bytes

/// What follows the `?` of a target, read as the items of a form: `+` is a space, escapes are decoded,
/// repeated names stay, in their order. Items are decoded when they are asked for.
package struct RequestQuery: Sendable, Sequence {
    package typealias Element = (name: String, value: String)

    private let bytes: [UInt8]
    private let range: Range<Int>

    /// The escapes of the range must have been checked.
    init(bytes: [UInt8], range: Range<Int>) {
        self.bytes = bytes
        self.range = range
    }

    /// Refuses what cannot be decoded, so that reading the items cannot fail. Names and values are parted
    /// by ASCII characters, so the whole is UTF-8 exactly if each of them is.
    static func check(_ query: Span<UInt8>) throws(HTTPFault) {
        var check = UTF8Check()
        var at = 0
        while at < query.count {
            guard let byte = query.percentDecoded(&at) else { throw .malformedPercentEncoding }
            if byte < 0x80, check.isComplete { continue }
            guard check.accept(byte) else { throw .targetNotUTF8 }
        }
        guard check.isComplete else { throw .targetNotUTF8 }
    }

    package var isEmpty: Bool { range.isEmpty }

    /// The value of the first item of that name; nil if there is none.
    package func first(_ name: String) -> String? {
        first { $0.name == name }?.value
    }

    /// The values of all items of that name, in their order.
    package func all(_ name: String) -> [String] {
        filter { $0.name == name }.map(\.value)
    }

    package func makeIterator() -> Iterator {
        Iterator(bytes: bytes, items: FormItems(range))
    }

    package struct Iterator: IteratorProtocol {
        private let bytes: [UInt8]
        private var items: FormItems

        init(bytes: [UInt8], items: FormItems) {
            self.bytes = bytes
            self.items = items
        }

        package mutating func next() -> Element? {
            let bytes = bytes
            let span = bytes.span
            guard let item = items.next(span) else { return nil }
            // Never nil after `check`; an empty text is the harmless answer if it were.
            return (span.formDecoded(item.name) ?? "", span.formDecoded(item.value) ?? "")
        }
    }
}
