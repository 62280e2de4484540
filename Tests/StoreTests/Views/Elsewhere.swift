import Bytes
import Operations
import Replica
import RoomModel
import SQLite
import Testing

@testable import Store

/// Somebody of another node, who writes what comes here whenever a test wants it to.
struct Elsewhere {
    private let planned = PlannedNode.all[1]
    private var feed: FeedWriter?
    let handle = Handle("cy")!

    var user: UserID { UserID(node: planned.id, handle: handle) }

    mutating func found(at time: HybridTime) throws -> Operation {
        try write(.roomCreate, payload: RoomCreation(name: "Pier").encoded, in: nil, after: [], at: time)
    }

    mutating func post(
        _ text: String, in room: RoomID, after past: [OperationID] = [], at time: HybridTime
    ) throws -> Operation {
        try write(.messagePost, payload: MessageContent(content: text).encoded, in: room, after: past, at: time)
    }

    mutating func add(
        _ user: UserID, in room: RoomID, after past: [OperationID] = [], at time: HybridTime
    ) throws -> Operation {
        try write(.memberAdd, about: .grant(user, .member), in: room, after: past, at: time)
    }

    private mutating func write(
        _ kind: KnownKind, about target: OperationTarget = .none, payload: [UInt8]? = nil, in room: RoomID?,
        after past: [OperationID], at time: HybridTime
    ) throws -> Operation {
        var feed = feed ?? FeedWriter(beginningIn: room, under: planned.certificates[0])
        defer { self.feed = feed }
        return try feed.write(
            OperationDraft(
                author: handle, kind: kind, target: target, payload: payload, dependencies: past, time: time),
            signingWith: planned.keys[0])
    }

    /// What happens here when these come.
    func arrive(_ operations: [Operation], at node: LocalWritingTests.Node) throws -> [RoomEvent] {
        let state = node.state
        let events = try state.log.connection.transaction { transaction in
            state.commandBegins()
            for operation in operations {
                let room = try state.room(operation.room, nature: .group)
                room.take(operation, under: planned.certificates[0], from: nil)
            }
            return try state.derive(at: Timestamp(milliseconds: node.now), in: transaction)
        }
        state.groupCommitted()
        return events
    }
}
