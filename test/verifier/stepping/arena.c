#include "arena.h"

#include "observer.h"
#include "traced.h"

#include <asm/prctl.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

void arena_map(uint64_t stack_size) {
    int flags = MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED_NOREPLACE;
    void *stack =
        mmap((void *)ARENA_STACK, stack_size, PROT_READ | PROT_WRITE, flags | MAP_SHARED, -1, 0);
    void *window = mmap((void *)ARENA_WINDOW, ARENA_WINDOW_SIZE, PROT_READ | PROT_WRITE,
                        flags | MAP_PRIVATE, -1, 0);

    if (stack == MAP_FAILED || window == MAP_FAILED)
        die("mmap");
}

void arena_load(const char *path) {
    FILE *file = fopen(path, "rb");
    uint64_t head[2];

    if (file == NULL)
        die(path);
    while (fread(head, sizeof(head), 1, file) == 1) {
        uint64_t size = (head[1] + 4095) & ~4095ull;
        void *at = (void *)(uintptr_t)head[0];
        bool in_window = head[0] >= ARENA_WINDOW;

        if (!in_window && mmap(at, size, PROT_READ | PROT_WRITE,
                               MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0) != at)
            die("part");
        if (fread(at, 1, head[1], file) != head[1])
            die("part");
        if (!in_window && mprotect(at, size, PROT_READ | PROT_EXEC) != 0)
            die("mprotect");
    }
    fclose(file);
}

pid_t arena_start_child(void) {
    pid_t child = fork();

    if (child < 0)
        die("fork");
    if (child == 0) {
        if (syscall(SYS_arch_prctl, ARCH_SET_GS, ARENA_WINDOW) != 0)
            _exit(3);
        traced_begin();
        raise(SIGSTOP);
        _exit(3);
    }
    traced_wait(child);
    return child;
}
