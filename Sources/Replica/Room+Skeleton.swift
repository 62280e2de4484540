package import Keys
package import Operations

extension Room {
    /// The room that these records are of, as it was when they were written last. Reads authority operations, the ends of
    /// lines and what is set aside; no messages.
    package init(_ id: RoomID, nature: RoomNature, restoredFrom records: inout some RoomRecords) {
        fatalError("not yet")
    }

    // MARK: Taking in

    /// Takes in an operation that the records don't hold and all of whose past they hold. It is verified, is of this room,
    /// may stand in a room of this nature, and is later than its past; `rank` is that of the certificate that its feed begins with.
    package mutating func take(
        _ operation: Operation, rank: KeyRank, into records: inout some RoomRecords, changes: inout [StateChange]
    ) {
        fatalError("not yet")
    }

    /// Takes in a payload that came after its operation and has been checked against it. False, and it is dropped, where
    /// a deletion covers it, or nothing is missing.
    @discardableResult
    package mutating func take(
        payload: [UInt8], of id: OperationID, into records: inout some RoomRecords, changes: inout [StateChange]
    ) -> Bool {
        fatalError("not yet")
    }

    /// Takes in a verified register of this room; false where the one that is here stays.
    @discardableResult
    package mutating func take(
        _ register: SignedRegister, into records: inout some RoomRecords, changes: inout [StateChange]
    ) -> Bool {
        fatalError("not yet")
    }

    /// Takes in that a feed is proved to be forked at `seq`, whether or not both branches are here. False where that is known.
    @discardableResult
    package mutating func take(
        forkOf feed: Feed, at seq: UInt64, into records: inout some RoomRecords, changes: inout [StateChange]
    ) -> Bool {
        fatalError("not yet")
    }

    /// When the contents of a deleted room are to be erased, in milliseconds since 1970: a day after it was deleted. Nil
    /// where it isn't deleted, or that was done.
    package func erasureDue(in records: some RoomRecords) -> Int64? {
        fatalError("not yet")
    }

    /// Erases the payloads of all messages, edits and reactions of a deleted room. Should it be restored, they are wanted again.
    package mutating func eraseContents(from records: inout some RoomRecords, changes: inout [StateChange]) {
        fatalError("not yet")
    }

    // MARK: Questions

    package func standing(of user: UserID, in records: some RoomRecords) -> Standing { fatalError("not yet") }

    /// Everybody who is in, ascending; in a direct room both, in a directory nobody.
    package func members(in records: some RoomRecords) -> [(user: UserID, standing: Standing)] { fatalError("not yet") }

    /// The nodes with a member, ascending.
    package func participants(in records: some RoomRecords) -> [NodeID] { fatalError("not yet") }

    /// What a new operation builds on, ascending.
    package func heads(in records: some RoomRecords) -> [OperationID] { fatalError("not yet") }

    /// The heads that aren't in the past of `previous` (nil: where a feed begins), nor that itself: its deps. Ascending.
    package func dependencies(
        behind previous: OperationID?, in records: some RoomRecords
    ) -> [OperationID] { fatalError("not yet") }

    /// What is passed on, as clocks say it: forked feeds count below their fork.
    package func clock(in records: some RoomRecords) -> Operations.Clock { fatalError("not yet") }

    /// Of each forked feed the lowest seq with two operations: proved to us or seen.
    package func forks(in records: some RoomRecords) -> [Feed: UInt64] { fatalError("not yet") }

    package func isPassedOn(_ position: Position) -> Bool { fatalError("not yet") }

    /// What a node may be shown that is a former participant; nil where it is a participant, or never was one.
    package func view(of node: NodeID, in records: some RoomRecords) -> Operations.Clock? { fatalError("not yet") }

    package func state(in records: some RoomRecords) -> Hash { fatalError("not yet") }

    /// The CBOR sequence of Spec/rooms.md, section 7.
    package func dump(in records: some RoomRecords) -> [UInt8] { fatalError("not yet") }

    package func message(_ id: OperationID, in records: some RoomRecords) -> Message? { fatalError("not yet") }

    /// The operations whose payloads are to be asked for.
    package func wantedPayloads(in records: some RoomRecords) -> [OperationID] { fatalError("not yet") }

    /// The deletion that explains why the payload of an operation isn't here; nil where none does.
    package func deletion(covering id: OperationID, in records: some RoomRecords) -> OperationID? { fatalError("not yet") }
}
