// Host calls with pointers and lengths that are not the program's: a confused deputy.
// ISOLATE: data code+data
#include "../attack.h"

#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/select.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

static const uint64_t WINDOW = 1ull << 32;

static int scratch_file(void) {
    int file = open("scratch", O_RDWR | O_CREAT | O_TRUNC, 0600);
    char bytes[SECRET_SIZE];
    memset(bytes, 0xEE, sizeof bytes);
    if (file < 0 || write(file, bytes, sizeof bytes) != sizeof bytes ||
        lseek(file, 0, SEEK_SET) != 0)
        exit(9);
    return file;
}

#define CALLS(name, ...)                                                                           \
    ATTACK(name, "held") {                                                                         \
        int file = scratch_file();                                                                 \
        EACH_VICTIM(address) {                                                                     \
            armed();                                                                               \
            __VA_ARGS__;                                                                           \
        }                                                                                          \
        close(file);                                                                               \
    }

// Out of the host: the kernel would read for the attacker.
CALLS(write_from, syscall(SYS_write, 1, address, SECRET_SIZE))
CALLS(pwrite_from, syscall(SYS_pwrite64, file, address, SECRET_SIZE, 0))
CALLS(writev_from, struct iovec part = {(void *)address, SECRET_SIZE};
      syscall(SYS_writev, 1, &part, 1))
CALLS(writev_list_there, ((volatile struct iovec *)address)->iov_len = 8;
      syscall(SYS_writev, 1, address, 1))
CALLS(path_there, (void)syscall(SYS_mkdir, address, 0700))
CALLS(rename_there, char name[32]; snprintf(name, sizeof name, "n%d", (int)address_index);
      close(open(name, O_CREAT | O_WRONLY, 0600)); syscall(SYS_rename, name, address))

// Into the host: the kernel would write for the attacker.
CALLS(read_to, lseek(file, 0, SEEK_SET); syscall(SYS_read, file, address, SECRET_SIZE))
CALLS(pread_to, syscall(SYS_pread64, file, address, SECRET_SIZE, 0))
CALLS(readv_to, struct iovec part = {(void *)address, SECRET_SIZE}; lseek(file, 0, SEEK_SET);
      syscall(SYS_readv, file, &part, 1))
CALLS(preadv_to, struct iovec part = {(void *)address, SECRET_SIZE};
      syscall(SYS_preadv, file, &part, 1, 0, 0))
CALLS(fstat_to, syscall(SYS_fstat, file, address))
CALLS(stat_to, syscall(SYS_stat, ".", address))
CALLS(getcwd_to, syscall(SYS_getcwd, address, 4096))
CALLS(getdents_to, int folder = open(".", O_RDONLY | O_DIRECTORY);
      syscall(SYS_getdents64, folder, address, 4096); close(folder))
CALLS(clock_to, syscall(SYS_clock_gettime, 0, address))
CALLS(uname_to, syscall(SYS_uname, address))
CALLS(random_to, syscall(SYS_getrandom, address, SECRET_SIZE, 0))
CALLS(pipe_to, syscall(SYS_pipe2, address, 0))
CALLS(readlink_to, symlink("x", "made-here");
      syscall(SYS_readlink, "link-secret", address, SECRET_SIZE))
CALLS(sigaction_to, syscall(SYS_rt_sigaction, 10, 0, address, 8))
CALLS(sysinfo_to, syscall(SYS_sysinfo, address))
CALLS(getrlimit_to, syscall(SYS_getrlimit, 3, address))
CALLS(times_to, syscall(SYS_times, address))
CALLS(affinity_to, syscall(SYS_sched_getaffinity, 0, 8, address))
CALLS(poll_to, struct pollfd one = {.fd = 1, .events = POLLOUT};
      memcpy((void *)address, &one, sizeof one); syscall(SYS_poll, address, 1, 0))

// Lengths that leave the window, or wrap.
ATTACK(write_over_the_end, "held",
       "no control: what lies behind the window is closed natively too") {
    armed();
    for (unsigned shift = 1; shift < 64; shift++)
        syscall(SYS_write, 1, own(SECRET_OFFSET), 1ull << shift | 0xFFFFFFFF);
    syscall(SYS_write, 1, own(WINDOW - 16), 64);
    syscall(SYS_write, 1, own(SECRET_OFFSET), -1);
}

ATTACK(read_over_the_end, "held", "no control: natively the kernel stops at the closed page") {
    int file = open("/dev/zero", O_RDONLY);
    armed();
    for (unsigned shift = 29; shift < 64; shift++)
        syscall(SYS_read, file, own(SECRET_OFFSET), 1ull << shift);
    syscall(SYS_read, file, own(WINDOW - 4096), 8192);
    syscall(SYS_read, file, own(SECRET_OFFSET), -4096);
}

