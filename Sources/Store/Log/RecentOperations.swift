import Operations
import Replica

/// What was written or asked for last, of all rooms: mostly an operation names those just before it.
final class RecentOperations {
    struct Place: Hashable {
        var room: Int64
        var position: Position
    }

    struct Entry {
        var kept: KeptOperation
        var serial: Int64
        /// Where it has just come.
        var header: OperationHeader?
    }

    private var entries: [Place: Entry] = [:]
    private var places: [OperationID: Place] = [:]
    private let countMax: Int

    init(countMax: Int = 8_192) {
        self.countMax = countMax
    }

    func forget() {
        entries.removeAll(keepingCapacity: true)
        places.removeAll(keepingCapacity: true)
    }

    func keep(
        _ kept: KeptOperation, serial: Int64, _ header: OperationHeader? = nil, at position: Position, in room: Int64
    ) {
        if entries.count >= countMax { forget() }
        let place = Place(room: room, position: position)
        entries[place] = Entry(kept: kept, serial: serial, header: header)
        places[kept.id] = place
    }

    func entry(at position: Position, in room: Int64) -> Entry? {
        entries[Place(room: room, position: position)]
    }

    func position(of id: OperationID, in room: Int64) -> Position? {
        guard let place = places[id], place.room == room else { return nil }
        return place.position
    }
}
