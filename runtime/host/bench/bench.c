/*
 * What sandboxes cost, beside what else a host could use: written as JSON. Not a test.
 *
 * Everything is measured in rounds, one thing after the other in each, and the median of the rounds
 * counts: so what else the machine does in the meantime touches all of them alike. Times of the
 * process itself are those of its processor clock; others wait for another process and are by the
 * wall clock.
 */
#include "support.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { ROUNDS = 31, CALLS = 20000, SLOW = 200, MOST = 32000 };

struct host {
    tbx_template *cleared, *kept;
    tbx_sandbox *sandbox, *other, *keeping;
    tbx_function nothing, host_calls, add;
    int to_child, from_child;
};

static void call_sandbox(const struct host *host) {
    for (int i = 0; i < CALLS; i++)
        call(host->sandbox, host->nothing, 0);
}

static void call_keeping(const struct host *host) {
    for (int i = 0; i < CALLS; i++)
        call(host->keeping, host->nothing, 0);
}

/* Each call writes the GS base, since the other sandbox was entered before. */
static void call_in_turn(const struct host *host) {
    for (int i = 0; i < CALLS; i++)
        call(i % 2 == 0 ? host->sandbox : host->other, host->nothing, 0);
}

static void call_host(const struct host *host) {
    call(host->sandbox, host->host_calls, CALLS);
}

static __attribute__((noinline)) void plain(uint64_t argument) {
    __asm__ volatile("" : : "r"(argument) : "memory");
}

static void call_plain(const struct host *host) {
    void (*volatile function)(uint64_t) = plain;
    (void)host;
    for (int i = 0; i < CALLS; i++)
        function(0);
}

static void call_system(const struct host *host) {
    (void)host;
    for (int i = 0; i < CALLS; i++)
        syscall(SYS_getpid);
}

static void write_and_read(const struct host *host) {
    char byte = 0;
    for (int i = 0; i < SLOW; i++)
        if (write(host->to_child, &byte, 1) != 1 || read(host->from_child, &byte, 1) != 1)
            fail("the pipe is broken");
}

static void fork_and_wait(const struct host *host) {
    (void)host;
    for (int i = 0; i < SLOW; i++) {
        pid_t child = fork();
        if (child == 0)
            _exit(0);
        if (child < 0 || waitpid(child, NULL, 0) != child)
            fail("fork");
    }
}

static const struct measurement {
    const char *name;
    void (*run)(const struct host *host);
    int count; /* how often it does what is measured */
    clockid_t clock;
} measurements[] = {
    {"switch_ns", call_sandbox, CALLS, CLOCK_THREAD_CPUTIME_ID},
    {"switch_uncleared_ns", call_keeping, CALLS, CLOCK_THREAD_CPUTIME_ID},
    {"switch_in_turn_ns", call_in_turn, CALLS, CLOCK_THREAD_CPUTIME_ID},
    {"host_call_ns", call_host, CALLS, CLOCK_THREAD_CPUTIME_ID},
    {"plain_call_ns", call_plain, CALLS, CLOCK_THREAD_CPUTIME_ID},
    {"getpid_ns", call_system, CALLS, CLOCK_THREAD_CPUTIME_ID},
    {"pipe_round_trip_ns", write_and_read, SLOW, CLOCK_MONOTONIC},
    {"fork_and_wait_ns", fork_and_wait, SLOW, CLOCK_MONOTONIC},
};
enum { MEASUREMENTS = sizeof measurements / sizeof *measurements };

static void measure_switches(const struct host *host) {
    static double times[MEASUREMENTS][ROUNDS];
    for (int round = 0; round < ROUNDS; round++) {
        for (int i = 0; i < MEASUREMENTS; i++) {
            double start = now(measurements[i].clock);
            measurements[i].run(host);
            times[i][round] = (now(measurements[i].clock) - start) / measurements[i].count;
        }
    }
    for (int i = 0; i < MEASUREMENTS; i++)
        printf("  \"%s\": %.2f,\n", measurements[i].name, median(times[i], ROUNDS));
}

/* The value of a line of /proc/self/status, in bytes. */
static double status_bytes(const char *name) {
    char line[256];
    double value = 0;
    FILE *file = fopen("/proc/self/status", "r");
    while (file != NULL && fgets(line, sizeof line, file) != NULL)
        if (strncmp(line, name, strlen(name)) == 0)
            value = strtod(line + strlen(name) + 1, NULL) * 1024;
    if (file != NULL)
        fclose(file);
    return value;
}

static double resident_bytes(void) {
    return status_bytes("RssAnon");
}

struct fleet {
    tbx_sandbox *sandboxes[MOST];
    double create[MOST], reset[MOST], destroy[MOST];
    int count;
};

/* Sandboxes until the system refuses: each with its own data, each called, none seeing another's.
 */
