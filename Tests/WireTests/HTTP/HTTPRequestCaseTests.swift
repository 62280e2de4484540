import HTTPCases
import Testing

@testable import Wire

struct HTTPRequestCaseTests {
    private func run(_ pieces: [ArraySlice<UInt8>]) -> RequestDriver {
        var driver = RequestDriver()
        for piece in pieces {
            driver.receive(piece)
        }
        return driver
    }

    @Test(arguments: HTTPRequestCase.all)
    func `a case comes out the same whole, byte by byte and cut in two`(_ item: HTTPRequestCase) {
        let bytes = item.bytes
        let whole = run([bytes[...]])
        #expect(whole.outcome == item.outcome)
        #expect(whole.breaches == [])

        let single = run(bytes.indices.map { bytes[$0...$0] })
        #expect(single.outcome == item.outcome, "byte by byte")
        #expect(single.fault == whole.fault)
        #expect(single.breaches == [])

        guard bytes.count <= 160 else { return }
        for cut in 1..<max(bytes.count, 1) {
            let halves = run([bytes[..<cut], bytes[cut...]])
            guard halves.outcome == item.outcome, halves.fault == whole.fault, halves.breaches.isEmpty else {
                Issue.record("cut at \(cut): \(halves.outcome) \(halves.breaches)")
                return
            }
        }
    }

    @Test(arguments: HTTPRequestCase.all)
    func `a connection that stays open takes the same again`(_ item: HTTPRequestCase) {
        guard case .answered(let exchanges, isOpen: true) = item.outcome else { return }
        #expect(run([(item.bytes + item.bytes)[...]]).outcome == .answered(exchanges + exchanges, isOpen: true))
        #expect(run([item.bytes[...], item.bytes[...]]).outcome == .answered(exchanges + exchanges, isOpen: true))
    }

    @Test func `the table is large and its names are its own`() {
        let cases = HTTPRequestCase.all
        #expect(cases.count >= 230)
        #expect(Set(cases.map(\.name)).count == cases.count)
    }

    @Test func `a fault that needs no more bytes comes at the first bad one`() {
        let starts: [(String, HTTPFault)] = [
            ("\r\n\r\n\r\n", .tooManyEmptyLines), ("\n", .bareLF), ("\rG", .bareCR), ("\u{0}", .controlCharacter),
            ("GET / HTTP/1.1\r\nA: \u{0}", .controlCharacter), ("GET / HTTP/1.1\r\nA: 1\rB", .bareCR),
            ("GET / HTTP/1.1\r\nA: 1\n", .bareLF), ("GET / HTTP/1.1\n", .bareLF), ("GET /\r\n", .malformedRequestLine),
            ("GET / HTTP/2.0\r\n", .unsupportedVersion), ("GET / HTTP/1.1\r\n A: 1\r\n", .spaceBeforeFirstField),
            ("GET / HTTP/1.1\r\nA: 1\r\n 1\r\n", .foldedField), ("GET / HTTP/1.1\r\nA : 1\r\n", .spaceBeforeColon),
        ]
        for (start, fault) in starts {
            let bytes = Array(start.utf8)
            #expect(run([bytes[...]]).fault == fault)
            #expect(run([bytes.dropLast()[...]]).fault == nil, "\(start.debugDescription) without its last byte")
        }
    }
}
