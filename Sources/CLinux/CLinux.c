#define _GNU_SOURCE
#include "CLinux.h"

#include <errno.h>
#include <fcntl.h>
#include <malloc.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <unistd.h>

int linux_accept(int listener, struct sockaddr *address, socklen_t *length) {
    return accept4(listener, address, length, SOCK_NONBLOCK | SOCK_CLOEXEC);
}

int linux_eventfd(void) {
    return eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
}

void linux_raise_event(int event) {
    eventfd_write(event, 1);
}

void linux_lower_event(int event) {
    eventfd_t count;
    eventfd_read(event, &count);
}

bool linux_await_event(int event, int64_t nanoseconds) {
    struct pollfd polled = {.fd = event, .events = POLLIN};
    struct timespec patience = {.tv_sec = nanoseconds / 1000000000, .tv_nsec = nanoseconds % 1000000000};
    int count;
    do {
        count = ppoll(&polled, 1, nanoseconds < 0 ? NULL : &patience, NULL);
    } while (count < 0 && errno == EINTR);
    return count > 0;
}

int linux_rename_new(const char *from, const char *to) {
    return renameat2(AT_FDCWD, from, AT_FDCWD, to, RENAME_NOREPLACE);
}

void linux_keep_freed_memory(void) {
    mallopt(M_MMAP_THRESHOLD, 512 * 1024);
    mallopt(M_TRIM_THRESHOLD, 1024 * 1024);
    // Not what was freed so far.
    malloc_trim(0);
}

void linux_name_thread(const char *name) {
    char kept[16];
    strncpy(kept, name, sizeof kept - 1);
    kept[sizeof kept - 1] = 0;
    pthread_setname_np(pthread_self(), kept);
}

pid_t linux_spawn(const char *path, char *const arguments[], int output) {
    pid_t parent = getpid();
    pid_t child = fork();
    if (child != 0) return child;
    // Only what is safe between fork and exec in a program with threads.
    prctl(PR_SET_PDEATHSIG, SIGTERM);
    if (getppid() != parent) _exit(127);
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    signal(SIGPIPE, SIG_DFL);
    if (output >= 0 && dup2(output, STDOUT_FILENO) < 0) _exit(127);
    execv(path, arguments);
    _exit(127);
}

pid_t linux_spawn_companion(const char *path, char *const arguments[], char *const environment[], int socket) {
    pid_t parent = getpid();
    pid_t child = fork();
    if (child != 0) return child;
    // Only what is safe between fork and exec in a program with threads.
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent) _exit(127);
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    signal(SIGPIPE, SIG_DFL);
    if (dup2(socket, STDIN_FILENO) < 0 || dup2(STDERR_FILENO, STDOUT_FILENO) < 0) _exit(127);
    // All of ours are closed by exec already; this is for what a library may have forgotten.
    close_range(STDERR_FILENO + 1, ~0U, 0);
    execve(path, arguments, environment);
    _exit(127);
}

// The linker's own names for where the program begins and where its code ends.
extern const char __executable_start[], etext[];

void linux_unmap_used_code(void) {
    uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
    uintptr_t start = (uintptr_t)__executable_start & ~(page - 1);
    uintptr_t end = ((uintptr_t)etext + page - 1) & ~(page - 1);
    madvise((void *)start, end - start, MADV_DONTNEED);
}
