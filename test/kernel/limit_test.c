/* Limits, failures of the processor, and many threads at once. The last test takes a KeyID out of
 * use. */
#include "../host/check.h"
#include "device.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

enum { ALLOWED = 16 };

static int touch_pages(void *context) {
    int pages = *(const int *)context;
    struct rlimit limit = {.rlim_cur = ALLOWED * PAGE, .rlim_max = ALLOWED * PAGE};
    if (setrlimit(RLIMIT_MEMLOCK, &limit) != 0 || setresuid(1000, 1000, 1000) != 0)
        return 2;
    int device = open_device();
    unsigned char *memory = map_memory(device, take_key(device), 0, (size_t)pages * PAGE);
    for (int i = 0; i < pages; i++)
        memory[i * PAGE] = 1;
    return (int)pages_of(device) == pages ? 0 : 3;
}

static void pages_count_against_the_limit(void) {
    int allowed = ALLOWED, more = ALLOWED + 1;
    chmod(TMEBOX_DEVICE_PATH, 0666);
    CHECK_EQUAL(in_child(touch_pages, &allowed), 0);
    CHECK_EQUAL(in_child(touch_pages, &more), -SIGBUS);
    CHECK_EQUAL(in_child(touch_pages, &allowed), 0);
    chmod(TMEBOX_DEVICE_PATH, 0600);
}

static int open_fails(void *context) {
    (void)context;
    if (setresuid(1000, 1000, 1000) != 0)
        return 2;
    return open(TMEBOX_DEVICE_PATH, O_RDWR) == -1 && errno == EACCES;
}

static void the_device_is_for_root_by_default(void) {
    CHECK_EQUAL(in_child(open_fails, NULL), 1);
}

enum { THREADS = 4, POOL_PAGES = 8 };

struct race {
    int device;
    unsigned char *views[THREADS];
    _Atomic bool over;
    _Atomic unsigned wrong;
};

struct racer {
    struct race *race;
    int number;
    unsigned long rounds;
};

/* Each thread counts in a line of its own of pages that all share; a discard may set it back to
 * zero. */
static void *count(void *context) {
    struct racer *racer = context;
    while (!racer->race->over) {
        size_t page = racer->rounds % POOL_PAGES;
        _Atomic unsigned char *line =
            (_Atomic unsigned char *)racer->race->views[racer->number] + page * PAGE;
        line[racer->number * 64] = (unsigned char)(racer->number + 1);
        unsigned char seen = line[racer->number * 64];
        if (seen != 0 && seen != racer->number + 1)
            racer->race->wrong++;
        racer->rounds++;
        if (racer->number == 0 && racer->rounds % 16 == 0)
            discard(racer->race->device, page * PAGE, PAGE);
    }
    return NULL;
}

static void faults_and_discards_race(void) {
    struct race race = {.device = open_device()};
    struct racer racers[THREADS];
    pthread_t threads[THREADS];
    for (int i = 0; i < THREADS; i++) {
        uint32_t key = i == 0 ? 0 : take_key(race.device);
        race.views[i] = map_memory(race.device, key, 0, POOL_PAGES * PAGE);
        racers[i] = (struct racer){.race = &race, .number = i};
    }
    for (int i = 0; i < THREADS; i++)
        pthread_create(&threads[i], NULL, count, &racers[i]);
    sleep(2);
    race.over = true;
    for (int i = 0; i < THREADS; i++) {
        pthread_join(threads[i], NULL);
        CHECK(racers[i].rounds > 100);
        munmap(race.views[i], POOL_PAGES * PAGE);
    }
    CHECK_EQUAL(race.wrong, 0);
    CHECK(pages_of(race.device) <= POOL_PAGES);
    close(race.device);
}

static void fail_next(const char *count) {
    int file = open("/sys/module/tmebox_fake/parameters/fake_pconfig_failures", O_WRONLY);
    CHECK(file >= 0 && write(file, count, strlen(count)) == (ssize_t)strlen(count));
    close(file);
}

static void a_keyid_that_cannot_be_programmed_is_not_given(void) {
    int device = open_device();
    uint32_t key = 77, left = keys_left(device);
    fail_next("1");
    CHECK_EQUAL(ioctl_error(device, TMEBOX_KEY_TAKE, &key), EIO);
    CHECK_EQUAL(key, 77);
    CHECK_EQUAL(keys_left(device), left);
    close(device);
}

static void a_keyid_that_cannot_be_cleared_is_not_given_again(void) {
    int device = open_device();
    uint32_t key = take_key(device), left = keys_left(device), next;
    fail_next("1");
    CHECK_EQUAL(ioctl_error(device, TMEBOX_KEY_RETURN, &key), 0);
    CHECK_EQUAL(keys_left(device), left);
    while (ioctl_error(device, TMEBOX_KEY_TAKE, &next) == 0)
        CHECK(next != key);
    close(device);
}

int main(int argc, char **argv) {
    static const struct check_test tests[] = {
        {"pages count against the limit", pages_count_against_the_limit},
        {"the device is for root by default", the_device_is_for_root_by_default},
        {"faults and discards race", faults_and_discards_race},
        {"a KeyID that cannot be programmed is not given",
         a_keyid_that_cannot_be_programmed_is_not_given},
        {"a KeyID that cannot be cleared is not given again",
         a_keyid_that_cannot_be_cleared_is_not_given_again},
    };
    return check_main(tests, sizeof tests / sizeof *tests, argc, argv);
}
