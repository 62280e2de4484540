import Bytes

/// The parameters of a query as `@query-param` wants them (RFC 9421, section 2.2.8): taken apart and decoded
/// as HTML forms are, then percent-encoded anew in one way.
struct SignedQueryParameters {
    private let query: String

    /// With its `?`.
    init(_ query: String) {
        self.query = query
    }

    /// The value of the only parameter of that encoded name; nil where there is none, and where there are
    /// several, since it would be open which one was signed.
    func value(of name: String) -> String? {
        var found: String?
        for pair in query.utf8.dropFirst().split(separator: UInt8(ascii: "&")) {
            let encodedName = pair.prefix { $0 != UInt8(ascii: "=") }
            guard Self.reencoded(encodedName) == name else { continue }
            guard found == nil else { return nil }
            found = Self.reencoded(pair.dropFirst(encodedName.count + 1))
        }
        return found
    }

    private static func reencoded(_ text: Substring.UTF8View) -> String {
        var decoded: [UInt8] = []
        var rest = text
        while let next = rest.popFirst() {
            if next == UInt8(ascii: "+") {
                decoded.append(UInt8(ascii: " "))
            } else if next == UInt8(ascii: "%"), let high = rest.first.flatMap(Hex.value(of:)),
                let low = rest.dropFirst().first.flatMap(Hex.value(of:))
            {
                decoded.append(high << 4 | low)
                rest.removeFirst(2)
            } else {
                decoded.append(next)
            }
        }
        var encoded: [UInt8] = []
        // By way of a String, which mends what is not UTF-8 as forms do.
        for byte in String(decoding: decoded, as: UTF8.self).utf8 {
            switch byte {
            case UInt8(ascii: "*"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "a")...UInt8(ascii: "z"):
                encoded.append(byte)
            default:
                encoded.append(UInt8(ascii: "%"))
                encoded.append(contentsOf: Hex.encode([byte]).utf8.map(\.asciiUppercased))
            }
        }
        return String(decoding: encoded, as: UTF8.self)
    }
}

extension UInt8 {
    fileprivate var asciiUppercased: UInt8 {
        isLowercaseLetter ? self & ~0x20 : self
    }
}
