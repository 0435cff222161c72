/* Regions: memory that the host shares with sandboxes. */
#include "check.h"
#include "descriptors.h"
#include "kernel_mappings.h"
#include "small_library.h"

#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>

static tbx_region *new_region(size_t size) {
    tbx_error error = {""};
    tbx_region *region = tbx_region_new(size, &error);
    CHECK(region != NULL);
    return region;
}

static uint64_t give(tbx_sandbox *sandbox, tbx_region *region, bool writable) {
    tbx_error error = {""};
    uint64_t place = tbx_sandbox_map_region(sandbox, region, writable, &error);
    CHECK(place != 0);
    return place;
}

static uint64_t *words_of(const tbx_region *region) {
    return tbx_region_memory(region);
}

static void host_and_sandboxes_see_the_same_bytes(void) {
    open_template(small_config());
    tbx_sandbox *sandbox = new_copy(), *other = new_copy();
    tbx_region *region = new_region(5000);
    CHECK_EQUAL(tbx_region_size(region), 8192);
    uint64_t mine = give(sandbox, region, true), theirs = give(other, region, true);
    CHECK_EQUAL(CALL1(sandbox, "peek", mine + 8184), 0);
    words_of(region)[1] = 11;
    CHECK_EQUAL(CALL1(sandbox, "peek", mine + 8), 11);
    CALL2(sandbox, "poke", mine + 16, 12);
    CHECK_EQUAL(words_of(region)[2], 12);
    CHECK_EQUAL(CALL1(other, "peek", theirs + 16), 12);
    tbx_region_release(region);
    tbx_sandbox_free(other);
    close_all(sandbox);
}

static void readers_cannot_write(void) {
    open_template(small_config());
    tbx_sandbox *sandbox = new_copy();
    tbx_region *region = new_region(4096);
    uint64_t place = give(sandbox, region, false);
    words_of(region)[0] = 5;
    CHECK_EQUAL(CALL1(sandbox, "peek", place), 5);
    CALL2(sandbox, "poke", place, 6);
    CHECK_EQUAL(outcome.kind, TBX_FAULTED);
    CHECK_EQUAL(outcome.fault.kind, TBX_FAULT_READ_ONLY);
    CHECK_EQUAL(outcome.fault.offset, place);
    CHECK_EQUAL(words_of(region)[0], 5);
    tbx_region_release(region);
    close_all(sandbox);
}

static void bounds_are_held(void) {
    open_template(small_config());
    tbx_sandbox *sandbox = new_copy();
    tbx_region *first = new_region(4096), *second = new_region(8192);
    uint64_t place = give(sandbox, first, true), behind = give(sandbox, second, true);
    CHECK(behind >= place + 8192);
    const uint64_t outside[] = {place - 8, place + 4096, behind - 8, behind + 8192};
    for (size_t i = 0; i < sizeof outside / sizeof *outside; i++) {
        CALL1(sandbox, "peek", outside[i]);
        CHECK_EQUAL(outcome.kind, TBX_FAULTED);
        CHECK_EQUAL(outcome.fault.kind, TBX_FAULT_UNMAPPED);
        reset(sandbox);
        CHECK_EQUAL(give(sandbox, first, true), place);
        CHECK_EQUAL(give(sandbox, second, true), behind);
    }
    tbx_region_release(first);
    tbx_region_release(second);
    close_all(sandbox);
}

static void the_host_checks_pointers_into_regions(void) {
    open_template(small_config());
    tbx_sandbox *sandbox = new_copy();
    tbx_region *region = new_region(4096), *constant = new_region(4096);
    uint64_t place = give(sandbox, region, true), fixed = give(sandbox, constant, false);
    uint64_t word = 77;
    CHECK(tbx_sandbox_pointer(sandbox, place, 4096) != NULL);
    CHECK(tbx_sandbox_pointer(sandbox, place, 4097) == NULL);
    CHECK(tbx_sandbox_pointer(sandbox, place + 1, SIZE_MAX) == NULL);
    CHECK(tbx_sandbox_pointer(sandbox, place - 4096, 1) == NULL);
    CHECK(tbx_sandbox_copy_in(sandbox, place + 4088, &word, sizeof word));
    CHECK_EQUAL(words_of(region)[511], 77);
    CHECK(!tbx_sandbox_copy_in(sandbox, place + 4089, &word, sizeof word));
    CHECK(tbx_sandbox_pointer(sandbox, fixed, 8) == NULL);
    CHECK(!tbx_sandbox_copy_in(sandbox, fixed, &word, sizeof word));
    CHECK(tbx_sandbox_copy_out(sandbox, &word, fixed, sizeof word));
    CHECK_EQUAL(word, 0);
    tbx_region_release(region);
    tbx_region_release(constant);
    close_all(sandbox);
}

/* System calls for memory do not reach regions: munmap of one is refused, and changes nothing. */
static void the_sandbox_cannot_release_a_region(void) {
    open_template(small_config());
    tbx_sandbox *sandbox = new_copy();
    tbx_region *region = new_region(4096);
    uint64_t place = give(sandbox, region, false);
    words_of(region)[0] = 9;
    CHECK((int64_t)CALL2(sandbox, "unmap", place, 4096) < 0);
    CHECK_EQUAL(CALL1(sandbox, "peek", place), 9);
    tbx_region_release(region);
    close_all(sandbox);
}

