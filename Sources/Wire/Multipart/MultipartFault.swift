/// Why a form is refused. A fact about its bytes, the same however they were cut.
package enum MultipartFault: Error, Equatable, Sendable {
    case notFormData
    case boundaryMissing
    case boundaryInvalid

    case preambleTooLong(bytesMax: Int)
    case epilogueTooLong(bytesMax: Int)
    case paddingTooLong(bytesMax: Int)
    case delimiterMissing
    case endedEarly

    case tooManyParts(max: Int)
    case headTooLong(bytesMax: Int)
    case tooManyFields(max: Int)

    case bareCarriageReturn
    case bareLineFeed
    case foldedLine
    case controlCharacter
    case notUTF8
    case fieldNameInvalid

    case dispositionMissing
    case dispositionRepeated
    case dispositionNotFormData
    case dispositionMalformed
    case nameMissing
    case nameTooLong(bytesMax: Int)
    case extendedFileNameInvalid
    case contentTypeRepeated
    case contentTypeInvalid
    case transferEncodingRepeated
    case transferEncodingUnsupported

    /// A sentence for whoever wrote the client.
    package var detail: String {
        switch self {
        case .notFormData: "The content type is not multipart/form-data."
        case .boundaryMissing: "The content type names no boundary."
        case .boundaryInvalid: "The boundary is not one to 70 of the characters that RFC 2046 allows."
        case .preambleTooLong(let max): "More than \(max) bytes come before the first delimiter line."
        case .epilogueTooLong(let max): "More than \(max) bytes follow the closing delimiter."
        case .paddingTooLong(let max): "A delimiter line is padded with more than \(max) blanks."
        case .delimiterMissing: "The body has no line that begins with the boundary of its content type."
        case .endedEarly: "The body ends before the closing delimiter."
        case .tooManyParts(let max): "The form has more than \(max) parts."
        case .headTooLong(let max): "The head of a part is longer than \(max) bytes."
        case .tooManyFields(let max): "The head of a part has more than \(max) lines."
        case .bareCarriageReturn: "A carriage return in the head of a part has no line feed after it."
        case .bareLineFeed: "A line feed in the head of a part has no carriage return before it."
        case .foldedLine: "A line in the head of a part begins with a blank."
        case .controlCharacter: "The head of a part contains a control character."
        case .notUTF8: "The head of a part is not UTF-8."
        case .fieldNameInvalid: "A line in the head of a part does not begin with a name and a colon."
        case .dispositionMissing: "A part has no Content-Disposition."
        case .dispositionRepeated: "A part has more than one Content-Disposition."
        case .dispositionNotFormData: "The Content-Disposition of a part is not form-data."
        case .dispositionMalformed: "The Content-Disposition of a part has malformed or repeated parameters."
        case .nameMissing: "A part has no name."
        case .nameTooLong(let max): "The name of a part is longer than \(max) bytes."
        case .extendedFileNameInvalid: "The filename* of a part is not percent-encoded UTF-8 after RFC 8187."
        case .contentTypeRepeated: "A part has more than one Content-Type."
        case .contentTypeInvalid: "The Content-Type of a part is not printable ASCII."
        case .transferEncodingRepeated: "A part has more than one Content-Transfer-Encoding."
        case .transferEncodingUnsupported: "The Content-Transfer-Encoding of a part is not 7bit, 8bit or binary."
        }
    }
}
