import Bytes
import JSON
import Keys
import OperationVectors
import Testing

@testable import Operations

/// The files of Spec/vectors are part of the specification: these tests read them, and fail where the code and
/// they differ.
struct VectorFileTests {
    @Test
    func `each file is what the command writes, and not too large to look at`() throws {
        for file in try VectorFile.all() {
            #expect(try vectorText(file.name) == file.text, "\(file.name): swift run parley-vectors Spec/vectors")
            #expect(file.text.utf8.count <= 300_000, "\(file.name)")
        }
    }

    @Test
    func `keys, nodes, users and rooms have the names that the files give them`() throws {
        let file = try vectors("identity.json")
        for key in file["keys"].list {
            let made = SigningKey(seed: SecretBytes(copying: key["seed"].hex.span))
            #expect(made?.publicKey.description == key["public"].text)
        }
        for node in file["nodes"].list {
            let id = NodeID(
                firstKey: PublicKey(hex: node["first_key"].text)!,
                recoveryKey: PublicKey(hex: node["recovery_key"].text)!)
            #expect(id.description == node["id"].text)
            #expect(RoomID(directoryOf: id).description == node["directory"].text)
        }
        for user in file["users"].list {
            let id = UserID(node: user["node"].node, handle: Handle(user["handle"].text)!)
            #expect(id.uuid.description == user["uuid"].text)
        }
        for room in file["direct_rooms"].list {
            let users = room["users"].list.map { UserID(node: $0.list[0].node, handle: Handle($0.list[1].text)!) }
            let pair = DirectPair(users[0], users[1])
            #expect(pair.encoded == room["encoded"].hex)
            #expect(RoomID(direct: pair).description == room["room"].text)
            #expect(RoomID(direct: pair).uuid.description == room["uuid"].text)
        }
        for file in file["files"].list {
            let message = OperationID(file["message"].hash.bytes)
            let uuid = message.uuid(ofFile: file["blob"].hash, repetition: file["repetition"].number)
            #expect(uuid.description == file["uuid"].text)
        }
    }

    @Test
    func `certificates are read, and merged as the file says`() throws {
        let file = try vectors("identity.json")
        let certificates = try file["certificates"].list.map { vector in
            let certificate = try Certificate(decoding: vector["encoded"].hex)
            #expect(certificate.encoded == vector["encoded"].hex)
            #expect(certificate.node == vector["node"].node)
            #expect(certificate.hash == vector["hash"].hash)
            #expect(certificate.currentKey.description == vector["current_key"].text)
            return certificate
        }
        #expect(!file["merges"].list.isEmpty)
        for merge in file["merges"].list.map({ $0.list.map(\.number) }) {
            #expect(certificates[merge[0]].merged(with: certificates[merge[1]]) == certificates[merge[2]])
        }
    }

    @Test
    func `operations are read and written again to the byte`() throws {
        let certificates = try vectors("identity.json")["certificates"].list
            .map { try Certificate(decoding: $0["encoded"].hex) }
        for vector in try vectors("operations.json")["operations"].list {
            let about = Comment(rawValue: vector["about"].text)
            let header = try OperationHeader(decoding: vector["header"].hex)
            let fields = vector["fields"]
            #expect(header.encoded == vector["header"].hex, about)
            #expect(header.origin == fields["origin"].node)
            #expect(String(header.epoch) == fields["epoch"].text)
            #expect(Int(header.seq) == fields["seq"].number)
            #expect(header.previous.description == fields["prev"].text)
            #expect(header.dependencies.map(\.description) == fields["deps"].list.map(\.text))
            #expect(String(header.time.value) == fields["time"].text)
            #expect(header.author.text == fields["author"].text)
            #expect(header.kind.name == fields["kind"].text)
            #expect(header.payload?.size ?? 0 == fields["payload_size"].number)

            let envelope = try Envelope(decoding: vector["envelope"].hex)
            #expect(envelope.encoded == vector["envelope"].hex, about)
            #expect(envelope.operation.id.description == vector["id"].text)
            #expect(envelope.operation.id.uuid.description == vector["uuid"].text)
            #expect(envelope.operation.room.description == vector["room"].text)
            #expect(envelope.operation.payload == vector["payload"].optionalHex)
            if vector["signature"] != .null {
                let signers = certificates.filter { envelope.operation.isSigned(under: $0) }
                #expect(!signers.isEmpty, about)
                #expect(Set(signers.map(\.currentKey)).count == 1, about)
            }
        }
    }

