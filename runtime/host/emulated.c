/* Emulated TME-MK: the physical memory and the windows' part of it. */
#include "emulated.h"

#include "error.h"
#include "memory_file.h"
#include "own_descriptor.h"
#include "signals.h"
#include "window.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/futex.h>
#include <linux/userfaultfd.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/syscall.h>
#include <unistd.h>

struct tbx_emulation tbx_emulation;

/* Of a futex and nothing else, since handlers of signals take it. Who waits sleeps: time that a
 * flip takes in another thread is not time of this sandbox. */
enum { FREE, TAKEN, AWAITED };
static atomic_int lock = FREE;

static void futex(int operation, int value) {
    syscall(SYS_futex, &lock, operation | FUTEX_PRIVATE_FLAG, value, NULL, NULL, 0);
}

void tbx_emulation_lock(void) {
    int seen = FREE;
    if (atomic_compare_exchange_strong_explicit(&lock, &seen, TAKEN, memory_order_acquire,
                                                memory_order_relaxed))
        return;
    while (atomic_exchange_explicit(&lock, AWAITED, memory_order_acquire) != FREE)
        futex(FUTEX_WAIT, AWAITED);
}

void tbx_emulation_unlock(void) {
    if (atomic_exchange_explicit(&lock, FREE, memory_order_release) == AWAITED)
        futex(FUTEX_WAKE, 1);
}

/* --- Start --- */

/* A table that gets memory only where it is used; null when there is none. */
static void *new_table(size_t size) {
    int flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE;
    void *table = mmap(NULL, size, PROT_READ | PROT_WRITE, flags, -1, 0);
    return table == MAP_FAILED ? NULL : table;
}

static bool open_faults(tbx_error *error) {
    int opened = (int)syscall(SYS_userfaultfd, O_CLOEXEC | UFFD_USER_MODE_ONLY);
    int faults = tbx_own_descriptor(opened);
    if (faults < 0)
        return tbx_fail_errno(error, "the emulated backend needs userfaultfd, which this kernel "
                                     "or container refuses");
    struct uffdio_api api = {.api = UFFD_API,
                             .features = UFFD_FEATURE_SIGBUS | UFFD_FEATURE_MINOR_SHMEM};
    if (ioctl(faults, UFFDIO_API, &api) != 0) {
        tbx_fail_errno(error, "the emulated backend needs minor faults of shared memory by "
                              "userfaultfd (Linux 5.14)");
        close(faults);
        return false;
    }
    tbx_emulation.faults = faults;
    return true;
}

static bool open_memory(tbx_error *error) {
    struct tbx_emulation *emulation = &tbx_emulation;
    struct tbx_file_identity identity;
    emulation->memory = tbx_memory_file("tme-box-memory", TBX_KEYS * TBX_WINDOW_SIZE, &identity);
    if (emulation->memory < 0)
        return tbx_fail_errno(error, "cannot make the physical memory of the emulated backend");
    emulation->pools = mmap(NULL, TBX_POOLS_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED,
                            emulation->memory, TBX_POOLS_START);
    return emulation->pools != MAP_FAILED ||
           tbx_fail_errno(error, "cannot map the physical memory of the emulated backend");
}

static bool make_tables(const tbx_backend_options *options, tbx_error *error) {
    struct tbx_emulation *emulation = &tbx_emulation;
    size_t lines = (size_t)TBX_POOL_PAGES * TBX_PAGE_LINES;
    emulation->key_ids = options->key_ids < TBX_LAST_KEY ? options->key_ids : 0;
    emulation->keys = new_table(TBX_KEYS * sizeof *emulation->keys);
    emulation->visible = new_table(TBX_POOL_PAGES * sizeof *emulation->visible);
    emulation->holders = new_table(TBX_KEYS * sizeof *emulation->holders);
    if (options->integrity)
        emulation->owners = new_table(lines * sizeof *emulation->owners);
    return (emulation->keys != NULL && emulation->visible != NULL && emulation->holders != NULL &&
            (emulation->owners != NULL || !options->integrity)) ||
           tbx_fail(error, "out of memory");
}

