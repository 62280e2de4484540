import Bytes
import Operations

/// Everything about operations that comes from another node. The first byte says what the rest is taken for.
/// What is accepted has to be written again to the byte, and to give the same again.
@c(LLVMFuzzerTestOneInput)
func fuzzOperations(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    guard count > 0 else { return 0 }
    let input = [UInt8](UnsafeBufferPointer(start: start, count: count))
    let bytes = [UInt8](input[1...])
    switch input[0] {
    case UInt8(ascii: "h"):
        guard let header = try? OperationHeader(decoding: bytes.span) else { return 0 }
        precondition(header.encoded == bytes, "a header has one encoding")
    case UInt8(ascii: "e"):
        guard let envelope = try? Envelope(decoding: bytes.span) else { return 0 }
        precondition(envelope.encoded == bytes, "an envelope has one encoding")
        checkPayload(of: envelope.operation)
    case UInt8(ascii: "r"):
        guard let run = try? Run(decoding: bytes.span) else { return 0 }
        check(run, bytes)
    case UInt8(ascii: "c"):
        guard let certificate = try? Certificate(decoding: bytes.span) else { return 0 }
        precondition(certificate.encoded == bytes, "a certificate has one encoding")
        precondition(!certificate.supersedes(certificate), "nothing supersedes itself")
    case UInt8(ascii: "g"):
        guard let signed = try? SignedRegister(decoding: bytes.span) else { return 0 }
        precondition(signed.encoded == bytes, "a signed register has one encoding")
    case UInt8(ascii: "u"):
        guard let register = try? ReceiptRegister(decoding: bytes.span) else { return 0 }
        precondition(register.encoded == bytes, "a register has one encoding")
    case UInt8(ascii: "f"):
        guard let proof = try? ForkProof(decoding: bytes.span) else { return 0 }
        precondition(proof.ids.0 < proof.ids.1, "a fork has two sides")
    case UInt8(ascii: "k"):
        guard let clock = try? Clock(decoding: bytes.span) else { return 0 }
        precondition(clock.encoded == bytes, "a clock has one encoding")
        precondition(clock.joined(with: clock) == clock && clock.dominates(clock), "a clock joined with itself")
    case UInt8(ascii: "0")...UInt8(ascii: "9"):
        let kind = KnownKind.allCases.filter(\.hasPayload)[Int(input[0] - UInt8(ascii: "0")) % 8]
        checkPayload(bytes, of: .known(kind))
    default:
        break
    }
    return 0
}

private func check(_ run: Run, _ bytes: [UInt8]) {
    var packer = RunPacker()
    for (index, operation) in run.operations.enumerated() {
        precondition(
            packer.append(operation, certificate: index == 0 ? run.certificate : nil), "what came in a run fits in one")
        let again = try? OperationHeader(decoding: operation.headerBytes.span)
        precondition(again == operation.header, "a rebuilt header is one that could have been received")
        if index > 0 {
            let last = run.operations[index - 1]
            precondition((try? operation.header.check(follows: last.header, id: last.id)) != nil, "a run has no holes")
        }
        checkPayload(of: operation)
    }
    precondition(packer.finish() == bytes, "a run has one encoding")
}

private func checkPayload(of operation: Operation) {
    guard let payload = operation.payload else { return }
    checkPayload(payload, of: operation.header.kind)
}

/// A payload may hold more than we know; what we know of it must survive.
private func checkPayload(_ bytes: [UInt8], of kind: OperationKind) {
    guard let payload = try? Payload(bytes.span, of: kind) else { return }
    let again = try? Payload(payload.encoded.span, of: kind)
    precondition(again == payload, "a payload is not what it was written as")
}
