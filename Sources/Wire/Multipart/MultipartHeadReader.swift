import Bytes

/// What a part says of itself before its content.
package struct MultipartPartHead: Equatable, Sendable {
    /// The field of the form. It may be empty, and it may contain line ends.
    package var name: String
    /// The last component of the name that the sender's file had; nil where the part is no file. Empty where
    /// no file was chosen (then the content is empty too) or nothing but a path was given. Only ever data
    /// about the file: it may contain line ends and any character but NUL.
    package var fileName: String?
    /// As it was sent, printable ASCII; nil where there is none.
    package var contentType: String?

    package init(name: String, fileName: String? = nil, contentType: String? = nil) {
        self.name = name
        self.fileName = fileName
        self.contentType = contentType
    }
}

/// Reads one part's head byte by byte, so that the first byte which no head may have there is refused as it
/// comes: RFC 7578 has a use for three fields only, and any other is skipped, but none of them may be crooked.
struct MultipartHeadReader: Sendable {
    private enum Field: Sendable {
        case disposition
        case contentType
        case transferEncoding
        case other
    }

    private let limits: MultipartLimits
    private var bytesRead = 0
    private var fieldsRead = 0
    private var text = UTF8Check()
    private var isAfterCarriageReturn = false
    /// The line so far, without its line end.
    private var line: [UInt8] = []
    /// What the line is about and where its colon lies; nil before that.
    private var field: (kind: Field, colon: Int)?

    private var disposition: MultipartDisposition?
    /// The text, empty or not, once the field was there.
    private var contentType: String?
    private var hasTransferEncoding = false

    init(limits: MultipartLimits) {
        self.limits = limits
    }

    /// The head, when this byte was its last.
    mutating func accept(_ byte: UInt8) throws(MultipartFault) -> MultipartPartHead? {
        bytesRead += 1
        guard bytesRead <= limits.headBytesMax else { throw .headTooLong(bytesMax: limits.headBytesMax) }
        if isAfterCarriageReturn {
            guard byte == UInt8(ascii: "\n") else { throw .bareCarriageReturn }
            isAfterCarriageReturn = false
            return try finishLine()
        }
        guard text.accept(byte) else { throw .notUTF8 }
        switch byte {
        case UInt8(ascii: "\r"):
            guard line.isEmpty || field != nil else { throw .fieldNameInvalid }
            isAfterCarriageReturn = true
        case UInt8(ascii: "\n"):
            throw .bareLineFeed
        case 0x00..<0x20 where byte != UInt8(ascii: "\t"), 0x7F:
            throw .controlCharacter
        default:
            if field == nil { try acceptInName(byte) }
            line.append(byte)
        }
        return nil
    }

    private mutating func acceptInName(_ byte: UInt8) throws(MultipartFault) {
        if line.isEmpty {
            guard byte != UInt8(ascii: " "), byte != UInt8(ascii: "\t") else { throw .foldedLine }
            guard fieldsRead < limits.fieldsMax else { throw .tooManyFields(max: limits.fieldsMax) }
            fieldsRead += 1
        }
        guard byte == UInt8(ascii: ":") else {
            guard MultipartParameterReader.isTokenByte(byte) else { throw .fieldNameInvalid }
            return
        }
        guard !line.isEmpty else { throw .fieldNameInvalid }
        let kind = lineKind
        switch kind {
        case .disposition: guard disposition == nil else { throw .dispositionRepeated }
        case .contentType: guard contentType == nil else { throw .contentTypeRepeated }
        case .transferEncoding:
            guard !hasTransferEncoding else { throw .transferEncodingRepeated }
            hasTransferEncoding = true
        case .other: break
        }
        field = (kind, line.count)
    }

    private var lineKind: Field {
        let name = line.span
        if name.equalsIgnoringASCIICase("content-disposition") { return .disposition }
        if name.equalsIgnoringASCIICase("content-type") { return .contentType }
        if name.equalsIgnoringASCIICase("content-transfer-encoding") { return .transferEncoding }
        return .other
    }

    private mutating func finishLine() throws(MultipartFault) -> MultipartPartHead? {
        guard let (kind, colon) = field else { return try finishHead() }
        let value = MultipartParameterReader.trimmed(colon + 1..<line.count, of: line)
        switch kind {
        case .disposition:
            disposition = try MultipartDisposition(line, value, nameBytesMax: limits.fieldNameBytesMax)
        case .contentType:
            guard line[value].allSatisfy({ (0x20..<0x7F).contains($0) }) else { throw .contentTypeInvalid }
            contentType = String(decoding: line[value], as: UTF8.self)
        case .transferEncoding:
            // RFC 7578, section 4.7 deprecates the field. These three mean "as it is"; anything else would
            // ask us to decode, and to hand on bytes that nobody sent.
            let encoding = line.span.extracting(value)
            guard
                encoding.equalsIgnoringASCIICase("binary") || encoding.equalsIgnoringASCIICase("8bit")
                    || encoding.equalsIgnoringASCIICase("7bit")
            else { throw .transferEncodingUnsupported }
        case .other:
            break
        }
        line.removeAll(keepingCapacity: true)
        field = nil
        return nil
    }

    private func finishHead() throws(MultipartFault) -> MultipartPartHead {
        guard let disposition else { throw .dispositionMissing }
        return MultipartPartHead(
            name: disposition.name, fileName: disposition.fileName,
            contentType: contentType.flatMap { $0.isEmpty ? nil : $0 })
    }
}
