import Testing

@testable import Wire

struct HTTPResponseParserTests {
    /// Feeds a parser as a client does.
    private struct Driver {
        private(set) var responses: [HTTPResponseCase.Response] = []
        private(set) var fault: HTTPFault?
        private(set) var unread: [UInt8] = []
        private var parser = HTTPResponseParser()
        private var methods: ArraySlice<HTTPMethod>
        private var head: ResponseHead?
        private var body: [UInt8] = []
        private var isClosed = false

        init(methods: [HTTPMethod]) {
            self.methods = methods[...]
            expectNext()
        }

        private mutating func expectNext() {
            if let method = methods.popFirst() { parser.expect(method) }
        }

        mutating func receive(_ piece: some Collection<UInt8>) {
            guard fault == nil else { return }
            unread.append(contentsOf: piece)
            run()
        }

        mutating func close() {
            guard fault == nil else { return }
            isClosed = true
            do throws(HTTPFault) {
                try parser.closed()
                run()
            } catch {
                fault = error
            }
        }

        private mutating func run() {
            do throws(HTTPFault) {
                while try step() {}
            } catch {
                fault = error
            }
        }

        private mutating func step() throws(HTTPFault) -> Bool {
            let shown = unread
            switch try parser.step(shown.span) {
            case .needBytes(let consumed):
                unread.removeFirst(consumed)
                return false
            case .head(let head, let consumed):
                unread.removeFirst(consumed)
                if head.status < 200, head.status != 101 {
                    finish(head)
                } else {
                    self.head = head
                }
            case .body(let range, let consumed):
                body += shown[range]
                unread.removeFirst(consumed)
            case .end(let consumed):
                unread.removeFirst(consumed)
                if let head { finish(head) }
                head = nil
                if !parser.hasSwitchedProtocols { expectNext() }
            }
            return true
        }

        private mutating func finish(_ head: ResponseHead) {
            let text = String(decoding: body, as: UTF8.self)
            responses.append(HTTPResponseCase.Response(head.status, text, keepsAlive: head.keepsAlive))
            body = []
        }

        var ending: HTTPResponseCase.Ending {
            if let fault { return .refused(fault) }
            if parser.hasSwitchedProtocols { return .switched(left: unread.count) }
            if head != nil || !parser.isIdle || responses.last.map({ $0.status < 200 }) ?? true { return .waiting }
            return isClosed ? .closed : .open
        }
    }

    private func run(_ item: HTTPResponseCase, _ pieces: [ArraySlice<UInt8>]) -> Driver {
        var driver = Driver(methods: item.methods)
        for piece in pieces {
            driver.receive(piece)
        }
        if item.closes { driver.close() }
        return driver
    }

    @Test(arguments: HTTPResponseCase.all)
    func `a case comes out the same whole, byte by byte and cut in two`(_ item: HTTPResponseCase) {
        let bytes = item.bytes
        let whole = run(item, [bytes[...]])
        #expect(whole.responses == item.responses)
        #expect(whole.ending == item.ending)

        let single = run(item, bytes.indices.map { bytes[$0...$0] })
        #expect(single.responses == item.responses, "byte by byte")
        #expect(single.ending == item.ending, "byte by byte")

        guard bytes.count <= 160 else { return }
        for cut in 1..<max(bytes.count, 1) {
            let halves = run(item, [bytes[..<cut], bytes[cut...]])
            guard halves.responses == item.responses, halves.ending == item.ending else {
                Issue.record("cut at \(cut): \(halves.responses), \(halves.ending)")
                return
            }
        }
    }

    @Test func `the table is large and its names are its own`() {
        #expect(HTTPResponseCase.all.count >= 60)
        #expect(Set(HTTPResponseCase.all.map(\.description)).count == HTTPResponseCase.all.count)
    }

    @Test func `bytes that nobody awaits are a fault, a close is none`() throws {
        var parser = HTTPResponseParser()
        try parser.closed()
        #expect(parser.isIdle)
        #expect(throws: HTTPFault.responseNotAwaited) { try parser.step([0x48].span) }
        #expect(throws: HTTPFault.responseNotAwaited, "and stays one") { try parser.step([UInt8]().span) }
        #expect(!parser.isIdle)
    }
}
