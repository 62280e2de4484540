import Bytes

package enum URLEncodedFormFault: Error, Equatable, Sendable {
    case tooLong(bytesMax: Int)
    case tooManyItems(itemsMax: Int)
    /// A percent sign without two hexadecimal digits, or text that is not UTF-8 when decoded.
    case malformedItem(index: Int)
}

/// A body of `application/x-www-form-urlencoded`: names and values in their order, repeated names included.
package struct URLEncodedForm: Sendable {
    package let items: [(name: String, value: String)]

    package init(
        _ body: Span<UInt8>, itemsMax: Int = 1_000, bytesMax: Int = 1_048_576
    ) throws(URLEncodedFormFault) {
        guard body.count <= bytesMax else { throw .tooLong(bytesMax: bytesMax) }
        var items: [(name: String, value: String)] = []
        var source = FormItems(0..<body.count)
        while let item = source.next(body) {
            guard items.count < itemsMax else { throw .tooManyItems(itemsMax: itemsMax) }
            guard let name = body.formDecoded(item.name), let value = body.formDecoded(item.value) else {
                throw .malformedItem(index: items.count)
            }
            items.append((name, value))
        }
        self.items = items
    }

    package func first(_ name: String) -> String? {
        items.first { $0.name == name }?.value
    }

    package func all(_ name: String) -> [String] {
        items.filter { $0.name == name }.map(\.value)
    }

    /// A body that reads back as these items, or the query of a target.
    package static func encode(_ items: [(name: String, value: String)]) -> [UInt8] {
        var body: [UInt8] = []
        for item in items {
            if !body.isEmpty { body.append(UInt8(ascii: "&")) }
            body.append(percentEncoding: item.name)
            body.append(UInt8(ascii: "="))
            body.append(percentEncoding: item.value)
        }
        return body
    }
}
