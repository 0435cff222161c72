/*
 * Regions of the host's memory: made, mapped into several sandboxes, taken back, released, at any
 * time, also inside calls; and what sandboxes try on them. What each sandbox has is kept a second
 * time here, and must be what the library and the kernel say.
 */
#include "copies.h"
#include "input.h"
#include "layout.h"
#include "native_stack.h"
#include "no_gate.h"
#include "promises.h"
#include "region.h"
#include "sandbox.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { SANDBOXES = 2, REGIONS = 4, MOST = 64, MOST_STEPS = 100, DEPTH = 3 };
enum { ZONE = TBX_REGIONS_END - TBX_REGIONS_START };

static struct input input;
static unsigned steps, depth;
static tbx_template *template;

/* A region, while the host or a sandbox has it. */
static struct region {
    tbx_region *region; /* null: the host does not have it any more */
    uint8_t *memory;
    size_t size;
    unsigned mappings;
} regions[REGIONS];

/* A sandbox and what it has. */
static struct owner {
    tbx_sandbox *sandbox;
    struct mapped {
        struct region *region;
        uint64_t start;
        bool writable;
    } mapped[MOST];
    unsigned count;
} owners[SANDBOXES];

static bool has_steps(void) {
    return input.left > 0 && steps++ < MOST_STEPS;
}

/* --- Numbers --- */

static struct region *take_region(void) {
    return &regions[take(&input, 1) % REGIONS];
}

static uint64_t take_size(void) {
    switch (take(&input, 1) % 8) {
    case 0:
        return take(&input, 8);
    case 1:
        return ZONE + 1 - take(&input, 1);
    case 2:
        return ZONE / MOST * (1 + take(&input, 1) % 4);
    default:
        return 1 + take(&input, 2);
    }
}

/* Around a mapping, around the zone, or anywhere. */
static uint64_t take_pointer(const struct owner *owner) {
    static const uint64_t edges[] = {TBX_REGIONS_START, TBX_REGIONS_END, TBX_WINDOW_SIZE};
    uint64_t high = take(&input, 1) % 4 == 0 ? take(&input, 4) << 32 : 0;
    int64_t near = (int8_t)take(&input, 1);
    const struct mapped *mapped =
        owner->count == 0 ? NULL : &owner->mapped[take(&input, 1) % owner->count];
    switch (take(&input, 1) % 4) {
    case 0:
        return high + (mapped == NULL ? TBX_REGIONS_START : mapped->start) + near;
    case 1:
        return high + (mapped == NULL ? TBX_REGIONS_START : mapped->start + mapped->region->size) +
               near;
    case 2:
        return high + edges[take(&input, 1) % 3] + near;
    default:
        return take(&input, 8);
    }
}

static uint64_t take_length(void) {
    switch (take(&input, 1) % 4) {
    case 0:
        return take(&input, 8);
    case 1:
        return 0 - take(&input, 1);
    default:
        return take(&input, 2);
    }
}

/* --- Promises --- */

/* The mapping that has all of the range; null: none. */
static const struct mapped *find(const struct owner *owner, uint64_t pointer, uint64_t length) {
    uint64_t start = (uint32_t)pointer;
    for (unsigned i = 0; i < owner->count; i++) {
        const struct mapped *mapped = &owner->mapped[i];
        uint64_t end = mapped->start + mapped->region->size;
        if (start >= mapped->start && start < end && length <= end - start)
            return mapped;
    }
    return NULL;
}

static uint8_t *in_window(const struct owner *owner, uint64_t offset) {
    return (uint8_t *)tbx_sandbox_window_base(owner->sandbox) + offset;
}

/* The kernel's word on a byte. */
UNTRACED static void check_byte(const struct owner *owner, uint64_t offset) {
    char byte;
    const struct iovec to = {.iov_base = &byte, .iov_len = 1},
                       from = {.iov_base = in_window(owner, offset), .iov_len = 1};
    bool readable = process_vm_readv(getpid(), &to, 1, &from, 1, 0) == 1;
    require(readable == (find(owner, offset, 1) != NULL), "memory where there is no region");
}

static void check_edges(const struct owner *owner) {
    static const uint64_t edges[] = {TBX_REGIONS_START, TBX_REGIONS_END - 1, TBX_REGIONS_END,
                                     TBX_POOLS_END, TBX_WINDOW_SIZE - 1};
    for (unsigned i = 0; i < sizeof edges / sizeof *edges; i++)
        check_byte(owner, edges[i]);
    for (unsigned i = 0; i < owner->count; i++) {
        const struct mapped *mapped = &owner->mapped[i];
        check_byte(owner, mapped->start - 1);
        check_byte(owner, mapped->start + mapped->region->size);
    }
}

/* The same on all mappings that are shared, as regions are, in their zone and behind it. (The
 * memory of a copy is a private mapping up to the window's end, of a file that ends before.) */
