// A host that lists the calls that its library may make: whatever else was granted is out of reach.
#include "../library.h"

#ifdef GUEST

#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Numbers of calls as a table would not expect them. */
static const uint64_t disguises[] = {0, 1ull << 32, 1ull << 63, 512, -512ull, 0x40000000};
enum { DISGUISES = sizeof disguises / sizeof *disguises };

static void show_file(long file) {
    char bytes[SECRET_SIZE];
    for (int i = 0; file >= 0 && i < DISGUISES; i++)
        if (syscall((long)(SYS_read + disguises[i]), file, bytes, sizeof bytes) > 0)
            leak(bytes, sizeof bytes);
}

static long open_and_read(void) {
    static const uint64_t how[3] = {O_RDONLY, 0, 0};
    armed();
    for (int i = 0; i < DISGUISES; i++) {
        show_file(syscall((long)(SYS_openat + disguises[i]), AT_FDCWD, "/shown/kept", O_RDONLY));
        show_file(syscall((long)(SYS_openat + disguises[i]), AT_FDCWD, "shown/kept", O_RDONLY));
        show_file(syscall((long)(SYS_open + disguises[i]), "/shown/kept", O_RDONLY, 0));
        show_file(syscall((long)(437 + disguises[i]), AT_FDCWD, "/shown/kept", how, sizeof how));
    }
    return 0;
}
EXPORT(open_and_read)

/* Descriptors that the host never opened for it. */
static long read_all(void) {
    armed();
    for (long file = 0; file < 100; file++)
        show_file(file);
    return 0;
}
EXPORT(read_all)

#else

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void configure(tbx_config *config) {
    tbx_error error;
    if (!tbx_config_add_directory(config, "shown", "/shown", false, &error) ||
        !tbx_config_allow_calls(config, "read brk mmap munmap", &error))
        abort();
}

__attribute__((constructor)) static void ask_for_config(void) {
    host_configure = configure;
}

static int keep_secret(void) {
    static unsigned char page[SECRET_PAGE];
    plant("file", page);
    int file = open("shown/kept", O_RDWR | O_CREAT, 0600);
    if (file < 0 || write(file, page, sizeof page) != sizeof page)
        abort();
    return lseek(file, 0, SEEK_SET) == 0 ? file : -1;
}

// Granted, but not listed.
ATTACK(open_a_granted_file, "held") {
    close(keep_secret());
    call(attacker(), "open_and_read", 0, 0, 0);
}

// Listed, but of the host.
ATTACK(read_files_of_the_host, "held") {
    int file = keep_secret();
    call(attacker(), "read_all", 0, 0, 0);
    close(file);
}

#endif
