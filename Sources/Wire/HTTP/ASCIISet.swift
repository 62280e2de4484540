/// A set of ASCII bytes as 128 bits: a constant the optimiser folds into the code, no table in memory.
struct ASCIISet {
    private let low: UInt64
    private let high: UInt64

    private init(low: UInt64, high: UInt64) {
        self.low = low
        self.high = high
    }

    func contains(_ byte: UInt8) -> Bool {
        let word = byte & 0x40 == 0 ? low : high
        return byte < 0x80 && (word &>> UInt64(byte)) & 1 == 1
    }

    /// ``!#$%&'*+-.^_`|~``, digits, letters: `tchar` of RFC 9110, section 5.6.2.
    static var token: ASCIISet { ASCIISet(low: 0x03FF_6CFA_0000_0000, high: 0x57FF_FFFF_C7FF_FFFE) }

    /// `token` without the small letters. Methods are case-sensitive, and every one in use is in capitals:
    /// `get` is a mistake or an attempt to slip past a filter, never another method.
    static var method: ASCIISet { ASCIISet(low: 0x03FF_6CFA_0000_0000, high: 0x5000_0001_C7FF_FFFE) }

    /// Visible ASCII without `#`, `"`, `<` and `>`. RFC 3986 forbids a few more in a path or query, which
    /// browsers nevertheless send bare (``[]{}|^` ``); nothing here gives those a meaning, so they may pass.
    static var target: ASCIISet { ASCIISet(low: 0xAFFF_FFF2_0000_0000, high: 0x7FFF_FFFF_FFFF_FFFF) }

    /// `target` without those that mean something there: `%`, `?` and `\`.
    static var plainTarget: ASCIISet { ASCIISet(low: 0x2FFF_FFD2_0000_0000, high: 0x7FFF_FFFF_EFFF_FFFF) }

    /// `-._~`, digits, letters: `unreserved` of RFC 3986, section 2.3. Also what a host name may consist of.
    static var unreserved: ASCIISet { ASCIISet(low: 0x03FF_6000_0000_0000, high: 0x47FF_FFFE_87FF_FFFE) }

    /// Hexadecimal digits, `:` and `.`: what stands between the brackets of an IPv6 address.
    static var addressLiteral: ASCIISet { ASCIISet(low: 0x07FF_4000_0000_0000, high: 0x0000_007E_0000_007E) }
}