UNTRACED static void check_zone(const struct owner *owner) {
    uint64_t start, end, base = (uint64_t)(uintptr_t)in_window(owner, 0);
    char line[512], access[5];
    unsigned found = 0;
    FILE *maps = fopen("/proc/self/maps", "r");
    require(maps != NULL, "no list of mappings");
    while (fgets(line, sizeof line, maps) != NULL) {
        if (sscanf(line, "%lx-%lx %4s", &start, &end, access) != 3 || access[3] != 's' ||
            end <= base + TBX_REGIONS_START || start >= base + TBX_WINDOW_SIZE)
            continue;
        const struct mapped *mapped = find(owner, start - base, end - start);
        require(mapped != NULL && start - base == mapped->start &&
                    end - start == mapped->region->size,
                "shared memory that is no region");
        require(access[0] == 'r' && (access[1] == 'w') == mapped->writable && access[2] == '-',
                "a region with another protection");
        found++;
    }
    fclose(maps);
    require(found == owner->count, "a region that is not mapped");
}

static void check_statistics(const struct owner *owner) {
    tbx_statistics statistics;
    uint64_t bytes = 0;
    for (unsigned i = 0; i < owner->count; i++)
        bytes += owner->mapped[i].region->size;
    tbx_sandbox_statistics(owner->sandbox, &statistics);
    require(statistics.region_bytes == bytes, "regions that are not in the books");
}

/* --- What the host does --- */

/* The region's memory is gone when no one has it. */
static void forget_unused(struct region *region) {
    if (region->region == NULL && region->mappings == 0)
        *region = (struct region){0};
}

static void new_region(void) {
    struct region *made = take_region();
    tbx_error error = {""};
    uint64_t size = take_size();
    if (made->memory != NULL)
        return;
    made->region = tbx_region_new(size, &error);
    if (made->region == NULL) {
        require(error.message[0] != '\0', "a refusal without a reason");
        return;
    }
    made->size = tbx_region_size(made->region);
    made->memory = tbx_region_memory(made->region);
    require(made->size >= size && made->size - size < TBX_PAGE_SIZE && made->size <= ZONE,
            "a region of another size");
    require(made->memory[0] == 0 && made->memory[made->size - 1] == 0, "a region with contents");
}

static void release_region(void) {
    struct region *region = take_region();
    tbx_region_release(region->region);
    region->region = NULL;
    forget_unused(region);
}

static void check_place(const struct owner *owner, const struct region *region, uint64_t start) {
    uint64_t end = start + region->size;
    require(start >= TBX_REGIONS_START && end <= TBX_REGIONS_END && start % TBX_PAGE_SIZE == 0,
            "a region outside the zone");
    for (unsigned i = 0; i < owner->count; i++) {
        const struct mapped *other = &owner->mapped[i];
        require(end + TBX_PAGE_SIZE <= other->start ||
                    other->start + other->region->size + TBX_PAGE_SIZE <= start,
                "regions without a guard between them");
    }
}

static void map_region(struct owner *owner) {
    struct region *region = take_region();
    bool writable = take(&input, 1) % 2 == 1;
    tbx_error error = {""};
    if (region->region == NULL)
        return;
    uint64_t start = tbx_sandbox_map_region(owner->sandbox, region->region, writable, &error);
    if (start == 0) {
        require(owner->count != 0, "no room in an empty zone");
        return;
    }
    require(owner->count < MOST, "too many regions");
    check_place(owner, region, start);
    owner->mapped[owner->count++] =
        (struct mapped){.region = region, .start = start, .writable = writable};
    region->mappings++;
}

static void forget(struct owner *owner, unsigned index) {
    struct region *region = owner->mapped[index].region;
    owner->mapped[index] = owner->mapped[--owner->count];
    region->mappings--;
    forget_unused(region);
}

static void forget_all(struct owner *owner) {
    while (owner->count != 0)
        forget(owner, owner->count - 1);
}

static void unmap_region(struct owner *owner) {
    uint64_t pointer = take_pointer(owner);
    unsigned index = 0;
    tbx_error error = {""};
    while (index < owner->count && owner->mapped[index].start != (uint32_t)pointer)
        index++;
    bool done = tbx_sandbox_unmap_region(owner->sandbox, pointer, &error);
    require(done == (index < owner->count), "a region that was taken back by a wrong pointer");
    if (done)
        forget(owner, index);
}

/* What the host writes all sandboxes see, and so does the host what one of them writes. */
static void look(const struct owner *owner) {
    if (owner->count == 0)
        return;
    const struct mapped *mapped = &owner->mapped[take(&input, 1) % owner->count];
    uint64_t at = take(&input, 4) % mapped->region->size;
    uint8_t value = (uint8_t)take(&input, 1);
    volatile uint8_t *inside = in_window(owner, mapped->start + at);
    *(mapped->writable ? inside : mapped->region->memory + at) = value;
    require(*inside == value && mapped->region->memory[at] == value, "a region of its own");
}

