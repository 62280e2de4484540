import Bytes
import CBOR
import Keys
import OperationVectors
import Operations
import Testing

@testable import Peers

struct CardTests {
    @Test
    func `a card is read back to the byte, with all that is in it`() throws {
        let statement = Card.Statement(
            certificate: SampleNode.north.certificate, name: NodeName("Nordhafen Köln 港")!,
            url: NodeURL("http://[2001:db8::1]:8080"), versions: [1, 2, 1_000],
            limits: CardLimits(bodyBytes: 4_194_304, attachmentBytes: 1 << 30), givesDirectory: false,
            wantsSealed: true, time: moment())
        let card = try Card(statement, signingWith: SampleNode.north.first)
        let read = try Card(decoding: card.encoded, now: moment())
        #expect(read == card && read.statement == statement && read.node == SampleNode.north.id)
        #expect(read.statement.limits.bodyBytes == 4_194_304 && read.statement.limits["other"] == nil)
    }

    @Test
    func `no bit of a card can be changed, and no byte left out or added`() throws {
        let card = try sampleCard().encoded
        for index in card.indices {
            var other = card
            other[index] ^= 1 << (index % 8)
            #expect(throws: CardFault.self) { try Card(decoding: other) }
        }
        for end in card.indices { #expect(throws: CardFault.self) { try Card(decoding: Array(card[..<end])) } }
        #expect(throws: CardFault.self) { try Card(decoding: card + [0]) }
        #expect(throws: CardFault.tooLarge) { try Card(decoding: card + [UInt8](repeating: 0, count: 16_384)) }
    }

    @Test
    func `a card that another key signed, or one that has been handed over, is refused`() throws {
        let north = SampleNode.north
        let second = SampleNode.key("north second")
        let handedOver = try north.certificate.handingOver(to: second.publicKey, signedBy: north.first)
        #expect(throws: CardFault.wrongSignature) { try sampleCard(key: SampleNode.south.first) }
        #expect(throws: CardFault.wrongSignature) { try sampleCard(certificate: handedOver, key: north.first) }
        #expect(try sampleCard(certificate: handedOver, key: second).key == second.publicKey)
    }

    @Test
    func `a card from further ahead than five minutes is refused, and any older one is not`() throws {
        let card = try sampleCard().encoded
        #expect(throws: CardFault.tooEarly) { try Card(decoding: card, now: moment(-301)) }
        #expect(try Card(decoding: card, now: moment(-300)).node == SampleNode.north.id)
        #expect(try Card(decoding: card, now: Timestamp(milliseconds: .max)).node == SampleNode.north.id)
        #expect(throws: CardFault.tooEarly) { try Card(decoding: card, now: Timestamp(milliseconds: .min)) }
        let sample = try sampleCard().statement
        for time in [-1, 1 << 47, Int64.max] {
            var statement = sample
            statement.time = Timestamp(milliseconds: time)
            #expect(throws: CardFault.self) { try Card(statement, signingWith: SampleNode.north.first) }
        }
    }

    @Test
    func `a key that everybody knows makes no node`() throws {
        let zeros = SigningKey(seed: SecretBytes(copying: [UInt8](repeating: 0, count: 32).span))!
        let certificate = try Certificate(firstKey: zeros.publicKey, recoveryKey: SampleNode.north.recovery.publicKey)
        #expect(throws: CardFault.publishedKey) { try sampleCard(certificate: certificate, key: zeros) }
    }

    @Test(arguments: [
        ([UInt64](), CardFault.badValue), ([2, 1], .badValue), ([1, 1], .badValue), (Array(1...17), .tooLarge),
    ])
    func `versions that are none, don't ascend, or are too many are refused`(versions: [UInt64], fault: CardFault)
        throws
    {
        var statement = try sampleCard().statement
        statement.versions = versions
        #expect(throws: fault) { try Card(statement, signingWith: SampleNode.north.first) }
    }

    @Test
    func `limits that are not known are kept, and names that are none refused`() throws {
        var statement = try sampleCard().statement
        let names = ["z_z", "", "A", "a-b", String(repeating: "a", count: 33)]
        let taken = names.map { statement.limits.take($0, 5) }
        #expect(taken == [true, false, false, false, false])
        let card = try Card(statement, signingWith: SampleNode.north.first)
        #expect(try Card(decoding: card.encoded).statement.limits["z_z"] == 5)
    }

    @Test
    func `of two cards the certificate decides, then the time, then the hash`() throws {
        let north = SampleNode.north
        let second = SampleNode.key("north second")
        let handedOver = try north.certificate.handingOver(to: second.publicKey, signedBy: north.first)
        let (early, late) = (try sampleCard(), try sampleCard(seconds: 1))
        let new = try sampleCard(certificate: handedOver, key: second, seconds: -100)
        var other = early.statement
        other.url = nil
        let twin = try Card(other, signingWith: north.first)
        #expect(late.supersedes(early) && !early.supersedes(late))
        #expect(new.supersedes(late) && !late.supersedes(new))
        #expect(twin.supersedes(early) != early.supersedes(twin))
        #expect(twin.supersedes(early) == (twin.hash > early.hash))
        #expect(!early.supersedes(early))
        #expect(try !sampleCard(of: .south, seconds: 9).supersedes(early))
    }

    @Test
    func `a knock is read back, and refused where its card is`() throws {
        let knock = Knock(card: try sampleCard())
        let bytes = knock.encoded
        #expect(try Knock(decoding: bytes, now: moment()) == knock)
        #expect(throws: CardFault.tooEarly) { try Knock(decoding: bytes, now: moment(-400)) }
        for end in bytes.indices {
            #expect(throws: CardFault.self) { try Knock(decoding: Array(bytes[..<end]), now: moment()) }
        }
        var other = bytes
        other[1] = 2
        #expect(throws: CardFault.unknownVersion(2)) { try Knock(decoding: other, now: moment()) }
        #expect(throws: CardFault.self) { try Knock(decoding: bytes + [0], now: moment()) }
        #expect(throws: CardFault.tooLarge) {
            try Knock(decoding: bytes + [UInt8](repeating: 0, count: 16_400), now: moment())
        }
        #expect(throws: CardFault.self) { try Knock(decoding: [0x80], now: moment()) }
    }
}

