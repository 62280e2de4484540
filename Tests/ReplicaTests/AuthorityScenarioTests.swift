import Testing

@testable import RoomModel

/// The scenarios of Spec/authority.md ("Examples") by name. Carol made the room on the founding node;
/// the others live on nodes of their own.
struct AuthorityScenarioTests {
    private let office = Scenario.office
    private let carol = Scenario.carol
    private let alice = Scenario.alice
    private let bob = Scenario.bob
    private let mia = Scenario.mia
    private let dan = Scenario.dan

    /// Alice, then Bob are admins, Mia is a member and everybody has spoken.
    private func company() -> Scenario {
        var room = Scenario()
        room.write(carol, .add(alice, admin: true))
        room.write(carol, .add(bob, admin: true))
        room.write(carol, .add(mia, admin: false))
        for person in [alice, bob, mia] { room.write(person, .message) }
        return room
    }

    // MARK: Removal

    @Test func `a message beside its author's removal is void, one that the remover had seen stays`() {
        var room = company()
        let seen = room.write(mia, .message)
        let removal = room.write(alice, .remove(mia))
        let unseen = room.write(mia, .message, seeing: .allBut([removal]))
        let end = room.end()
        #expect(end.counts(seen))
        #expect(end.isSetAside(unseen))
        #expect(end.isOut(mia))
        #expect(room.changes(when: removal) == [unseen: false])
    }

    @Test func `a message that is backdated behind a removal is void`() {
        var room = company()
        let removal = room.write(alice, .remove(mia), at: 1_000)
        let backdated = room.write(mia, .message, seeing: .only([3]), in: .fresh, at: 10)
        let grant = room.write(mia, .add(dan, admin: true), seeing: .only([3]), in: .fresh, at: 11)
        let end = room.end()
        #expect(end.counts(removal))
        #expect(end.isSetAside(backdated))
        #expect(end.isSetAside(grant))
        #expect(end.isOut(dan))
    }

    @Test(arguments: [(50, 60), (60, 50)])
    func `of two who remove each other in a partition the senior stays`(first: Int, second: Int) {
        var room = company()
        let one = room.write(alice, .remove(bob), at: first)
        let other = room.write(bob, .remove(alice), seeing: .allBut([one]), at: second)
        let after = room.write(bob, .message, seeing: .allBut([one]))
        let end = room.end()
        #expect(end.counts(one))
        #expect(!end.counts(other))
        #expect(!end.counts(after))
        #expect(end.isAdmin(alice))
        #expect(end.isOut(bob))
    }

    @Test func `a cycle of three removals has one outcome`() {
        var room = company()
        room.write(carol, .add(dan, admin: true))
        let first = room.write(alice, .remove(bob))
        let second = room.write(bob, .remove(dan), seeing: .allBut([first]))
        let third = room.write(dan, .remove(alice), seeing: .allBut([first, second]))
        let end = room.end()
        #expect(end.counts(first))
        #expect(!end.counts(second))
        #expect(end.counts(third), "by a junior, so that it takes no admin's tenure")
        #expect(end.isAdmin(alice))
        #expect(end.isOut(bob))
        #expect(end.isAdmin(dan))
    }

    @Test(arguments: [(50, 60), (60, 50)])
    func `a removal wins over an admission beside it, whichever claims to be first`(removed: Int, admitted: Int) {
        var room = company()
        let removal = room.write(alice, .remove(mia), at: removed)
        room.write(bob, .add(mia, admin: false), seeing: .allBut([removal]), at: admitted)
        #expect(room.end().isOut(mia))
        room.write(bob, .add(mia, admin: false))
        let message = room.write(mia, .message)
        let end = room.end()
        #expect(end.isMember(mia))
        #expect(end.counts(message))
    }

    @Test func `a removal and a re-admission beside each other leave out`() {
        var room = company()
        room.write(alice, .remove(mia))
        let again = room.write(alice, .add(mia, admin: false))
        let removal = room.write(bob, .remove(mia), seeing: .allBut([again]))
        #expect(room.end().isOut(mia))
        let message = room.write(mia, .message, seeing: .allBut([removal]))
        #expect(room.end().isSetAside(message))
    }

    @Test func `a removal that pretends to have seen nothing wipes out nothing that its author answered`() {
        var room = company()
        let asked = room.write(mia, .message)
        let answered = room.write(alice, .message)
        let unheard = room.write(mia, .message, seeing: .allBut([answered]))
        let removal = room.write(alice, .remove(mia), seeing: .only([1]), in: .fresh, at: 3)
        let end = room.end()
        #expect(end.counts(removal))
        #expect(end.counts(asked))
        #expect(end.counts(answered))
        #expect(!end.counts(unheard))
        #expect(end.isOut(mia))
        #expect(room.changes(when: answered) == [6: true, asked: true], "it widens the cut when it arrives")
    }