    @Test
    func `payloads fit or don't as the file says`() throws {
        let file = try vectors("payloads.json")
        for vector in file["fit"].list {
            let kind = OperationKind(vector["kind"].text)!
            let payload = try #require(try Payload(vector["payload"].hex, of: kind))
            #expect(PayloadReference(of: vector["payload"].hex).hash == vector["hash"].hash)
            // What has members that nobody knows is written without them, and says the same.
            #expect(try Payload(payload.encoded, of: kind) == payload)
            if !vector["about"].text.contains("nobody knows") { #expect(payload.encoded == vector["payload"].hex) }
        }
        for vector in file["unfit"].list {
            let kind = OperationKind(vector["kind"].text)!
            let fault = PayloadFault(rawValue: vector["fault"].text)
            #expect(throws: try #require(fault)) { try Payload(vector["payload"].hex, of: kind) }
        }
        #expect(Set(file["unfit"].list.map { $0["fault"].text }) == Set(PayloadFault.allCases.map(\.rawValue)))
    }

    @Test
    func `runs are unpacked to the operations that went into them`() throws {
        for vector in try vectors("runs.json")["runs"].list {
            let run = try Run(decoding: vector["run"].hex)
            let certificate = try Certificate(decoding: vector["certificate"].hex)
            try run.verify(under: certificate)
            #expect(run.operations.map(\.headerBytes) == vector["operations"].list.map { $0["header"].hex })
            #expect(run.operations.map(\.id.description) == vector["operations"].list.map { $0["id"].text })
            #expect(run.operations.map(\.payload) == vector["operations"].list.map { $0["payload"].optionalHex })
        }
    }

    @Test
    func `continuations go on from what is here, or are refused with their code`() throws {
        let list = try vectors("runs.json")["continuations"].list
        #expect(list.count == 5)
        for vector in list {
            let certificate = try Certificate(decoding: vector["certificate"].hex)
            let last = OperationID(vector["after"].hash.bytes)
            var code: String?
            do throws(OperationFault) {
                let run = try continued(vector, after: last)!  // there is something to go on from
                try run.verify(under: certificate)
                #expect(run.operations.map(\.id.description) == vector["ids"].list.map(\.text))
                #expect(Run.isContinuation(vector["run"].hex))
                #expect(try continued(vector, after: nil) == nil)
            } catch { code = error.rawValue }
            #expect(code == (vector["code"] == .null ? nil : vector["code"].text), "\(vector["about"].text)")
        }
    }

    /// Nil for the id to somebody who has nothing of the feed.
    private func continued(_ vector: JSONValue, after last: OperationID?) throws(OperationFault) -> Run? {
        let room = RoomID(vector["room"].hash.bytes)
        return try Run(continuing: vector["run"].hex.span, of: vector["origin"].node, in: room) { _ in last }
    }

    @Test
    func `forks are proven, and where they are`() throws {
        for vector in try vectors("forks.json")["forks"].list {
            let proof = try ForkProof(decoding: vector["proof"].hex)
            #expect(proof.room.description == vector["room"].text)
            #expect(proof.feed.origin == vector["origin"].node)
            #expect(String(proof.feed.epoch) == vector["epoch"].text)
            #expect(Int(proof.seq) == vector["seq"].number)
            #expect([proof.ids.0, proof.ids.1].map(\.description) == vector["ids"].list.map(\.text))
        }
    }

    @Test
    func `registers are read, and merged as the file says`() throws {
        let file = try vectors("registers.json")
        let registers = try file["registers"].list.map { vector in
            let signed = try SignedRegister(decoding: vector["signed"].hex)
            #expect(signed.encoded == vector["signed"].hex)
            #expect(signed.register.encoded == vector["register"].hex)
            #expect(signed.hash == vector["hash"].hash)
            #expect(Int(signed.version.generation) == vector["generation"].number)
            #expect(String(signed.register.counter) == vector["counter"].text)
            #expect(signed.register.readers.map(\.handle.text) == vector["readers"].list.map { $0.list[0].text })
            return signed
        }
        for merge in file["merges"].list.map({ $0.list.map(\.number) }) {
            #expect(registers[merge[0]].merged(with: registers[merge[1]]).hash == registers[merge[2]].hash)
        }
    }

    @Test
    func `clocks are encoded, joined and compared as the file says`() throws {
        let file = try vectors("clocks.json")
        let clocks = try file["clocks"].list.map { vector in
            let clock = try Clock(decoding: vector["encoded"].hex)
            #expect(clock.encoded == vector["encoded"].hex)
            #expect(clock.digest == vector["digest"].hash)
            #expect(clock.entries.count == vector["entries"].list.count)
            return clock
        }
        for pair in file["pairs"].list {
            let (one, other) = (clocks[pair["one"].number], clocks[pair["other"].number])
            #expect(one.joined(with: other).encoded == pair["joined"].hex)
            #expect(one.dominates(other) == pair["dominates"].isTrue)
            #expect(
                one.difference(from: other).map {
                    "\($0.feed.origin) \($0.feed.epoch) \($0.seqs.lowerBound) \($0.seqs.upperBound)"
                }
                    == pair["difference"].list.map { $0.list.map(\.text).joined(separator: " ") })
        }
    }

