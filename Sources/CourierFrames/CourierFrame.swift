import Bytes
package import CBOR

/// What is said between the node and its courier: frames of deterministic CBOR, each behind its length in four
/// bytes, most significant first.
package enum CourierFrame {
    package static let lengthBytes = 4

    /// Where the next frame lies in `unread`, or nil as long as it isn't whole. Its length is looked at before
    /// anything else is.
    package static func next(in unread: Span<UInt8>, bytesMax: Int) throws(CBORFault) -> Range<Int>? {
        guard unread.count >= lengthBytes else { return nil }
        let length = try length(unread, bytesMax: bytesMax)
        return unread.count - lengthBytes >= length ? lengthBytes..<lengthBytes + length : nil
    }

    /// How long the frame is that these four bytes announce.
    package static func length(_ head: Span<UInt8>, bytesMax: Int) throws(CBORFault) -> Int {
        var length = 0
        for index in 0..<lengthBytes { length = length << 8 | Int(head[index]) }
        guard length <= bytesMax else { throw CBORFault(kind: .tooLong(limit: bytesMax), offset: 0) }
        return length
    }

    static func write(_ contents: (inout CBORWriter) -> Void) -> [UInt8] {
        var writer = CBORWriter(appendingTo: [0, 0, 0, 0])
        writer.beginArray()
        contents(&writer)
        writer.endArray()
        var bytes = writer.finish()
        let length = UInt32(bytes.count - lengthBytes)
        for index in 0..<lengthBytes { bytes[index] = UInt8(truncatingIfNeeded: length >> (24 - 8 * UInt32(index))) }
        return bytes
    }
}

package typealias CourierFields = [(name: String, value: String)]

/// What the node asks of the courier.
package struct CourierRequest: Sendable {
    package let number: UInt64
    package let method: String
    package let url: String
    package let fields: CourierFields
    package let body: [UInt8]
    package let answerBytesMax: Int

    package init(
        number: UInt64, method: String, url: String, fields: CourierFields, body: [UInt8], answerBytesMax: Int
    ) {
        self.number = number
        self.method = method
        self.url = url
        self.fields = fields
        self.body = body
        self.answerBytesMax = answerBytesMax
    }
}

package enum CourierOrder: Sendable {
    case ask(CourierRequest)
    /// Nobody waits for that answer any more; its end is reported all the same.
    case drop(number: UInt64)

    /// The largest body that the node hands over, and what may stand around it.
    package static let bytesMax = (8 << 20) + (128 << 10)

    package var frame: [UInt8] {
        CourierFrame.write { writer in
            switch self {
            case .ask(let request):
                writer.unsigned(0)
                writer.unsigned(request.number)
                writer.text(request.method)
                writer.text(request.url)
                writer.write(request.fields)
                writer.bytes(request.body)
                writer.unsigned(UInt64(request.answerBytesMax))
            case .drop(let number):
                writer.unsigned(1)
                writer.unsigned(number)
            }
        }
    }

    package init(_ bytes: Span<UInt8>) throws(CBORFault) {
        var reader = CBORReader(bytes)
        let count = try reader.arrayHeader(countMax: 7)
        switch (try reader.unsigned(), count) {
        case (0, 7):
            self = .ask(
                CourierRequest(
                    number: try reader.unsigned(), method: try reader.text(bytesMax: 32),
                    url: try reader.text(bytesMax: 4_096), fields: try reader.fields(),
                    body: [UInt8](copying: try reader.bytes()), answerBytesMax: Int(clamping: try reader.unsigned())))
        case (1, 2):
            self = .drop(number: try reader.unsigned())
        default:
            throw CBORFault(kind: .outOfRange, offset: 0)
        }
        try reader.finish()
    }
}

/// What the courier tells of a request: one head, then pieces of the body, then an end; a failure at any time
/// instead of all that would follow. After `end` or `failure` there is nothing more.
package enum CourierReport: Sendable {
    case head(number: UInt64, status: UInt16, CourierFields)
    case body(number: UInt64, [UInt8])
    case end(number: UInt64)
    case failure(number: UInt64, CourierFailure, String)

    package static let bodyBytesMax = 64 << 10
    package static let bytesMax = bodyBytesMax + 1_024

    package var frame: [UInt8] {
        CourierFrame.write { writer in
            switch self {
            case .head(let number, let status, let fields):
                writer.unsigned(0)
                writer.unsigned(number)
                writer.unsigned(UInt64(status))
                writer.write(fields)
            case .body(let number, let bytes):
                writer.unsigned(1)
                writer.unsigned(number)
                writer.bytes(bytes)
            case .end(let number):
                writer.unsigned(2)
                writer.unsigned(number)
            case .failure(let number, let failure, let text):
                writer.unsigned(3)
                writer.unsigned(number)
                writer.unsigned(failure.rawValue)
                writer.text(text)
            }
        }
    }

    package init(_ bytes: Span<UInt8>) throws(CBORFault) {
        var reader = CBORReader(bytes)
        let count = try reader.arrayHeader(countMax: 4)
        switch (try reader.unsigned(), count) {
        case (0, 4):
            let number = try reader.unsigned()
            let status = try reader.unsigned()
            guard (200...599).contains(status) else { throw CBORFault(kind: .outOfRange, offset: reader.position) }
            self = .head(number: number, status: UInt16(status), try reader.fields())
        case (1, 3):
            self = .body(
                number: try reader.unsigned(), [UInt8](copying: try reader.bytes(countMax: Self.bodyBytesMax)))
        case (2, 2):
            self = .end(number: try reader.unsigned())
        case (3, 4):
            let number = try reader.unsigned()
            guard let failure = CourierFailure(rawValue: try reader.unsigned()) else {
                throw CBORFault(kind: .outOfRange, offset: reader.position)
            }
            self = .failure(number: number, failure, try reader.text(bytesMax: 1_024))
        default:
            throw CBORFault(kind: .outOfRange, offset: 0)
        }
        try reader.finish()
    }
}

package enum CourierFailure: UInt64, Sendable {
    /// No trust: a certificate of nobody we know, of another name, out of date; or a broken handshake.
    case tls = 0
    case tooLarge = 1
    /// Anything else.
    case broken = 2
    case dropped = 3
}

extension CourierFields {
    package static var countMax: Int { 100 }
    /// For all names and values together.
    package static var bytesMax: Int { 32 << 10 }
}

extension CBORWriter {
    fileprivate mutating func write(_ fields: CourierFields) {
        beginArray()
        for (name, value) in fields {
            text(name)
            text(value)
        }
        endArray()
    }
}

extension CBORReader {
    fileprivate mutating func fields() throws(CBORFault) -> CourierFields {
        let count = try arrayHeader(countMax: 2 * CourierFields.countMax)
        guard count % 2 == 0 else { throw CBORFault(kind: .itemsLeft, offset: position) }
        var fields: CourierFields = []
        var bytes = 0
        for _ in 0..<count / 2 {
            let name = try text(bytesMax: CourierFields.bytesMax)
            let value = try text(bytesMax: CourierFields.bytesMax)
            bytes += name.utf8.count + value.utf8.count
            guard bytes <= CourierFields.bytesMax else {
                throw CBORFault(kind: .tooLong(limit: CourierFields.bytesMax), offset: position)
            }
            fields.append((name, value))
        }
        return fields
    }
}
