import Glibc
import Testing

@testable import parley_bench

@Suite struct FiguresTests {
    @Test func `numbers are rounded and grouped`() {
        #expect(Figures.fixed(1_234.5678, 2) == "1,234.57")
        #expect(Figures.fixed(0.999, 2) == "1.00")
        #expect(Figures.fixed(0.05, 2) == "0.05")
        #expect(Figures.fixed(-1.5, 1) == "-1.5")
        #expect(Figures.fixed(-0.001, 1) == "0.0")
        #expect(Figures.fixed(1_000_000, 0) == "1,000,000")
        #expect(Figures.fixed(.nan, 1) == "-" && Figures.fixed(.infinity, 1) == "-")
        #expect(Figures.grouped(0) == "0" && Figures.grouped(-1_234) == "-1,234" && Figures.grouped(999) == "999")
    }

    @Test func `durations take the unit that fits`() {
        #expect(Figures.duration(nanoseconds: 85_400) == "85 µs")
        #expect(Figures.duration(nanoseconds: 1_230_000) == "1.23 ms")
        #expect(Figures.duration(nanoseconds: 4_560_000_000) == "4.56 s")
    }

    @Test func `a median is the middle one, or between the two`() {
        #expect(Figures.median([3, 1, 2]) == 2)
        #expect(Figures.median([4, 1, 2, 3]) == 2.5)
        #expect(Figures.median([]).isNaN)
    }

    @Test func `columns are aligned`() {
        #expect(Figures.table([["a", "b"], ["long", "1"], ["x", "22"]]) == "a      b\nlong   1\nx     22")
    }

    @Test func `a listener is found by its port and state`() {
        let table = """
              sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
               0: 00000000:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 138 1 0 100 0 0 10 0
               1: 0100007F:1F90 0100007F:90B9 01 00000000:00000000 03:000005B7 00000000     0        0 139 3 0
               2: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 140 1 0 100 0 0 10 0
               3: 0100007F:1F91 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 141 1 0 100 0 0 10 0
            """
        #expect(ListenerSearch.inodes(listeningAt: 8080, in: table) == ["138", "140"])
        #expect(ListenerSearch.inodes(listeningAt: 1, in: table) == [])
        #expect(ListenerSearch.inodes(listeningAt: 8080, in: "nonsense\n a : b\n") == [])
    }

    @Test func `our own processor time and memory are seen from outside as from inside`() throws {
        let process = try #require(ObservedProcess(getpid(), label: "self"))
        #expect(process.pids.contains(getpid()))
        let before = process.cpuTime()
        let own = CPUTime.own()
        // Fifty milliseconds of work, by our own count.
        var sum: UInt64 = 0
        while (CPUTime.own() - own).total < 0.05 { sum = sum &* 31 &+ 7 }
        let spent = process.cpuTime() - before
        #expect(spent.total >= 0.02)
        #expect(try #require(process.proportionalSetSize()) > 1 << 20)
        #expect(ObservedProcess(Int32.max, label: "none") == nil)
    }
}
