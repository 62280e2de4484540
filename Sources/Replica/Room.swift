package import Operations

/// One room as a fold over its operations (Spec/rooms.md).
///
/// What it needs with every operation lies in memory and doesn't grow with the history: who may do what, who has seen
/// what of whom, what is passed on. All else is rows in `RoomRecords`, which the caller lends.
package struct Room: Sendable {
    package let id: RoomID
    package let nature: RoomNature

    /// Nothing was taken in yet.
    package init(_ id: RoomID, nature: RoomNature) {
        self.id = id
        self.nature = nature
    }
}
