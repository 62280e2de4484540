import Gossip

/// Every body that nodes exchange. The first byte says what the rest is taken for. What is accepted has to be
/// written again to the byte.
@c(LLVMFuzzerTestOneInput)
func fuzzGossip(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    guard count > 0 else { return 0 }
    let input = [UInt8](UnsafeBufferPointer(start: start, count: count))
    let bytes = [UInt8](input[1...])
    switch input[0] {
    case UInt8(ascii: "p"): check(try? PushRequest(decoding: bytes.span), bytes) { $0.encoded }
    case UInt8(ascii: "P"): check(try? PushAnswer(decoding: bytes.span), bytes) { $0.encoded }
    case UInt8(ascii: "l"):
        // The size that is asked for is cut to what is allowed.
        let pull = try? PullRequest(decoding: bytes.span)
        if let pull { check(try? PullRequest(decoding: pull.encoded.span), pull.encoded) { $0.encoded } }
    case UInt8(ascii: "L"): check(try? PullAnswerItem.decode(bytes.span), bytes) { PullAnswerItem.encode($0) }
    case UInt8(ascii: "C"): check(try? ChangesAnswer(decoding: bytes.span), bytes) { $0.encoded }
    case UInt8(ascii: "r"): check(try? RoomsRequest(decoding: bytes.span), bytes) { $0.encoded }
    case UInt8(ascii: "R"): check(try? RoomsAnswer(decoding: bytes.span), bytes) { $0.encoded }
    case UInt8(ascii: "s"): check(try? SignalsRequest(decoding: bytes.span), bytes) { $0.encoded }
    case UInt8(ascii: "k"):
        guard let clock = try? RoomClock(decoding: bytes.span) else { return 0 }
        precondition(clock.encoded == bytes, "a clock has one encoding")
        var joined = clock
        joined.join(clock)
        precondition(joined == clock && clock.beyond(clock).isEmpty, "a clock joined with itself")
    default: break
    }
    return 0
}

private func check<Body>(_ body: Body?, _ bytes: [UInt8], _ encode: (Body) -> [UInt8]) {
    guard let body else { return }
    precondition(encode(body) == bytes, "a body has one encoding")
}
