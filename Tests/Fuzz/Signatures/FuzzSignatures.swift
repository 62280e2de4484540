import Bytes
import FuzzInput
import Keys
import Wire

/// Signed requests, and what they are made of. Four bytes choose what is signed and what is altered then; the
/// rest is a message as `SignedMessage` reads it.
@c(LLVMFuzzerTestOneInput)
func fuzzSignatures(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    var input = FuzzInput(start, count)
    let options = input.byte()
    let alteration = Alteration(part: input.byte(), place: Int(input.byte()), byte: input.byte())
    let message = Message(&input)

    for (_, value) in message.fields.pairs { checkDictionary(value) }
    checkStranger(message, options)
    checkSigned(message, options, alteration)
    return 0
}

/// Three lines (method, authority, target), then fields until an empty line, then the content. With a number for
/// its method it is the answer, of that status, to a POST.
struct Message {
    var method: String
    var authority: String
    var target: String
    var fields = Fields()
    var content: [UInt8]

    init(_ input: inout FuzzInput) {
        method = String(decoding: input.line(), as: UTF8.self)
        authority = String(decoding: input.line(), as: UTF8.self)
        target = String(decoding: input.line(), as: UTF8.self)
        while true {
            let line = input.line()
            guard !line.isEmpty else { break }
            let name = line.prefix { $0 != UInt8(ascii: ":") }
            fields.pairs.append((String(decoding: name, as: UTF8.self), Array(line.dropFirst(name.count + 1))))
        }
        content = input.rest()
    }

    var status: Int? { Int(method) }

    var signable: SignableMessage {
        let request = SignableRequest(
            method: status == nil ? method : "POST", scheme: "https", authority: authority, target: target,
            fields: fields)
        return status.map { .response(status: $0, fields: fields, to: request) } ?? .request(request)
    }
}

struct Fields: SignableFields {
    var pairs: [(name: String, value: [UInt8])] = []

    func forEachValue(named name: String, _ body: (Span<UInt8>) -> Void) {
        for pair in pairs where pair.name.utf8.map(\.asciiLowercased).elementsEqual(name.utf8) { body(pair.value.span) }
    }
}

/// One change to a message on its way.
struct Alteration {
    let part: UInt8
    let place: Int
    let byte: UInt8

    func altered(_ message: Message) -> Message {
        var message = message
        switch part % 8 {
        case 0: message.method = altered(message.method)
        case 1: message.authority = altered(message.authority)
        case 2: message.target = altered(message.target)
        case 3:
            message.fields.pairs.insert(("x-\(byte % 4)", [byte]), at: place % (message.fields.pairs.count + 1))
        case 4 where !message.fields.pairs.isEmpty:
            message.fields.pairs.remove(at: place % message.fields.pairs.count)
        default:
            guard !message.fields.pairs.isEmpty else { break }
            // Those that were added last are the signature's own.
            let index = message.fields.pairs.count - 1 - Int(part >> 3) % message.fields.pairs.count
            message.fields.pairs[index].value = altered(message.fields.pairs[index].value)
        }
        return message
    }

    private func altered(_ text: String) -> String {
        String(decoding: altered(Array(text.utf8)), as: UTF8.self)
    }

    private func altered(_ bytes: [UInt8]) -> [UInt8] {
        var bytes = bytes
        let at = place % (bytes.count + 1)
        if at < bytes.count, byte & 1 == 0 {
            bytes[at] = byte
        } else {
            bytes.insert(byte, at: at)
        }
        return bytes
    }
}
