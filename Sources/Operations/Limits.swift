/// The figures of Spec/operations.md. They are part of the protocol: two nodes with different ones would
/// come to different verdicts on the same bytes.
package enum Limits {
    package static let headerBytesMax = 8_192
    package static let payloadBytesMax = 65_536
    package static let dependenciesMax = 128
    package static let seqEnd: UInt64 = 1 << 48
    package static let timeEnd: UInt64 = 1 << 63
    package static let handleBytesMax = 64
    package static let kindBytesMax = 32
    package static let handOversMax = 64
    /// That of a certificate in which the recovery key has signed every hand-over.
    package static let generationMax = UInt64(handOversMax * (handOversMax + 1) + handOversMax)
    package static let certificateBytesMax = 8_192
    package static let runBytesMax = 4_194_304
    package static let runOperationsMax = 4_096
    package static let feedsMax = 4_096
    package static let registerBytesMax = 524_288
    package static let readersMax = 4_096
    package static let exceptionsMax = 64
    /// What the smallest envelope adds to its header, payload and certificate, rounded up.
    package static let envelopeBytesMax = headerBytesMax + payloadBytesMax + certificateBytesMax + 128
    package static let forkProofBytesMax = 4_194_304

    // In payloads; all of them in bytes.
    package static let nameBytesMax = 1_020
    package static let detailsBytesMax = 16_384
    package static let contentBytesMax = 49_152
    package static let extraBytesMax = 16_384
    package static let extraDepthMax = 8
    package static let mentionsMax = 64
    package static let attachmentsMax = 32
    package static let fileNameBytesMax = 255
    package static let mediaTypeBytesMax = 127
    package static let reactionBytesMax = 64
    package static let tokenBytesMax = 32
    package static let memberNameBytesMax = 64
    package static let fileSizeEnd: UInt64 = 1 << 53
}