static void make_fleet(struct fleet *fleet, const struct host *host) {
    tbx_error error;
    for (fleet->count = 0; fleet->count < MOST; fleet->count++) {
        double start = now(CLOCK_THREAD_CPUTIME_ID);
        tbx_sandbox *sandbox = tbx_template_copy(host->cleared, &error);
        fleet->create[fleet->count] = now(CLOCK_THREAD_CPUTIME_ID) - start;
        if (sandbox == NULL)
            break;
        fleet->sandboxes[fleet->count] = sandbox;
    }
}

static void check_data(const struct fleet *fleet, const struct host *host, uint64_t times) {
    for (uint64_t i = 0; i < (uint64_t)fleet->count; i++) {
        const tbx_arguments arguments = {.integers = {i}};
        tbx_result result;
        tbx_outcome outcome;
        if (!tbx_sandbox_call(fleet->sandboxes[i], host->add, &arguments, &result, &outcome) ||
            result.integer != 1 + times * i)
            fail("a sandbox lost its data");
    }
}

static void reset_fleet(struct fleet *fleet) {
    tbx_error error;
    for (int i = 0; i < fleet->count; i++) {
        double start = now(CLOCK_THREAD_CPUTIME_ID);
        if (!tbx_sandbox_reset(fleet->sandboxes[i], &error))
            fail(error.message);
        fleet->reset[i] = now(CLOCK_THREAD_CPUTIME_ID) - start;
    }
}

static void free_fleet(struct fleet *fleet) {
    for (int i = 0; i < fleet->count; i++) {
        double start = now(CLOCK_THREAD_CPUTIME_ID);
        tbx_sandbox_free(fleet->sandboxes[i]);
        fleet->destroy[i] = now(CLOCK_THREAD_CPUTIME_ID) - start;
    }
}

static void measure_fleet(const struct host *host) {
    static struct fleet fleet;
    double tables = status_bytes("VmPTE"), resident = resident_bytes();
    make_fleet(&fleet, host);
    double kept = resident_bytes() - resident;
    check_data(&fleet, host, 1);
    check_data(&fleet, host, 2);
    tables = status_bytes("VmPTE") - tables;
    int tenth = fleet.count / 10;
    printf("  \"live_sandboxes\": %d,\n", fleet.count);
    printf("  \"page_table_bytes_per_sandbox\": %.0f,\n", tables / fleet.count);
    printf("  \"bookkeeping_bytes_per_sandbox\": %.0f,\n", kept / fleet.count);
    printf("  \"touched_bytes_per_sandbox\": %.0f,\n",
           (resident_bytes() - resident - kept) / fleet.count);
    printf("  \"bytes_per_sandbox\": %.0f,\n", (tables + kept) / fleet.count);
    reset_fleet(&fleet);
    check_data(&fleet, host, 1);
    free_fleet(&fleet);
    printf("  \"create_first_us\": %.2f,\n", median(fleet.create, tenth) / 1000);
    printf("  \"create_last_us\": %.2f,\n",
           median(fleet.create + fleet.count - tenth, tenth) / 1000);
    printf("  \"create_us\": %.2f,\n", median(fleet.create, fleet.count) / 1000);
    printf("  \"reset_us\": %.2f,\n", median(fleet.reset, fleet.count) / 1000);
    printf("  \"destroy_us\": %.2f\n", median(fleet.destroy, fleet.count) / 1000);
}

/* A process that sends back each byte that it gets. */
static void start_echo(struct host *host) {
    int there[2], back[2];
    char byte;
    if (pipe(there) != 0 || pipe(back) != 0)
        fail("pipe");
    pid_t child = fork();
    if (child < 0)
        fail("fork");
    host->to_child = there[1];
    host->from_child = back[0];
    if (child != 0)
        return;
    close(there[1]);
    while (read(there[0], &byte, 1) == 1 && write(back[1], &byte, 1) == 1)
        continue;
    _exit(0);
}

int main(int argc, char **argv) {
    struct host host;
    tbx_image *image = open_image(argc, argv);
    start_echo(&host);
    host.cleared = make_template(image, false);
    host.kept = make_template(image, true);
    host.sandbox = copy_of(host.cleared);
    host.other = copy_of(host.cleared);
    host.keeping = copy_of(host.kept);
    host.nothing = tbx_template_function(host.cleared, "nothing");
    host.host_calls = tbx_template_function(host.cleared, "make_host_calls");
    host.add = tbx_template_function(host.cleared, "add");
    printf("{\n");
    measure_switches(&host);
    tbx_sandbox_free(host.sandbox);
    tbx_sandbox_free(host.other);
    tbx_sandbox_free(host.keeping);
    measure_fleet(&host);
    printf("}\n");
    tbx_template_release(host.cleared);
    tbx_template_release(host.kept);
    tbx_image_release(image);
    return 0;
}
