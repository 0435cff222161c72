// Calls whose last arguments are what their first ones make of them: a pointer for one request, a
// number for the next. The kernel would write to the pointers.
// ISOLATE: data code+data
#include "../attack.h"

#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <termios.h>
#include <unistd.h>

static int own_file(void) {
    int file = open("scratch", O_RDWR | O_CREAT, 0600);
    if (file < 0)
        exit(9);
    return file;
}

#define REQUESTS(name, ...)                                                                        \
    ATTACK(name, "held") {                                                                         \
        int file = own_file();                                                                     \
        EACH_VICTIM(address) {                                                                     \
            armed();                                                                               \
            __VA_ARGS__;                                                                           \
        }                                                                                          \
        close(file);                                                                               \
    }

REQUESTS(bytes_to_read, syscall(SYS_ioctl, file, FIONREAD, address))
REQUESTS(locks_of_others, {
    struct flock *lock = (struct flock *)address;
    syscall(SYS_fcntl, file, F_GETLK, lock);
    syscall(SYS_fcntl, file, 36 /* F_OFD_GETLK */, lock);
    syscall(SYS_fcntl, file, 16 /* F_GETOWN_EX */, lock);
})
REQUESTS(name_of_the_thread, syscall(SYS_prctl, PR_GET_NAME, address, 0, 0, 0))

// Requests of devices that a granted descriptor could be.
#define DEVICES(name, ...)                                                                         \
    ATTACK(name, "held", "no control: no such device is there") {                                  \
        EACH_VICTIM(address) {                                                                     \
            armed();                                                                               \
            for (int file = 0; file < 3; file++)                                                   \
                __VA_ARGS__;                                                                       \
        }                                                                                          \
    }

DEVICES(settings_of_a_terminal, syscall(SYS_ioctl, file, TCGETS, address))
DEVICES(size_of_a_terminal, syscall(SYS_ioctl, file, TIOCGWINSZ, address))
DEVICES(any_request, for (unsigned long request = 0; request < 0x10000; request += 0x81)
                         syscall(SYS_ioctl, file, 0x80000000 | request, address))

/* The callee takes what was never given. */
NOINLINE static void take_pointers(int count, ...) {
    va_list list;
    va_start(list, count);
    for (int i = 0; i < count; i++) {
        volatile char *place = va_arg(list, volatile char *);
        if ((uintptr_t)place == target.host)
            leak(place, SECRET_SIZE);
    }
    va_end(list);
}

// More arguments than were passed: what lies behind them is of others, or of calls before.
ATTACK(arguments_that_were_not_passed, "held|unmapped|null",
       "no control: what lies there differs") {
    armed();
    take_pointers(4000, (char *)0);
}
