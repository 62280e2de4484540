import Operations

/// A whole history in memory.
struct ReplicaHistory {
    let room: RoomID
    /// In the order in which they were written, each signed.
    let operations: [Operation]
    let certificates: [Feed: Certificate]

    init(nodes: Int, operations count: Int) throws {
        var writer = try HistoryWriter(nodes: nodes)
        var operations = writer.beginning
        while operations.count < count {
            operations.append(
                try writer.post("Message \(operations.count) of a hundred bytes or so, as people write them"))
        }
        room = writer.room
        self.operations = operations
        certificates = writer.certificates
    }

    /// The feeds as they would travel, in runs with one signature each.
    func runs() throws -> [[UInt8]] {
        var runs: [[UInt8]] = []
        for (feed, certificate) in certificates {
            var packer = RunPacker()
            for operation in operations where operation.header.feed == feed {
                let start = operation.header.seq == 0 ? certificate.encoded : nil
                if packer.append(operation, certificate: start) { continue }
                if let run = packer.finish() { runs.append(run) }
                packer = RunPacker()
                _ = packer.append(operation, certificate: start)
            }
            if let run = packer.finish() { runs.append(run) }
        }
        return runs
    }
}