static bool make_key(uint32_t key) {
    unsigned char bytes[TBX_LINE_KEY_SIZE];
    if (getrandom(bytes, sizeof bytes, 0) != sizeof bytes)
        return false;
    tbx_line_key_expand(&tbx_emulation.keys[key], bytes);
    explicit_bzero(bytes, sizeof bytes);
    return true;
}

static bool start(const tbx_backend_options *options, tbx_error *error) {
    if (!tbx_line_cipher_is_available())
        return tbx_fail(error, "the emulated backend needs the CPU's AES instructions");
    tbx_emulation = (struct tbx_emulation){.faults = -1, .memory = -1};
    if (open_faults(error) && open_memory(error) && make_tables(options, error) &&
        (make_key(0) || tbx_fail_errno(error, "no random key")) && tbx_signals_install(error))
        return true;
    close(tbx_emulation.faults);
    close(tbx_emulation.memory);
    return false;
}

/* --- The windows' own memory --- */

/* Maps physical memory over part of a window, and lets accesses to pages that are in no page table
 * fault. A first access to a page that was never used is the kernel's, unless the hardware has few
 * KeyIDs: then the window must have one first. */
static bool map_memory(const struct tbx_window *window, uint32_t offset, uint64_t size,
                       int protection, uint64_t physical) {
    const struct tbx_emulation *emulation = &tbx_emulation;
    unsigned char *start = window->base + offset;
    struct uffdio_register range = {
        .range = {.start = (uintptr_t)start, .len = size},
        .mode = UFFDIO_REGISTER_MODE_MINOR |
                (emulation->key_ids != 0 ? UFFDIO_REGISTER_MODE_MISSING : 0),
    };
    return tbx_window_map(window, offset, size, protection, MAP_SHARED | MAP_NORESERVE,
                          emulation->memory, physical) &&
           ioctl(emulation->faults, UFFDIO_REGISTER, &range) == 0 &&
           madvise(start, size, MADV_DONTFORK) == 0; /* a child would share it, without faults */
}

static uint64_t physical_of(const struct tbx_window *window, uint32_t offset) {
    return window->key * TBX_WINDOW_SIZE + offset;
}

static bool drop_memory(uint64_t physical, uint64_t size) {
    return fallocate(tbx_emulation.memory, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE,
                     (off_t)physical, (off_t)size) == 0;
}

static bool attach(const struct tbx_window *window) {
    tbx_emulated_let_faults_through(); /* this thread is about to fill the window */
    if (!make_key(window->key) ||
        !map_memory(window, 0, TBX_WINDOW_SIZE, PROT_NONE, physical_of(window, 0)))
        return false;
    tbx_emulation_lock();
    tbx_emulation.windows[window->key] = (struct tbx_emulated_window){.is_attached = true};
    tbx_emulation_unlock();
    return true;
}

/* What the key has written to pools can be read by no one any more. With the lock. */
static void leave_pools(uint32_t key) {
    struct tbx_emulation *emulation = &tbx_emulation;
    for (uint32_t page = 0; page < emulation->used_pages; page++) {
        if (emulation->visible[page] == key)
            tbx_emulated_flip(page, 0);
        for (uint32_t i = 0; emulation->owners != NULL && i < TBX_PAGE_LINES; i++)
            if (emulation->owners[page * TBX_PAGE_LINES + i] == key)
                emulation->owners[page * TBX_PAGE_LINES + i] = 0;
    }
}

static void detach(const struct tbx_window *window) {
    struct tbx_emulation *emulation = &tbx_emulation;
    tbx_emulation_lock();
    struct tbx_emulated_window *state = &emulation->windows[window->key];
    if (state->shares)
        leave_pools(window->key);
    if (state->key_id != 0)
        emulation->holders[state->key_id] = 0;
    *state = (struct tbx_emulated_window){0};
    explicit_bzero(&emulation->keys[window->key], sizeof *emulation->keys);
    tbx_emulation_unlock();
    drop_memory(physical_of(window, 0), TBX_WINDOW_SIZE);
}

