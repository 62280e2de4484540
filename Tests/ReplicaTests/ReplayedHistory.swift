import Keys
import Operations
import Replica

@testable import RoomModel

/// A model's history taken in by the real fold, operation by operation, and compared with the naive model
/// after every single one.
struct ReplayedHistory {
    let history: ModelHistory
    let feedsMax: Int
    private(set) var lines = Lines()
    private(set) var positions: [Int: Position] = [:]
    private(set) var authority: Authority?
    /// What the last arrival was told to have changed, of others.
    private(set) var told: [Int: Bool] = [:]
    private var verdicts: [Int: Bool] = [:]
    private var proved: [NaiveAuthority.ProvedFork] = []

    init(_ history: ModelHistory, feedsMax: Int = 64) {
        self.history = history
        self.feedsMax = feedsMax
    }

    static func person(_ person: ModelPerson) -> Person {
        Person(origin: Origin(UInt32(person.node)), handle: UInt32(person.handle))
    }

    static func rank(_ key: Int) -> KeyRank {
        KeyRank(recoveries: 0, handOvers: key, hash: Hash(bytes: Bytes32()))
    }

    static func order(_ operation: ModelOperation) -> CanonicalOrder {
        let rest = [operation.origin, operation.epoch, operation.seq, operation.tie].flatMap { number in
            (0..<8).map { UInt8(truncatingIfNeeded: number >> (56 - 8 * $0)) }
        }
        return CanonicalOrder(time: UInt64(operation.time), rest: rest)
    }

    func operation(_ id: Int) -> AuthorityOperation {
        let operation = history.operations[id]
        let act: AuthorityOperation.Act =
            switch operation.kind {
            case .create, .settings: .administrative
            case .message: .ordinary
            case .add(let person, let admin): .admit(Self.person(person), asAdmin: admin, Self.order(operation))
            case .promote(let person): .promote(Self.person(person), Self.order(operation))
            case .demote(let person): .demote(Self.person(person))
            case .stepDown: .stepDown
            case .remove(let person): .remove(Self.person(person))
            case .leave: .leave
            }
        return AuthorityOperation(position: positions[id]!, author: Self.person(operation.author), act: act)
    }

    /// Takes in one operation; complains where what it did is not what the model says.
    mutating func take(_ id: Int) -> String? {
        let operation = history.operations[id]
        positions[id] = lines.append(
            author: Self.person(operation.author), epoch: UInt64(operation.epoch), rank: Self.rank(operation.key),
            prev: operation.prev.map { positions[$0]! }, deps: operation.deps.map { positions[$0]! })
        guard authority != nil else {
            authority = Authority(
                genesis: positions[id]!, creator: Self.person(operation.author), order: Self.order(operation),
                feedsMax: feedsMax, in: lines)
            verdicts[id] = true
            return nil
        }
        let members = Dictionary(uniqueKeysWithValues: authority!.members.map { ($0.person, $0.standing) })
        let outcome = authority!.add(self.operation(id), in: lines)
        return compare(id, outcome, members)
    }

    /// Takes in a proof that a feed is forked, of which one branch may be all that is ever held.
    mutating func take(_ fork: NaiveAuthority.ProvedFork) -> String? {
        guard authority != nil else { return nil }
        proved.append(fork)
        let members = Dictionary(uniqueKeysWithValues: authority!.members.map { ($0.person, $0.standing) })
        let outcome = authority!.add(Self.fork(fork), in: lines)
        return compare(nil, outcome, members).map { "\(fork): \($0)" }
    }

    private static func fork(_ fork: NaiveAuthority.ProvedFork) -> ForkedFeed {
        ForkedFeed(origin: Origin(UInt32(fork.origin)), epoch: UInt64(fork.epoch), seq: fork.seq)
    }

