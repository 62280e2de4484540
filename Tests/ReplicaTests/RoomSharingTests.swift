import Keys
import Operations
import Replica
import Testing

/// What is passed on, heads, clocks, views and forks.
struct RoomSharingTests {
    @Test func `what is void and nobody builds on is set aside, in no clock and no head`() {
        var story = Story.group()
        let seen = story.post(2, "cy", "seen")
        let answer = story.post(3, "di", "answered")
        let removal = story.remove(1, "bo", story.cy, seeing: .allBut([answer]))
        let void = story.post(2, "cy", "unseen", seeing: .allBut([removal]))
        let end = story.told()
        #expect(end.counts(seen) && end.counts(answer))
        #expect(!end.counts(void) && !end.isPassedOn(void))
        #expect(end.heads == [removal, answer])
        #expect(end.clock[story.operations[void].header.feed] == story.operations[seen].header.seq)
    }

    @Test func `what is void and was answered is carried, and a head no more`() {
        var story = Story.group()
        let beginning = story.operations.count - 1
        let removal = story.remove(1, "bo", story.cy)
        let void = story.post(2, "cy", "beside", seeing: .only([beginning]))
        let answer = story.post(3, "di", "answered", seeing: .only([void]))
        let end = story.told()
        #expect(!end.counts(void) && end.isPassedOn(void))
        #expect(end.heads == [removal, answer])
        #expect(end.room.dependencies(behind: story.id(answer), in: end.records) == [story.id(removal)])
        #expect(end.room.dependencies(behind: nil, in: end.records) == end.room.heads(in: end.records))
    }

    @Test func `a late removal takes back what was passed on, and says so`() {
        var story = Story.group()
        let beginning = story.operations.count - 1
        let void = story.post(2, "cy", "beside")
        let removal = story.remove(1, "bo", story.cy, seeing: .only([beginning]))
        var reader = story.reader(upTo: void + 1)
        let place = reader.position(void)
        #expect(reader.changes.contains(.passedOn(place.line, place.seq...place.seq)))
        reader.take(removal)
        #expect(reader.changes.contains(.setAside(place.line, place.seq...place.seq)))
        #expect(!reader.isPassedOn(void))
        story.told()
    }

    @Test func `a fork freezes what nobody built upon, whichever branch comes first`() {
        var story = Story.group()
        let trunk = story.post(2, "cy", "trunk")
        let one = story.post(2, "cy", "one", seeing: .only([trunk]))
        let answer = story.post(3, "di", "answer", seeing: .only([one]))
        let other = story.post(2, "cy", "other", seeing: .only([trunk]), in: .onto(trunk))
        let end = story.told()
        let feed = story.operations[one].header.feed
        #expect(end.counts(one) && end.counts(answer))
        #expect(!end.counts(other) && !end.isPassedOn(other))
        #expect(end.room.forks(in: end.records) == [feed: story.operations[one].header.seq])
        #expect(end.clock[feed] == story.operations[trunk].header.seq)
    }

    /// Here and after a restart.
    @Test func `what is proved of a room before its first operation shows nobody in it`() {
        var story = Story.direct()
        guard case .direct(let pair) = story.nature else { preconditionFailure("it is a direct room") }
        story.write(0, "ada", .directOpen, saying: DirectOpening(pair).encoded)
        _ = story.post(1, "bo", "hello")
        let feed = story.operations[0].header.feed
        var reader = Reader(story)
        reader.take(forkOf: feed, at: 5)
        #expect(reader.room.members(in: reader.records).isEmpty)
        let state = reader.state
        reader.restart()
        #expect(reader.room.members(in: reader.records).isEmpty)
        #expect(reader.state == state)
        for number in story.operations.indices { reader.take(number) }
        let after = reader.state
        reader.restart()
        #expect(reader.state == after)
    }

