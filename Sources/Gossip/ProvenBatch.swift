import Keys
package import Operations

/// A run that came and was proven; only the last of its operations carries a signature. Whoever keeps one of them keeps all.
final class ProvenRun: Sendable {
    let operations: [Operation]
    /// About what it takes in memory, which may be a hundred times what it took on the wire.
    let bytes: Int

    /// Of an operation beside its bytes.
    private static let bytesOfOne = 512

    init(_ operations: [Operation]) {
        self.operations = operations
        bytes = operations.reduce(0) { $0 + Self.bytesOfOne + $1.headerBytes.count + ($1.payload?.count ?? 0) }
    }
}

/// An authentic operation, with what proves it.
package struct Proven: Sendable {
    let run: ProvenRun
    let index: Int
    package let certificate: Certificate

    package var operation: Operation { run.operations[index] }
    /// From here on to the signature: what proves to somebody else that there is this operation.
    var branch: ArraySlice<Operation> { run.operations[index...] }

    /// As it waits for its past.
    func parked(by peer: NodeID) -> CausalBuffer<Proven>.Parked {
        CausalBuffer<Proven>.Parked(
            id: operation.id, room: operation.room, place: operation.header.position, bytes: 0, peer: peer,
            content: self, whole: CausalBuffer<Proven>.Whole(id: ObjectIdentifier(run), bytes: run.bytes))
    }
}

/// What came in one message about one room: unpacked, hashed and proven.
///
/// This is what costs time, and it changes nothing: it is made on any thread, with the certificates that are
/// known at that moment, and `Intake` takes it in on the one thread that writes.
package struct ProvenBatch: Sendable {
    package let room: RoomID
    /// Who brought it; nil for what this node made itself, or imports.
    package let source: NodeID?
    package private(set) var operations: [Proven] = []
    package private(set) var registers: [SignedRegister] = []
    package private(set) var proofs: [ForkProof] = []
    package private(set) var payloads: [(id: OperationID, bytes: [UInt8])] = []
    /// What can't be what it claims. Of what can't even be unpacked nobody can say which operation it was.
    package private(set) var faults: [(id: OperationID?, fault: OperationFault)] = []
    /// Something came of a feed whose beginning is not here: nobody can tell by which key it is signed. Or it goes on from
    /// what is not here.
    package private(set) var lacksBeginnings = false
    private var certificates: [Feed: Certificate] = [:]
    /// About what all of it takes in memory.
    package private(set) var bytes = 256

    package init(room: RoomID, source: NodeID?) {
        self.room = room
        self.source = source
    }

    init(
        room: RoomID, source: NodeID?, operations: [Proven], registers: [SignedRegister], proofs: [ForkProof]
    ) {
        self.init(room: room, source: source)
        self.operations = operations
        self.registers = registers
        self.proofs = proofs
    }

    /// `known`: the certificate of a feed in this room whose beginning is here.
    package mutating func add(run bytes: [UInt8], knowing known: (Feed) -> Certificate?) {
        var last: OperationID?
        do throws(OperationFault) {
            let run = try Run(decoding: bytes.span)
            last = run.operations.last?.id
            // The room that was signed is what counts, whatever the message around it says.
            guard run.room == room else { throw .badRoom }
            guard let certificate = try certificate(of: run.feed, beginningWith: run.certificate, known) else { return }
            try run.verify(under: certificate)
            append(run.operations, under: certificate)
        } catch {
            faults.append((last, error))
        }
    }

    /// As it stands in a push, perhaps as a continuation of what is here. One that doesn't fit is no fault: the sender may go
    /// on from another branch than the one that is here, and whoever asks for the room is shown it whole.
    /// - Parameter past: what is here at a place of this room.
    package mutating func add(
        pushed bytes: [UInt8], by sender: NodeID, knowing known: (Feed) -> Certificate?,
        after past: (FeedPosition) -> OperationID?
    ) {
        guard Run.isContinuation(bytes) else { return add(run: bytes, knowing: known) }
        do throws(OperationFault) {
            guard let run = try Run(continuing: bytes.span, of: sender, in: room, after: past),
                let certificate = known(run.feed)
            else {
                lacksBeginnings = true
                return
            }
            try run.verify(under: certificate)
            append(run.operations, under: certificate)
        } catch {
            if error == .wrongSignature { lacksBeginnings = true } else { faults.append((nil, error)) }
        }
    }

    package mutating func add(envelope bytes: [UInt8], knowing known: (Feed) -> Certificate?) {
        var id: OperationID?
        do throws(OperationFault) {
            let envelope = try Envelope(decoding: bytes.span)
            let operation = envelope.operation
            id = operation.id
            guard operation.room == room else { throw .badRoom }
            let feed = operation.header.feed
            guard let certificate = try certificate(of: feed, beginningWith: envelope.certificate, known) else {
                return
            }
            guard operation.isSigned(under: certificate) else { throw .wrongSignature }
            append([operation], under: certificate)
        } catch {
            faults.append((id, error))
        }
    }

    package mutating func add(register bytes: [UInt8]) {
        do throws(OperationFault) {
            let register = try SignedRegister(decoding: bytes.span)
            guard register.register.room == room else { throw .badRoom }
            registers.append(register)
            self.bytes += bytes.count
        } catch {
            faults.append((nil, error))
        }
    }

    package mutating func add(proof bytes: [UInt8]) {
        do throws(OperationFault) {
            let proof = try ForkProof(decoding: bytes.span)
            guard proof.room == room else { throw .badRoom }
            proofs.append(proof)
            self.bytes += bytes.count
        } catch {
            faults.append((nil, error))
        }
    }

    /// Whether it fits is checked against the header, which has to be here.
    package mutating func add(payload bytes: [UInt8], of id: OperationID) {
        payloads.append((id, bytes))
        self.bytes += bytes.count
    }

    /// Of this node's own making, just signed.
    package mutating func add(_ operation: Operation, under certificate: Certificate) {
        append([operation], under: certificate)
    }

    private mutating func append(_ run: [Operation], under certificate: Certificate) {
        let run = ProvenRun(run)
        bytes += run.bytes
        for index in run.operations.indices {
            operations.append(Proven(run: run, index: index, certificate: certificate))
        }
    }

    private mutating func certificate(
        of feed: Feed, beginningWith bytes: [UInt8]?, _ known: (Feed) -> Certificate?
    ) throws(OperationFault) -> Certificate? {
        if let found = certificates[feed] ?? known(feed) { return found }
        guard let bytes else {
            lacksBeginnings = true
            return nil
        }
        let certificate = try Certificate(decoding: bytes.span)
        guard certificate.node == feed.origin else { throw .wrongCertificate }
        certificates[feed] = certificate
        return certificate
    }
}
