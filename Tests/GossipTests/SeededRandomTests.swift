import Testing

@testable import Gossip

struct SeededRandomTests {
    @Test
    func `one seed, one sequence`() {
        var one = SeededRandom(seed: 7)
        var same = SeededRandom(seed: 7)
        var other = SeededRandom(seed: 8)
        let numbers = (0..<8).map { _ in one.next() }
        #expect(numbers == (0..<8).map { _ in same.next() })
        #expect(numbers != (0..<8).map { _ in other.next() })
    }

    @Test
    func `jitter shortens a wait by up to a quarter`() {
        var random = SeededRandom(seed: 1)
        let waits = (0..<1_000).map { _ in random.jittered(1_000) }
        #expect(waits.allSatisfy { (750...1_000).contains($0) })
        #expect(Set(waits).count > 100)
        #expect(random.jittered(3) == 3)
    }
}
