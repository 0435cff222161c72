/* Real sandboxed code (guests/machine.s): the gate, faults, time limits, setjmp. */
#include "check.h"
#include "tmebox.h"

#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <unistd.h>

#ifndef MACHINE_IMAGE
#define MACHINE_IMAGE "machine.tbx"
#endif

static const char *machine_path(void) {
    const char *path = getenv("MACHINE_IMAGE");
    return path != NULL ? path : MACHINE_IMAGE;
}

struct result {
    tbx_outcome outcome;
    char message[512];
    uint32_t key;
};

/* The program does on purpose what no verifier lets pass. */
static tbx_image *open_machine(tbx_error *error) {
    static const tbx_image_policy policy = {.trust = TBX_TRUST_UNVERIFIED};
    return tbx_image_open_with(machine_path(), &policy, error);
}

static tbx_config *default_config(void) {
    tbx_config *config = tbx_config_new();
    tbx_config_grant(config, TBX_GRANT_STDIO | TBX_GRANT_CLOCK);
    return config;
}

/* Runs the machine program with the argument; frees the config. */
static struct result run_with(const char *argument, tbx_config *config) {
    struct result result = {.outcome = {.kind = TBX_NOT_STARTED}};
    const char *const arguments[] = {"machine", argument};
    tbx_image *image = open_machine(&result.outcome.error);
    tbx_sandbox *sandbox =
        image == NULL ? NULL : tbx_sandbox_new(image, config, &result.outcome.error);
    if (sandbox != NULL) {
        result.key = tbx_sandbox_key(sandbox);
        tbx_sandbox_run(sandbox, 2, arguments, &result.outcome);
        tbx_outcome_describe(sandbox, &result.outcome, result.message, sizeof result.message);
    } else {
        snprintf(result.message, sizeof result.message, "%s", result.outcome.error.message);
    }
    tbx_sandbox_free(sandbox);
    tbx_image_release(image);
    tbx_config_free(config);
    return result;
}

static struct result run(const char *argument) {
    return run_with(argument, default_config());
}

static void check_passes(const char *argument) {
    struct result result = run(argument);
    CHECK_CONTAINS(result.message, "exit status 0");
}

static void check_faults(const char *argument, tbx_fault_kind kind, const char *message) {
    struct result result = run(argument);
    CHECK_EQUAL(result.outcome.kind, TBX_FAULTED);
    CHECK_EQUAL(result.outcome.fault.kind, kind);
    CHECK_CONTAINS(result.message, message);
    CHECK_CONTAINS(result.message, "__tbx_start_c+0x");
}

/* Runs `test` with standard output in a pipe; what it wrote, cut to fit. */
static const char *capture(void (*test)(void)) {
    static char text[4096];
    int ends[2], saved = dup(1);
    fflush(stdout);
    if (pipe(ends) != 0 || saved < 0)
        return "no pipe";
    dup2(ends[1], 1);
    close(ends[1]);
    test();
    dup2(saved, 1);
    close(saved);
    ssize_t length = read(ends[0], text, sizeof text - 1);
    close(ends[0]);
    text[length < 0 ? 0 : length] = '\0';
    return text;
}

static void registers_come_back_empty(void) {
    check_passes("r");
}

static void callee_saved_registers_come_back(void) {
    check_passes("p");
}

static void stack_alignment_is_not_trusted(void) {
    check_passes("u");
}

static void call_with_direction_flag(void) {
    check_passes("d");
}

static void direction_flag_does_not_reach_the_host(void) {
    CHECK_CONTAINS(capture(call_with_direction_flag), "from the sandbox\n");
}

static void wide_registers_come_back_empty(void) {
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl"))
        check_passes("v");
}

static void call_with_pending_exceptions(void) {
    check_passes("f");
}

