import Bytes
import Keys
import OperationVectors
import Operations
import Testing

@testable import Peers

struct SealedBodyTests {
    private let north = SampleNode.north
    private let south = SampleNode.south
    private var context: SealContext { SealContext(requestFrom: north.id, to: south.id) }

    private func content(_ count: Int) -> [UInt8] {
        (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 8) }
    }

    private func seal(_ count: Int) -> [UInt8] {
        SealedBodyWriter.seal(content(count), to: south.first.publicKey, context)
    }

    private func open(_ pieces: [ArraySlice<UInt8>], max: Int = 1 << 22) throws(SealedBodyFault) -> [UInt8] {
        var reader = SealedBodyReader(with: south.first, context, contentBytesMax: max)
        var content: [UInt8] = []
        for piece in pieces { try reader.append(Array(piece).span, into: &content) }
        try reader.finish()
        return content
    }

    @Test(arguments: [0, 1, 247, 248, 249, 255, 256, 1_000, 65_784, 65_785, 200_000])
    func `a body is opened to what was sealed, however it is cut`(count: Int) throws {
        let sealed = seal(count)
        #expect(sealed.count == SealedBody.sealedBytes(contentBytes: count))
        for pieces in cuts(sealed) where pieces.count < 100_000 { #expect(try open(pieces) == content(count)) }
    }

    @Test
    func `it is sealed to the same bytes, however its content comes`() throws {
        let entropy = SealEntropy(fixed: content(SealEntropy.count))!
        let content = content(70_000)
        let whole = SealedBodyWriter.seal(content, to: south.first.publicKey, context, entropy)
        // Byte by byte over the end of the first chunk, in pieces, and whole chunks at once.
        for ends in [Array(1...600), Array(stride(from: 13, to: 70_000, by: 13)), [65_536]] {
            var writer = SealedBodyWriter(to: south.first.publicKey, context, contentBytes: 70_000, entropy)
            var sealed = writer.opening
            var at = 0
            for end in ends + [70_000] {
                writer.append(content.span.extracting(at..<end), into: &sealed)
                at = end
            }
            writer.finish(into: &sealed)
            #expect(sealed == whole)
        }
        #expect(try open([whole[...]]) == content)
    }

    @Test
    func `two bodies of the same content have nothing in common`() {
        let (one, other) = (seal(300), seal(300))
        #expect(one.count == other.count && one.dropFirst() != other.dropFirst())
        #expect(zip(one.dropFirst(), other.dropFirst()).count { $0 == $1 } < 20)
    }

    @Test
    func `a body that is cut off anywhere is not whole`() {
        let sealed = seal(700)
        for end in sealed.indices { #expect(throws: SealedBodyFault.truncated) { try open([sealed[..<end]]) } }
        #expect(throws: SealedBodyFault.trailingBytes) { try open([sealed[...], [0]]) }
        #expect(throws: SealedBodyFault.trailingBytes) { try open([(sealed + sealed)[...]]) }
    }

    @Test
    func `no bit can be changed`() {
        let sealed = seal(300)
        for index in sealed.indices {
            var other = sealed
            other[index] ^= 1 << (index % 8)
            #expect(throws: SealedBodyFault.self) { try open([other[...]]) }
        }
    }

    @Test
    func `chunks can't be left out, exchanged or repeated`() {
        let sealed = seal(300_000)
        let opening = sealed[..<SealedBody.openingBytes]
        let first = sealed[SealedBody.openingBytes..<SealedBody.openingBytes + 273]
        let rest = sealed[(SealedBody.openingBytes + 273)...]
        let (second, third) = (rest.prefix(65_553), rest.dropFirst(65_553).prefix(65_553))
        let others = rest.dropFirst(2 * 65_553)
        #expect(throws: SealedBodyFault.broken) { try open([opening, first, third, second, others]) }
        #expect(throws: SealedBodyFault.broken) { try open([opening, first, second, second, third, others]) }
        #expect(throws: SealedBodyFault.broken) { try open([opening, first, third, others]) }
        #expect(throws: SealedBodyFault.truncated) { try open([opening, first, second, third]) }
        #expect(throws: SealedBodyFault.truncated) { try open([opening, first]) }
    }

    @Test
    func `only the receiver can open it, and only as what it is`() throws {
        let sealed = seal(300)
        let wrong: [(SigningKey, SealContext)] = [
            (north.first, context), (south.recovery, context),
            (south.first, SealContext(requestFrom: south.id, to: north.id)),
            (south.first, SealContext(requestFrom: south.id, to: south.id)),
            (south.first, SealContext(answerFrom: north.id, to: south.id, requestOpening: nil)),
            (south.first, SealContext(answerFrom: north.id, to: south.id, requestOpening: [1])),
        ]
        for (key, context) in wrong {
            #expect(throws: SealedBodyFault.broken) {
                try SealedBodyReader.open(sealed, with: key, context, contentBytesMax: 1_000)
            }
        }
        #expect(try SealedBodyReader.open(sealed, with: south.first, context, contentBytesMax: 300) == content(300))
    }

    @Test
    func `an answer with another beginning than the signed one is refused before it is opened`() throws {
        let (sealed, other, nothing) = (seal(10), seal(10), [UInt8]())
        var reader = SealedBodyReader(
            with: south.first, context, contentBytesMax: 100, opening: Array(other[..<SealedBody.openingBytes]))
        var content: [UInt8] = []
        #expect(throws: SealedBodyFault.anotherOpening) { try reader.append(sealed.span, into: &content) }
        #expect(throws: SealedBodyFault.anotherOpening) { try reader.append(nothing.span, into: &content) }
        #expect(throws: SealedBodyFault.anotherOpening) { try reader.finish() }
        #expect(content.isEmpty)
    }

    @Test
    func `a longer content than is taken is refused as soon as its length is known`() {
        let sealed = seal(200_000)
        #expect(throws: SealedBodyFault.tooLarge) {
            try open([sealed[..<(SealedBody.openingBytes + 273)]], max: 199_999)
        }
        #expect(throws: SealedBodyFault.unknownVersion(2)) { try open([[2] + sealed[1...]]) }
    }

    @Test
    func `lengths and padding that a careless sender makes up are refused`() throws {
        // The chunks of a stream that is sealed as it should be, with other things in them.
        func refusal(_ chunks: [[UInt8]]) -> SealedBodyFault? {
            var stream = SealedStreamWriter(to: south.first.publicKey)
            var sealed = [SealedBody.version] + stream.opening
            for (index, chunk) in chunks.enumerated() {
                stream.seal(chunk.span, isLast: index == chunks.count - 1, beside: context.bytes.span, into: &sealed)
            }
            do throws(SealedBodyFault) {
                _ = try open([sealed[...]])
                return nil
            } catch { return error }
        }
        func first(_ length: UInt64, _ rest: UInt8 = 0) -> [UInt8] {
            (0..<8).map { UInt8(truncatingIfNeeded: length >> (56 - 8 * $0)) } + [UInt8](repeating: rest, count: 248)
        }
        #expect(refusal([first(0)]) == nil)
        #expect(refusal([first(3, 1)]) == .badPadding)
        #expect(refusal([first(248)]) == nil)
        #expect(refusal([first(249)]) == .truncated)
        #expect(refusal([first(1 << 22)]) == .truncated)
        #expect(refusal([first(1 << 22 + 1)]) == .tooLarge)
        #expect(refusal([first(.max)]) == .tooLarge)
        #expect(refusal([first(0), [0]]) == .trailingBytes)
        #expect(refusal([first(249, 1), [1] + [UInt8](repeating: 0, count: 15)]) == nil)
        #expect(refusal([first(249, 1), [1] + [UInt8](repeating: 1, count: 15)]) == .badPadding)
    }

    @Test
    func `sizes are padded by an eighth at most, and never shrink`() {
        var last = 0
        var sizes: Set<Int> = []
        for count in Array(0..<5_000) + stride(from: 5_000, to: 1 << 22, by: 997) {
            let padded = SealedBody.paddedBytes(contentBytes: count)
            #expect(padded >= count + 8 && padded >= last)
            #expect(padded <= max(256, (count + 8) * 9 / 8), "\(count)")
            last = padded
            sizes.insert(padded)
        }
        #expect(sizes.count <= 321)
        #expect(SealedBody.paddedBytes(contentBytes: 1 << 50 - 1) <= 1 << 51)
    }

    @Test
    func `what is sealed with a given beginning is a sealed box of libsodium's`() throws {
        let entropy = SealEntropy(fixed: content(SealEntropy.count))!
        let writer = SealedStreamWriter(to: south.first.publicKey, entropy)
        let box = Array(writer.opening[..<80])
        let opened = try south.first.open(box.span)
        #expect(opened == Array(content(SealEntropy.count)[32..<64]))
        #expect(SealEntropy(fixed: [1]) == nil)
    }
}

