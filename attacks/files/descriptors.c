// Descriptors that are not the program's.
#include "../attack.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

static char bytes[SECRET_SIZE];

static void copy(int file) {
    if (file >= 0 && pread(file, bytes, sizeof bytes, 0) > 0)
        leak(bytes, sizeof bytes);
}

// The host's own numbers.
ATTACK(foreign_descriptor, "held") {
    armed();
    copy(target.descriptor);
    for (int i = 3; i < 300; i++)
        if (i == target.descriptor || target.base == 0)
            copy(i);
}

ATTACK(foreign_descriptor_written, "held") {
    armed();
    pwrite(target.descriptor, "changed", 7, 0);
    ftruncate(target.descriptor, 1);
}

ATTACK(foreign_descriptor_copied, "held") {
    armed();
    copy(dup(target.descriptor));
    copy(dup2(target.descriptor, 200));
    copy(fcntl(target.descriptor, F_DUPFD, 100));
}

// Numbers that an index would be cut from, or that are negative.
ATTACK(wild_descriptor, "held", "no control: Linux refuses them too") {
    armed();
    for (unsigned shift = 8; shift < 64; shift++)
        for (int low = 0; low < 64; low++) {
            syscall(SYS_pread64, 1ull << shift | (unsigned)low, bytes, sizeof bytes, 0);
            syscall(SYS_pread64, 0 - (1ull << shift) + (unsigned)low, bytes, sizeof bytes, 0);
        }
    leak(bytes, sizeof bytes);
}

// A descriptor that was closed, and whose number the host may have given to another file since.
ATTACK(closed_descriptor, "held", "no control: the control's host opens nothing") {
    int file = open("mine", O_RDONLY);
    close(file);
    armed();
    copy(file);
    close(file);
    close(0);
    close(1 << 30);
    copy(0);
}

// All numbers are used up; then the host needs one.
ATTACK(descriptor_flood, "held", "no control: it is the own limit") {
    armed();
    for (int i = 0; i < 5000; i++) {
        dup(1);
        open("mine", O_RDONLY);
        open("sub", O_RDONLY | O_DIRECTORY);
        int ends[2];
        pipe(ends);
    }
}

// The standard streams are shared with the host: their flags are the host's.
ATTACK(flags_of_the_host, "held", "no control: nothing that the harness sees") {
    armed();
    fcntl(1, F_SETFL, O_NONBLOCK | O_APPEND);
    ftruncate(1, 0);
    fcntl(1, F_SETOWN, 1);
    fcntl(1, F_SETSIG, 9);
    fcntl(1, F_SETLEASE, F_WRLCK);
    fcntl(1, F_NOTIFY, 0x1F);
    fcntl(0, F_ADD_SEALS, 1);
}

// A terminal takes commands as if they had been typed.
ATTACK(typed_by_the_program, "held", "no control: there is no terminal") {
    armed();
    for (const char *c = "echo typed\n"; *c != 0; c++)
        syscall(SYS_ioctl, 0, 0x5412, c);
    syscall(SYS_ioctl, 1, 0x5423, "\1");
    syscall(SYS_ioctl, 1, 0x541C, "\3");
}

// Descriptors of other kinds, each a way out.
ATTACK(other_kinds, "held") {
    static const long numbers[] = {SYS_memfd_create,
                                   SYS_userfaultfd,
                                   SYS_eventfd2,
                                   SYS_signalfd4,
                                   SYS_timerfd_create,
                                   SYS_inotify_init1,
                                   SYS_fanotify_init,
                                   SYS_epoll_create1,
                                   SYS_perf_event_open,
                                   SYS_bpf,
                                   SYS_socket,
                                   434 /* pidfd_open */,
                                   447 /* memfd_secret */};
    armed();
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        long result = syscall(numbers[i], 1, 1, 0, 0, 0);
        if (result >= 0)
            leak((void *)target.host, SECRET_SIZE);
    }
}
