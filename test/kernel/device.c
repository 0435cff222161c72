#include "device.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

static _Noreturn void give_up(const char *what) {
    perror(what);
    exit(2);
}

int open_device(void) {
    int device = open(TMEBOX_DEVICE_PATH, O_RDWR | O_CLOEXEC);
    if (device < 0)
        give_up(TMEBOX_DEVICE_PATH);
    return device;
}

uint32_t take_key(int device) {
    uint32_t key;
    if (ioctl(device, TMEBOX_KEY_TAKE, &key) != 0)
        give_up("TMEBOX_KEY_TAKE");
    return key;
}

static struct tmebox_info info_of(int device) {
    struct tmebox_info info;
    if (ioctl(device, TMEBOX_INFO, &info) != 0)
        give_up("TMEBOX_INFO");
    return info;
}

uint32_t keys_left(int device) {
    return info_of(device).keys_left;
}

uint64_t pages_of(int device) {
    return info_of(device).pages;
}

void *map_memory(int device, uint32_t key, uint64_t offset, size_t size) {
    off_t place = (off_t)((uint64_t)key << TMEBOX_KEY_SHIFT | offset);
    return mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, device, place);
}

int ioctl_error(int device, unsigned long command, void *argument) {
    return ioctl(device, command, argument) == 0 ? 0 : errno;
}

int map_error(int device, uint32_t key, uint64_t offset, size_t size, int protection, int flags) {
    off_t place = (off_t)((uint64_t)key << TMEBOX_KEY_SHIFT | offset);
    void *mapped = mmap(NULL, size, protection, flags, device, place);
    if (mapped == MAP_FAILED)
        return errno;
    munmap(mapped, size);
    return 0;
}

int discard(int device, uint64_t offset, uint64_t length) {
    struct tmebox_range range = {.offset = offset, .length = length};
    return ioctl_error(device, TMEBOX_DISCARD, &range);
}

static int keyid_shift(void) {
    static int shift;
    if (shift == 0) {
        int device = open_device();
        shift = (int)info_of(device).keyid_shift;
        close(device);
    }
    return shift;
}

struct frame frame_of(const void *address) {
    enum { PRESENT = 1, CACHE_BITS = 1 << 3 | 1 << 4 | 1 << 7 };
    const uint64_t place_bits = ((1ull << 52) - 1) & ~(uint64_t)(PAGE - 1);
    uint64_t place = (uintptr_t)address, entry;
    int probe = open("/dev/tmebox_probe", O_RDWR | O_CLOEXEC);
    if (probe < 0 || write(probe, &place, sizeof place) != sizeof place ||
        read(probe, &entry, sizeof entry) != sizeof entry)
        give_up("/dev/tmebox_probe");
    close(probe);
    return (struct frame){
        .present = entry & PRESENT,
        .cached = (entry & CACHE_BITS) == 0,
        .key = (uint32_t)((entry & place_bits) >> keyid_shift()),
        .memory = entry & place_bits & ((1ull << keyid_shift()) - 1),
    };
}

bool readable(const void *address) {
    int ends[2];
    if (pipe(ends) != 0)
        give_up("pipe");
    bool could = write(ends[1], address, 1) == 1;
    close(ends[0]);
    close(ends[1]);
    return could;
}

int in_child(int (*task)(void *), void *context) {
    int status;
    pid_t child = fork();
    if (child < 0)
        give_up("fork");
    if (child == 0)
        _exit(task(context));
    if (waitpid(child, &status, 0) != child)
        give_up("waitpid");
    return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}