static bool empty(const struct tbx_window *window, uint32_t offset, uint64_t size) {
    return drop_memory(physical_of(window, offset), size);
}

static bool close_pages(const struct tbx_window *window, uint32_t offset, uint64_t size) {
    return map_memory(window, offset, size, PROT_NONE, physical_of(window, offset)) &&
           empty(window, offset, size);
}

/* Copies the file's bytes at [start, end) to `to`. A system call cannot wait for a key: after it
 * failed, the page is touched here. */
static bool copy_extent(const struct tbx_window *window, unsigned char *to, int file, off_t start,
                        off_t end) {
    enum { MOST_FAILURES = 1000 };
    int failures = 0;
    while (start < end && failures < MOST_FAILURES) {
        ssize_t step = pread(file, to, (size_t)(end - start), start);
        if (step == 0 || (step < 0 && errno != EFAULT))
            return false;
        failures = step < 0 ? failures + 1 : 0;
        start += step < 0 ? 0 : step;
        to += step < 0 ? 0 : step;
        if (step < 0)
            tbx_emulated_show(window, (uint32_t)(to - window->base), 1);
    }
    return start == end;
}

/* Copies what is not zero in the file: keys differ, so windows can have no page in common. */
static bool refill(const struct tbx_window *window, uint32_t offset, uint64_t size, int file) {
    if (!empty(window, offset, size))
        return false;
    for (off_t start = 0, end; (uint64_t)start < size; start = end) {
        start = lseek(file, start, SEEK_DATA);
        if (start < 0)
            return errno == ENXIO; /* only zeros are left */
        end = lseek(file, start, SEEK_HOLE);
        if (end < 0 || !copy_extent(window, window->base + offset + start, file, start, end))
            return false;
    }
    return true;
}

static bool fill(const struct tbx_window *window, uint32_t offset, uint64_t size, int file) {
    return tbx_window_protect(window, offset, size, PROT_READ | PROT_WRITE) &&
           refill(window, offset, size, file);
}

/* --- Pools --- */

/* All pages are made at once: a first access would not fault otherwise. */
static bool share_pages(const struct tbx_window *window, uint32_t offset, uint64_t size) {
    if (fallocate(tbx_emulation.memory, 0, offset, (off_t)size) != 0 ||
        !map_memory(window, offset, size, PROT_READ | PROT_WRITE, offset))
        return false;
    uint32_t end = (offset + (uint32_t)size - TBX_POOLS_START) / TBX_PAGE_SIZE;
    tbx_emulation_lock();
    tbx_emulation.windows[window->key].shares = true;
    if (tbx_emulation.used_pages < end)
        tbx_emulation.used_pages = end;
    tbx_emulation_unlock();
    return true;
}

static bool unshare_pages(const struct tbx_window *window, uint32_t offset, uint64_t size) {
    return map_memory(window, offset, size, PROT_NONE, physical_of(window, offset));
}

static bool renew(const struct tbx_window *window) {
    tbx_emulation_lock();
    leave_pools(window->key);
    tbx_emulation.windows[window->key].shares = false;
    bool made = make_key(window->key);
    tbx_emulation_unlock();
    return made;
}

static void drop(uint32_t offset, uint64_t size) {
    struct tbx_emulation *emulation = &tbx_emulation;
    uint32_t first = (offset - TBX_POOLS_START) / TBX_PAGE_SIZE;
    tbx_emulated_own(0, offset, size);
    drop_memory(offset, size);
    tbx_emulation_lock();
    memset(emulation->visible + first, 0, size / TBX_PAGE_SIZE * sizeof *emulation->visible);
    tbx_emulation_unlock();
}

const struct tbx_backend_operations tbx_emulated = {
    .name = "emulated",
    .start = start,
    .attach = attach,
    .detach = detach,
    .close = close_pages,
    .empty = empty,
    .fill = fill,
    .refill = refill,
    .share = share_pages,
    .unshare = unshare_pages,
    .drop = drop,
    .renew = renew,
    .own = tbx_emulated_own,
    .show = tbx_emulated_show,
    .fault = tbx_emulated_fault,
    .interrupt = tbx_emulated_interrupt,
};