    @Test func `a proved fork freezes a feed of which one branch is here`() {
        var story = Story.group()
        let trunk = story.post(2, "cy", "trunk")
        let one = story.post(2, "cy", "one", seeing: .only([trunk]))
        let header = story.operations[one].header
        var reader = story.reader()
        let taken1 = reader.take(forkOf: header.feed, at: header.seq)
        #expect(taken1)
        #expect(!reader.counts(one) && reader.counts(trunk))
        #expect(reader.message(one).visibility == .hidden)
        #expect(reader.heads == [trunk])
        #expect(reader.changes.contains(.forked(header.feed, at: header.seq)))
        let taken2 = reader.take(forkOf: header.feed, at: header.seq)
        #expect(!taken2)
        let taken3 = reader.take(forkOf: header.feed, at: header.seq + 1)
        #expect(!taken3)
        // The same where the proof comes first of all.
        var other = Reader(story)
        let taken4 = other.take(forkOf: header.feed, at: header.seq)
        #expect(taken4)
        for number in story.operations.indices { other.take(number) }
        #expect(other.state == reader.state)
        other.restart()
        #expect(other.state == reader.state)
        #expect(other.clock == reader.clock)
    }

    /// A clock names a fork and not its branches: at one clock some hold both, some one and some none, and all must count the
    /// same feeds (`parley-simulate --seed 41641`).
    @Test func `who holds one branch of a fork counts as many feeds as who holds both`() {
        var story = Story.group()
        let trunk = story.post(2, "cy", "trunk")
        let one = story.post(2, "cy", "one", seeing: .only([trunk]))
        let other = story.post(2, "cy", "other", seeing: .only([trunk]), in: .onto(trunk))
        let fork = story.operations[one].header.position
        for more in [false, true] {
            let last = (more ? 64...64 : 1...63).map { number in
                story.post(2, "cy", "\(number)", seeing: .only([trunk]), in: .fresh)
            }.last!  // there is one at least
            let both = story.told(orders: 4)
            for lacking in [[one], [other], [one, other]] {
                var reader = Reader(story)
                let isTaken = reader.take(forkOf: fork.feed, at: fork.seq)
                #expect(isTaken)
                for number in story.operations.indices where !lacking.contains(number) { reader.take(number) }
                #expect(reader.clock == both.clock)
                #expect(reader.state == both.state)
                #expect(reader.counts(last) == both.counts(last))
                reader.restart()
                #expect(reader.state == both.state)
            }
            #expect(both.counts(trunk) == !more && both.counts(last) == !more)
        }
    }

    @Test func `a void operation that endorses what is suspect is passed on, and those behind it are not`() {
        var story = Story.group()
        let trunk = story.post(2, "cy", "trunk")
        let one = story.post(2, "cy", "one", seeing: .only([trunk]))
        _ = story.post(2, "cy", "other", seeing: .only([trunk]), in: .onto(trunk))
        let removal = story.remove(1, "bo", story.di, seeing: .only([trunk]))
        let endorsing = story.post(3, "di", "answer", seeing: .only([one]))
        let behind = story.post(3, "di", "more", seeing: .only([endorsing]))
        let end = story.told()
        #expect(end.counts(one) && end.isPassedOn(one))
        #expect(!end.counts(endorsing) && end.isPassedOn(endorsing))
        #expect(!end.isPassedOn(behind))
        // What is void endorses, but is no head to build on.
        #expect(end.heads == [removal, one])
    }