    @Test func `a removal that arrives late voids what was visible`() {
        var room = company()
        let removal = room.write(alice, .remove(mia))
        let one = room.write(mia, .message, seeing: .allBut([removal]))
        let leave = room.write(mia, .leave, seeing: .allBut([removal]))
        #expect(room.changes(when: removal) == [one: false, leave: false])
    }

    @Test func `authority that arrives late revives what was void`() {
        var room = company()
        let senior = room.write(alice, .remove(bob))
        let junior = room.write(bob, .remove(mia), seeing: .allBut([senior]))
        let message = room.write(mia, .message, seeing: .allBut([senior, junior]))
        #expect(room.changes(when: senior) == [junior: false, message: true])
        #expect(room.end().isMember(mia))
    }

    @Test func `what honest people answered before they knew of a removal is void, carried, and their answer counts`() {
        var room = company()
        let removal = room.write(alice, .remove(mia))
        let message = room.write(mia, .message, seeing: .allBut([removal]))
        let answer = room.write(bob, .message, seeing: .allBut([removal]))
        let end = room.end()
        #expect(end.isCarried(message))
        #expect(end.counts(answer))
        #expect(end.isOut(mia))
    }

    @Test func `an admission beside the removal of whoever admits is void, one that the remover had seen stands`() {
        var room = company()
        let seen = room.write(alice, .add(dan, admin: false))
        let removal = room.write(carol, .remove(alice))
        let unseen = room.write(
            alice, .add(ModelPerson(node: 4, handle: 2), admin: false), seeing: .allBut([removal]))
        let message = room.write(ModelPerson(node: 4, handle: 2), .message, seeing: .allBut([removal]))
        let end = room.end()
        #expect(end.counts(seen) && end.isMember(dan))
        #expect(end.isSetAside(unseen) && end.isSetAside(message))
        #expect(end.isOut(ModelPerson(node: 4, handle: 2)))
        #expect(room.changes(when: removal) == [unseen: false, message: false])
    }

    // MARK: Leaving

    @Test func `a forged leave of somebody removed changes nothing`() {
        var room = company()
        let removal = room.write(alice, .remove(mia))
        let leave = room.write(mia, .leave, seeing: .only([3]), in: .fresh, at: 9)
        room.write(alice, .add(mia, admin: false), seeing: .allBut([leave]))
        let message = room.write(mia, .message, in: .onto(leave))
        let end = room.end()
        #expect(end.counts(removal))
        #expect(!end.counts(leave))
        #expect(end.isMember(mia))
        #expect(end.counts(message), "a leave that is void ends nothing")
    }

    @Test func `a leave beside an unknown removal does not silence who is admitted again`() {
        var room = company()
        let removal = room.write(alice, .remove(mia))
        let leave = room.write(mia, .leave, seeing: .allBut([removal]))
        room.write(alice, .add(mia, admin: false), seeing: .allBut([leave]))
        let message = room.write(mia, .message)
        let end = room.end()
        #expect(end.isCarried(leave))
        #expect(end.isMember(mia))
        #expect(end.counts(message))
    }

    @Test func `of two leaves from two epochs a return must have seen both`() {
        var room = company()
        let first = room.write(mia, .leave)
        let second = room.write(mia, .leave, seeing: .allBut([first]), in: .fresh)
        room.write(alice, .add(mia, admin: false), seeing: .allBut([second]))
        let end = room.end()
        #expect(end.counts(first))
        #expect(end.counts(second))
        #expect(end.isOut(mia))
        room.write(alice, .add(mia, admin: false))
        #expect(room.end().isMember(mia))
    }

    @Test func `a leave ends what is behind it, and nobody else's`() {
        var room = company()
        let leave = room.write(mia, .leave)
        let behind = room.write(mia, .message)
        let others = room.write(bob, .message)
        let end = room.end()
        #expect(end.counts(leave))
        #expect(end.isCarried(behind))
        #expect(end.counts(others))
        #expect(end.isOut(mia))
    }

    @Test func `who steps down is a member`() {
        var room = company()
        room.write(alice, .stepDown)
        let settings = room.write(alice, .settings)
        let message = room.write(alice, .message)
        let end = room.end()
        #expect(!end.counts(settings))
        #expect(end.counts(message))
        #expect(end.isMember(alice))
    }

    @Test func `a room without an admin is given one by its founding organisation`() {
        var room = Scenario()
        room.write(carol, .add(mia, admin: false))
        room.write(carol, .leave)
        #expect(room.end().isOut(carol))
        let claimed = room.write(mia, .promote(mia))
        #expect(!room.end().counts(claimed))
        room.write(office, .promote(mia))
        let settings = room.write(mia, .settings)
        let end = room.end()
        #expect(end.isAdmin(mia))
        #expect(end.counts(settings))
    }

