/// As much of a frame from the node as a measurement looks at: many thousand a second come to a program that shares the
/// machine with the node.
struct HeardFrame {
    let isHello: Bool
    /// Where it stands among the node's events.
    let seq: Int?
    /// The number that a message begins with.
    let message: Int?

    init(_ bytes: Span<UInt8>) {
        isHello = Self.begins(bytes, #"{"type":"hello""#)
        // It comes behind the type, where there is one.
        let seqText: StaticString = #""seq":"#
        let seqPlace = Self.find(seqText, in: bytes, within: 0..<min(bytes.count, 48))
        seq = seqPlace.map { Self.number(in: bytes, at: $0) }
        guard Self.begins(bytes, #"{"type":"chat_message""#),
            let place = Self.find(#""content":"number "#, in: bytes, within: 0..<bytes.count)
        else {
            message = nil
            return
        }
        message = Self.number(in: bytes, at: place)
    }

    private static func begins(_ bytes: Span<UInt8>, _ text: StaticString) -> Bool {
        bytes.count >= text.utf8CodeUnitCount && matches(text, bytes, at: 0)
    }

    private static func matches(_ text: StaticString, _ bytes: Span<UInt8>, at place: Int) -> Bool {
        text.withUTF8Buffer { text in
            for index in text.indices where bytes[place + index] != text[index] { return false }
            return true
        }
    }

    /// The place behind the text.
    private static func find(_ text: StaticString, in bytes: Span<UInt8>, within range: Range<Int>) -> Int? {
        let count = text.utf8CodeUnitCount
        guard range.count >= count else { return nil }
        for place in range.lowerBound...(range.upperBound - count) where matches(text, bytes, at: place) {
            return place + count
        }
        return nil
    }

    private static func number(in bytes: Span<UInt8>, at place: Int) -> Int {
        var value = 0
        for index in place..<bytes.count {
            guard case let digit = Int(bytes[index]) - 0x30, (0...9).contains(digit), value < 1 << 53 else { break }
            value = value * 10 + digit
        }
        return value
    }
}