/* The host's way to hostile pointers. */
static void use_pointer(const struct owner *owner) {
    uint64_t pointer = take_pointer(owner), length = take_length();
    uint8_t byte;
    if ((uint32_t)pointer < TBX_REGIONS_START || (uint32_t)pointer >= TBX_REGIONS_END)
        return;
    const struct mapped *mapped = find(owner, pointer, length), *first = find(owner, pointer, 1);
    const uint8_t *found = tbx_sandbox_pointer(owner->sandbox, pointer, length);
    require((found != NULL) == (mapped != NULL && mapped->writable), "a wrong answer on a pointer");
    require(found == NULL || found == in_window(owner, (uint32_t)pointer), "another place");
    require(tbx_sandbox_copy_out(owner->sandbox, &byte, pointer, 1) == (first != NULL),
            "a wrong answer on a byte");
}

static void reset(struct owner *owner) {
    tbx_error error = {""};
    if (tbx_sandbox_reset(owner->sandbox, &error))
        forget_all(owner);
}

/* Not inside a call: a sandbox that is freed there stays until its end. */
static void replace(struct owner *owner) {
    if (depth != 0)
        return;
    tbx_sandbox_free(owner->sandbox);
    owner->sandbox = make_copy(template);
    forget_all(owner);
}

static void call(struct owner *owner) {
    const tbx_arguments arguments = {.real_count = 0};
    tbx_result result = {0};
    tbx_outcome outcome;
    if (depth == DEPTH)
        return;
    depth++;
    tbx_sandbox_call(owner->sandbox, tbx_template_function(template, "exported"), &arguments,
                     &result, &outcome);
    depth--;
}

static void host_step(void) {
    struct owner *owner = &owners[take(&input, 1) % SANDBOXES];
    switch (take(&input, 1) % 10) {
    case 0:
        new_region();
        break;
    case 1:
        release_region();
        break;
    case 2:
    case 3:
        map_region(owner);
        break;
    case 4:
        unmap_region(owner);
        break;
    case 5:
        look(owner);
        break;
    case 6:
        reset(owner);
        break;
    case 7:
        replace(owner);
        break;
    case 8:
        call(owner);
        break;
    default:
        use_pointer(owner);
        break;
    }
    check_statistics(owner);
}

static uint64_t imported(tbx_sandbox *sandbox, const uint64_t arguments[6], void *context) {
    (void)sandbox, (void)arguments, (void)context;
    if (has_steps())
        host_step();
    return 0;
}

/* --- What the sandbox does --- */

/* Calls for memory, about regions too: whatever they say, no region changes. */
static void guest_call(struct tbx_run *run, const struct owner *owner) {
    static const uint32_t numbers[] = {TBX_FIRST_IMPORT, SYS_mmap,     SYS_munmap, SYS_mremap,
                                       SYS_madvise,      SYS_mprotect, SYS_brk,    SYS_read};
    static const uint32_t flags[] = {MAP_PRIVATE | MAP_ANONYMOUS,
                                     MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, 0, MREMAP_MAYMOVE};
    struct tbx_host_request request = {
        .number = numbers[take(&input, 1) % (sizeof numbers / sizeof *numbers)],
        .arguments = {take_pointer(owner), take_length(), take_length(), flags[take(&input, 1) % 4],
                      UINT64_MAX}};
    run->guest_rsp = tbx_native_stack_top(run->stack) - 64;
    no_gate_call(run, &request);
}

static bool guest(struct tbx_run *run, uint64_t entry, const tbx_arguments *arguments) {
    const struct owner *owner = owners;
    (void)entry, (void)arguments;
    while (owner < owners + SANDBOXES && owner->sandbox != run->sandbox)
        owner++;
    while (owner < owners + SANDBOXES && take(&input, 1) % 4 != 0 && has_steps())
        guest_call(run, owner);
    return true;
}

int LLVMFuzzerInitialize(int *argc, char ***argv) {
    (void)argc, (void)argv;
    no_gate_inside = guest;
    return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    input = (struct input){.data = data, .left = size};
    steps = depth = 0;
    if (template == NULL)
        template = plain_template(imported, NULL);
    for (unsigned i = 0; i < SANDBOXES; i++)
        owners[i] = (struct owner){.sandbox = make_copy(template)};
    while (has_steps())
        host_step();
    for (unsigned i = 0; i < SANDBOXES; i++) {
        check_zone(&owners[i]);
        check_edges(&owners[i]);
    }
    for (unsigned i = 0; i < SANDBOXES; i++) {
        tbx_sandbox_free(owners[i].sandbox);
        forget_all(&owners[i]);
        owners[i].sandbox = NULL;
    }
    for (unsigned i = 0; i < REGIONS; i++)
        tbx_region_release(regions[i].region);
    memset(regions, 0, sizeof regions);
    return 0;
}