// Parts that are small each, and whose sum wraps around 64 bits.
ATTACK(vector_sum_wraps, "held", "no control: the kernel refuses it natively too") {
    struct iovec parts[3] = {{own(SECRET_OFFSET), 16},
                             {own(SECRET_OFFSET), SIZE_MAX - 15},
                             {own(SECRET_OFFSET), SIZE_MAX}};
    armed();
    syscall(SYS_writev, 1, parts, 3);
    syscall(SYS_readv, scratch_file(), parts, 3);
}

// A list of parts that lies across the end of the window, and one longer than all of memory.
ATTACK(vector_over_the_end, "held", "no control: the kernel refuses it natively too") {
    armed();
    syscall(SYS_writev, 1, own(WINDOW - 24), 2);
    syscall(SYS_writev, 1, own(SECRET_OFFSET), 1 << 28);
    syscall(SYS_readv, 0, own(SECRET_OFFSET), -1);
}

// Memory that changes during the call: the data read replaces the list of where to read to.
ATTACK(vector_replaced_while_read, "held") {
    int file = scratch_file();
    struct iovec *parts = (struct iovec *)own(SECRET_OFFSET);
    struct iovec forged[2] = {{parts, sizeof forged}, {(void *)target.host, SECRET_SIZE}};
    pwrite(file, forged, sizeof forged, 0);
    parts[0] = (struct iovec){parts, sizeof forged};
    parts[1] = (struct iovec){own(SECRET_OFFSET + 1024), SECRET_SIZE};
    armed();
    syscall(SYS_preadv, file, parts, 2, 0, 0);
    syscall(SYS_preadv, file, parts, 2, 0, 0);
}

// A path that changes while it is read, as it lies in the buffer that the same call fills.
ATTACK(path_and_buffer_are_one, "held", "no control: nothing is gained natively") {
    char *place = (char *)own(SECRET_OFFSET);
    strcpy(place, "link-secret");
    armed();
    long length = syscall(SYS_readlink, place, place, SECRET_SIZE);
    int file = open(place, O_RDONLY);
    leak(&length, sizeof length);
    if (file >= 0 && read(file, place, SECRET_SIZE) > 0)
        leak(place, SECRET_SIZE);
}

// A string that has no end before the window has.
ATTACK(endless_path, "held", "no control: nothing is gained natively") {
    char *heap = malloc(1 << 20);
    memset(heap, 'a', 1 << 20);
    armed();
    syscall(SYS_open, heap, 0);
    syscall(SYS_chdir, own(WINDOW - 8));
    syscall(SYS_open, own(0), 0);
}

// Sets and lists of more descriptors than there are.
ATTACK(endless_lists, "held", "no control: natively they are the attacker's own") {
    static fd_set sets[3];
    memset(sets, 0xFF, sizeof sets);
    armed();
    syscall(SYS_select, 1 << 30, sets, sets + 1, sets + 2, NULL);
    syscall(SYS_select, -1, target.host, target.host, target.host, target.host);
    syscall(SYS_poll, own(SECRET_OFFSET), 1 << 29, 0);
    syscall(SYS_poll, target.host, -1, 0);
    syscall(SYS_getdents64, open(".", O_RDONLY), own(SECRET_OFFSET), -1);
}

// Constants of the program, which code reads beside itself: the host must not write there either.
ATTACK(read_into_constants, "held", "no control: the kernel refuses it natively too") {
    static const char constant[SECRET_SIZE] = "a constant";
    int file = scratch_file();
    armed();
    long result = syscall(SYS_read, file, constant, SECRET_SIZE);
    leak(&result, sizeof result);
    leak(constant, sizeof constant);
}

// Into the code, and into the slot that holds the gate's address.
ATTACK(read_into_code, "held", "no control: the kernel refuses it natively too") {
    int file = scratch_file();
    armed();
    for (uint64_t page = 0x10000000; page < 0x10040000; page += 4096)
        syscall(SYS_pread64, file, page, 32, 0);
    for (uint64_t page = 0; page < 0x40000; page += 4096)
        syscall(SYS_pread64, file, target.code_window + 0x10000000 + page, 32, 0);
}

// Numbers that no call has, or that a table index would be cut from.
ATTACK(wild_numbers, "held", "no control: Linux has other numbers") {
    armed();
    for (long i = 0; i < 64; i++) {
        syscall((long)(1ull << i), target.host, target.host, target.host, 0, 0, 0);
        syscall((long)~(1ull << i), target.host, target.host, target.host, 0, 0, 0);
    }
    for (long number = 335; number < 1100; number++)
        syscall(number, target.host, target.host, target.host, target.host, 0, 0);
}
