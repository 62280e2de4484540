/// Why a message was refused. There is no way to go on after one: where the next message would begin
/// is exactly what is no longer known, so the connection is closed.
package enum HTTPFault: Error, Equatable, Sendable {
    // Lines
    case bareCR
    case bareLF
    case controlCharacter
    case tooManyEmptyLines
    case requestLineTooLong
    case headTooLong
    case tooManyFields

    // The first line
    case malformedRequestLine
    case malformedMethod
    case unknownMethod
    case malformedVersion
    case unsupportedVersion
    case malformedStatusLine

    // The target
    case malformedTarget
    case forbiddenTargetCharacter
    case fragmentInTarget
    case asteriskWithoutOptions
    case userInformationInTarget
    case malformedAuthority
    case malformedPercentEncoding
    case targetNotUTF8
    case nullInPath
    case pathAboveRoot

    // Fields
    case spaceBeforeFirstField
    case foldedField
    case fieldWithoutColon
    case fieldWithoutName
    case spaceBeforeColon
    case malformedFieldName
    case missingHost
    case repeatedHost
    case malformedHost
    case unmetExpectation

    // Framing
    case repeatedContentLength
    case malformedContentLength
    case contentLengthWithTransferEncoding
    case transferEncodingInHTTP10
    case malformedTransferEncoding
    case unknownTransferCoding
    case chunkedNotLast
    case chunkedTwice
    case malformedChunkSize
    case chunkSizeTooLarge
    case malformedChunkExtension
    case chunkLineTooLong
    case tooMuchChunkOverhead
    case chunkWithoutEnd
    case trailersTooLong

    // Responses
    case responseNotAwaited
    case tooManyInterimResponses
    case closedBeforeResponse
    case closedWithinMessage

    /// What a server answers; 502 where it is a server that was wrong.
    package var status: UInt16 { answer.status }

    /// What is wrong, for people. Never contains anything that came from outside.
    package var detail: String { answer.detail }

    private var answer: (status: UInt16, detail: String) {
        switch self {
        case .bareCR: (400, "a carriage return without a line feed")
        case .bareLF: (400, "a line feed without a carriage return")
        case .controlCharacter: (400, "a control character in the head")
        case .tooManyEmptyLines: (400, "more than two empty lines before the request line")
        case .requestLineTooLong: (414, "the first line is too long")
        case .headTooLong: (431, "the head is too long")
        case .tooManyFields: (431, "too many fields")
        case .malformedRequestLine: (400, "the request line is not method, target and version")
        case .malformedMethod: (400, "the method is not a token in capital letters")
        case .unknownMethod: (501, "the method is not implemented")
        case .malformedVersion: (400, "the version is not HTTP/ and two digits")
        case .unsupportedVersion: (505, "only HTTP/1.0 and HTTP/1.1 are spoken here")
        case .malformedStatusLine: (502, "the status line is not version, three digits and a reason")
        case .malformedTarget: (400, "the target is neither a path nor an http URL")
        case .forbiddenTargetCharacter: (400, "the target contains a character that must be percent-encoded")
        case .fragmentInTarget: (400, "the target contains a fragment")
        case .asteriskWithoutOptions: (400, "the target * belongs to OPTIONS only")
        case .userInformationInTarget: (400, "the target contains user information")
        case .malformedAuthority: (400, "the target's host or port is malformed")
        case .malformedPercentEncoding: (400, "a percent sign without two hexadecimal digits")
        case .targetNotUTF8: (400, "the percent-decoded target is not UTF-8")
        case .nullInPath: (400, "the path contains a null character")
        case .pathAboveRoot: (400, "the path climbs above its root")
        case .spaceBeforeFirstField: (400, "white space before the first field")
        case .foldedField: (400, "a field is continued on a second line")
        case .fieldWithoutColon: (400, "a field line without a colon")
        case .fieldWithoutName: (400, "a field line without a name")
        case .spaceBeforeColon: (400, "white space between a field's name and the colon")
        case .malformedFieldName: (400, "a field name is not a token")
        case .missingHost: (400, "HTTP/1.1 requires a Host field")
        case .repeatedHost: (400, "more than one Host field")
        case .malformedHost: (400, "the Host field is malformed")
        case .unmetExpectation: (417, "the only expectation met here is 100-continue")
        case .repeatedContentLength: (400, "more than one Content-Length")
        case .malformedContentLength: (400, "Content-Length is not a number below 2^63")
        case .contentLengthWithTransferEncoding: (400, "both Content-Length and Transfer-Encoding")
        case .transferEncodingInHTTP10: (400, "Transfer-Encoding in an HTTP/1.0 message")
        case .malformedTransferEncoding: (400, "Transfer-Encoding is malformed")
        case .unknownTransferCoding: (501, "the only transfer coding understood here is chunked")
        case .chunkedNotLast: (400, "chunked is not the last transfer coding")
        case .chunkedTwice: (400, "chunked is named twice")
        case .malformedChunkSize: (400, "a chunk's size is not hexadecimal digits")
        case .chunkSizeTooLarge: (400, "a chunk's size is not below 2^63")
        case .malformedChunkExtension: (400, "a chunk extension is malformed")
        case .chunkLineTooLong: (400, "a chunk's size and extensions are too long")
        case .tooMuchChunkOverhead: (400, "the chunks are mostly overhead")
        case .chunkWithoutEnd: (400, "a chunk's data is not followed by the end of the line")
        case .trailersTooLong: (431, "the trailer fields are too long")
        case .responseNotAwaited: (502, "bytes arrived while no response was awaited")
        case .tooManyInterimResponses: (502, "too many interim responses")
        case .closedBeforeResponse: (502, "the connection was closed before a response")
        case .closedWithinMessage: (502, "the connection was closed within a message")
        }
    }
}
