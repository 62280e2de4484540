import Operations
package import RoomModel

/// The examples of Spec/authority.md, and what else is worth telling. Carol made the room on the founding node; the others
/// live on nodes of their own.
package struct AuthorityScenario {
    package let name: String
    package let plan: RoomPlan

    private init(_ name: String, _ room: PlanWriter = .company(), _ tell: (inout PlanWriter) -> Void) {
        self.name = name
        var room = room
        tell(&room)
        plan = room.plan
    }

    package static let all: [AuthorityScenario] = removals + leaves + ranks + forks + keys

    private static let office = PlanWriter.office
    private static let carol = PlanWriter.carol
    private static let alice = PlanWriter.alice
    private static let bob = PlanWriter.bob
    private static let mia = PlanWriter.mia
    private static let dan = PlanWriter.dan

    private static let removals = [
        AuthorityScenario("1. a message beside its author's removal") { room in
            room.say(mia)
            let removal = room.write(alice, .remove(mia))
            room.say(mia, seeing: .allBut([removal]))
        },
        AuthorityScenario("2. a message and a grant that are backdated behind a removal") { room in
            room.write(alice, .remove(mia), at: 1_000)
            room.say(mia, seeing: .only([3]), in: .fresh, at: 10)
            room.write(mia, .add(dan, .admin), seeing: .only([3]), in: .fresh, at: 11)
        },
        AuthorityScenario("3. two who remove each other in a partition") { room in
            let one = room.write(alice, .remove(bob), at: 60)
            room.write(bob, .remove(alice), seeing: .allBut([one]), at: 50)
            room.say(bob, seeing: .allBut([one]))
        },
        AuthorityScenario("4. three who remove each other in a circle") { room in
            room.write(carol, .add(dan, .admin))
            let one = room.write(alice, .remove(bob))
            let two = room.write(bob, .remove(dan), seeing: .allBut([one]))
            room.write(dan, .remove(alice), seeing: .allBut([one, two]))
        },
        AuthorityScenario("5. a removal beside an admission that claims to be later") { room in
            let removal = room.write(alice, .remove(mia), at: 50)
            room.write(bob, .add(mia, .member), seeing: .allBut([removal]), at: 60)
        },
        AuthorityScenario("5. a removal beside an admission that claims to be earlier") { room in
            let removal = room.write(alice, .remove(mia), at: 60)
            room.write(bob, .add(mia, .member), seeing: .allBut([removal]), at: 50)
        },
        AuthorityScenario("7. a removal that pretends to have seen nothing") { room in
            room.say(mia)
            let answer = room.say(alice)
            room.say(mia, seeing: .allBut([answer]))
            room.write(alice, .remove(mia), seeing: .only([1]), in: .fresh, at: 3)
        },
        AuthorityScenario("16. a removal beside a re-admission") { room in
            room.write(alice, .remove(mia))
            let again = room.write(alice, .add(mia, .member))
            let removal = room.write(bob, .remove(mia), seeing: .allBut([again]))
            room.say(mia, seeing: .allBut([removal]))
        },
        AuthorityScenario("19. a message that was answered before its author's removal was known") { room in
            let removal = room.write(alice, .remove(mia))
            room.say(mia, seeing: .allBut([removal]))
            room.say(bob, seeing: .allBut([removal]))
        },
        AuthorityScenario("20. a removal that is voided by an earlier one") { room in
            let senior = room.write(alice, .remove(bob))
            let junior = room.write(bob, .remove(mia), seeing: .allBut([senior]))
            room.say(mia, seeing: .allBut([senior, junior]))
        },
        AuthorityScenario("22. a room's deletion by somebody who is removed beside it") { room in
            let removal = room.write(carol, .remove(bob))
            var change = RoomChange()
            change.isDeleted = .to(true)
            room.write(bob, .set(change), seeing: .allBut([removal]))
        },
        AuthorityScenario("24. an admission beside the removal of whoever admits") { room in
            let removal = room.write(carol, .remove(alice))
            room.write(alice, .add(dan, .member), seeing: .allBut([removal]))
            room.say(dan, seeing: .allBut([removal]))
        },
        AuthorityScenario("24. an admission beside the removal of whoever admits, which somebody answered") { room in
            let removal = room.write(carol, .remove(alice))
            room.write(alice, .add(dan, .member), seeing: .allBut([removal]))
            room.say(dan, seeing: .allBut([removal]))
            room.say(bob, seeing: .allBut([removal]))
        },
        AuthorityScenario("26. two who were removed begin feeds, each upon the other's") { room in
            room.write(carol, .remove(alice))
            room.write(carol, .remove(mia))
            var last = 4
            for number in 0..<6 {
                last = room.say(number % 2 == 0 ? alice : mia, seeing: .only([last]), in: .fresh)
            }
            room.say(bob, seeing: .only([8]))
        },
        AuthorityScenario("a message deleted by its author, who was removed meanwhile") { room in
            let message = room.say(mia)
            let removal = room.write(alice, .remove(mia))
            room.write(mia, .delete(message), seeing: .allBut([removal]))
        },
    ]

    private static let leaves = [
        AuthorityScenario("6. a forged leave of somebody removed") { room in
            room.write(alice, .remove(mia))
            let leave = room.write(mia, .leave, seeing: .only([3]), in: .fresh, at: 9)
            room.write(alice, .add(mia, .member), seeing: .allBut([leave]))
            room.say(mia, in: .onto(leave))
        },
        AuthorityScenario("8. two leaves from two epochs, and an admission behind one of them") { room in
            let first = room.write(mia, .leave)
            let second = room.write(mia, .leave, seeing: .allBut([first]), in: .fresh)
            room.write(alice, .add(mia, .member), seeing: .allBut([second]))
        },
        AuthorityScenario("17. a leave and what is behind it") { room in
            room.write(mia, .leave)
            room.say(mia)
            room.say(bob)
        },
        AuthorityScenario("18. a room without an admin, and its appointment", PlanWriter()) { room in
            room.write(carol, .add(mia, .member))
            room.write(carol, .leave)
            room.write(mia, .role(mia, .admin))
            room.write(office, .role(mia, .admin))
            room.write(mia, .add(dan, .member))
        },
    ]

    private static let ranks = [
        AuthorityScenario("14. a junior against a senior") { room in
            room.write(bob, .role(alice, .member))
            room.write(bob, .remove(alice))
            room.write(alice, .remove(bob))
        },
        AuthorityScenario("15. a promotion beside its promoter's demotion") { room in
            room.write(alice, .add(dan, .admin))
            let demotion = room.write(carol, .role(alice, .member))
            room.write(alice, .role(mia, .admin), seeing: .allBut([demotion]))
        },
        AuthorityScenario("23. a demoted admin is removed by whoever came later") { room in
            let demotion = room.write(carol, .role(alice, .member))
            room.write(bob, .remove(alice))
            room.say(alice, seeing: .allBut([demotion]))
        },
        AuthorityScenario("an appointment that is backdated above its appointer") { room in
            let crony = room.write(bob, .add(dan, .admin), seeing: .only([2]), in: .fresh, at: 4)
            room.write(dan, .remove(bob), seeing: .only([crony]))
        },
    ]

    private static let forks = [
        AuthorityScenario("9. a fork behind the genesis") { room in
            let frozen = room.write(carol, .add(dan, .admin))
            let fork = room.say(carol, seeing: .only([]), in: .onto(0))
            room.write(office, .add(dan, .admin), seeing: .allBut([frozen, fork]), in: .fresh)
        },
        AuthorityScenario("10. a fork at a grant that nobody has built upon", PlanWriter()) { room in
            room.write(carol, .add(alice, .admin))
            room.say(carol, seeing: .only([]), in: .onto(0))
        },
        AuthorityScenario("10. a fork at a grant whose holder has written", PlanWriter()) { room in
            let grant = room.write(carol, .add(alice, .admin))
            room.say(carol, seeing: .only([]), in: .onto(0))
            room.say(alice, seeing: .only([grant]))
        },
        AuthorityScenario("11. a fork in the middle, with honest work on either branch") { room in
            let one = room.say(mia)
            room.say(alice)
            room.say(mia, seeing: .only([5]), in: .onto(6), at: 9)
            room.say(bob, seeing: .allBut([one]))
            let added = room.say(mia, in: .onto(one))
            room.say(mia, seeing: .allBut([added]), in: .fresh)
        },
        AuthorityScenario("13. a leave that is frozen, and a promotion from an epoch behind it") { room in
            room.write(alice, .leave)
            room.write(alice, .role(mia, .admin), in: .fresh)
            room.say(alice, seeing: .only([4]), in: .onto(4))
            room.say(mia)
        },
        AuthorityScenario("21. an admin's fork of a removal and a promotion") { room in
            room.write(alice, .remove(mia))
            room.write(alice, .role(mia, .admin), seeing: .only([4]), in: .onto(4))
        },
        AuthorityScenario("28. two forks that endorse each other") { room in forkTogether(&room) },
        AuthorityScenario("28. two forks that endorse each other, and an answer") { room in
            room.say(carol, seeing: .only([forkTogether(&room)]))
        },
    ]

    /// Alice removes Bob on one branch, and Mia answers that on one of hers, whose number is returned.
    @discardableResult
    private static func forkTogether(_ room: inout PlanWriter) -> Int {
        let removal = room.write(alice, .remove(bob))
        room.say(alice, seeing: .only([6]), in: .onto(4))
        let answer = room.say(mia, seeing: .only([removal]), in: .onto(6))
        room.say(mia, seeing: .only([6]), in: .onto(6))
        return answer
    }

    package static let ofManyFeeds = [
        AuthorityScenario("27. a fork among 64 feeds") { room in beginFeeds(64, &room) },
        AuthorityScenario("27. a fork among 65 feeds") { room in beginFeeds(65, &room) },
    ]

    /// Mia's node has begun so many; it forks the first of them behind what Bob has answered.
    private static func beginFeeds(_ count: Int, _ room: inout PlanWriter) {
        let answer = room.say(bob)
        room.say(mia, seeing: .only([6]), in: .onto(6))
        room.say(mia, seeing: .only([6]), in: .onto(6), at: 50)
        for number in 1..<count { room.say(mia, seeing: .only([answer]), in: .fresh, at: 50 + number) }
    }

    private static let keys = [
        AuthorityScenario("12. an old key that goes on writing after a hand-over") { room in
            let before = room.say(alice)
            let stolen = room.write(alice, .remove(bob))
            room.say(alice, seeing: .allBut([stolen]), in: .freshUnder(certificate: 1))
            room.write(alice, .add(dan, .admin), seeing: .only([before]), in: .onto(before))
        },
        AuthorityScenario("25. an admission that the admitter's new key has not seen") { room in
            room.write(alice, .add(dan, .member))
            room.say(dan)
            room.say(alice, seeing: .only([4]), in: .freshUnder(certificate: 1))
            room.say(bob)
        },
        AuthorityScenario("a thief's hand-over, and the owner's by the recovery key") { room in
            let theft = room.write(alice, .remove(bob), seeing: .only([4]), in: .freshUnder(certificate: 1))
            room.say(alice, seeing: .allBut([theft]), in: .freshUnder(certificate: 3))
        },
    ]
}
