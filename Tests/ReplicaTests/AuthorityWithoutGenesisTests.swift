import Replica
import Testing

/// Direct rooms and directories, where nobody is appointed.
struct AuthorityWithoutGenesisTests {
    private let mia = Person(origin: Origin(1), handle: 1)
    private let bob = Person(origin: Origin(2), handle: 7)
    private let eve = Person(origin: Origin(3), handle: 1)
    private let order = CanonicalOrder(time: 1, rest: [])

    private func add(
        _ author: Person, _ act: AuthorityOperation.Act, to authority: inout Authority, _ lines: inout Lines,
        prev: Position? = nil, epoch: UInt64 = 0
    ) -> (Position, AuthorityOutcome) {
        let position = lines.append(author: author, epoch: epoch, rank: ReplayedHistory.rank(0), prev: prev, deps: [])
        let operation = AuthorityOperation(position: position, author: author, act: act)
        return (position, authority.add(operation, in: lines))
    }

    @Test func `in a direct room the pair writes and nobody else`() {
        var lines = Lines()
        var authority = Authority(pair: (mia, bob))
        let (first, one) = add(mia, .ordinary, to: &authority, &lines)
        #expect(one.counts)
        #expect(add(bob, .ordinary, to: &authority, &lines).1.counts)
        #expect(!add(eve, .ordinary, to: &authority, &lines).1.counts)
        #expect(authority.standing(of: mia) == .member)
        #expect(authority.standing(of: eve) == .out)
        for act in [.leave, .remove(bob), .admit(eve, asAdmin: true, order), .administrative]
            as [AuthorityOperation.Act]
        {
            let outcome = add(mia, act, to: &authority, &lines, epoch: 9).1
            #expect(!outcome.counts, "\(act)")
        }
        #expect(authority.standing(of: bob) == .member)
        #expect(authority.members.count == 2)
        #expect(first.seq == 0)
    }

    @Test func `a fork in a direct room freezes what the other has not seen`() {
        var lines = Lines()
        var authority = Authority(pair: (mia, bob))
        let first = add(mia, .ordinary, to: &authority, &lines).0
        let second = add(mia, .ordinary, to: &authority, &lines, prev: first).0
        let (fork, outcome) = add(mia, .ordinary, to: &authority, &lines, prev: first)
        #expect(fork.line != second.line)
        #expect(!outcome.counts)
        #expect(
            outcome.verdicts == [
                VerdictChange(
                    line: second.line, author: mia, areAdministrative: false, seqs: 1...1, count: false)
            ])
        let answer = lines.append(author: bob, epoch: 0, rank: ReplayedHistory.rank(0), prev: nil, deps: [second])
        let after = authority.add(AuthorityOperation(position: answer, author: bob, act: .ordinary), in: lines)
        #expect(after.counts)
        #expect(after.verdicts.map(\.count) == [true])
    }

    @Test func `in a directory its own node writes`() {
        var lines = Lines()
        var authority = Authority(directoryOf: mia.origin)
        let (first, one) = add(mia, .ordinary, to: &authority, &lines)
        #expect(one.counts)
        #expect(!add(bob, .ordinary, to: &authority, &lines).1.counts)
        let second = add(mia, .ordinary, to: &authority, &lines, prev: first).0
        let fork = add(mia, .ordinary, to: &authority, &lines, prev: first).1
        #expect(!fork.counts)
        #expect(
            fork.verdicts == [
                VerdictChange(line: second.line, author: nil, areAdministrative: false, seqs: 1...1, count: false)
            ])
    }
}
