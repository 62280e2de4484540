import Operations

/// The figures of Spec/replication.md that two nodes must agree on. What a node keeps to itself (how much it
/// parks, whom it serves first) is in the limits of the machine concerned.
package enum GossipLimits {
    package static let version: UInt64 = 1
    /// A register with its signature and its certificate.
    package static let signedRegisterBytesMax = Limits.registerBytesMax + Limits.certificateBytesMax + 128

    // A room's clock.
    package static let feedsMax = Limits.feedsMax
    package static let clockBytesMax = 1_048_576

    // Bodies. A body may exceed its figure by one item, so that an item of the greatest size always fits.
    package static let bodyBytesMax = 4_194_304
    /// With its greatest item.
    package static let bodyBytesEnd = bodyBytesMax + Limits.forkProofBytesMax
    package static let roomsPerPushMax = 256
    package static let toldMax = 64
    package static let partsPerRoomMax = 4_096
    package static let refusalsMax = 256
    package static let codeBytesMax = 64
    package static let asksPerPullMax = 256
    package static let feedsPerAskMax = 256
    package static let namesPerAskMax = 256
    package static let lacksMax = 256
    package static let changesPerPageMax = 1_024
    package static let feedsPerChangeMax = 64
    package static let cursorBytesMax = 32
    /// What a client may ask `changes` to wait, in seconds.
    package static let waitSecondsMax: UInt64 = 55

    package static let signalsMax = 1_024

    // Reconciliation of many rooms.
    package static let rangesPerMessageMax = 512
    package static let roomsPerMessageMax = 4_096
    /// A differing range of at most so many rooms is listed, a larger one is split.
    package static let listedRoomsMax = 32
    /// … into so many parts.
    package static let rangeParts = 16
}
