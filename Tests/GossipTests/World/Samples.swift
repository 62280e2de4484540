import Keys
import Operations

@testable import Gossip

// Names that a reader can follow: node 1, room 2, operation 3.

func node(_ number: UInt64) -> NodeID { NodeID(name("node", number)) }
func room(_ number: UInt64) -> RoomID { RoomID(name("room", number)) }
func operation(_ number: UInt64) -> OperationID { OperationID(name("operation", number)) }
func hash(_ number: UInt64) -> Hash { Hash(bytes: name("hash", number)) }
func feed(_ origin: UInt64, _ epoch: UInt64 = 0) -> Feed { Feed(origin: node(origin), epoch: epoch) }

private func name(_ kind: String, _ number: UInt64) -> Bytes32 {
    Hash(of: Array("\(kind) \(number)".utf8).span).bytes
}

extension RoomClock {
    /// Origins by number, with the seq of their feed of epoch 0.
    init(_ seqs: [UInt64: UInt64]) {
        self.init()
        for (origin, seq) in seqs { reach(feed(origin), seq) }
    }
}
