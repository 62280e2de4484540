// Preloaded into a program (LD_PRELOAD), this puts its clock wrong by the milliseconds that stand, as eight bytes, in the
// file that SKEWED_CLOCK names. The file is looked at with every call, so a test can mend the clock of a running program.
#define _GNU_SOURCE
#include "CSkewedClock.h"

#include <fcntl.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static _Atomic(int64_t) *skew;

__attribute__((constructor)) static void find_skew(void) {
    const char *path = getenv("SKEWED_CLOCK");
    int file = path ? open(path, O_RDONLY | O_CLOEXEC) : -1;
    if (file < 0) return;
    void *place = mmap(NULL, sizeof *skew, PROT_READ, MAP_SHARED, file, 0);
    close(file);
    if (place != MAP_FAILED) skew = place;
}

int clock_gettime(clockid_t clock, struct timespec *time) {
    if (syscall(SYS_clock_gettime, clock, time) != 0) return -1;
    if (skew && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE)) {
        int64_t milliseconds = atomic_load_explicit(skew, memory_order_relaxed);
        int64_t nanoseconds = time->tv_nsec + milliseconds % 1000 * 1000000;
        time->tv_sec += milliseconds / 1000;
        if (nanoseconds < 0) nanoseconds += 1000000000, time->tv_sec -= 1;
        if (nanoseconds >= 1000000000) nanoseconds -= 1000000000, time->tv_sec += 1;
        time->tv_nsec = nanoseconds;
    }
    return 0;
}

int gettimeofday(struct timeval *restrict value, void *restrict zone) {
    (void)zone;
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    value->tv_sec = now.tv_sec;
    value->tv_usec = now.tv_nsec / 1000;
    return 0;
}

time_t time(time_t *place) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    if (place) *place = now.tv_sec;
    return now.tv_sec;
}
