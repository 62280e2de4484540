import Bytes
package import CBOR
import Keys
package import Operations

/// Bytes that must be refused.
package struct Refused: Sendable {
    package enum Form: String, Sendable {
        case header
        /// Right in itself, and wrong behind the header in `context`.
        case next
        case envelope
        /// To be verified under the certificate in `context`, if there is one.
        case run
        case certificate
        case register
        case fork
        case clock
        /// A first header in a direct room (context: its payload).
        case nature
    }

    package let form: Form
    package let fault: OperationFault
    package let about: String
    package let bytes: [UInt8]
    package let context: [UInt8]?

    init(_ form: Form, _ fault: OperationFault, _ about: String, _ bytes: [UInt8], with context: [UInt8]? = nil) {
        self.form = form
        self.fault = fault
        self.about = about
        self.bytes = bytes
        self.context = context
    }

    var described: Description {
        .object([
            ("form", .text(form.rawValue)), ("code", .text(fault.rawValue)), ("about", .text(about)),
            ("bytes", .hex(bytes)), ("context", context.map { .hex($0) } ?? .null),
        ])
    }
}

extension VectorFile {
    static func refusedHeaders() throws -> VectorFile {
        VectorFile(
            "refused-headers.json", "Headers that are refused, with the code.",
            [("refused", .list(try Refused.headers().map(\.described)))])
    }

    static func refusedOthers() throws -> VectorFile {
        VectorFile(
            "refused.json",
            "Envelopes, runs, certificates, registers, clocks and fork proofs that are refused, with the code.",
            [("refused", .list(try Refused.others().map(\.described)))])
    }
}

/// The items of an array, each encoded, so that single ones can be spoilt.
package struct LooseArray {
    package var items: [[UInt8]]

    package init(_ bytes: [UInt8]) {
        items = []
        var reader = CBORReader(bytes.span, allowing: .tags)
        do {
            for _ in 0..<(try reader.arrayHeader()) { items.append(Array(bytes[try reader.skip()])) }
        } catch {
            preconditionFailure("What is taken apart here was made here")
        }
    }

    package var bytes: [UInt8] {
        [0x80 | UInt8(items.count)] + items.joined()
    }

    /// With one item replaced.
    package func with(_ index: Int, _ item: [UInt8]) -> LooseArray {
        var copy = self
        copy.items[index] = item
        return copy
    }

    package func with(_ index: Int, _ write: (inout CBORWriter) -> Void) -> LooseArray {
        with(index, VectorFile.cbor(write))
    }

    /// The header of a feed's first operation with the epoch that belongs to it.
    package var named: [UInt8] {
        let hash = Hash(.epoch, of: with(3, [0]).bytes.span).bytes.array
        let epoch = hash.prefix(8).reduce(0 as UInt64) { $0 << 8 | UInt64($1) }
        return with(3) { $0.unsigned(epoch) }.bytes
    }
}