struct NodeNameTests {
    @Test(arguments: ["north.example", "n", "Ümläut & Söhne", "港 😀", String(repeating: "a", count: 255)])
    func `a label that people can read is a name`(text: String) {
        #expect(NodeName(text)?.text == text)
    }

    @Test(arguments: [
        "", " a", "a ", "a\nb", "a\u{0}b", "a\u{1B}[31m", "a\u{7F}", "a\u{85}", "a\u{202E}b", "a\u{200B}b", "a\u{FEFF}",
        "a\u{A0}b", "a\u{2028}b", "a\u{E0041}", "a\u{FFFE}", "a\u{10FFFF}", "a\u{3000}b",
        String(repeating: "a", count: 256),
        String(repeating: "ä", count: 128),
    ])
    func `what hides, breaks lines, turns the direction or is too long is no name`(text: String) {
        #expect(NodeName(text) == nil)
    }
}

struct NodeURLTests {
    @Test(arguments: [
        "http://north.example", "https://north.example:8443", "http://127.0.0.1:8080", "http://[::1]:9",
        "https://[2001:db8::1]", "http://a:443", "https://a:80", "http://localhost", "http://x_y-z.example:65535",
    ])
    func `a URL of scheme, host and port is taken, and written as it came`(text: String) {
        #expect(NodeURL(text)?.description == text)
    }

    @Test(arguments: [
        "", "north.example", "ftp://a", "file:///etc/passwd", "http://", "http:///", "http://a/", "http://a/b",
        "http://a?b",
        "http://a#b", "http://u@a", "http://u:p@a", "HTTP://a", "http://A", "http://a:", "http://a:0", "http://a:080",
        "http://a:65536", "http://a:80", "https://a:443", "http://a:-1", "http://a:+1", "http://1", "http://1.2.3",
        "http://1.2.3.4.5", "http://0x7f000001", "http://0177.0.0.1", "http://01.2.3.4", "http://[::1", "http://::1",
        "http://[1.2.3.4]", "http://[::01]", "http://[0:0:0:0:0:0:0:1]", "http://[::FFFF]", "http://[fe80::1%eth0]",
        "http://a b",
        "http://a\u{0}b", "http://a\r\nb", "http://ä", "http://-a", "http://a-", "http://a..b", "http://.a",
        "http://a.", "http://a.1",
        "http://[]", "http://a[::1]", "http://[::1]a", "http:// a", "http://a\\b", "http://%61",
    ])
    func `whatever else is no URL of a node`(text: String) {
        #expect(NodeURL(text) == nil)
    }

    @Test
    func `the authority has no port that goes without saying`() {
        #expect(northURL.authority == "north.example" && northURL.port == 443)
        #expect(southURL.authority == "south.example:8443" && southURL.port == 8443)
    }
}

struct NodeKeyTests {
    @Test
    func `a key is the id in hex, and a fingerprint the first half of it in groups`() {
        let id = SampleNode.north.id
        #expect(NodeID(key: id.description) == id && NodeID(key: id.description.uppercased()) == id)
        #expect(NodeID(key: String(id.description.dropLast())) == nil && NodeID(key: id.description + "0") == nil)
        #expect(NodeID(key: "g" + id.description.dropFirst()) == nil)
        #expect(
            id.fingerprint.utf8.count == 39 && id.fingerprint.split(separator: " ").allSatisfy { $0.utf8.count == 4 })
        #expect(id.fingerprint.filter { $0 != " " } == id.description.prefix(32))
    }
}
