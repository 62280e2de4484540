import CBOR
import Testing

/// Every example of RFC 8949, appendix A.
struct AppendixATests {
    /// What becomes of an example.
    enum Verdict: Sendable {
        /// Everybody reads it and writes the same.
        case value(CBORValue)
        /// Likewise, but only where floats or tags are allowed; else it is refused as what it is.
        case allowed(CBORValue, else: CBORType)
        /// Well-formed, and not the one encoding that its value has here.
        case refused(CBORFault.Kind)
    }

    static let examples: [(String, Verdict)] = [
        ("00", .value(.unsigned(0))),
        ("01", .value(.unsigned(1))),
        ("0a", .value(.unsigned(10))),
        ("17", .value(.unsigned(23))),
        ("1818", .value(.unsigned(24))),
        ("1819", .value(.unsigned(25))),
        ("1864", .value(.unsigned(100))),
        ("1903e8", .value(.unsigned(1_000))),
        ("1a000f4240", .value(.unsigned(1_000_000))),
        ("1b000000e8d4a51000", .value(.unsigned(1_000_000_000_000))),
        ("1bffffffffffffffff", .value(.unsigned(.max))),
        ("c249010000000000000000", .allowed(.tagged(2, .bytes(hex("010000000000000000"))), else: .tag)),
        ("3bffffffffffffffff", .value(.negative(.max))),
        ("c349010000000000000000", .allowed(.tagged(3, .bytes(hex("010000000000000000"))), else: .tag)),
        ("20", .value(.negative(0))),
        ("29", .value(.negative(9))),
        ("3863", .value(.negative(99))),
        ("3903e7", .value(.negative(999))),

        ("f90000", .allowed(.float(0.0), else: .float)),
        ("f98000", .allowed(.float(-0.0), else: .float)),
        ("f93c00", .allowed(.float(1.0), else: .float)),
        ("fb3ff199999999999a", .allowed(.float(1.1), else: .float)),
        ("f93e00", .allowed(.float(1.5), else: .float)),
        ("f97bff", .allowed(.float(65504.0), else: .float)),
        ("fa47c35000", .allowed(.float(100000.0), else: .float)),
        ("fa7f7fffff", .allowed(.float(3.4028234663852886e+38), else: .float)),
        ("fb7e37e43c8800759c", .allowed(.float(1.0e+300), else: .float)),
        ("f90001", .allowed(.float(5.960464477539063e-8), else: .float)),
        ("f90400", .allowed(.float(0.00006103515625), else: .float)),
        ("f9c400", .allowed(.float(-4.0), else: .float)),
        ("fbc010666666666666", .allowed(.float(-4.1), else: .float)),
        ("f97c00", .allowed(.float(.infinity), else: .float)),
        ("f97e00", .allowed(.float(.nan), else: .float)),
        ("f9fc00", .allowed(.float(-.infinity), else: .float)),
        ("fa7f800000", .refused(.notShortest)),
        ("fa7fc00000", .refused(.notShortest)),
        ("faff800000", .refused(.notShortest)),
        ("fb7ff0000000000000", .refused(.notShortest)),
        ("fb7ff8000000000000", .refused(.notShortest)),
        ("fbfff0000000000000", .refused(.notShortest)),

        ("f4", .value(.bool(false))),
        ("f5", .value(.bool(true))),
        ("f6", .value(.null)),
        ("f7", .refused(.notAllowed(.simple))),
        ("f0", .refused(.notAllowed(.simple))),
        ("f8ff", .refused(.notAllowed(.simple))),

        (
            "c074323031332d30332d32315432303a30343a30305a",
            .allowed(.tagged(0, .text("2013-03-21T20:04:00Z")), else: .tag)
        ),
        ("c11a514b67b0", .allowed(.tagged(1, .unsigned(1_363_896_240)), else: .tag)),
        ("c1fb41d452d9ec200000", .allowed(.tagged(1, .float(1_363_896_240.5)), else: .tag)),
        ("d74401020304", .allowed(.tagged(23, .bytes([1, 2, 3, 4])), else: .tag)),
        ("d818456449455446", .allowed(.tagged(24, .bytes(hex("6449455446"))), else: .tag)),
        (
            "d82076687474703a2f2f7777772e6578616d706c652e636f6d",
            .allowed(.tagged(32, .text("http://www.example.com")), else: .tag)
        ),

        ("40", .value(.bytes([]))),
        ("4401020304", .value(.bytes([1, 2, 3, 4]))),
        ("60", .value(.text(""))),
        ("6161", .value(.text("a"))),
        ("6449455446", .value(.text("IETF"))),
        ("62225c", .value(.text("\"\\"))),
        ("62c3bc", .value(.text("\u{FC}"))),
        ("63e6b0b4", .value(.text("\u{6C34}"))),
        ("64f0908591", .value(.text("\u{10151}"))),

        ("80", .value(.array([]))),
        ("83010203", .value(numbers(1...3))),
        ("8301820203820405", .value(.array([.unsigned(1), numbers(2...3), numbers(4...5)]))),
        ("98190102030405060708090a0b0c0d0e0f101112131415161718181819", .value(numbers(1...25))),
        ("a0", .value(.map([]))),
        ("a201020304", .value(.map([.init(.unsigned(1), .unsigned(2)), .init(.unsigned(3), .unsigned(4))]))),
        (
            "a26161016162820203",
            .value(.map([.init(.text("a"), .unsigned(1)), .init(.text("b"), numbers(2...3))]))
        ),
        ("826161a161626163", .value(.array([.text("a"), .map([.init(.text("b"), .text("c"))])]))),
        (
            "a56161614161626142616361436164614461656145",
            .value(.map(["a", "b", "c", "d", "e"].map { .init(.text($0), .text($0.uppercased())) }))
        ),

        ("5f42010243030405ff", .refused(.indefiniteLength)),
        ("7f657374726561646d696e67ff", .refused(.indefiniteLength)),
        ("9fff", .refused(.indefiniteLength)),
        ("9f018202039f0405ffff", .refused(.indefiniteLength)),
        ("9f01820203820405ff", .refused(.indefiniteLength)),
        ("83018202039f0405ff", .refused(.indefiniteLength)),
        ("83019f0203ff820405", .refused(.indefiniteLength)),
        ("9f0102030405060708090a0b0c0d0e0f101112131415161718181819ff", .refused(.indefiniteLength)),
        ("bf61610161629f0203ffff", .refused(.indefiniteLength)),
        ("826161bf61626163ff", .refused(.indefiniteLength)),
        ("bf6346756ef563416d7421ff", .refused(.indefiniteLength)),
    ]

