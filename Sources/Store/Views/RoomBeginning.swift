import Operations
import Replica

/// What founded a group, or opened a direct room first.
struct RoomBeginning {
    /// Hybrid time.
    let time: Int64
    let author: Int64

    /// Nil where it is not here, and of directories.
    init?(of room: StoredRoom) {
        let records = room.records
        let position: Position?
        switch room.nature {
        case .group: position = records.operations(.roomCreate).first
        case .direct:
            // Both sides may have opened it, each with each of their feeds.
            let openings = records.operations(.directOpen)
            let passedOn = openings.filter { room.room.isPassedOn($0) }
            position = (passedOn.isEmpty ? openings : passedOn).min { records.isBefore($0, $1) }
        case .directory: position = nil
        }
        guard let position else { return nil }
        let kept = records.kept(at: position)
        time = Int64(kept.time.value)
        author = kept.author.row
    }

    /// When a field was written last.
    static func lastUpdate(of room: StoredRoom, since created: Int64) -> Int64 {
        let times = room.records.fields.writers.values.map { Int64(room.records.kept(at: $0).time.value) }
        return max(created, times.max() ?? created)
    }
}

extension RoomView {
    init(_ beginning: RoomBeginning) {
        self.init(created: beginning.time, creator: beginning.author, updated: beginning.time)
    }
}
