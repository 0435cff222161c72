/* Memory: private pages only. A file is mapped by reading it, so that no host file can change under
 * the sandbox. */
#include "host_call.h"

#include <sys/mman.h>
#include <unistd.h>

/* Reads the file from `position` on into the fresh pages at `start`; what lies behind its end stays
 * zero. Some devices have bytes without end, and a read of them that a signal ends early goes on:
 * so the time limit is looked at. */
static long fill_from_file(const struct tbx_run *run, const struct tbx_file *file,
                           unsigned char *start, uint64_t length, uint64_t position) {
    for (uint64_t done = 0; done < length && !run->time_is_up;) {
        size_t wanted = length - done < TBX_MOST_AT_ONCE ? length - done : TBX_MOST_AT_ONCE;
        ssize_t step = pread(file->host, start + done, wanted, (off_t)(position + done));
        if (step < 0)
            return -errno;
        if (step == 0)
            break;
        done += (uint64_t)step;
    }
    return 0;
}

static long map_file(struct tbx_run *run, const uint64_t *arguments, bool fixed) {
    struct tbx_memory *memory = &run->sandbox->memory;
    const struct tbx_file *file = tbx_file_at(run->sandbox->files, arguments[4]);
    if (file == NULL)
        return -EBADF;
    if (arguments[5] % TBX_PAGE_SIZE != 0)
        return -EINVAL;
    long start = tbx_memory_map(memory, arguments[0], arguments[1], fixed);
    if (start < 0)
        return start;
    unsigned char *pages = tbx_writable(memory, (uint64_t)start, arguments[1]);
    long result =
        pages == NULL ? -EFAULT : fill_from_file(run, file, pages, arguments[1], arguments[5]);
    if (result == 0)
        return start;
    tbx_memory_unmap(memory, (uint64_t)start, arguments[1]);
    return result;
}

/* A guard that the program lays over memory it has, as musl's allocator does at the end of its
 * heap: accepted, as mprotect accepts it. */
static bool is_guard(const struct tbx_memory *memory, const uint64_t *arguments, bool fixed) {
    return fixed && (uint32_t)arguments[2] == PROT_NONE && arguments[0] % TBX_PAGE_SIZE == 0 &&
           arguments[1] != 0 && arguments[0] >= memory->break_start &&
           arguments[0] < memory->mmap_start && tbx_memory_owns(memory, arguments[0], arguments[1]);
}

/* Shared anonymous memory has no one to share it with. Shared file mappings would have to follow
 * the file. */
long tbx_call_mmap(struct tbx_run *run, const uint64_t *arguments) {
    uint32_t protection = (uint32_t)arguments[2], flags = (uint32_t)arguments[3];
    bool anonymous = (flags & MAP_ANONYMOUS) != 0, fixed = (flags & MAP_FIXED) != 0;
    if ((protection & PROT_EXEC) != 0)
        return -EACCES;
    if ((flags & MAP_TYPE) != MAP_PRIVATE && !(anonymous && (flags & MAP_TYPE) == MAP_SHARED))
        return -ENODEV;
    if ((flags & MAP_FIXED_NOREPLACE) != 0)
        return -EOPNOTSUPP;
    if (anonymous && is_guard(&run->sandbox->memory, arguments, fixed))
        return (long)arguments[0];
    return anonymous ? tbx_memory_map(&run->sandbox->memory, arguments[0], arguments[1], fixed)
                     : map_file(run, arguments, fixed);
}

long tbx_call_munmap(struct tbx_run *run, const uint64_t *arguments) {
    return tbx_memory_unmap(&run->sandbox->memory, arguments[0], arguments[1]);
}

long tbx_call_mremap(struct tbx_run *run, const uint64_t *arguments) {
    if ((arguments[3] & ~(uint64_t)MREMAP_MAYMOVE) != 0)
        return -EINVAL;
    return tbx_memory_remap(&run->sandbox->memory, arguments[0], arguments[1], arguments[2],
                            arguments[3] != 0);
}

/* All memory of a sandbox is readable, and writable but for the constants: less is accepted and not
 * enforced, as it would spend kernel mappings on what only the sandbox itself would notice. */
long tbx_call_mprotect(struct tbx_run *run, const uint64_t *arguments) {
    struct tbx_memory *memory = &run->sandbox->memory;
    if ((arguments[2] & PROT_EXEC) != 0)
        return -EACCES;
    if (arguments[0] % TBX_PAGE_SIZE != 0)
        return -EINVAL;
    if (!tbx_memory_owns(memory, arguments[0], arguments[1]))
        return -ENOMEM;
    bool writing = (arguments[2] & PROT_WRITE) != 0;
    return writing && tbx_writable(memory, arguments[0], arguments[1]) == NULL ? -EACCES : 0;
}

long tbx_call_madvise(struct tbx_run *run, const uint64_t *arguments) {
    if ((int)arguments[2] == MADV_DONTNEED)
        return tbx_memory_forget(&run->sandbox->memory, arguments[0], arguments[1]);
    return 0;
}

long tbx_call_brk(struct tbx_run *run, const uint64_t *arguments) {
    return (long)tbx_memory_break(&run->sandbox->memory, arguments[0]);
}
