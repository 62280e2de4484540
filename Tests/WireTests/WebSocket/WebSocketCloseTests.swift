import Testing
import Wire

/// Group 7: the end of a connection.
struct WebSocketCloseTests: WebSocketSamples {
    // 7.1
    @Test func `nothing counts after a close frame`() {
        expect(
            [.text("Hello"), .close(1000), .ping(), .text("late"), .close(1001)],
            give: [
                .text("Hello"), .close(1000, ""),
            ])
        expect([.close(1000), Frame(opcode: 15, payload: [], reserved: 7)], give: [.close(1000, "")])
        expect([.text("a", isFinal: false), .close(1000), .more("b", isFinal: true)], give: [.close(1000, "")])
    }

    // 7.3
    @Test func `a close frame may be empty, and a code may come with a reason`() {
        expect([.close()], give: [.close(nil, "")])
        expect([.close(1000)], give: [.close(1000, "")])
        expect([.close(1000, Array("Hello World!".utf8))], give: [.close(1000, "Hello World!")])
        let longest = String(repeating: "*", count: 123)
        expect([.close(1000, Array(longest.utf8))], give: [.close(1000, longest)])
    }

    @Test func `half a code is refused`() {
        expect([.close([0x03])], give: [], fault: .closePayloadOfOneByte)
    }

    @Test func `a reason of 124 bytes is refused`() {
        let reason = [UInt8](repeating: 0x2A, count: 124)
        expect([.close(1000, reason)], give: [], fault: .controlFrameTooLong)
    }

    // 7.5
    @Test(
        arguments: [
            [0xCE, 0xBA, 0xE1, 0xBD, 0xB9, 0xED, 0xA0, 0x80], [0xC3], [0xFF], [0x61, 0xC0, 0xAF],
        ] as [[UInt8]])
    func `a reason that is not UTF-8 is refused`(reason: [UInt8]) {
        expect([.close(1000, reason)], give: [], fault: .invalidCloseReason)
    }

    @Test func `a reason keeps its characters`() {
        expect([.close(3000, Array("tschüß \u{1F44B}".utf8))], give: [.close(3000, "tschüß \u{1F44B}")])
    }

    // 7.7, 7.9, 7.13
    @Test func `all codes that may be sent are taken and all others refused`() {
        var taken: Set<Int> = []
        for code in Array(0...5_100) + stride(from: 5_131, through: 65_535, by: 61) {
            let outcome = Outcome(of: Frame.close(code).bytes(to: .client), role: .client)
            if outcome.received == [.close(UInt16(code), "")], outcome.fault == nil {
                taken.insert(code)
            } else if outcome.received != [] || outcome.fault != .closeCodeForbidden(UInt16(code)) {
                Issue.record("code \(code): \(outcome.summary)")
            }
        }
        #expect(taken == Set(1000...1003).union(1007...1014).union(3000...4999))
    }

    @Test(arguments: [1000, 1003, 1007, 1014, 3000, 3999, 4000, 4999])
    func `a code that may be sent is taken`(code: Int) {
        expect([.close(code, Array("why".utf8))], give: [.close(UInt16(code), "why")])
    }

    @Test(arguments: [0, 1, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 65_535])
    func `a code that is never sent is refused`(code: Int) {
        expect([.close(code)], give: [], fault: .closeCodeForbidden(UInt16(code)))
        expect([.close(code, Array("why".utf8))], give: [], fault: .closeCodeForbidden(UInt16(code)))
    }

    @Test func `a fault says what to answer`() {
        let faults: [UInt16: [WebSocketFault]] = [
            1002: [
                .reservedBits, .unknownOpcode(3), .unmaskedFrame, .maskedFrame, .lengthNotMinimal, .lengthTopBitSet,
                .controlFrameFragmented, .controlFrameTooLong, .continuationWithoutMessage, .messageInsideMessage,
                .closePayloadOfOneByte, .closeCodeForbidden(65_535),
            ],
            1007: [.invalidText, .invalidCloseReason],
            1009: [.messageTooLong, .tooManyFragments],
        ]
        var details: Set<String> = []
        for (code, faults) in faults {
            for fault in faults {
                #expect(fault.closeCode == code)
                #expect((1...123).contains(fault.detail.utf8.count))
                details.insert(fault.detail)
            }
        }
        #expect(details.count == 16, "each reason has its own words")
    }
}
