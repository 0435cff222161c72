/*
 * What a hostile library may lead the host's own functions into, inside a call: to free what is
 * running, to nest without end, to leave registers changed, to fault. Whatever they do, the sandbox
 * gets no more than its own, and what is the host's fault stays the host's.
 */
#include "check.h"
#include "small_image.h"
#include "small_library.h"

#include <asm/prctl.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static uint64_t free_caller(tbx_sandbox *sandbox, const uint64_t arguments[6], void *context) {
    (void)context;
    tbx_sandbox_free(sandbox);
    return arguments[0] + 1;
}

/* The call goes on in memory that is still the sandbox's, and its end frees it. */
static void a_sandbox_freed_in_its_own_call_ends_with_it(void) {
    open_template(small_config());
    tbx_sandbox *sandbox = new_copy();
    uint32_t key = tbx_sandbox_key(sandbox);
    CHECK_EQUAL(call_import(sandbox, free_caller, 6, 0), 7);
    CHECK_EQUAL(outcome.kind, TBX_RETURNED);
    tbx_sandbox *next = new_copy();
    CHECK_EQUAL(tbx_sandbox_key(next), key);
    close_all(next);
}

static uint64_t free_caller_twice(tbx_sandbox *sandbox, const uint64_t arguments[6],
                                  void *context) {
    tbx_sandbox_free(sandbox);
    return free_caller(sandbox, arguments, context);
}

static void freeing_it_again_changes_nothing(void) {
    open_template(small_config());
    tbx_sandbox *sandbox = new_copy();
    CHECK_EQUAL(call_import(sandbox, free_caller_twice, 6, 0), 7);
    tbx_template_release(template);
}

static uint64_t free_and_call(tbx_sandbox *sandbox, const uint64_t arguments[6], void *context) {
    tbx_error error;
    (void)context, (void)arguments;
    tbx_sandbox_free(sandbox);
    CALL1(sandbox, "add", 1);
    CHECK_EQUAL(outcome.kind, TBX_NOT_STARTED);
    CHECK(!tbx_sandbox_reset(sandbox, &error));
    return 1;
}

static void a_freed_sandbox_is_not_called(void) {
    open_template(small_config());
    tbx_sandbox *sandbox = new_copy();
    CHECK_EQUAL(call_import(sandbox, free_and_call, 0, 0), 1);
    tbx_template_release(template);
}

static unsigned depth;

/* As a host's sort would, that calls the library's comparison, which calls the sort. */
static uint64_t call_back(tbx_sandbox *sandbox, const uint64_t arguments[6], void *context) {
    (void)context;
    depth++;
    uint64_t result = call3(sandbox, "import", 0, arguments[0], 0);
    return outcome.kind == TBX_NOT_STARTED ? 77 : result;
}

static void recursion_through_the_host_has_an_end(void) {
    open_template(small_config());
    tbx_sandbox *sandbox = new_copy();
    depth = 0;
    CHECK_EQUAL(call_import(sandbox, call_back, 6, 0), 77);
    CHECK(depth >= 16 && depth <= 1024);
    CHECK_EQUAL(CALL1(sandbox, "add", 1), 2);
    close_all(sandbox);
}

static uint64_t other_window;

static uint64_t leave_gs(tbx_sandbox *sandbox, const uint64_t arguments[6], void *context) {
    (void)sandbox, (void)arguments, (void)context;
    return (uint64_t)syscall(SYS_arch_prctl, ARCH_SET_GS, other_window);
}

/* The sandbox's accesses after the host call are to its own window. */
static void a_gs_base_left_by_a_host_function_is_not_the_sandboxs(void) {
    open_template(small_config());
    tbx_sandbox *sandbox = new_copy(), *other = new_copy();
    CALL1(other, "add", 40);
    other_window = tbx_sandbox_window_base(other);
    first_import = leave_gs;
    CHECK_EQUAL(CALL0(sandbox, "add_after_import"), 1);
    CHECK_EQUAL(outcome.kind, TBX_RETURNED);
    CHECK_EQUAL(CALL0(other, "add"), 41);
    first_import = NULL;
    syscall(SYS_arch_prctl, ARCH_SET_GS, 0);
    tbx_sandbox_free(other);
    close_all(sandbox);
}

