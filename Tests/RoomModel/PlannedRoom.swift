import CBOR
import Keys
package import Operations

/// A plan as real operations, with all their payloads.
package struct PlannedRoom: Sendable {
    package let nature: RoomNature
    /// By the numbers of the plan.
    package private(set) var operations: [Operation] = []
    /// Of each operation the certificate that its feed begins with.
    package private(set) var certificates: [Certificate] = []
    package private(set) var registers: [SignedRegister] = []

    private var room: RoomID?
    private let isSigned: Bool

    /// Nothing was written yet.
    package init(_ nature: RoomPlan.Nature, isSigned: Bool = false) {
        self.isSigned = isSigned
        switch nature {
        case .group:
            self.nature = .group
        case .direct(let one, let other):
            let pair = DirectPair(Self.user(one), Self.user(other))
            self.nature = .direct(pair)
            room = RoomID(direct: pair)
        case .directory(let node):
            self.nature = .directory(PlannedNode.all[node].id)
            room = RoomID(directoryOf: PlannedNode.all[node].id)
        }
    }

    /// Nil where the plan asks for what would be refused, or twice for the same operation.
    package init?(_ plan: RoomPlan, isSigned: Bool = false) {
        self.init(plan.nature, isSigned: isSigned)
        for step in plan.steps {
            guard write(step) else { return nil }
        }
        guard room != nil else { return nil }
        for register in plan.registers {
            guard let signed = try? sign(register) else { return nil }
            registers.append(signed)
        }
    }

    package var id: RoomID { room! }  // a group has one as soon as something is written

    /// Writes the next operation; false where it would be refused, or is there.
    package mutating func write(_ step: RoomPlan.Step) -> Bool {
        guard let (operation, certificate) = try? make(step), !operations.contains(where: { $0.id == operation.id }),
            operation.room == room ?? operation.room
        else { return false }
        room = operation.room
        operations.append(operation)
        certificates.append(certificate)
        return true
    }

    private static func user(_ person: ModelPerson) -> UserID {
        PlannedNode.all[person.node].user(person.handle)
    }

    /// The id of an operation; one that nothing has, for a number below 0.
    private func id(_ number: Int) -> OperationID {
        number < 0 ? OperationID(Hash(of: [7].span).bytes) : operations[number].id
    }

    private func make(_ step: RoomPlan.Step) throws -> (Operation, Certificate) {
        let node = PlannedNode.all[step.node]
        let certificate = step.prev.map { certificates[$0] } ?? node.certificates[step.certificate]
        guard certificate.node == node.id else { throw OperationFault.wrongCertificate }
        var writer = FeedWriter(beginningIn: room, under: certificate)
        if let prev = step.prev {
            writer = FeedWriter(goingOnAfter: operations[prev].header, id: operations[prev].id)
        }
        let past = step.deps + [step.prev].compactMap(\.self)
        let key = isSigned ? node.keys[node.certificates.firstIndex(of: certificate)!] : nil  // one of them
        let operation = try writer.write(draft(step), signingWith: key)
        // What others would not read was never written.
        _ = try OperationHeader(decoding: operation.headerBytes.span)
        try nature.check(operation.header)
        try operation.header.checkTime(after: past.map { operations[$0].header.time })
        return (operation, certificate)
    }

    private func draft(_ step: RoomPlan.Step) -> OperationDraft {
        let (kind, target, payload) = contents(step)
        var draft = OperationDraft(
            author: PlannedNode.handles[step.handle], kind: .join, target: target,
            payload: step.isSpoilt && payload != nil ? [0xA0] : payload,
            dependencies: Set(step.deps).map { operations[$0].id },
            time: HybridTime(milliseconds: 1_800_000_000_000 + Int64(step.time)))
        draft.kind = kind
        return draft
    }

    private func contents(_ step: RoomPlan.Step) -> (OperationKind, OperationTarget, [UInt8]?) {
        func about(_ number: Int) -> OperationTarget { .operation(id(number)) }
        func ours(_ handle: Int) -> OperationTarget {
            .user(Self.user(ModelPerson(node: step.node, handle: handle)))
        }
        switch step.kind {
        case .create(let creation): return (.known(.roomCreate), .none, creation.encoded)
        case .open:
            guard case .direct(let pair) = nature else { return (.known(.directOpen), .none, nil) }
            return (.known(.directOpen), .none, DirectOpening(pair).encoded)
        case .join: return (.known(.join), .none, nil)
        case .add(let person, let role): return (.known(.memberAdd), .grant(Self.user(person), role), nil)
        case .role(let person, let role): return (.known(.memberRole), .grant(Self.user(person), role), nil)
        case .remove(let person): return (.known(.memberRemove), .user(Self.user(person)), nil)
        case .leave: return (.known(.memberLeave), .none, nil)
        case .set(let change): return (.known(.roomSet), .none, change.encoded)
        case .post(var content, let replyTo):
            content.replyTo = replyTo.map(id)
            return (.known(.messagePost), .none, content.encoded)
        case .edit(let target, let change): return (.known(.messageEdit), about(target), change.encoded)
        case .delete(let target): return (.known(.messageDelete), about(target), nil)
        case .react(let target, let value):
            return (.known(.reactionSet), about(target), ReactionChange(value).encoded)
        case .pin(let target, let isPinned): return (.known(.pinSet), about(target), PinChange(isPinned).encoded)
        case .put(let handle, let change): return (.known(.userPut), ours(handle), change.encoded)
        case .close(let handle): return (.known(.userClose), ours(handle), nil)
        case .unknown(let target):
            return (OperationKind("poll.open")!, target.map(about) ?? .none, [0x61, 0x78])  // letters and a dot
        }
    }

    private func sign(_ plan: RoomPlan.Register) throws -> SignedRegister {
        let node = PlannedNode.all[plan.node]
        let certificate = node.certificates[plan.certificate]
        let register = try ReceiptRegister(
            room: id, origin: node.id, certificate: certificate.hash, counter: plan.counter,
            readers: plan.readers.map { reader in
                ReceiptRegister.Reader(
                    handle: PlannedNode.handles[reader.handle], upTo: reader.upTo.map(id),
                    exceptions: Set(reader.exceptions).map(id))
            })
        return try SignedRegister(register, under: certificate, signingWith: node.keys[plan.certificate])
    }
}
