import Glibc
import Gossip
import Operations
import RoomModel
import Store
import Synchronization
import Testing

@testable import Federation

/// What one peer costs, and that the others do not wait for it.
struct FairnessTests {
    /// A semaphore of one thread's doing.
    private final class Gate: Sendable {
        private let isOpen = Mutex(false)
        func open() { isOpen.withLock { $0 = true } }
        func wait() { while !isOpen.withLock({ $0 }) { usleep(1_000) } }
    }

    @Test func `F62 who asks for much keeps nobody waiting for more than one thing`() throws {
        let node = try TestNode(PlannedNode.all[0]) { $0.workers = 1 }
        let (greedy, modest) = (PlannedNode.all[1].id, PlannedNode.all[2].id)
        let done = Box<[NodeID]>()
        done.value = []
        let gate = Gate()
        let workers = node.federation.core.workers
        #expect(workers.submit(for: greedy) { _ in gate.wait() })
        for _ in 0..<200 { #expect(workers.submit(for: greedy) { _ in done.value?.append(greedy) }) }
        #expect(workers.submit(for: modest) { _ in done.value?.append(modest) })
        gate.open()
        #expect(eventually { done.value?.count == 201 })
        #expect(try #require(done.value?.firstIndex(of: modest)) <= 2)
    }

    @Test func `F62 work is paid for like bytes`() {
        var rates = PeerRates()
        rates.workPerSecond = 1_000
        rates.workAtOnce = 1_000_000
        let accounts = PeerAccounts(rates)
        let (one, other) = (PlannedNode.all[1].id, PlannedNode.all[2].id)
        #expect(accounts.enter(one) == nil)
        accounts.spend(microseconds: 1_900_000, by: one)
        accounts.leave(one)
        #expect(accounts.enter(one).map { $0 > 600_000 } == true)
        #expect(accounts.enter(other) == nil)
    }

    @Test func `what nobody could be told of is told with the next`() {
        var commits = PendingCommits()
        let room = RoomID(directoryOf: PlannedNode.all[0].id)
        func commit(_ position: UInt64) -> LogCommit {
            let come = CommittedRoom(room: room, position: position, source: nil, told: [])
            return LogCommit(position: position, rooms: [come], staged: nil)
        }
        var areFirst = [commits.add(commit(1))]
        commits.wasNotTold()
        areFirst.append(commits.add(commit(2)))
        areFirst.append(commits.add(commit(3)))
        #expect(areFirst == [true, true, false])
        let taken = commits.take()
        #expect(taken.rooms.map(\.position) == [1] && taken.position == 3)
        // And what could not be heard is heard later, from where it began.
        commits.putBack(taken.rooms, taken.position)
        _ = commits.add(commit(4))
        let again = commits.take()
        #expect(again.rooms.map(\.position) == [1])
    }
}