    // MARK: Rank

    @Test func `a junior does not reach a senior`() {
        var room = company()
        let demotion = room.write(bob, .demote(alice))
        let removal = room.write(bob, .remove(alice))
        let settings = room.write(alice, .settings)
        room.write(alice, .remove(bob))
        let end = room.end()
        #expect(end.counts(demotion))
        #expect(end.counts(removal))
        #expect(end.counts(settings))
        #expect(end.isAdmin(alice))
        #expect(end.isOut(bob))
    }

    @Test func `an appointment cannot be backdated above its own appointer`() {
        var room = company()
        let crony = room.write(bob, .add(dan, admin: true), seeing: .only([2]), in: .fresh, at: 4)
        let coup = room.write(dan, .remove(bob), seeing: .only([crony]))
        let end = room.end()
        #expect(end.counts(coup))
        #expect(end.isAdmin(bob))
        #expect(end.isAdmin(alice))
    }

    @Test func `a promotion beside its promoter's demotion is void, one that was seen stands`() {
        var room = company()
        let seen = room.write(alice, .add(dan, admin: true))
        let demotion = room.write(carol, .demote(alice))
        let unseen = room.write(alice, .promote(mia), seeing: .allBut([demotion]))
        let end = room.end()
        #expect(end.counts(seen))
        #expect(end.isAdmin(dan))
        #expect(!end.counts(unseen))
        #expect(end.isMember(mia))
        #expect(end.isMember(alice))
        #expect(room.changes(when: demotion) == [unseen: false])
    }

    @Test(arguments: [true, false])
    func `a promotion beside a removal stands only against a junior`(isSenior: Bool) {
        var room = company()
        let remover = isSenior ? alice : dan
        let promotion = room.write(bob, .promote(mia), at: 50)
        if !isSenior { room.write(carol, .add(dan, admin: true), seeing: .allBut([promotion]), at: 60) }
        room.write(remover, .remove(mia), seeing: .allBut([promotion]), at: 70)
        let end = room.end()
        #expect(isSenior ? end.isOut(mia) : end.isAdmin(mia))
    }

    @Test func `a demoted admin can be removed by anybody who came later`() {
        var room = company()
        let demotion = room.write(carol, .demote(alice))
        let removal = room.write(bob, .remove(alice))
        let forged = room.write(alice, .message, seeing: .allBut([demotion]))
        let end = room.end()
        #expect(end.counts(removal))
        #expect(end.isOut(alice))
        #expect(!end.counts(forged))
    }

    @Test func `a stranger who is promoted and demoted again is a member`() {
        var room = company()
        room.write(carol, .promote(dan))
        room.write(carol, .demote(dan))
        let message = room.write(dan, .message)
        let end = room.end()
        #expect(end.isMember(dan))
        #expect(end.counts(message))
    }

    @Test func `a room's deletion is void by its author's removal`() {
        var room = company()
        let removal = room.write(carol, .remove(bob))
        let deletion = room.write(bob, .settings, seeing: .allBut([removal]))
        #expect(room.end().isSetAside(deletion))
        #expect(room.changes(when: removal) == [deletion: false])
    }

    // MARK: Forks and keys

    @Test func `a fork at the genesis leaves the room, and what others built upon`() {
        var room = company()
        let frozen = room.write(carol, .add(dan, admin: true))
        let fork = room.write(office, .message, seeing: .only([]), in: .beside(Scenario.genesis))
        let end = room.end()
        #expect(end.counts(Scenario.genesis))
        #expect(end.counts(3), "others have spoken after Mia's admission")
        #expect(!end.counts(frozen))
        #expect(!end.counts(fork))
        #expect(end.isOut(dan))
        #expect(room.changes(when: fork) == [frozen: false])
        room.write(office, .add(dan, admin: true), seeing: .allBut([frozen, fork]), in: .fresh)
        #expect(room.end().isAdmin(dan))
    }

    @Test func `a fork at a grant freezes it until somebody else has built upon it`() {
        var room = Scenario()
        let grant = room.write(carol, .add(alice, admin: true))
        let fork = room.write(carol, .message, seeing: .only([]), in: .onto(Scenario.genesis))
        #expect(room.end().isOut(alice))
        let work = room.write(alice, .message, seeing: .only([grant]))
        let end = room.end()
        #expect(end.counts(grant))
        #expect(end.counts(work))
        #expect(end.isAdmin(alice))
        #expect(!end.counts(fork))
        #expect(room.changes(when: work) == [grant: true])
    }