/* The host's floating-point state is as a C function expects it. */
static void check_floating_point_state(void) {
    unsigned mxcsr;
    unsigned short control, status;
    unsigned long flags;
    __asm__ volatile("stmxcsr %0" : "=m"(mxcsr));
    __asm__ volatile("fnstcw %0" : "=m"(control));
    __asm__ volatile("fnstsw %0" : "=a"(status));
    __asm__ volatile("pushfq; popq %0" : "=r"(flags));
    CHECK_EQUAL(mxcsr & 0xFFC0, 0x1F80);
    CHECK_EQUAL(control, 0x037F);
    CHECK_EQUAL(status & 0xFF, 0);
    CHECK_EQUAL(flags & 1 << 10, 0);
    volatile long double one = 1; /* fails when the x87 stack is full */
    CHECK(one / 3 > 0.33L && one / 3 < 0.34L);
}

static void floating_point_state_does_not_reach_the_host(void) {
    CHECK_CONTAINS(capture(call_with_pending_exceptions), "from the sandbox\n");
    check_floating_point_state();
}

static void floating_point_state_is_restored_after_a_fault(void) {
    check_faults("F", TBX_FAULT_TRAP, "trap");
    check_floating_point_state();
}

static void the_gate_address_is_not_readable(void) {
    check_passes("k");
}

static void setjmp_and_longjmp_work(void) {
    check_passes("j");
}

static void forged_and_dead_jump_buffers_are_faults(void) {
    struct result forged = run("J"), dead = run("D");
    CHECK_EQUAL(forged.outcome.fault.kind, TBX_FAULT_JUMP_BUFFER);
    CHECK_CONTAINS(forged.message, "bad jmp_buf");
    CHECK_EQUAL(dead.outcome.fault.kind, TBX_FAULT_JUMP_BUFFER);
}

static void old_jump_buffers_do_not_run_on_new_stack_contents(void) {
    check_passes("o");
}

static void bad_accesses_become_errors(void) {
    check_faults("n", TBX_FAULT_NULL, "write to unmapped offset 0x0 at offset 0x10000");
    check_faults("w", TBX_FAULT_UNMAPPED, "read from unmapped offset 0xdeadb000");
    check_faults("c", TBX_FAULT_READ_ONLY, "write to read-only offset 0x1004");
    check_faults("h", TBX_FAULT_OUTSIDE_WINDOW, "read from address 0x1000 outside the window");
    check_faults("m", TBX_FAULT_PROTECTION, "misaligned");
}

static void stack_overflows_become_errors(void) {
    check_faults("s", TBX_FAULT_STACK, "data stack overflow: write to unmapped offset");
    check_faults("S", TBX_FAULT_NATIVE_STACK, "native stack overflow");
}

static void bad_jumps_and_traps_become_errors(void) {
    check_faults("x", TBX_FAULT_NOT_CODE, "jump to offset 0x0, which is not code");
    check_faults("X", TBX_FAULT_NOT_CODE, "which is not code");
    check_faults("t", TBX_FAULT_TRAP, "trap");
    check_faults("z", TBX_FAULT_ARITHMETIC, "division by zero");
}

static void a_bad_stack_at_the_gate_is_the_sandboxs_fault(void) {
    struct result result = run("B");
    CHECK_EQUAL(result.outcome.kind, TBX_FAULTED);
}

static void time_limits_end_loops(void) {
    tbx_config *config = default_config();
    tbx_config_set_timeout(config, 50000000);
    struct result result = run_with("l", config);
    CHECK_EQUAL(result.outcome.kind, TBX_TIMED_OUT);
    CHECK_CONTAINS(result.message, "time limit");
}

static void limits_of_processor_time_end_loops(void) {
    tbx_config *config = default_config();
    tbx_config_set_cpu_time(config, 50000000);
    CHECK_EQUAL(run_with("l", config).outcome.kind, TBX_TIMED_OUT);
}

