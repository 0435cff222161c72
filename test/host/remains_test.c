/* What a sandbox that is gone, or was reset, leaves with the host: no memory, and nothing by which
 * others learn of it. */
#include "check.h"
#include "region.h"
#include "sandbox.h"
#include "small_library.h"
#include "template.h"
#include "thread.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

/* Bytes of the stacks that this thread keeps which are in memory, and how many are someone's. */
static uint64_t kept_bytes(unsigned *owned) {
    enum { MOST_PAGES = 4096 };
    unsigned char in_memory[MOST_PAGES];
    uint64_t bytes = 0;
    *owned = 0;
    const struct tbx_native_stack *stack = tbx_thread.stacks.first;
    for (; stack != NULL; stack = stack->next) {
        size_t size = stack->end - stack->start;
        CHECK(size / TBX_PAGE_SIZE <= MOST_PAGES);
        CHECK_EQUAL(mincore((void *)stack->start, size, in_memory), 0);
        for (size_t i = 0; i < size / TBX_PAGE_SIZE; i++)
            bytes += (in_memory[i] & 1) * TBX_PAGE_SIZE;
        *owned += stack->owner != 0;
    }
    return bytes;
}

/* A sandbox can use up its native stack, and a thread keeps several: those of sandboxes that are
 * gone would be memory that nobody was granted. */
static void stacks_of_sandboxes_that_are_gone_are_given_back(void) {
    unsigned owned;
    open_template(small_config());
    tbx_sandbox *one = new_copy(), *other = new_copy();
    CALL1(one, "recurse", 1);
    CHECK_EQUAL(outcome.kind, TBX_FAULTED);
    CALL1(other, "recurse", 1);
    CHECK(kept_bytes(&owned) >= 2 * STACK);
    CHECK_EQUAL(owned, 2);
    reset(one);
    CHECK(kept_bytes(&owned) <= STACK + TBX_PAGE_SIZE);
    CHECK_EQUAL(owned, 1);
    tbx_sandbox_free(other);
    CHECK_EQUAL(kept_bytes(&owned), 0);
    CHECK_EQUAL(owned, 0);
    CHECK_EQUAL(CALL1(one, "add", 1), 2);
    close_all(one);
}

/* The id that a setjmp has written. */
static uint64_t id_after_setjmp(tbx_sandbox *sandbox) {
    uint64_t place = 0, id = 0;
    CHECK_EQUAL(CALL0(sandbox, "keep_place"), 0);
    CHECK(tbx_elf_symbol_value(&sandbox->image->elf, "buffer", &place));
    CHECK(tbx_sandbox_copy_out(sandbox, &id, place, sizeof id));
    return id;
}

/* Ids count, and must not count what others do, whose stack a sandbox gets. */
static void ids_of_jumps_tell_nothing_of_others(void) {
    enum { COPIES = 10 };
    tbx_sandbox *copies[COPIES];
    open_template(small_config());
    uint64_t first = 0;
    for (int i = 0; i < COPIES; i++) {
        copies[i] = new_copy();
        uint64_t id = id_after_setjmp(copies[i]);
        first = i == 0 ? id : first;
        CHECK_EQUAL(id, first);
        CHECK(id_after_setjmp(copies[i]) != id);
    }
    reset(copies[0]);
    CHECK_EQUAL(id_after_setjmp(copies[0]), first);
    for (int i = 1; i < COPIES; i++)
        tbx_sandbox_free(copies[i]);
    close_all(copies[0]);
}

/* Of the file that copies of the template begin with. */
static uint64_t file_bytes(void) {
    struct stat status;
    CHECK_EQUAL(fstat(template->file, &status), 0);
    return (uint64_t)status.st_blocks * 512;
}

static uint64_t fill_memory(tbx_sandbox *sandbox, uint64_t size) {
    uint64_t start = CALL1(sandbox, "map", size);
    for (uint64_t at = start; at < start + size; at += TBX_PAGE_SIZE)
        CALL2(sandbox, "poke", at, at);
    return start;
}

/* The kernel makes a page of the file, too, where a copy has its own from then on. */
static void files_of_templates_keep_no_memory_of_sandboxes_that_are_gone(void) {
    enum { LARGE = 40 << 20, MOST_KEPT = 17 << 20 };
    tbx_error error = {""};
    tbx_config *config = small_config();
    CHECK(tbx_config_set_heap(config, LARGE + HEAP, &error));
    open_template(config);
    uint64_t before = file_bytes();
    tbx_sandbox *one = new_copy(), *other = new_copy();
    uint64_t kept = fill_memory(other, 0x10000);
    CALL1(other, "add", 9);
    fill_memory(one, LARGE);
    reset(one);
    CHECK(file_bytes() <= before + MOST_KEPT);
    uint64_t place = CALL1(one, "map", LARGE);
    CHECK_EQUAL(CALL1(one, "peek", place + LARGE - 8), 0);
    CHECK_EQUAL(CALL1(one, "add", 1), 2);
    CALL2(one, "unmap", place, LARGE);
    fill_memory(one, LARGE);
    tbx_sandbox_free(one);
    CHECK(file_bytes() <= before + MOST_KEPT);
    CHECK_EQUAL(CALL1(other, "peek", kept + 0x5000), kept + 0x5000);
    CHECK_EQUAL(CALL1(other, "add", 1), 11);
    reset(other);
    CHECK_EQUAL(CALL1(other, "add", 1), 2);
    close_all(other);
}

/* A host that closes descriptors which are not its own, as daemons do, and opens a file: that is
 * neither shown to a sandbox nor changed. */
static void a_file_under_the_number_of_a_templates_is_left_alone(void) {
    enum { LARGE = 40 << 20 };
    tbx_error error = {""};
    struct stat status;
    open_template(small_config());
    tbx_sandbox *sandbox = new_copy();
    int kept = dup(template->file), hosts = memfd_create("hosts", MFD_CLOEXEC);
    CHECK_EQUAL(fallocate(hosts, 0, 0, LARGE), 0);
    CHECK_EQUAL(dup2(hosts, template->file), template->file);
    tbx_region *region = tbx_region_new(4096, &error);
    int kept_region = dup(region->file);
    CHECK_EQUAL(dup2(hosts, region->file), region->file);
    CHECK_EQUAL(tbx_sandbox_map_region(sandbox, region, true, &error), 0);
    CHECK_CONTAINS(error.message, "someone has closed the file of the region");
    CHECK_EQUAL(dup2(kept_region, region->file), region->file);
    close(kept_region);
    tbx_region_release(region);
    CHECK(tbx_template_copy(template, &error) == NULL);
    CHECK_CONTAINS(error.message, "someone has closed the file of the template");
    CHECK(!tbx_sandbox_reset(sandbox, &error));
    tbx_sandbox_free(sandbox);
    CHECK_EQUAL(fstat(hosts, &status), 0);
    CHECK_EQUAL(status.st_blocks * 512, LARGE);
    CHECK_EQUAL(dup2(kept, template->file), template->file);
    close(kept);
    close(hosts);
    sandbox = new_copy();
    CHECK_EQUAL(CALL1(sandbox, "add", 1), 2);
    close_all(sandbox);
}

int main(int argc, char **argv) {
    static const struct check_test tests[] = {
        TEST(stacks_of_sandboxes_that_are_gone_are_given_back),
        TEST(files_of_templates_keep_no_memory_of_sandboxes_that_are_gone),
        TEST(a_file_under_the_number_of_a_templates_is_left_alone),
        TEST(ids_of_jumps_tell_nothing_of_others),
    };
    return check_main(tests, sizeof tests / sizeof *tests, argc, argv);
}
