/* What it costs to enter a sandbox and leave it, to make a host call, and to make and free a
 * sandbox. Not a test. */
#include "gs_base.h"
#include "native_stack.h"
#include "sandbox.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

/* Short measurements, many of them: the least one was not disturbed by anything else on the
 * machine. */
enum { ROUNDS = 5000, REPEATS = 500, SANDBOXES = 50 };

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec * 1e9 + (double)time.tv_nsec;
}

/* Enters `_start` with rdi = calls on the bare gate, as tbx_sandbox_run does once a program. */
static void enter(struct tbx_run *run, uint64_t calls) {
    struct tbx_sandbox *sandbox = run->sandbox;
    uint64_t host_gs = tbx_gs_read();
    tbx_current = run;
    tbx_gs_write((uint64_t)(uintptr_t)sandbox->memory.window.base);
    run->guest_rsp = tbx_native_stack_top(&sandbox->native_stack);
    tbx_enter(run, (uint64_t)(uintptr_t)sandbox->image->code.base + sandbox->image->elf.entry,
              calls, TBX_STARTUP_START);
    tbx_gs_write(host_gs);
    tbx_current = NULL;
}

static void time_entries(struct tbx_run *run) {
    for (int i = 0; i < ROUNDS; i++)
        enter(run, 0);
}

static void time_host_calls(struct tbx_run *run) {
    enter(run, ROUNDS);
}

static void time_system_calls(struct tbx_run *run) {
    (void)run;
    for (int i = 0; i < ROUNDS; i++)
        syscall(SYS_getpid);
}

static void time_sandboxes(struct tbx_run *run) {
    tbx_error error;
    for (int i = 0; i < SANDBOXES; i++)
        tbx_sandbox_free(tbx_sandbox_new(run->sandbox->image, NULL, &error));
}

/* The least of several measurements, in nanoseconds a round. */
static double least(void (*measured)(struct tbx_run *), struct tbx_run *run, int rounds) {
    double best = 1e18;
    for (int i = 0; i < REPEATS; i++) {
        double start = now();
        measured(run);
        double each = (now() - start) / rounds;
        best = each < best ? each : best;
    }
    return best;
}

int main(int argc, char **argv) {
    static const tbx_image_policy policy = {.trust = TBX_TRUST_UNVERIFIED};
    tbx_error error = {"usage: bench IMAGE"};
    tbx_image *image = argc == 2 ? tbx_image_open_with(argv[1], &policy, &error) : NULL;
    tbx_sandbox *sandbox = image == NULL ? NULL : tbx_sandbox_new(image, NULL, &error);
    if (sandbox == NULL) {
        fprintf(stderr, "%s\n", error.message);
        return 1;
    }
    struct tbx_run run = {.sandbox = sandbox};
    printf("enter and leave      %8.1f ns\n", least(time_entries, &run, ROUNDS));
    printf("host call (getpid)   %8.1f ns\n", least(time_host_calls, &run, ROUNDS));
    printf("system call (getpid) %8.1f ns\n", least(time_system_calls, &run, ROUNDS));
    printf("new and free sandbox %8.1f ns\n", least(time_sandboxes, &run, SANDBOXES));
    tbx_sandbox_free(sandbox);
    tbx_image_release(image);
    return 0;
}