    @Test
    func `times follow each other as the file says`() throws {
        let file = try vectors("times.json")
        for vector in file["next"].list {
            let past = vector["past"] == .null ? nil : HybridTime(UInt64(vector["past"].text)!)
            let next = HybridTime.next(after: past, clockMilliseconds: Int64(vector["clock"].text)!)
            #expect(next.map { String($0.value) } == (vector["next"] == .null ? nil : vector["next"].text))
        }
        for vector in file["early"].list {
            let time = HybridTime(UInt64(vector["time"].text)!)!
            #expect(time.isEarly(clockMilliseconds: Int64(vector["clock"].text)!) == vector["early"].isTrue)
        }
    }

    @Test(arguments: ["refused-headers.json", "refused.json"])
    func `what must be refused is, with its code`(name: String) throws {
        for vector in try vectors(name)["refused"].list {
            let form = try #require(Refused.Form(rawValue: vector["form"].text))
            let found = fault(of: form, vector["bytes"].hex, vector["context"].optionalHex)
            #expect(found?.rawValue == vector["code"].text, "\(form): \(vector["about"].text)")
        }
    }

    @Test
    func `what is as large as can be is taken, and what is larger by one refused`() throws {
        for vector in try vectors("limits.json")["limits"].list {
            let bytes = LargeBytes(vector["bytes"]).bytes
            var found: String?
            if vector["form"].text == "payload" {
                do throws(PayloadFault) {
                    _ = try Payload(bytes, of: OperationKind("message.post")!)
                } catch {
                    found = error.rawValue
                }
            } else {
                let form = try #require(Refused.Form(rawValue: vector["form"].text))
                found = fault(of: form, bytes, vector["context"].optionalHex)?.rawValue
            }
            let code = vector["code"] == .null ? nil : vector["code"].text
            #expect(found == code, "\(vector["limit"].text): \(vector["about"].text)")
        }
    }

    /// Save for what has files of its own.
    @Test
    func `every limit of the specification has something that is just within and something just beyond`() throws {
        let section = try vectorText("../operations.md").split(separator: "\n## ").first { $0.hasPrefix("14. Limits") }
        let rows = try #require(section).split(separator: "\n").filter { $0.hasPrefix("| ") }.dropFirst()
        let names = rows.map { String($0.dropFirst(2).prefix { $0 != "|" }.dropLast()) }
        #expect(names.count == 15)
        let limits = try vectors("limits.json")["limits"].list
        for name in names where name != "ahead of the local clock" && name != "members of payloads" {
            let codes = limits.filter { $0["limit"].text == name }.map { $0["code"] }
            // What is filled up to its limit is refused for another fault than its size.
            #expect(codes.contains { $0 == .null || $0.text == "malformed" }, "\(name)")
            #expect(codes.contains { $0 != .null }, "\(name)")
        }
        #expect(Set(limits.map { $0["limit"].text }).isSubset(of: names))
    }

    @Test
    func `every code has a vector and stands in the specification`() throws {
        let refused = try vectors("refused-headers.json")["refused"].list + vectors("refused.json")["refused"].list
        #expect(Set(refused.map { $0["code"].text }) == Set(OperationFault.allCases.map(\.rawValue)))
        let specification = try vectorText("../operations.md")
        for code in OperationFault.allCases.map(\.rawValue) + PayloadFault.allCases.map(\.rawValue) {
            #expect(specification.contains("`\(code)`"), "\(code)")
        }
    }
}
