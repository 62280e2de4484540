import Keys
import Operations
import Replica

extension Lines {
    mutating func append(author: Person, epoch: UInt64, key: UInt64, prev: Position?, deps: [Position]) -> Position {
        append(
            author: author, epoch: epoch,
            rank: KeyRank(recoveries: 0, handOvers: Int(key), hash: Hash(of: [0].span)), prev: prev, deps: deps)
    }
}
