/// What an option takes, and how one says so to a person.
package enum OptionKind: Equatable, Sendable {
    case text
    case integer(ClosedRange<Int>)
    /// Bytes: `4096`, `64K`, `64M`, `1G`, in steps of 1,024.
    case size(ClosedRange<UInt64>)
    /// `250ms`, `30s`, `15m`, `12h`, `7d`.
    case duration(ClosedRange<Int64>)
    case choice([String])
    /// Where to listen or to connect to. A listening socket can't have a name that would have to be looked up.
    case endpoint(takesNames: Bool)
    /// `ADDRESS/BITS`.
    case network
    /// `http` or `https`, a host and perhaps a port, without a path.
    case url
    /// On or off: as a flag it needs no value.
    case toggle

    /// The value, or nil where `text` is none.
    package func value(of text: String) -> OptionValue? {
        guard !text.isEmpty, !text.utf8.contains(0) else { return nil }
        switch self {
        case .text: return .text(text)
        case .integer(let range):
            guard let number = Int(text), range.contains(number) else { return nil }
            return .integer(number)
        case .size(let range):
            guard let size = Quantity.bytes(text), range.contains(size) else { return nil }
            return .size(size)
        case .duration(let range):
            guard let duration = Quantity.milliseconds(text), range.contains(duration) else { return nil }
            return .duration(milliseconds: duration)
        case .choice(let words): return words.contains(text) ? .text(text) : nil
        case .endpoint(let takesNames): return Endpoint(text, takesNames: takesNames).map { .endpoint($0) }
        case .network: return NetworkRange(text).map { .network($0) }
        case .url: return WebURL(text).map { .url($0) }
        case .toggle:
            switch text {
            case "true", "yes", "on", "1": return .toggle(true)
            case "false", "no", "off", "0": return .toggle(false)
            default: return nil
            }
        }
    }

    /// What stands behind "takes" in a message.
    package var expectation: String {
        switch self {
        case .text: "a text"
        case .integer(let range): "a number from \(range.lowerBound) to \(range.upperBound)"
        case .size(let range):
            "a size such as 512K, 64M or 1G, from \(Quantity.text(bytes: range.lowerBound)) to \(Quantity.text(bytes: range.upperBound))"
        case .duration(let range):
            "a time such as 30s, 15m, 12h or 7d, from \(Quantity.text(milliseconds: range.lowerBound)) to \(Quantity.text(milliseconds: range.upperBound))"
        case .choice(let words):
            words.count == 1 ? words[0] : words.dropLast().joined(separator: ", ") + " or " + words.last!
        case .endpoint(takesNames: true): "HOST:PORT, [V6]:PORT or unix:PATH"
        case .endpoint(takesNames: false): "IP:PORT, localhost:PORT, [V6]:PORT or unix:PATH"
        case .network: "ADDRESS/BITS such as 10.0.0.0/8 or fd00::/8"
        case .url: "a URL such as https://chat.example.org, without a path"
        case .toggle: "on or off"
        }
    }
}

/// What an option was given.
package enum OptionValue: Equatable, Sendable {
    case text(String)
    case integer(Int)
    case size(UInt64)
    case duration(milliseconds: Int64)
    case endpoint(Endpoint)
    case network(NetworkRange)
    case url(WebURL)
    case toggle(Bool)
}
