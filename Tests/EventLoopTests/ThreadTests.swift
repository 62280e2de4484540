import Bytes
import Glibc
import Synchronization
import Testing

@testable import EventLoop

struct ThreadTests {
    @Test func `a thread runs its body, under its name, and can be waited for`() throws {
        let seen = Mutex<[String]>([])
        let threads = try (0..<3).map { number in
            try Thread(name: "a-long-name-\(number)-that-is-cut") {
                let file = open("/proc/thread-self/comm", O_RDONLY)
                let name = [UInt8](unsafeUninitializedCapacity: 64) { room, used in
                    used = max(0, read(file, room.baseAddress, 64))
                }
                close(file)
                seen.withLock { $0.append(String(decoding: name.dropLast(), as: UTF8.self)) }
            }
        }
        for thread in threads { thread.join() }
        #expect(seen.withLock { $0.sorted() } == ["a-long-name-0-t", "a-long-name-1-t", "a-long-name-2-t"])
    }

    @Test func `the machine has a processor and a time of day`() {
        #expect(CPU.count >= 1)
        #expect(abs(Timestamp.now().milliseconds - Int64(time(nil)) * 1_000) < 5_000)
    }
}

struct SignalsTests {
    /// In a process of its own: who may end it is the whole process's.
    @Test(arguments: [SIGTERM, SIGINT])
    func `the end that is asked for is waited for, and a broken pipe is not one`(ending: Int32) async {
        await #expect(processExitsWith: .exitCode(7)) { [ending] in
            Signals.prepare()
            raise(SIGPIPE)
            // A thread that is made afterwards, as the others of this process are not.
            let waiter = try Thread(name: "waiter") {
                raise(ending)
                Signals.waitForEnd()
                exit(7)
            }
            waiter.join()
        }
    }
}