static void time_limits_end_blocking_calls(void) {
    int ends[2], saved = dup(0);
    CHECK(pipe(ends) == 0 && saved >= 0);
    dup2(ends[0], 0);
    tbx_config *config = default_config();
    tbx_config_set_timeout(config, 50000000);
    struct result result = run_with("b", config);
    dup2(saved, 0);
    close(saved);
    close(ends[0]);
    close(ends[1]);
    CHECK_EQUAL(result.outcome.kind, TBX_TIMED_OUT);
}

static void write_to_a_broken_pipe(void) {
    struct result result = run("P");
    CHECK_EQUAL(result.outcome.kind, TBX_EXITED);
    CHECK_EQUAL(result.outcome.status, 128 + SIGPIPE);
}

static void a_broken_pipe_ends_the_program_not_the_host(void) {
    int ends[2], saved = dup(1);
    sigset_t pending;
    fflush(stdout);
    CHECK(pipe(ends) == 0 && saved >= 0);
    dup2(ends[1], 1);
    close(ends[0]);
    close(ends[1]);
    write_to_a_broken_pipe();
    dup2(saved, 1);
    close(saved);
    CHECK(sigpending(&pending) == 0 && sigismember(&pending, SIGPIPE) == 0);
}

static volatile sig_atomic_t alarms;

static void count_alarm(int signal) {
    (void)signal;
    alarms++;
}

/* Handlers of the host with SA_ONSTACK run in the midst of sandboxed code and leave it as it was.
 */
static void host_signals_arrive_during_a_run(void) {
    struct sigaction action = {.sa_handler = count_alarm, .sa_flags = SA_ONSTACK};
    const struct itimerval often = {.it_interval = {.tv_usec = 1000},
                                    .it_value = {.tv_usec = 1000}},
                           never = {0};
    sigaction(SIGALRM, &action, NULL);
    setitimer(ITIMER_REAL, &often, NULL);
    time_limits_end_loops();
    for (int i = 0; i < 200; i++)
        check_passes("p");
    setitimer(ITIMER_REAL, &never, NULL);
    CHECK(alarms > 5);
}

static void a_start_that_returns_exits(void) {
    struct result result = run("R");
    CHECK_EQUAL(result.outcome.kind, TBX_EXITED);
    CHECK_EQUAL(result.outcome.status, 5);
}

static void echo_with_environment(void) {
    tbx_config *config = default_config();
    tbx_error error;
    CHECK(tbx_config_add_environment(config, "NAME=value", &error));
    CHECK_CONTAINS(run_with("echo this", config).message, "exit status 0");
}

static void arguments_and_environment_arrive(void) {
    CHECK_CONTAINS(capture(echo_with_environment), "machine\necho this\nNAME=value\n");
}

static void one_sandbox_runs_once(void) {
    const char *const arguments[] = {"machine", "R"};
    tbx_error error;
    tbx_outcome first, second;
    tbx_image *image = open_machine(&error);
    tbx_sandbox *sandbox = tbx_sandbox_new(image, NULL, &error);
    tbx_image_release(image);
    tbx_sandbox_run(sandbox, 2, arguments, &first);
    tbx_sandbox_run(sandbox, 2, arguments, &second);
    CHECK_EQUAL(first.kind, TBX_EXITED);
    CHECK_EQUAL(second.kind, TBX_NOT_STARTED);
    CHECK_CONTAINS(second.error.message, "once");
    tbx_sandbox_free(sandbox);
}

/* Sandboxes of one image share its code window and nothing else. */
static void sandboxes_of_an_image_share_its_code(void) {
    enum { COUNT = 100 };
    tbx_error error;
    tbx_sandbox *sandboxes[COUNT];
    tbx_image *image = open_machine(&error);
    for (int i = 0; i < COUNT; i++) {
        sandboxes[i] = tbx_sandbox_new(image, NULL, &error);
        CHECK(sandboxes[i] != NULL);
        CHECK_EQUAL(tbx_sandbox_window_base(sandboxes[i]) >> 32, tbx_sandbox_key(sandboxes[i]));
        CHECK_EQUAL(tbx_sandbox_code_window_base(sandboxes[i]),
                    tbx_sandbox_code_window_base(sandboxes[0]));
        CHECK(i == 0 || tbx_sandbox_key(sandboxes[i]) > tbx_sandbox_key(sandboxes[i - 1]));
    }
    tbx_image_release(image);
    for (int i = 0; i < COUNT; i++)
        tbx_sandbox_free(sandboxes[i]);
}