static void unmapped_regions_are_out_of_reach(void) {
    tbx_error error = {""};
    open_template(small_config());
    tbx_sandbox *sandbox = new_copy();
    tbx_region *region = new_region(4096);
    uint64_t place = give(sandbox, region, true);
    CHECK(!tbx_sandbox_unmap_region(sandbox, place + 4096, &error));
    CHECK_CONTAINS(error.message, "no region starts at");
    CHECK(tbx_sandbox_unmap_region(sandbox, place, &error));
    CHECK(!tbx_sandbox_unmap_region(sandbox, place, &error));
    CALL2(sandbox, "poke", place, 1);
    CHECK_EQUAL(outcome.kind, TBX_FAULTED);
    CHECK_EQUAL(words_of(region)[0], 0);
    tbx_region_release(region);
    close_all(sandbox);
}

static void a_reset_takes_regions_away(void) {
    open_template(small_config());
    tbx_sandbox *sandbox = new_copy();
    tbx_region *region = new_region(4096);
    uint64_t place = give(sandbox, region, true);
    CALL2(sandbox, "poke", place, 31);
    reset(sandbox);
    CHECK(tbx_sandbox_pointer(sandbox, place, 1) == NULL);
    CHECK_EQUAL(CALL1(sandbox, "add", 1), 2);
    CALL1(sandbox, "peek", place);
    CHECK_EQUAL(outcome.kind, TBX_FAULTED);
    CHECK_EQUAL(words_of(region)[0], 31);
    tbx_region_release(region);
    close_all(sandbox);
}

/* Whoever is last gives the memory back, and a region outlives its host's reference. */
static void nothing_is_left_behind(void) {
    enum { TIMES = 50 };
    open_template(small_config());
    int mappings = kernel_mappings(), files = open_descriptors();
    for (int i = 0; i < TIMES; i++) {
        tbx_sandbox *sandbox = new_copy();
        tbx_region *region = new_region(4096);
        uint64_t place = give(sandbox, region, true);
        give(sandbox, region, false);
        tbx_region_release(region);
        CALL2(sandbox, "poke", place, (uint64_t)i);
        CHECK_EQUAL(CALL1(sandbox, "peek", place + 8192), (uint64_t)i);
        if (i % 2 == 0)
            reset(sandbox);
        tbx_sandbox_free(sandbox);
    }
    CHECK_EQUAL(open_descriptors(), files);
    CHECK(kernel_mappings() <= mappings + 4); /* the native stack of this thread */
    tbx_template_release(template);
}

static void what_has_no_room_is_refused(void) {
    tbx_error error = {""};
    CHECK(tbx_region_new(0, &error) == NULL);
    CHECK(tbx_region_new((256u << 20) + 1, &error) == NULL);
    CHECK_CONTAINS(error.message, "a region has 1 to");
    open_template(small_config());
    tbx_sandbox *sandbox = new_copy();
    tbx_region *large = new_region(200u << 20), *small = new_region(4096);
    give(sandbox, large, true);
    CHECK_EQUAL(tbx_sandbox_map_region(sandbox, large, true, &error), 0);
    CHECK_CONTAINS(error.message, "no room");
    int given = 1;
    while (tbx_sandbox_map_region(sandbox, small, false, &error) != 0)
        given++;
    CHECK_EQUAL(given, 64);
    tbx_region_release(large);
    tbx_region_release(small);
    close_all(sandbox);
}

static tbx_region *region_of_start;
static uint64_t place_of_start;

static uint64_t map_at_start(tbx_sandbox *sandbox, const uint64_t arguments[6], void *context) {
    (void)arguments, (void)context;
    place_of_start = give(sandbox, region_of_start, true);
    return place_of_start;
}

/* A constructor may lead the host to map a region into what becomes a template. Copies do not have
 * it: neither is it in their windows, nor does the host believe so. */
static void copies_have_no_region_of_their_template(void) {
    region_of_start = new_region(4096);
    second_import = map_at_start;
    open_template(small_config());
    second_import = NULL;
    tbx_sandbox *sandbox = new_copy(), *other = new_copy();
    tbx_statistics statistics;
    CHECK(place_of_start != 0);
    CHECK(tbx_sandbox_pointer(sandbox, place_of_start, 1) == NULL);
    tbx_sandbox_statistics(sandbox, &statistics);
    CHECK_EQUAL(statistics.region_bytes, 0);
    CALL1(sandbox, "peek", place_of_start);
    CHECK_EQUAL(outcome.fault.kind, TBX_FAULT_UNMAPPED);
    reset(sandbox);
    CHECK_EQUAL(CALL1(sandbox, "add", 1), 2);
    reset(other);
    CHECK_EQUAL(give(other, region_of_start, false), place_of_start);
    tbx_region_release(region_of_start);
    tbx_sandbox_free(other);
    close_all(sandbox);
}

static void programs_can_have_regions(void) {
    tbx_error error = {""};
    tbx_image *image = open_image(path_in("MACHINE_IMAGE", "machine.tbx"), &error);
    tbx_sandbox *sandbox = tbx_sandbox_new(image, NULL, &error);
    tbx_region *region = new_region(4096);
    uint64_t place = give(sandbox, region, true), word = 3;
    CHECK(tbx_sandbox_copy_in(sandbox, place, &word, sizeof word));
    CHECK_EQUAL(words_of(region)[0], 3);
    tbx_region_release(region);
    tbx_sandbox_free(sandbox);
    tbx_image_release(image);
}

int main(int argc, char **argv) {
    static const struct check_test tests[] = {
        TEST(host_and_sandboxes_see_the_same_bytes),
        TEST(readers_cannot_write),
        TEST(bounds_are_held),
        TEST(the_host_checks_pointers_into_regions),
        TEST(the_sandbox_cannot_release_a_region),
        TEST(unmapped_regions_are_out_of_reach),
        TEST(a_reset_takes_regions_away),
        TEST(nothing_is_left_behind),
        TEST(what_has_no_room_is_refused),
        TEST(copies_have_no_region_of_their_template),
        TEST(programs_can_have_regions),
    };
    return check_main(tests, sizeof tests / sizeof *tests, argc, argv);
}