    /// Who holds the branches of two that are in league agrees with who holds none of them.
    @Test func `what is on a fork endorses nothing that is not endorsed with it`() {
        var story = Story.group()
        let (first, second) = (story.post(2, "cy", "first"), story.post(3, "di", "second"))
        let one = story.post(2, "cy", "one", seeing: .only([second]))
        let other = story.post(2, "cy", "other", seeing: .only([second]), in: .onto(first))
        let endorsing = story.post(3, "di", "answer", seeing: .only([one]))
        let beside = story.post(3, "di", "beside", seeing: .only([second]), in: .onto(second))
        let forks = [one, endorsing].map { story.operations[$0].header.position }
        let end = story.told()
        for number in [one, other, endorsing, beside] { #expect(!end.counts(number) && !end.isPassedOn(number)) }
        for branches in [[one, endorsing], [other, beside], [], [one, endorsing, beside]] {
            var reader = Reader(story)
            for number in 0...second { reader.take(number) }
            for number in branches { reader.take(number) }
            for fork in forks { _ = reader.take(forkOf: fork.feed, at: fork.seq) }
            #expect(reader.clock == end.clock)
            #expect(reader.state == end.state)
        }
        // A word of somebody who writes one history endorses both.
        let word = story.post(0, "ada", "I have seen it", seeing: .only([endorsing]))
        let told = story.told()
        #expect(told.counts(one) && told.counts(endorsing) && told.counts(word))
        #expect(!told.counts(other) && !told.counts(beside))
    }

    @Test func `a hand-over cuts off what the new key has not seen`() {
        var story = Story.group()
        let known = story.post(2, "cy", "known")
        let stolen = story.post(2, "cy", "stolen")
        story.handOver(2, to: "east second")
        let first = story.post(2, "cy", "mine again", seeing: .only([known]))
        let end = story.told()
        #expect(end.counts(known) && end.counts(first) && !end.counts(stolen))
        #expect(!end.isPassedOn(stolen))
    }

    @Test func `a former participant is shown up to its removal`() {
        var story = Story.group()
        let before = story.post(0, "ada", "before")
        let removal = story.remove(1, "bo", story.cy)
        let after = story.post(0, "ada", "after")
        let end = story.told()
        let view = end.view(of: story.nodes[2].id, toldBy: story.nodes[0].id)
        #expect(view?.contains(story.operations[removal].header.position) == true)
        #expect(view?.contains(story.operations[before].header.position) == true)
        #expect(view?.contains(story.operations[after].header.position) == false)
        #expect(end.view(of: story.nodes[3].id, toldBy: story.nodes[0].id) == nil)
        #expect(end.view(of: Story.Node("nobody").id, toldBy: story.nodes[0].id) == nil)
        #expect(
            end.room.participants(in: end.records)
                == [story.nodes[0].id, story.nodes[1].id, story.nodes[3].id].sorted())
    }

    /// A junior's removal takes the member's tenure and leaves the admin's; the last that made them an admin ends it.
    @Test func `whoever is out by a removal and a demotion is shown both`() {
        var story = Story.group()
        let junior = story.write(0, "ada", .memberRole, .grant(story.cy, .admin))
        let removal = story.remove(2, "cy", story.bo)
        #expect(story.told().standing(story.bo) == .admin)
        let demotion = story.write(0, "ada", .memberRole, .grant(story.bo, .member))
        let after = story.post(0, "ada", "after")
        let end = story.told()
        #expect(end.standing(story.bo) == .out)
        let view = end.view(of: story.nodes[1].id, toldBy: story.nodes[0].id)
        for seen in [junior, removal, demotion] {
            #expect(view?.contains(story.operations[seen].header.position) == true)
        }
        #expect(view?.contains(story.operations[after].header.position) == false)
    }

    @Test func `a node learns that the admission of its user is void`() {
        var story = Story.group()
        story.nodes.append(Story.Node("island"))
        let eve = story.nodes[4].user("eve")
        let beginning = story.operations.count - 1
        let removal = story.remove(0, "ada", story.bo)
        let admission = story.write(1, "bo", .memberAdd, .grant(eve, .member), seeing: .only([beginning]))
        let answer = story.post(3, "di", "hello eve", seeing: .only([admission]))
        let end = story.told()
        #expect(end.standing(eve) == .out && end.isPassedOn(admission))
        let view = end.view(of: story.nodes[4].id, toldBy: story.nodes[0].id)
        #expect(view?.contains(story.operations[admission].header.position) == true)
        #expect(view?.contains(story.operations[removal].header.position) == true)
        #expect(view?.contains(story.operations[answer].header.position) == false)
    }