static void *fault_with_all_signals_blocked(void *argument) {
    sigset_t all, after;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, NULL);
    check_faults("n", TBX_FAULT_NULL, "write to unmapped offset 0x0");
    time_limits_end_loops();
    pthread_sigmask(SIG_SETMASK, NULL, &after);
    CHECK_EQUAL(sigismember(&after, SIGSEGV), 1);
    CHECK_EQUAL(sigismember(&after, SIGURG), 1);
    return argument;
}

static void blocked_signals_do_not_matter(void) {
    pthread_t thread;
    CHECK(pthread_create(&thread, NULL, fault_with_all_signals_blocked, NULL) == 0);
    pthread_join(thread, NULL);
}

static void *run_in_thread(void *argument) {
    for (int i = 0; i < 50; i++) {
        CHECK_EQUAL(run("j").outcome.kind, TBX_EXITED);
        CHECK_EQUAL(run("n").outcome.kind, TBX_FAULTED);
    }
    return argument;
}

static void threads_run_sandboxes_at_once(void) {
    pthread_t threads[4];
    for (int i = 0; i < 4; i++)
        CHECK(pthread_create(&threads[i], NULL, run_in_thread, NULL) == 0);
    for (int i = 0; i < 4; i++)
        pthread_join(threads[i], NULL);
}

static volatile sig_atomic_t host_faults;

static void count_host_fault(int signal) {
    (void)signal;
    host_faults++;
}

/* A signal outside a sandbox goes where it went before. The handler was there before the first run
 * (main). */
static void faults_of_the_host_stay_the_hosts(void) {
    check_passes("k");
    raise(SIGTRAP);
    CHECK_EQUAL(host_faults, 1);
}

int main(int argc, char **argv) {
    static const struct check_test tests[] = {
        TEST(registers_come_back_empty),
        TEST(callee_saved_registers_come_back),
        TEST(stack_alignment_is_not_trusted),
        TEST(direction_flag_does_not_reach_the_host),
        TEST(floating_point_state_does_not_reach_the_host),
        TEST(floating_point_state_is_restored_after_a_fault),
        TEST(wide_registers_come_back_empty),
        TEST(the_gate_address_is_not_readable),
        TEST(setjmp_and_longjmp_work),
        TEST(forged_and_dead_jump_buffers_are_faults),
        TEST(old_jump_buffers_do_not_run_on_new_stack_contents),
        TEST(bad_accesses_become_errors),
        TEST(stack_overflows_become_errors),
        TEST(bad_jumps_and_traps_become_errors),
        TEST(a_bad_stack_at_the_gate_is_the_sandboxs_fault),
        TEST(time_limits_end_loops),
        TEST(limits_of_processor_time_end_loops),
        TEST(time_limits_end_blocking_calls),
        TEST(a_broken_pipe_ends_the_program_not_the_host),
        TEST(host_signals_arrive_during_a_run),
        TEST(a_start_that_returns_exits),
        TEST(arguments_and_environment_arrive),
        TEST(one_sandbox_runs_once),
        TEST(sandboxes_of_an_image_share_its_code),
        TEST(threads_run_sandboxes_at_once),
        TEST(blocked_signals_do_not_matter),
        TEST(faults_of_the_host_stay_the_hosts),
    };
    signal(SIGTRAP, count_host_fault);
    return check_main(tests, sizeof tests / sizeof *tests, argc, argv);
}