    @Test func `honest work on either branch of a fork stands, and nothing more can be added`() {
        var room = company()
        let one = room.write(mia, .message)
        let answer = room.write(alice, .message)
        let other = room.write(mia, .message, seeing: .only([5]), in: .onto(6))
        let second = room.write(bob, .message, seeing: .allBut([one]))
        let added = room.write(mia, .message, in: .onto(one))
        let fresh = room.write(mia, .message, seeing: .allBut([added]), in: .fresh)
        let end = room.end()
        for id in [one, answer, other, second] { #expect(end.counts(id)) }
        #expect(end.isSetAside(added))
        #expect(end.counts(fresh))
    }

    @Test func `an admin's fork of removal and promotion freezes both`() {
        var room = company()
        let removal = room.write(alice, .remove(mia))
        let promotion = room.write(alice, .promote(mia), seeing: .only([4]), in: .onto(4))
        let end = room.end()
        #expect(!end.counts(removal))
        #expect(!end.counts(promotion))
        #expect(end.isMember(mia))
    }

    @Test func `an epoch behind a frozen operation is frozen with it`() {
        var room = company()
        let leave = room.write(alice, .leave)
        let promotion = room.write(alice, .promote(mia), in: .fresh)
        room.write(alice, .message, seeing: .only([4]), in: .onto(4))
        #expect(!room.end().counts(promotion))
        let answer = room.write(mia, .message)
        let end = room.end()
        #expect(end.counts(leave), "Mia's operation endorses it")
        #expect(!end.counts(promotion))
        #expect(end.counts(answer))
        #expect(end.isMember(mia))
    }

    @Test func `an old key goes on writing in vain`() {
        var room = company()
        let before = room.write(alice, .message)
        let stolen = room.write(alice, .remove(bob))
        let handover = room.write(alice, .message, seeing: .allBut([stolen]), in: .freshUnderKey(1))
        let backdated = room.write(alice, .add(dan, admin: true), seeing: .only([before]), in: .onto(before))
        let end = room.end()
        #expect(end.counts(before))
        #expect(!end.counts(stolen))
        #expect(end.counts(handover))
        #expect(!end.counts(backdated))
        #expect(end.isAdmin(bob))
        #expect(end.isOut(dan))
    }

    @Test func `a hand-over that arrives late voids what it had not seen`() {
        var room = company()
        let stolen = room.write(alice, .remove(bob))
        let handover = room.write(alice, .message, seeing: .allBut([stolen]), in: .freshUnderKey(1))
        #expect(room.changes(when: handover) == [stolen: false])
        #expect(room.end().isAdmin(bob))
    }

    @Test func `what a new key has not seen of its own node's admissions is disowned`() {
        var room = company()
        let admission = room.write(alice, .add(dan, admin: false))
        let message = room.write(dan, .message)
        let first = room.write(alice, .message, seeing: .only([4]), in: .freshUnderKey(1))
        let end = room.end()
        #expect(end.counts(first))
        #expect(!end.counts(admission) && !end.counts(message))
        #expect(end.isOut(dan))
        #expect(room.changes(when: first) == [admission: false, message: false])
        room.write(alice, .add(dan, admin: false))
        #expect(room.end().isMember(dan))
    }

    @Test func `a thief's own hand-over is cut off by the next one`() {
        var room = company()
        let theft = room.write(alice, .remove(bob), seeing: .only([4]), in: .freshUnderKey(1))
        let rescue = room.write(alice, .message, seeing: .allBut([theft]), in: .freshUnderKey(2))
        let end = room.end()
        #expect(!end.counts(theft))
        #expect(end.counts(rescue))
        #expect(end.counts(4), "what Alice wrote herself stays")
        #expect(end.isAdmin(bob))
    }

    @Test func `the sixty-fifth epoch freezes what nobody has built upon`() {
        var room = Scenario()
        room.write(carol, .add(mia, admin: false))
        let answered = room.write(mia, .message)
        room.write(carol, .message)
        var flood: [Int] = []
        var small = room.history
        for epoch in 0..<40 {
            small.append(
                ModelOperation(
                    id: small.operations.count, origin: 3, epoch: 100 + epoch, seq: 0, deps: [1], time: 50,
                    handle: 1, kind: .message, tie: epoch))
            flood.append(small.operations.count - 1)
        }
        #expect(ReplayedHistory.complaint(small, seed: 1, feedsMax: 40) == nil)
        let model = NaiveAuthority(small, feedsMax: 40)
        #expect(model.counts(answered))
        #expect(!flood.contains { model.counts($0) })
        #expect(NaiveAuthority(small, feedsMax: 41).counts(flood[0]))
    }
}
