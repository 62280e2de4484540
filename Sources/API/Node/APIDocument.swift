package import Bytes
import CAPIDocument
import JSON

/// openapi.json as it is in Spec/api, and the same as a page for people.
package enum APIDocument {
    package static let json = SharedBytes(bytes)

    /// Made when somebody first asks for it.
    static let page = SharedBytes(APIPage.html(of: value))

    private static var bytes: [UInt8] {
        // The C side says how many bytes lie there, and they are there for ever.
        Array(UnsafeBufferPointer(start: api_document(), count: api_document_size()))
    }

    private static var value: JSONValue {
        do {
            var reader = JSONReader(bytes.span, depthMax: 64)
            return try reader.value(itemsMax: 1_000_000)
        } catch {
            preconditionFailure("our own document is JSON: \(error)")
        }
    }
}
