import Gossip
import Operations
import Replica

extension World {
    /// What the honest nodes hold of each room in the end: for whoever looks for the reason of a violation.
    func remains() -> [String] {
        var lines: [String] = []
        for index in plan.honest {
            let node = machines[index].node
            for (id, room) in node.keeper.rooms.sorted(by: { $0.key < $1.key }) {
                let participants = room.participants.map(name).joined(separator: ", ")
                lines.append("\(Self.name(of: index)) has of \(Trace.short(id.description)), of \(participants):")
                for operation in room.order { lines.append("    \(line(of: operation, in: room))") }
                for feed in room.proofs.keys.sorted() {
                    lines.append("    a fork of \(name(feed.origin)) \(String(feed.epoch, radix: 36))")
                }
                for peer in plan.honest where peer != index {
                    let id = machines[peer].node.id
                    let staged = node.intake.staging.clock(of: room.fold.id, from: id).feeds.values.sorted()
                    let apart = staged.isEmpty ? "" : ", and keeps apart of it up to \(staged)"
                    let standing =
                        switch node.keeper.standing(of: id, in: room.fold.id) {
                        case .none: "nobody"
                        case .left: "somebody who has left"
                        case .participant: "a participant"
                        }
                    lines.append("    \(Self.name(of: peer)) is \(standing)\(apart)")
                }
            }
        }
        return lines
    }

    private func line(of id: OperationID, in room: KeptRoom) -> String {
        guard let header = room.header(of: id) else { return Trace.short(id.description) }
        let target =
            switch header.target {
            case .none: ""
            case .operation(let id): " \(Trace.short(id.description))"
            case .user(let user): " \(user.handle.text)@\(name(user.node))"
            case .grant(let user, let role): " \(user.handle.text)@\(name(user.node)) as \(role)"
            }
        let past = header.dependencies.map { Trace.short($0.description) }.joined(separator: " ")
        let seconds = (Int64(clamping: header.time.milliseconds) - Self.beginning) / 1_000
        return """
            \(Trace.short(id.description)) \(name(header.origin)) \(String(header.epoch, radix: 36)) \(header.seq), \
            \(header.author.text): \(header.kind.name)\(target), at \(seconds) s\(past.isEmpty ? "" : ", after \(past)")\
            \(room.isPassedOn(id) ? "" : ", set aside")
            """
    }

    private func name(_ node: NodeID) -> String { numbers[node].map { Self.name(of: $0) } ?? "somebody" }
}