    private static func numbers(_ range: ClosedRange<UInt64>) -> CBORValue {
        .array(range.map { .unsigned($0) })
    }

    @Test(arguments: examples)
    func `an example is read and written equally, or refused for its reason`(hexadecimal: String, verdict: Verdict)
        throws
    {
        let bytes = hex(hexadecimal)
        func kind(_ allowance: CBORAllowance) -> CBORFault.Kind? {
            fault { () throws(CBORFault) in _ = try CBORValue(decoding: bytes, allowing: allowance) }?.kind
        }
        switch verdict {
        case .value(let value):
            #expect(try CBORValue(decoding: bytes) == value)
            #expect(value.encoded == bytes)
        case .allowed(let value, else: let type):
            #expect(try CBORValue(decoding: bytes, allowing: [.floats, .tags]) == value)
            #expect(value.encoded == bytes)
            #expect(kind([]) == .notAllowed(type))
        case .refused(let reason):
            #expect(kind([.floats, .tags]) == reason)
            #expect(kind([]) == reason)
        }
    }

    @Test func `they are all there`() {
        #expect(Self.examples.count == 81)
        #expect(Set(Self.examples.map(\.0)).count == 81)
    }
}

/// What `body` was refused with.
func fault(_ body: () throws(CBORFault) -> Void) -> CBORFault? {
    do {
        try body()
        return nil
    } catch {
        return error
    }
}
