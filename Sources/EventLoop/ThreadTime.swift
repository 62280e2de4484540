import Glibc

/// What a thread has computed: for those who pay for work by what it took, whatever else the machine did meanwhile.
package enum ThreadTime {
    /// Of the calling thread, in microseconds.
    package static func now() -> Int64 {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1_000
    }
}
