package import Keys
package import Operations

package struct RequestID: Hashable, Sendable {
    package let number: UInt64

    package init(number: UInt64) {
        self.number = number
    }
}

extension PeerSession {
    package enum Event: Sendable {
        /// Time has come, as asked for by `wake`.
        case tick
        /// The peer called us, and its signature is right.
        case contact
        /// Something was taken in, from whomever, in a room in which the peer has a part.
        case committed(Delivery)
        /// We have answered `changes` to the peer, up to this position of our log.
        case polled(UInt64)
        /// The peer asks for all of a room that it hasn't got, and was answered up to this position of our log, or will go on
        /// asking until it is.
        case pulled(RoomID, through: UInt64)
        /// The peer has said what it has: in a push that announces, in a pull, in an answer.
        case heard(RoomID, RoomClock, digest: ShortDigest?, activity: UInt64)
        /// A push of the peer was taken in, and what it announced was told by `heard`.
        case covered(since: Cursor?, through: Cursor)
        /// What the peer sent builds on something that is not here, or came without its payload; with neither,
        /// the room is to be compared as a whole.
        case lacking(RoomID, operations: [OperationID], payloads: [OperationID])
        case answered(RequestID, Answer)
        case failed(RequestID, Failure)
        case paused
        case resumed
    }

    /// A new entry of the log and how this peer learns of it: as `FanOut` chose.
    package struct Delivery: Equatable, Sendable {
        package enum Manner: Equatable, Sendable {
            case whole
            case announced
            /// Somebody else will tell.
            case left
        }

        package let room: RoomID
        package let position: UInt64
        package let manner: Manner
        package let told: Set<NodeID>

        package init(room: RoomID, position: UInt64, manner: Manner, told: Set<NodeID> = []) {
            self.room = room
            self.position = position
            self.manner = manner
            self.told = told
        }
    }

    package enum Answer: Sendable {
        case push(PushAnswer)
        /// After all that came with it was taken in.
        case pull([PullOutcome])
        case changes(ChangesAnswer)
        case rooms(RoomsAnswer)
    }

    /// What became of one ask; in the order of the asks, for those that were answered.
    package struct PullOutcome: Sendable {
        /// Nil where the peer has nothing to show under that name.
        package var end: PullEnd?
        /// Operations, registers, proofs and payloads that were not here before.
        package var taken: UInt64 = 0
        package var duplicates: UInt64 = 0
        package var faults: UInt64 = 0
        /// Nothing was kept, since too much of the peer's is staged already.
        package var isTurnedAway = false
        /// New operations of our own feeds, proven by our own signature: we have been restored from a backup.
        package var own: [FeedPosition] = []

        package init(end: PullEnd?) {
            self.end = end
        }
    }

    package enum Failure: Equatable, Sendable {
        /// No connection, no answer in time, or 5xx.
        case unreachable
        /// 429 or 503, and how long to wait, in milliseconds.
        case busy(Int64)
        /// 401 or 403.
        case refused
        /// 410: our cursor means nothing there.
        case gone
        /// 400 or 413, or an answer that makes no sense.
        case unreadable
    }

    package enum Request: Equatable, Sendable {
        case push(PushPlan)
        case pull(PullRequest)
        /// Wait so many seconds for something to happen.
        case changes(since: Cursor?, wait: UInt64)
        case rooms(RoomsRequest)
    }

    package enum Action: Equatable, Sendable {
        case send(RequestID, Request)
        /// Tell `tick` then; a later wish replaces this one.
        case wake(at: Int64)
        /// Keep this: after a restart the session begins with it.
        case keep(Cursor?)
        /// The peer has this now: what is shown as delivered.
        case acknowledged(RoomID, RoomClock)
        /// Both have the same.
        case identical(RoomID, Hash)
        /// The peer does not take this operation.
        case refusedByPeer(RoomID, OperationID, code: String)
        /// The peer says that there is more of our own feed than we have. A claim, until it is proven.
        case ownFeedClaimed(RoomID, FeedPosition)
        /// It was proven: stop writing in this epoch, take the rest in, begin a new one.
        case restored(RoomID, [FeedPosition])
        /// The comparison of all rooms is over, or was given up.
        case reconciled(Bool)
        case down(Failure)
    }
}
