import Bytes
import FuzzInput
import Keys
import Operations
import Peers
import Wire

private let now = Timestamp(milliseconds: 1_800_000_000_000)
private let receiver = SigningKey(seed: SecretBytes(copying: [UInt8](repeating: 0x42, count: 32).span))!  // 32 bytes
private let node = NodeID(Hash(of: [1].span).bytes)

/// What strangers send before anybody knows who they are. The first byte says what the rest is taken for.
@c(LLVMFuzzerTestOneInput)
func fuzzPeers(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    var input = FuzzInput(start, count)
    switch input.byte() {
    case UInt8(ascii: "c"): checkCard(input.rest())
    case UInt8(ascii: "k"):
        let bytes = input.rest()
        guard let knock = try? Knock(decoding: bytes.span, now: now) else { return 0 }
        precondition(knock.encoded == bytes, "a knock has one encoding")
    case UInt8(ascii: "h"): checkHead(input.rest())
    case UInt8(ascii: "t"): checkTexts(String(decoding: input.rest(), as: UTF8.self))
    case UInt8(ascii: "s"):
        let cuts = FuzzCuts(&input)
        checkOpened(input.rest(), cuts)
    case UInt8(ascii: "r"): checkSealed(&input)
    default: break
    }
    return 0
}

private func checkCard(_ bytes: [UInt8]) {
    guard let card = try? Card(decoding: bytes.span) else { return }
    precondition(card.encoded == bytes && NodeID(key: card.node.description) == card.node, "a card is what came")
}

private func checkHead(_ bytes: [UInt8]) {
    guard let found = try? SealedHead.read(bytes.span) else { return }
    precondition(found.head.encoded == Array(bytes[..<found.bytes]), "a head has one encoding")
}

private func checkTexts(_ text: String) {
    if let url = NodeURL(text) { precondition(url.description == text && NodeURL(url.description) == url, "one URL") }
    if let name = NodeName(text) { precondition(name.text == text, "a name is what came") }
}

/// Whatever comes, however cut, is refused in the same way; nobody sealed it.
private func checkOpened(_ bytes: [UInt8], _ cuts: FuzzCuts) {
    let context = SealContext(requestFrom: node, to: node)
    for ends in cuts.ways(bytes.count) {
        var reader = SealedBodyReader(with: receiver, context, contentBytesMax: 1_000)
        var content: [UInt8] = []
        var at = 0
        var isRefused = false
        for end in ends {
            do throws(SealedBodyFault) {
                try reader.append(bytes.span.extracting(at..<end), into: &content)
            } catch { isRefused = true }
            at = end
        }
        do throws(SealedBodyFault) { try reader.finish() } catch { isRefused = true }
        precondition(isRefused && content.isEmpty, "a body that nobody sealed")
    }
}

/// What we seal is opened, in every cut; and with one byte changed, not.
private func checkSealed(_ input: inout FuzzInput) {
    let cuts = FuzzCuts(&input)
    let (place, change) = (input.word(), input.byte())
    let content = input.rest()
    let context = SealContext(requestFrom: node, to: node)
    let sealed = SealedBodyWriter.seal(content, to: receiver.publicKey, context)
    precondition(sealed.count == SealedBody.sealedBytes(contentBytes: content.count), "another size than was said")
    for ends in cuts.ways(sealed.count) {
        var reader = SealedBodyReader(with: receiver, context, contentBytesMax: content.count)
        var opened: [UInt8] = []
        var at = 0
        do {
            for end in ends {
                try reader.append(sealed.span.extracting(at..<end), into: &opened)
                at = end
            }
            try reader.finish()
        } catch { preconditionFailure("what was sealed is refused: \(error)") }
        precondition(opened == content, "something else was sealed")
    }
    guard change != 0 else { return }
    var altered = sealed
    altered[place % sealed.count] ^= change
    let opened = try? SealedBodyReader.open(altered, with: receiver, context, contentBytesMax: content.count)
    precondition(opened == nil, "altered, and yet opened")
}
