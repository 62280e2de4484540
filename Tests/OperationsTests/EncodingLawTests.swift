import Bytes
import Keys
import OperationVectors
import Testing

@testable import Operations

/// What is accepted has one encoding: whatever else is made of its bytes is refused, or is another value with
/// an encoding of its own.
struct EncodingLawTests {
    struct Sample: CustomTestStringConvertible, Sendable {
        let name: String
        let bytes: [UInt8]
        /// What was read, written again; nil if it is refused.
        let rewrite: @Sendable ([UInt8]) -> [UInt8]?
        var testDescription: String { name }
    }

    static func samples() throws -> [Sample] {
        let feed = try SampleFeed()
        let certificate = SampleNode.south.certificate
        let group = try SampleRoom()
        let admission = group.operations[1]
        let proof = try ForkProof(
            first: feed.operations[0], certificate: certificate.encoded,
            runs: (pack(feed.operations[2...2]), pack(try feed.fork())))
        let clock = try Clock(decoding: try vectors("clocks.json")["clocks"].list[2]["encoded"].hex)
        return [
            Sample(name: "header", bytes: feed.operations[1].headerBytes) {
                try? OperationHeader(decoding: $0).encoded
            },
            Sample(name: "first header", bytes: feed.operations[0].headerBytes) {
                try? OperationHeader(decoding: $0).encoded
            },
            Sample(name: "admission", bytes: admission.headerBytes) { try? OperationHeader(decoding: $0).encoded },
            Sample(name: "envelope", bytes: try group.envelopes()[0].encoded) { try? Envelope(decoding: $0).encoded },
            Sample(name: "whole run", bytes: pack(feed.operations, certificate: certificate), rewrite: Self.repack),
            Sample(name: "part of a run", bytes: pack(feed.operations[2...3]), rewrite: Self.repack),
            Sample(name: "bare run", bytes: pack(feed.operations[2...3], withPayloads: false), rewrite: Self.repack),
            Sample(name: "clock", bytes: clock.encoded) { try? Clock(decoding: $0).encoded },
            Sample(name: "certificate", bytes: try VectorFile.certificates()[3].1.encoded) {
                try? Certificate(decoding: $0).encoded
            },
            Sample(name: "register", bytes: try VectorFile.sampleRegisters()[1].1.encoded) {
                try? SignedRegister(decoding: $0).encoded
            },
            Sample(name: "fork proof", bytes: proof.encoded) { try? ForkProof(decoding: $0).encoded },
        ]
    }

    private static func repack(_ bytes: [UInt8]) -> [UInt8]? {
        guard let run = try? Run(decoding: bytes) else { return nil }
        var packer = RunPacker()
        for (index, operation) in run.operations.enumerated() {
            guard packer.append(operation, certificate: index == 0 ? run.certificate : nil) else { return nil }
        }
        return packer.finish()
    }

    @Test(arguments: try samples())
    func `encoding after decoding changes nothing`(sample: Sample) {
        #expect(sample.rewrite(sample.bytes) == sample.bytes)
    }

    @Test(arguments: try samples())
    func `no beginning of it and no two glued together are accepted`(sample: Sample) {
        for count in sample.bytes.indices {
            #expect(sample.rewrite(Array(sample.bytes[..<count])) == nil, "\(count)")
        }
        #expect(sample.rewrite(sample.bytes + sample.bytes) == nil)
    }

    @Test(arguments: try samples())
    func `an altered byte is refused or says something else`(sample: Sample) {
        var random = Seeded(7)
        for index in sample.bytes.indices {
            var bytes = sample.bytes
            let bit = UInt8(1) << UInt8(random.next() % 8)
            for changed in [bytes[index] ^ bit, UInt8(truncatingIfNeeded: random.next())] where changed != bytes[index]
            {
                bytes[index] = changed
                if let rewritten = sample.rewrite(bytes) { #expect(rewritten == bytes, "\(index)") }
            }
        }
    }

    @Test
    func `what proves itself is refused with any bit altered`() throws {
        for sample in try Self.samples() where ["certificate", "register", "fork proof"].contains(sample.name) {
            let accepted = sample.bytes.indices.filter { index in
                var bytes = sample.bytes
                bytes[index] ^= 1 << UInt8(index % 8)
                return sample.rewrite(bytes) != nil
            }
            // A new key that nobody has to prove they own would be another certificate, and signatures cover all else.
            #expect(accepted.isEmpty, "\(sample.name) \(accepted)")
        }
    }

    @Test
    func `a run with any bit altered is not authentic`() throws {
        let feed = try SampleFeed()
        let certificate = SampleNode.south.certificate
        for bytes in [pack(feed.operations[2...3]), pack(feed.operations[0...1], certificate: certificate)] {
            for index in bytes.indices {
                var altered = bytes
                altered[index] ^= 1 << UInt8(index % 8)
                #expect(throws: OperationFault.self, "\(index)") {
                    try Run(decoding: altered).verify(under: certificate)
                }
            }
        }
    }

    @Test(arguments: 1...40 as ClosedRange<UInt64>)
    func `generated headers come back as they were`(seed: UInt64) throws {
        var random = Seeded(seed)
        let header = random.header()
        #expect(try OperationHeader(decoding: header.encoded) == header)
    }

    @Test(arguments: 1...400 as ClosedRange<UInt64>)
    func `noise is refused and harms nobody`(seed: UInt64) {
        var random = Seeded(seed)
        let noise = random.bytes(count: Int(random.next() % 300))
        for form in [Refused.Form.header, .envelope, .run, .certificate, .register, .fork] {
            #expect(fault(of: form, noise, nil) != nil)
        }
        // Noise behind a right beginning goes deeper.
        let run = [0x88, 0x01, 0xF6, 0x58, 0x20] + random.bytes(count: 32) + [0x01, 0x01, 0x58, 0x20] + noise
        #expect(fault(of: .run, run, nil) != nil)
    }
}

extension Seeded {
    mutating func bytes32() -> Bytes32 { Bytes32(bytes(count: 32).span)! }

    mutating func handle() -> Handle {
        let alphabet = Array("abcdefghijklmnopqrstuvwxyz0123456789._-")
        return Handle(String((0...Int(next() % 64)).map { _ in alphabet.randomElement(using: &self)! }))!
    }

    mutating func header() -> OperationHeader {
        let kind = KnownKind.allCases.filter { $0.home != .directory && $0 != .roomCreate && $0 != .directOpen }
            .randomElement(using: &self)!
        let user = UserID(node: NodeID(bytes32()), handle: handle())
        let target: OperationTarget =
            switch kind.target {
            case .none: .none
            case .operation: .operation(OperationID(bytes32()))
            case .user: .user(user)
            case .grant: .grant(user, Role.allCases.randomElement(using: &self)!)
            }
        return OperationHeader(
            room: RoomID(bytes32()), origin: NodeID(bytes32()), epoch: next() >> (next() % 64),
            seq: 1 + (next() >> 17) % (Limits.seqEnd - 1), previous: bytes32(),
            dependencies: (0..<next() % 129).map { _ in OperationID(bytes32()) }.sorted(),
            time: HybridTime(next() >> (1 + next() % 62))!, author: handle(), kind: .known(kind), target: target,
            payload: kind.hasPayload
                ? PayloadReference(hash: Hash(bytes: bytes32()), size: 1 + Int(next() % 65_536)) : nil)
    }
}
