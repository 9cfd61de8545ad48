// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/support/sanitizer.h"

#ifdef __SANITIZE_THREAD__

#include <csignal>

#include <sched.h>
#include <sys/syscall.h>
#include <unistd.h>

// Qt starts processes by clone() with shared memory. ThreadSanitizer's own clone() then switches itself off in the
// child, which is to say in us too: from there on it sees no lock of the thread that started the process. A real fork
// keeps the two apart; what Qt asks for beside (the process's descriptor) is given all the same.
extern "C" int clone(int (*function)(void *), void *, int flags, void *argument, ...)
{
    __builtin_va_list rest;
    __builtin_va_start(rest, argument);
    int *const descriptor = __builtin_va_arg(rest, int *);
    __builtin_va_end(rest);
    const pid_t child = fork();
    if (child == 0)
        _exit(function(argument));
    if (child > 0 && (flags & CLONE_PIDFD) != 0)
        *descriptor = int(syscall(SYS_pidfd_open, child, 0));
    return child;
}

// What these do among their own threads is theirs, and ordered by means that ThreadSanitizer does not see.
extern "C" __attribute__((no_sanitize_thread)) const char *__tsan_default_suppressions()
{
    return "race:libglib-2.0.so\n"
           "race:libQt6Gui.so\n"
           "race:libQt6Test.so\n"
           "race:QWaitCondition::~QWaitCondition\n";
}

#endif

namespace Shardboard::Testing {

void prepareForSanitizers() {}

} // namespace Shardboard::Testing
