// The parts of Linux that Swift's Glibc module does not show. `_GNU_SOURCE` stays in the .c file:
// defined here it would give this module another `fd_set` than Glibc's.
#ifndef PARLEY_CLINUX_H
#define PARLEY_CLINUX_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/types.h>

/// accept4 with SOCK_NONBLOCK | SOCK_CLOEXEC: the accepted descriptor, or -1 and errno.
int linux_accept(int listener, struct sockaddr *address, socklen_t *length);

/// A non-blocking, close-on-exec eventfd, or -1 and errno.
int linux_eventfd(void);

/// Makes an eventfd readable. It can only fail when it is readable already.
void linux_raise_event(int event);

/// Makes an eventfd unreadable again.
void linux_lower_event(int event);

/// Waits until an eventfd is readable, at most so long (negative: for ever). Whether it is.
bool linux_await_event(int event, int64_t nanoseconds);

/// Renames a file, unless something has the new name: then -1 and EEXIST. A file system that can't promise that says EINVAL.
int linux_rename_new(const char *from, const char *to);

/// Takes the program's code out of its memory; what is called from now on is mapped again, from the kernel's cache of
/// the file. Code is never written to, so nothing is lost.
void linux_unmap_used_code(void);

/// Lets a megabyte of what each thread frees from now on lie for what comes next. By itself the library gives back all above a hundred or
/// some hundred kilobytes at once, and an answer of that size would have its pages made anew by the kernel each time.
void linux_keep_freed_memory(void);

/// Names the calling thread, as `top -H` and `/proc` show it (15 bytes at most are kept).
void linux_name_thread(const char *name);

/// Starts a program with these arguments (the first is its name, NULL ends them) and its standard output on
/// `output`, unless that is negative. It is sent SIGTERM when the calling thread ends, however that comes
/// about. Its process id, or -1 and errno; a program that can't be executed ends with status 127.
pid_t linux_spawn(const char *path, char *const arguments[], int output);

/// Starts a program with these arguments and this environment, both ended by NULL, and with `socket` as its
/// standard input and nothing else of ours but standard error; its standard output goes there too. It is killed
/// when the calling thread ends, however that comes about. Its process id, or -1 and errno; a program that can't be
/// executed ends with status 127.
pid_t linux_spawn_companion(const char *path, char *const arguments[], char *const environment[], int socket);

#endif
