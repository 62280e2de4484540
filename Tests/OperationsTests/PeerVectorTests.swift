import Bytes
import JSON
import Keys
import OperationVectors
import Operations
import Peers
import Testing
import Wire

/// Spec/vectors/peers.json, as it lies there.
struct PeerVectorTests {
    private func now(_ file: JSONValue) -> Timestamp {
        Timestamp(milliseconds: Int64(file["now"].text)!)
    }

    private func fields(_ value: JSONValue) -> HTTPFields {
        guard case .object(let members) = value else { preconditionFailure("Fields are an object") }
        return HTTPFields(members.map { ($0.key, $0.value.text) })
    }

    private func card(_ bytes: [UInt8], _ now: Timestamp) throws(CardFault) -> Card {
        try Card(decoding: bytes.span, now: now)
    }

    @Test
    func `cards say what the file says of them, and the newer one is found`() throws {
        let file = try vectors("peers.json")
        let cards = try file["cards"].list.map { vector in
            let card = try card(vector["card"].hex, now(file))
            #expect(card.node == vector["id"].node && card.node.fingerprint == vector["fingerprint"].text)
            #expect(card.key.description == vector["key"].text && card.name.text == vector["name"].text)
            #expect(card.url?.description == (vector["url"] == .null ? nil : vector["url"].text))
            #expect(card.statement.versions.map { Int($0) } == vector["versions"].list.map(\.number))
            #expect(card.statement.givesDirectory == (vector["directory"].text == "all"))
            #expect(card.statement.wantsSealed == vector["sealed"].isTrue)
            #expect(String(card.statement.time.milliseconds) == vector["time"].text)
            #expect(card.hash == vector["hash"].hash)
            return card
        }
        for row in file["newer"].list.map({ $0.list.map(\.number) }) {
            let other = row[2] == row[0] ? row[1] : row[0]
            #expect(cards[row[2]].supersedes(cards[other]) && !cards[other].supersedes(cards[row[2]]))
        }
        for vector in file["knocks"].list {
            let bytes = vector["knock"].hex
            #expect(try Knock(decoding: bytes.span, now: now(file)).card == cards[vector["card"].number])
        }
    }

    @Test
    func `cards that break a rule are refused with its code`() throws {
        let file = try vectors("peers.json")
        #expect(Set(file["refused_cards"].list.map(\.self["code"].text)).count == 10)
        for vector in file["refused_cards"].list {
            var code = ""
            do throws(CardFault) { _ = try card(vector["card"].hex, now(file)) } catch { code = error.code }
            #expect(code == vector["code"].text && !code.isEmpty, "\(vector["about"].text)")
        }
    }

    @Test
    func `requests are their sender's, and answers those of the asked`() throws {
        let file = try vectors("peers.json")
        for vector in file["requests"].list {
            var check = PeerRequestCheck(
                destination: NodeURL(vector["destination"].text)!, startedAt: Timestamp(milliseconds: 0))
            let proof = try check.check(
                vector["method"].text, vector["target"].text, fields(vector["fields"]), now: now(file)
            ) { _ in PeerKeys(SampleNode.north.certificate) }
            let content = vector["content"].hex
            #expect(proof.key.description == vector["key"].text && proof.holds(content))
        }
        for vector in file["answers"].list {
            let request = SignableRequest(
                method: vector["method"].text, scheme: "https", authority: "south.example:8443",
                target: vector["target"].text, fields: fields(vector["request"]))
            let message = SignableMessage.response(
                status: vector["status"].number, fields: fields(vector["fields"]), to: request)
            let policy = SignaturePolicy(label: "p", required: [.status], needsNonce: false)
            let key = PublicKey(hex: vector["key"].text)
            #expect(try message.verified(by: policy, now: now(file)) { _ in key }.key == key)
        }
    }

    @Test
    func `requests that break a rule are refused with its code`() throws {
        let file = try vectors("peers.json")
        for vector in file["refused_requests"].list {
            var check = PeerRequestCheck(
                destination: NodeURL(vector["destination"].text)!, startedAt: Timestamp(milliseconds: 0))
            let certificate = try vector["certificate"].optionalHex.map { try Certificate(decoding: $0) }
            var code = ""
            do throws(PeerRefusal) {
                let proof = try check.check(
                    vector["method"].text, vector["target"].text, fields(vector["fields"]), now: now(file)
                ) { _ in certificate.map { PeerKeys($0) } }
                if !proof.holds(vector["content"].hex) { throw .content }
            } catch { code = error.code }
            #expect(code == vector["code"].text && !code.isEmpty, "\(vector["about"].text)")
        }
    }

    @Test
    func `sealed bodies are opened`() throws {
        for vector in try vectors("peers.json")["sealed"].list {
            let (from, to) = (vector["from"].node, vector["to"].node)
            let context =
                vector["answers"].optionalHex.map {
                    SealContext(answerFrom: from, to: to, requestOpening: $0)
                } ?? SealContext(requestFrom: from, to: to)
            let key = SigningKey(seed: SecretBytes(copying: vector["seed"].hex.span))!  // 32 bytes
            let opened = try SealedBodyReader.open(vector["sealed"].hex, with: key, context, contentBytesMax: 1_000)
            #expect(opened == vector["content"].hex)
        }
    }
}
