/* Mappings for the allocator, which gives each larger block one of its own and unmaps it when it is
 * freed. A program that allocates and frees such blocks in turn would spend its time in system
 * calls and page faults, so the last few mappings are kept and handed out again, filled with zeros
 * as the system would.
 *
 * The allocator is compiled with these in the place of mmap and munmap. A sandbox has one thread.
 */

#include <stdint.h>
#include <string.h>
#include <sys/mman.h>

enum { PAGE = 4096, KEPT = 16, LARGEST = 1 << 20, MOST_BYTES = 4 << 20 };

struct kept_mapping {
    char *start;
    size_t size;
};

/* The oldest first. */
static struct kept_mapping kept[KEPT];
static unsigned kept_count;
static size_t kept_bytes;

hidden void *__tbx_heap_map(void *address, size_t size, int protection, int flags, int descriptor,
                            off_t offset);
hidden int __tbx_heap_unmap(void *start, size_t size);

static struct kept_mapping take(unsigned index) {
    struct kept_mapping mapping = kept[index];

    kept_bytes -= mapping.size;
    kept_count--;
    for (unsigned i = index; i < kept_count; i++)
        kept[i] = kept[i + 1];
    return mapping;
}

static int unmap_oldest(void) {
    struct kept_mapping mapping = take(0);
    return munmap(mapping.start, mapping.size);
}

/* The kept mapping of this size that was used last, or null. */
static void *take_kept(size_t size) {
    for (unsigned i = kept_count; i-- > 0;)
        if (kept[i].size == size)
            return memset(take(i).start, 0, size);
    return 0;
}

void *__tbx_heap_map(void *address, size_t size, int protection, int flags, int descriptor,
                     off_t offset) {
    size_t whole = (size + PAGE - 1) & -(size_t)PAGE;

    if (!address && protection == (PROT_READ | PROT_WRITE)) {
        void *start = take_kept(whole);
        if (start)
            return start;
    }
    void *start = __mmap(address, size, protection, flags, descriptor, offset);
    while (start == MAP_FAILED && kept_count > 0) {
        unmap_oldest();
        start = __mmap(address, size, protection, flags, descriptor, offset);
    }
    return start;
}

int __tbx_heap_unmap(void *start, size_t size) {
    if (size > LARGEST || size % PAGE)
        return munmap(start, size);
    int status = 0;
    while (kept_count == KEPT || kept_bytes + size > MOST_BYTES)
        status |= unmap_oldest();
    kept[kept_count++] = (struct kept_mapping){start, size};
    kept_bytes += size;
    return status;
}
