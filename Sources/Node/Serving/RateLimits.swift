import API
import Chat
import Configuration

/// What `--rate-limits` says: `on`, `off`, or figures for single kinds, such as `login=10/1m,read=500/1s`.
enum RateLimits {
    private static let expectation = "on, off, or KIND=N/TIME with commas between them, such as login=10/1m"

    static func figures(_ settings: Settings) throws(UsageFault) -> Rates.Figures {
        let text = settings.text("rate-limits") ?? "on"
        switch text {
        case "on": return Rates.Figures()
        case "off": return .none
        default: break
        }
        var figures = Rates.Figures()
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            let sides = part.split(separator: "=", omittingEmptySubsequences: false)
            guard sides.count == 2, let rate = rate(sides[1]), set(rate, for: sides[0], in: &figures) else {
                throw .wrongValue(
                    settings.place(of: "rate-limits") ?? .flag("--rate-limits"), text, expected: expectation)
            }
        }
        return figures
    }

    /// `N/TIME`: so many at once, and so many in each such time.
    private static func rate(_ text: Substring) -> Rate? {
        let sides = text.split(separator: "/", omittingEmptySubsequences: false)
        guard sides.count == 2, let burst = Int64(sides[0]), (1...1_000_000).contains(burst),
            case .duration(let milliseconds)? = OptionKind.duration(1...86_400_000).value(of: String(sides[1]))
        else { return nil }
        return Rate(burst: burst, each: max(1, milliseconds / burst))
    }

    private static func set(_ rate: Rate, for kind: Substring, in figures: inout Rates.Figures) -> Bool {
        switch kind {
        case "login":
            figures.accounts?.loginPerAccount = rate
            figures.accounts?.loginPerAddress = AccountLimits.Rates.addressRate(of: rate)
        case "register": figures.accounts?.registrations = rate
        case "send": figures.rates[.send] = rate
        case "write": figures.rates[.write] = rate
        case "read": figures.rates[.read] = rate
        case "upload": figures.rates[.upload] = rate
        case "search": figures.rates[.search] = rate
        case "public": figures.rates[.public] = rate
        default: return false
        }
        return true
    }
}
