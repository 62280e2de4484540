import Bytes

/// The small texts that arrive in every protocol: UTF-8, hex, base 64, UUIDs and times. What is accepted
/// has to come out of the writer as it went in, and to be accepted again.
@c(LLVMFuzzerTestOneInput)
func fuzzText(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = [UInt8](UnsafeBufferPointer(start: start, count: count))

    let isText = UTF8Check.isValid(bytes.span)
    let text = String(validating: bytes, as: UTF8.self)
    precondition(isText == (text != nil), "UTF8Check and the standard library disagree")
    checkPieces(of: bytes, expected: isText)

    guard let text else { return 0 }
    for alphabet in [Base64.padded, .url] {
        if let decoded = alphabet.decode(text) {
            precondition(alphabet.encode(decoded) == text, "base 64 has one text for one value")
        }
        precondition(alphabet.decode(alphabet.encode(bytes)) == bytes, "base 64 loses bytes")
    }
    if let decoded = Hex.decode(text) {
        precondition(Hex.encode(decoded) == text.lowercased(), "hex has one lower-case text for one value")
    }
    if let uuid = UUID(text) {
        precondition(uuid.description == text.lowercased(), "a UUID has one lower-case text")
    }
    if let moment = Timestamp(rfc3339: text) {
        // An offset may lead out of the years that can be written, where `rfc3339` says the nearest one.
        let nearest = min(max(moment, Timestamp.writable.lowerBound), Timestamp.writable.upperBound)
        precondition(Timestamp(rfc3339: moment.rfc3339) == nearest, "a moment is not what it was written as")
        precondition(moment.httpDate.utf8.count == 29, "an HTTP date has one length")
    }
    return 0
}

/// The same answer for the whole, for every cut in two, and byte by byte.
private func checkPieces(of bytes: [UInt8], expected: Bool) {
    var single = UTF8Check()
    let accepted = bytes.allSatisfy { single.accept($0) } && single.isComplete
    precondition(accepted == expected, "UTF8Check byte by byte")
    guard bytes.count <= 64 else { return }
    for cut in 0...bytes.count {
        var check = UTF8Check()
        let accepted =
            check.accept(bytes.span.extracting(0..<cut)) && check.accept(bytes.span.extracting(cut..<bytes.count))
            && check.isComplete
        precondition(accepted == expected, "UTF8Check cut at \(cut)")
    }
}
