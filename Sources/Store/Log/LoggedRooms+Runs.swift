package import Operations
import Replica

extension LoggedRooms {
    /// Every operation, in runs as peers exchange them, each where the last of it stands in the canonical order.
    package func forEachRun(of id: RoomID, _ body: (_ run: [UInt8], _ count: Int) throws -> Void) throws {
        var packers: [Feed: (packer: RunPacker, count: Int)] = [:]
        try forEachOperation(of: id) { envelope in
            let operation = envelope.operation
            let feed = operation.header.feed
            var (packer, count) = packers.removeValue(forKey: feed) ?? (RunPacker(), 0)
            // A run that can't take one more ends with what was signed in it last; what came behind that begins anew.
            guard packer.append(operation, certificate: envelope.certificate) else {
                throw StoreFault.damaged("a run of room \(id) without a signature")
            }
            count += 1
            guard operation.signature != nil else {
                packers[feed] = (packer, count)
                return
            }
            guard let run = packer.finish() else { return }
            try body(run, count)
        }
    }

    /// What a room has beside its operations, as it is exchanged.
    package func besideOperations(of id: RoomID) throws -> (registers: [[UInt8]], proofs: [[UInt8]]) {
        try withRoom(id) { room in
            let proofs = try room.records.forks.keys.sorted().compactMap { try room.proof(of: $0)?.encoded }
            return (room.records.registers.map(\.encoded), proofs)
        }
    }
}
