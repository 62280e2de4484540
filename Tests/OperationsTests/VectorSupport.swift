import Keys
import OperationVectors

@testable import Operations

/// What these bytes are refused with; nil if they are not.
func fault(of form: Refused.Form, _ bytes: [UInt8], _ context: [UInt8]?) -> OperationFault? {
    do throws(OperationFault) {
        switch form {
        case .header: _ = try OperationHeader(decoding: bytes.span)
        case .next:
            let last = try OperationHeader(decoding: context!.span)
            try OperationHeader(decoding: bytes.span).check(follows: last, id: OperationID(ofHeader: context!.span))
        case .envelope: _ = try Envelope(decoding: bytes.span)
        case .run:
            let run = try Run(decoding: bytes.span)
            if let context { try run.verify(under: Certificate(decoding: context.span)) }
        case .certificate: _ = try Certificate(decoding: bytes.span)
        case .register: _ = try SignedRegister(decoding: bytes.span)
        case .fork: _ = try ForkProof(decoding: bytes.span)
        case .clock: _ = try Clock(decoding: bytes.span)
        case .nature:
            let opening = try? DirectOpening(payload: context!.span)
            try RoomNature.direct(opening!.pair).check(OperationHeader(decoding: bytes.span))
        }
        return nil
    } catch {
        return error
    }
}

// The macro `#expect` takes its arguments apart and can't hold a Span, so tests pass arrays.

extension OperationHeader {
    init(decoding bytes: [UInt8]) throws(OperationFault) { try self.init(decoding: bytes.span) }
}

extension Envelope {
    init(decoding bytes: [UInt8]) throws(OperationFault) { try self.init(decoding: bytes.span) }
}

extension Run {
    init(decoding bytes: [UInt8]) throws(OperationFault) { try self.init(decoding: bytes.span) }
}

extension Certificate {
    init(decoding bytes: [UInt8]) throws(OperationFault) { try self.init(decoding: bytes.span) }
}

extension SignedRegister {
    init(decoding bytes: [UInt8]) throws(OperationFault) { try self.init(decoding: bytes.span) }
}

extension ForkProof {
    init(decoding bytes: [UInt8]) throws(OperationFault) { try self.init(decoding: bytes.span) }
}

extension Clock {
    init(decoding bytes: [UInt8]) throws(OperationFault) { try self.init(decoding: bytes.span) }
}

extension Payload {
    init?(_ bytes: [UInt8], of kind: OperationKind) throws(PayloadFault) { try self.init(bytes.span, of: kind) }
}

extension PayloadReference {
    init(of bytes: [UInt8]) { self.init(of: bytes.span) }
}

extension Hash {
    init(_ tag: Tag, of bytes: [UInt8]) { self.init(tag, of: bytes.span) }
}