static sigjmp_buf host_fault;
static unsigned host_faults;

static void on_host_fault(int signal) {
    host_faults++;
    siglongjmp(host_fault, signal);
}

/* A fault that the host expects and handles, as garbage collectors and memory-mapped files do. */
static void fault_once(void) {
    static volatile char *page;
    if (page == NULL)
        page = mmap(NULL, 4096, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (sigsetjmp(host_fault, 1) == 0)
        *page = 1;
}

static uint64_t fault_in_host(tbx_sandbox *sandbox, const uint64_t arguments[6], void *context) {
    (void)sandbox, (void)context;
    fault_once();
    return arguments[0];
}

static uint64_t nest_and_fault(tbx_sandbox *sandbox, const uint64_t arguments[6], void *context) {
    tbx_sandbox *other = new_copy();
    CALL1(other, "add", 1);
    fault_in_host(sandbox, arguments, context);
    CALL2(other, "poke", 0, 0);
    CHECK_EQUAL(outcome.kind, TBX_FAULTED);
    tbx_sandbox_free(other);
    return fault_in_host(sandbox, arguments, context);
}

/*
 * The mark that says whose a fault is must be off at every way out of the sandbox: host calls, the
 * return, faults, and after a nested run. A fault of the host with the mark on would end the run in
 * the middle of the host's function, and whatever that held would be held for ever.
 */
static void faults_of_the_host_are_the_hosts_wherever_they_happen(void) {
    open_template(small_config());
    tbx_sandbox *sandbox = new_copy();
    host_faults = 0;
    first_import = fault_in_host;
    second_import = nest_and_fault;
    CHECK_EQUAL(call3(sandbox, "import", 0, 6, 0), 6);
    CHECK_EQUAL(outcome.kind, TBX_RETURNED);
    CHECK_EQUAL(host_faults, 1);
    fault_once();
    CHECK_EQUAL(call3(sandbox, "import", 1, 6, 0), 6);
    CHECK_EQUAL(outcome.kind, TBX_RETURNED);
    CALL2(sandbox, "poke", 0, 0);
    CHECK_EQUAL(outcome.kind, TBX_FAULTED);
    fault_once();
    CHECK_EQUAL(host_faults, 5);
    first_import = second_import = NULL;
    close_all(sandbox);
}

static int64_t processor_time(void) {
    struct timespec now;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return now.tv_sec * 1000000000ll + now.tv_nsec;
}

static tbx_sandbox *second;
static bool is_ended_inside;

/* All calls of these tests have one outcome, as calls of a host may that looks at it at once. */
static uint64_t call_others(tbx_sandbox *sandbox, const uint64_t arguments[6], void *context) {
    (void)arguments, (void)context;
    if (is_ended_inside)
        CALL2(sandbox, "poke", 0, 0);
    else
        for (int64_t end = processor_time() + 60000000; processor_time() < end;)
            continue;
    CALL1(second, "add", 1);
    CHECK_EQUAL(outcome.kind, TBX_RETURNED);
    return 0;
}

static void check_end(bool ended_inside, tbx_outcome_kind kind) {
    tbx_config *config = small_config();
    tbx_config_set_cpu_time(config, 30000000);
    open_template(config);
    tbx_sandbox *sandbox = new_copy();
    tbx_template *limited = template;
    open_template(small_config());
    second = new_copy();
    tbx_template_release(template);
    template = limited;
    is_ended_inside = ended_inside;
    CHECK_EQUAL(call_import(sandbox, call_others, 0, 0), 0);
    CHECK_EQUAL(outcome.kind, kind);
    tbx_sandbox_free(second);
    close_all(sandbox);
}

/* A call that was cut off has not returned, whatever came back from others within it. */
static void an_outcome_may_be_that_of_inner_calls_too(void) {
    check_end(false, TBX_TIMED_OUT);
    check_end(true, TBX_FAULTED);
}

static volatile sig_atomic_t handlers_begun, handlers_ended;
static bool handler_faults;

/* A handler of the host's, as of a profiler: it works for longer than the sandbox's time lasts. */
static void on_profile(int signal) {
    (void)signal;
    handlers_begun++;
    if (handler_faults)
        fault_once();
    for (int64_t end = processor_time() + 60000000; processor_time() < end;)
        continue;
    handlers_ended++;
}

/* Lets the signal come to this thread after 10 ms. */
static timer_t send_profile_signal(void) {
    struct sigevent event = {.sigev_notify = SIGEV_THREAD_ID, .sigev_signo = SIGPROF};
    const struct itimerspec when = {.it_value = {.tv_nsec = 10000000}};
    timer_t timer;
    event._sigev_un._tid = gettid();
    CHECK_EQUAL(timer_create(CLOCK_THREAD_CPUTIME_ID, &event, &timer), 0);
    CHECK_EQUAL(timer_settime(timer, 0, &when, NULL), 0);
    return timer;
}

/* Were it cut off, what it holds would be held for ever, and its signal blocked. */
static void check_interrupted_loop(bool faults) {
    const struct sigaction action = {.sa_handler = on_profile, .sa_flags = SA_ONSTACK};
    sigset_t mask;
    tbx_config *config = small_config();
    tbx_config_set_cpu_time(config, 30000000);
    sigaction(SIGPROF, &action, NULL);
    open_template(config);
    tbx_sandbox *sandbox = new_copy();
    CHECK_EQUAL(CALL1(sandbox, "add", 1), 2);
    handlers_begun = handlers_ended = 0;
    handler_faults = faults;
    timer_t timer = send_profile_signal();
    CALL0(sandbox, "loop");
    CHECK_EQUAL(outcome.kind, TBX_TIMED_OUT);
    CHECK_EQUAL(handlers_begun, 1);
    CHECK_EQUAL(handlers_ended, 1);
    pthread_sigmask(SIG_SETMASK, NULL, &mask);
    CHECK_EQUAL(sigismember(&mask, SIGPROF), 0);
    timer_delete(timer);
    close_all(sandbox);
}

static void a_handler_of_the_host_is_not_cut_off_by_a_time_limit(void) {
    check_interrupted_loop(false);
}

static void a_fault_of_a_handler_of_the_host_is_the_hosts(void) {
    host_faults = 0;
    check_interrupted_loop(true);
    CHECK_EQUAL(host_faults, 1);
}

/* The least that the kernel lets a thread have, between pages that nobody may touch. */
static void *fault_on_a_small_stack(void *argument) {
    tbx_sandbox *sandbox = argument;
    const size_t least = (size_t)sysconf(_SC_MINSIGSTKSZ), size = (least + 4095) & ~(size_t)4095;
    unsigned char *pages =
        mmap(NULL, size + 2 * 4096, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    CHECK_EQUAL(mprotect(pages + 4096, size, PROT_READ | PROT_WRITE), 0);
    const stack_t small = {.ss_sp = pages + 4096, .ss_size = least};
    const stack_t none = {.ss_flags = SS_DISABLE};
    CHECK_EQUAL(sigaltstack(&small, NULL), 0);
    CALL2(sandbox, "poke", 0, 0);
    CHECK_EQUAL(outcome.kind, TBX_FAULTED);
    stack_t now;
    CHECK_EQUAL(sigaltstack(&none, &now), 0);
    CHECK(now.ss_size >= least + 4096);
    munmap(pages, size + 2 * 4096);
    return NULL;
}

static void a_small_alternate_stack_of_the_host_is_no_danger(void) {
    pthread_t thread;
    open_template(small_config());
    tbx_sandbox *sandbox = new_copy();
    CHECK_EQUAL(pthread_create(&thread, NULL, fault_on_a_small_stack, sandbox), 0);
    pthread_join(thread, NULL);
    close_all(sandbox);
}

struct machine {
    unsigned mxcsr;
    unsigned short control;
    unsigned long flags;
};

static struct machine machine_now(void) {
    struct machine now;
    __asm__ volatile("stmxcsr %0" : "=m"(now.mxcsr));
    __asm__ volatile("fnstcw %0" : "=m"(now.control));
    __asm__ volatile("pushfq; popq %0" : "=r"(now.flags));
    return now;
}

static bool is_the_hosts(struct machine now) {
    enum { DIRECTION = 1 << 10 };
    return (now.mxcsr & 0xFFC0) == 0x1F80 && now.control == 0x037F && (now.flags & DIRECTION) == 0;
}

static struct machine in_import;

static uint64_t look_at_machine(tbx_sandbox *sandbox, const uint64_t arguments[6], void *context) {
    (void)sandbox, (void)arguments, (void)context;
    in_import = machine_now();
    return 1;
}

/* Callee-saved registers, MXCSR, the x87 control word and stack, DF. */
static void what_the_sandbox_leaves_in_registers_does_not_reach_the_host(void) {
    open_template(small_config());
    tbx_sandbox *sandbox = new_copy();
    register uint64_t kept __asm__("r12") = 0x1234567812345678;
    __asm__ volatile("" : "+r"(kept));
    CHECK_EQUAL(CALL0(sandbox, "spoil"), 5);
    __asm__ volatile("" : "+r"(kept));
    CHECK_EQUAL(kept, 0x1234567812345678);
    CHECK(is_the_hosts(machine_now()));
    first_import = look_at_machine;
    CALL1(sandbox, "spoil_and_import", 0);
    CHECK_EQUAL(outcome.kind, TBX_RETURNED);
    CHECK(is_the_hosts(in_import));
    CHECK(is_the_hosts(machine_now()));
    first_import = NULL;
    close_all(sandbox);
}

/* A name in an image must not command the terminal that a message is shown on. */
static void messages_have_no_control_characters(void) {
    static struct small_image bytes;
    tbx_error error = {""};
    const tbx_image_policy anything = {.trust = TBX_TRUST_UNVERIFIED};
    small_image_make(&bytes);
    small_image_make_library(&bytes, "exported", "\x1b]0;title\x07\xc2\x9b\xc3\xa9");
    tbx_image *image = tbx_image_load_with(bytes.bytes, sizeof bytes.bytes, &anything, &error);
    CHECK(image != NULL && tbx_template_new(image, NULL, &error) == NULL);
    CHECK_CONTAINS(error.message, "\"?]0;title??\x9b\xc3\xa9\"");
    tbx_image_release(image);
}

int main(int argc, char **argv) {
    static const struct check_test tests[] = {
        TEST(a_sandbox_freed_in_its_own_call_ends_with_it),
        TEST(freeing_it_again_changes_nothing),
        TEST(a_freed_sandbox_is_not_called),
        TEST(recursion_through_the_host_has_an_end),
        TEST(a_gs_base_left_by_a_host_function_is_not_the_sandboxs),
        TEST(faults_of_the_host_are_the_hosts_wherever_they_happen),
        TEST(an_outcome_may_be_that_of_inner_calls_too),
        TEST(a_handler_of_the_host_is_not_cut_off_by_a_time_limit),
        TEST(a_fault_of_a_handler_of_the_host_is_the_hosts),
        TEST(a_small_alternate_stack_of_the_host_is_no_danger),
        TEST(what_the_sandbox_leaves_in_registers_does_not_reach_the_host),
        TEST(messages_have_no_control_characters),
    };
    /* Before the runtime installs its own handlers, which pass on what is the host's. */
    const struct sigaction action = {.sa_handler = on_host_fault,
                                     .sa_flags = SA_ONSTACK | SA_NODEFER};
    sigaction(SIGSEGV, &action, NULL);
    return check_main(tests, sizeof tests / sizeof *tests, argc, argv);
}
