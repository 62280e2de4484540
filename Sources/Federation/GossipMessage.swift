import Blobs
import Gossip
import Keys
import Operations
import Peers

/// What the thread that gossips is told.
enum GossipMessage: Sendable {
    /// Something came into the log: see `FederationCore.commits`.
    case committed
    /// The peer called, and its signature is right.
    case called(NodeID)
    case events(NodeID, [PeerSession.Event])
    /// What a peer brought was taken in.
    case taken(NodeID, Taken)
    /// What a peer asked for shows what it has.
    case asked(NodeID, [PullRequest.Ask])
    case hold(HeldPoll)
    case ticked(Tick)
    /// Somebody has said something about a peer. What became of it is told when it is on the disk.
    case consent(NodeID, ConsentChange)
    /// That of a place which an administrator names.
    case fetchCard(NodeURL, @Sendable (Result<Card, CardFetchFault>) -> Void)
    /// Somebody here does something that others see at once.
    case signal(PersonSignal)
    /// Its size, for which room, and who sent it where that is known.
    case fetchBlob(Hash, UInt64, RoomID, NodeID?, @Sendable (Result<PublishedBlob, any Error>) -> Void)
    /// It has come, or won't.
    case fetched(BlobShare)
    /// Payloads of these rooms may be asked for again.
    case asksAgain([RoomID])
    case stop
}

struct ConsentChange: Sendable {
    let event: PeerConsent.Event
    var name: String?
    var url: NodeURL?
    var address: String?
    let completion: @Sendable (Result<PeerConsent.Outcome, any Error>) -> Void
}