    /// Nobody removed anybody: the node that let them in has disowned what its old key signed (`parley-simulate --seed 17635`).
    @Test func `a node learns that the admission of its user is cut off by a new key`() {
        var story = Story.group()
        story.nodes.append(Story.Node("island"))
        let eve = story.nodes[4].user("eve")
        let beginning = story.operations.count - 1
        let admission = story.write(1, "bo", .memberAdd, .grant(eve, .member))
        let answer = story.post(3, "di", "hello eve")
        story.handOver(1, to: "south second")
        let first = story.post(1, "bo", "mine again", seeing: .only([beginning]))
        let after = story.post(1, "bo", "and on", seeing: .everything)
        let end = story.told()
        #expect(end.standing(eve) == .out && end.isPassedOn(admission))
        let view = end.view(of: story.nodes[4].id, toldBy: story.nodes[0].id)
        #expect(view?.contains(story.operations[admission].header.position) == true)
        #expect(view?.contains(story.operations[first].header.position) == true)
        #expect(view?.contains(story.operations[answer].header.position) == false)
        #expect(view?.contains(story.operations[after].header.position) == false)
    }

    /// Nobody has built on the admission, so nobody else passes it on (`parley-simulate --seed 19068`).
    @Test func `who was admitted beside the removal of whoever admitted them is told so by that one's node alone`() {
        var story = Story.group()
        story.nodes.append(Story.Node("island"))
        let eve = story.nodes[4].user("eve")
        let beginning = story.operations.count - 1
        let removal = story.remove(0, "ada", story.bo)
        let admission = story.write(1, "bo", .memberAdd, .grant(eve, .member), seeing: .only([beginning]))
        let after = story.post(0, "ada", "after", seeing: .only([removal]))
        let end = story.told()
        #expect(end.standing(eve) == .out && !end.isPassedOn(admission))
        #expect(end.view(of: story.nodes[4].id, toldBy: story.nodes[0].id) == nil)
        let view = end.view(of: story.nodes[4].id, toldBy: story.nodes[1].id)
        #expect(view?.contains(story.operations[removal].header.position) == true)
        #expect(view?.contains(story.operations[after].header.position) == false)
    }

    /// The thief of an old key can admit somebody under it, who is nobody's former participant for that.
    @Test func `what an old key signed beside its hand-over lets nobody look`() {
        var story = Story.group()
        story.nodes.append(Story.Node("island"))
        let eve = story.nodes[4].user("eve")
        let beginning = story.operations.count - 1
        _ = story.write(1, "bo", .memberAdd, .grant(eve, .member))
        story.handOver(1, to: "south second")
        _ = story.post(1, "bo", "mine again", seeing: .only([beginning]))
        let end = story.told()
        for teller in story.nodes { #expect(end.view(of: story.nodes[4].id, toldBy: teller.id) == nil) }
    }

    /// The number of lines has no bound (Spec/authority.md, section 8). What they are is for those who began them to bear: nobody
    /// else's operations, standing or next words are others for it.
    @Test func `feeds without end by two who were removed, built on each other's, move nobody else`() {
        var story = Story.group()
        let before = story.post(2, "cy", "before")
        _ = story.remove(0, "ada", story.cy)
        let removal = story.remove(0, "ada", story.di)
        var junk: [Int] = []
        for number in 0..<70 {
            let last = junk.last ?? before
            junk.append(story.post(2, "cy", "\(number)", seeing: .only([last]), in: .fresh))
            if number % 3 == 0 {
                junk.append(story.post(3, "di", "\(number)", seeing: .only([junk.last ?? last]), in: .fresh))
            }
        }
        let after = story.post(0, "ada", "after", seeing: .only([removal]))
        let end = story.told()
        #expect(junk.allSatisfy { !end.counts($0) })
        #expect(end.counts(before) && end.counts(after))
        #expect(end.heads == [after])
        #expect(end.room.dependencies(behind: story.id(removal), in: end.records) == [story.id(after)])
        #expect(end.standing(story.cy) == .out && end.standing(story.di) == .out && end.standing(story.bo) == .admin)
        // What is beyond 64 travels with them, and with it all that it builds on.
        #expect(end.clock.entries.count > 64)
    }
}