struct SealedHeadTests {
    private let request = SealedHead.request(
        method: "GET", target: "/federation/v1/changes?since=AA&wait=55",
        fields: [.init("content-type", "application/cbor-seq"), .init("range", "bytes=0-9")])

    private func read(_ bytes: [UInt8]) throws(SealedHeadFault) -> (head: SealedHead, bytes: Int)? {
        try SealedHead.read(bytes.span)
    }

    @Test
    func `a head is read back from the beginning of a content, once it is all there`() throws {
        for head in [
            request, .answer(status: 206, fields: [.init("content-range", "bytes 0-9/10")]),
            .answer(status: 204, fields: []),
        ] {
            let bytes = try #require(head.encoded)
            for end in bytes.indices { #expect(try read(Array(bytes[..<end])) == nil) }
            let found = try #require(try read(bytes + [1, 2, 3]))
            #expect(found.head == head && found.bytes == bytes.count)
        }
    }

    @Test
    func `a head that would be another one when written out is not made`() {
        let heads: [SealedHead] = [
            .request(method: "get", target: "/", fields: []), .request(method: "", target: "/", fields: []),
            .request(method: "GET", target: "", fields: []), .request(method: "GET", target: "http://a/", fields: []),
            .request(method: "GET", target: "/ HTTP/1.1\r\nx: y", fields: []),
            .request(method: "GET", target: "/ä", fields: []),
            .request(method: "GET", target: "/" + String(repeating: "a", count: 4_096), fields: []),
            .answer(status: 99, fields: []), .answer(status: 100, fields: []), .answer(status: 600, fields: []),
            .answer(status: 200, fields: [.init("A", "b")]), .answer(status: 200, fields: [.init("a", "b\r\nc")]),
            .answer(status: 200, fields: [.init("a", " b")]), .answer(status: 200, fields: [.init("", "b")]),
            .answer(status: 200, fields: [.init("b", ""), .init("a", "")]),
            .answer(status: 200, fields: [.init("a", ""), .init("a", "")]),
            .answer(status: 200, fields: (0..<9).map { .init("a" + String(repeating: "a", count: $0), "") }),
            .answer(status: 200, fields: [.init("a", String(repeating: "b", count: 1_025))]),
        ]
        for head in heads { #expect(head.encoded == nil, "\(head)") }
    }

    @Test
    func `heads that can't be read are refused`() {
        #expect(throws: SealedHeadFault.tooLarge) { try read([0x20, 0x01]) }
        #expect(throws: SealedHeadFault.unreadable) { try read([0, 0]) }
        #expect(throws: SealedHeadFault.unknownVersion(2)) { try read([0, 2, 0x81, 2]) }
        #expect(throws: SealedHeadFault.unreadable) { try read([0, 2, 0x81, 1]) }
        #expect(throws: SealedHeadFault.unsound) { try read([0, 4, 0x83, 1, 0x05, 0x80]) }
        #expect(throws: SealedHeadFault.unreadable) { try read([0, 7, 0x83, 1, 0x18, 0xC8, 0x81, 0x61, 0x61]) }
        #expect(throws: SealedHeadFault.unreadable) { try read([0, 6, 0x83, 1, 0x18, 0xC8, 0x80, 0]) }
    }
}