    private mutating func compare(
        _ arrived: Int?, _ outcome: AuthorityOutcome, _ members: [Person: Replica.Standing]
    ) -> String? {
        let model = NaiveAuthority(history, held: IDs(positions.keys), feedsMax: feedsMax, proved: proved)
        let id = arrived ?? -1
        told = arrived.map { [$0: outcome.counts] } ?? [:]
        for change in outcome.verdicts {
            for (other, position) in positions
            where position.line == change.line && change.seqs.contains(position.seq) {
                let operation = self.operation(other)
                guard operation.author == change.author, operation.act.needsAdmin == change.areAdministrative else {
                    continue
                }
                if told.updateValue(change.count, forKey: other) != nil {
                    return "after #\(id), #\(other) is told twice"
                }
            }
        }
        for other in positions.keys {
            let counts = model.counts(other)
            if verdicts[other] == counts, told[other] != nil {
                return "after #\(id), #\(other) is told to change and does not"
            }
            if verdicts[other] != counts, told[other] != counts {
                return "after #\(id), #\(other) is \(model.verdict(other)), and is told \(told[other] as Bool?)"
            }
            if authority!.counts(operation(other), in: lines) != counts {
                return "after #\(id), #\(other) is \(model.verdict(other)), and is not looked up so"
            }
            verdicts[other] = counts
        }
        told[id] = nil
        var standings = members
        for change in outcome.standings { standings[change.person] = change.standing }
        for person in model.people {
            let standing = Self.standing(model.standing(of: person))
            if authority!.standing(of: Self.person(person)) != standing {
                let held = authority!.standing(of: Self.person(person))
                return "after #\(id), \(person) is \(standing), and is held for \(held)"
            }
            if standings[Self.person(person)] ?? .out != standing {
                return "after #\(id), \(person) is \(standing), and it is not told"
            }
        }
        return nil
    }

    private static func standing(_ standing: NaiveAuthority.Standing) -> Replica.Standing {
        switch standing {
        case .out: .out
        case .member: .member
        case .admin: .admin
        }
    }

    /// Loads the room from its authority operations alone, as after a restart, in another causal order.
    func complaintAfterRestart(_ order: [Int]) -> String? {
        let genesis = history.operations[0]
        var loaded = Authority(
            genesis: positions[0]!, creator: Self.person(genesis.author), order: Self.order(genesis),
            feedsMax: feedsMax, in: lines)
        for id in order.dropFirst() {
            let operation = operation(id)
            if operation.act == .ordinary || operation.act == .administrative { continue }
            _ = loaded.add(operation, in: lines)
        }
        for fork in proved { _ = loaded.add(Self.fork(fork), in: lines) }
        loaded.restore(in: lines)
        for id in order where loaded.counts(operation(id), in: lines) != authority!.counts(operation(id), in: lines) {
            return "#\(id) is another after a restart"
        }
        for member in authority!.members where loaded.standing(of: member.person) != member.standing {
            return "\(member) is another after a restart"
        }
        return loaded.members.count == authority!.members.count ? nil : "somebody is in after a restart"
    }

    /// The first complaint about a history that arrives in an order of the seed's.
    static func complaint(_ history: ModelHistory, seed: UInt64, feedsMax: Int) -> String? {
        var random = Seeded(seed ^ 0xF0)
        let order = history.causalOrder(&random)
        var replayed = ReplayedHistory(history, feedsMax: feedsMax)
        // Every third time somebody brings proofs of forks, some of feeds that are not held.
        let proofs = seed % 3 == 0 ? Int.random(in: 1...2, using: &random) : 0
        let steps = (0..<proofs).map { _ in Int.random(in: order.indices, using: &random) }
        for (step, id) in order.enumerated() {
            if let complaint = replayed.take(id) { return "\(complaint); order \(order)" }
            for _ in steps.filter({ $0 == step }) {
                let one = history.operations.randomElement(using: &random)!
                let fork = NaiveAuthority.ProvedFork(origin: one.origin, epoch: one.epoch, seq: one.seq)
                if let complaint = replayed.take(fork) { return "\(complaint); order \(order)" }
            }
        }
        return replayed.complaintAfterRestart(history.causalOrder(&random))
    }

    static func complaint(seed: UInt64) -> String? {
        let history = HistoryGenerator.history(seed: seed)
        let feedsMax = [3, 5, 64][Int(seed % 3)]
        guard complaint(history, seed: seed, feedsMax: feedsMax) != nil else { return nil }
        let smallest = history.shrunk { complaint($0, seed: seed, feedsMax: feedsMax) != nil }
        return "seed \(seed): \(complaint(smallest, seed: seed, feedsMax: feedsMax)!)\n\(smallest)"
    }
}
