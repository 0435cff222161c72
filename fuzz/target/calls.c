/*
 * Host calls with registers and window contents of the fuzzer's choice, in a sandbox without code
 * whose memory is a program's or that of a template's copy (the first byte says which), with a
 * directory of its own to spoil. After each input the window must have no hole, the books of its
 * memory must balance, and nothing of a secret beside the granted directories may be in it.
 */
#include "host_call.h"
#include "image.h"
#include "input.h"
#include "layout.h"
#include "no_gate.h"
#include "promises.h"
#include "small_image.h"
#include "stamp.h"
#include "thread.h"

#include <fcntl.h>
#include <ftw.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { GUEST = SMALL_DATA, GUEST_SIZE = SMALL_DATA_SIZE, MOST_CALLS = 64, HEAP = 4 << 20 };

static char scratch[] = "/tmp/tbx-fuzz-XXXXXX";
static tbx_image *image;

/* An argument: a byte that chooses the kind, and what the kind needs. */
static uint64_t take_argument(struct input *input, uint64_t last_result) {
    static const uint32_t flags[] = {O_CREAT | O_RDWR,
                                     O_DIRECTORY,
                                     O_CREAT | O_EXCL | O_WRONLY,
                                     O_TRUNC | O_RDWR,
                                     O_NONBLOCK,
                                     0x22,
                                     0x32,
                                     0x02};
    switch (take(input, 1) % 16) {
    case 1:
        return take(input, 1);
    case 2:
        return take(input, 2);
    case 3:
        return take(input, 4);
    case 4:
        return take(input, 8);
    case 5:
        return GUEST + take(input, 2) % (GUEST_SIZE + 64);
    case 6:
        return GUEST + GUEST_SIZE - take(input, 1);
    case 7:
        return last_result;
    case 8:
        return 0 - take(input, 1);
    case 9:
        return 1ull << take(input, 1) % 64;
    case 10:
        return (uint64_t)AT_FDCWD;
    case 11:
        return SMALL_READ_ONLY + take(input, 1);
    case 12:
        return 0xFFFFFFFF - take(input, 1);
    case 13:
        return 0x40000000 + TBX_PAGE_SIZE * take(input, 1);
    case 14:
        return flags[take(input, 1) % (sizeof flags / sizeof *flags)];
    case 15:
        return TBX_PAGE_SIZE * take(input, 1);
    default:
        return 0;
    }
}

static const char *const paths[] = {
    "new",
    "/shown/file",
    "/shown/link-out",
    "/shown/link-up/secret",
    "../../secret",
    "/given/a",
    "/given/a/b",
    "/given/..",
    "/proc/self/mem",
    "/dev/zero",
    "/shown/..",
    "/given/../shown/file",
    "/dev/urandom",
    "given",
    "/",
    "/given/fifo/",
    "/shown/link-up/../secret",
};

/* --- The sandbox --- */

static uint8_t *guest(const struct tbx_run *run) {
    return run->sandbox->memory.window.base + GUEST;
}

static void poke(struct tbx_run *run, struct input *input) {
    size_t at = take(input, 2) % GUEST_SIZE, length = take(input, 1);
    for (size_t i = 0; i < length && at + i < GUEST_SIZE; i++)
        guest(run)[at + i] = (uint8_t)take(input, 1);
}

static void poke_path(struct tbx_run *run, struct input *input) {
    size_t at = take(input, 2) % (GUEST_SIZE - 64);
    const char *path = paths[take(input, 1) % (sizeof paths / sizeof *paths)];
    memcpy(guest(run) + at, path, strlen(path) + 1);
}

/* Two words, as of an iovec, a timespec or a lock. */
static void poke_words(struct tbx_run *run, struct input *input, uint64_t last_result) {
    size_t at = take(input, 2) % (GUEST_SIZE - 16) / 8 * 8;
    for (int i = 0; i < 2; i++) {
        uint64_t word = take_argument(input, last_result);
        memcpy(guest(run) + at + 8 * (size_t)i, &word, sizeof word);
    }
}

/* A byte for the numbers of all calls that there are, and one for any other number. */
static uint64_t take_number(struct input *input) {
    static const uint32_t high[] = {
        SYS_tkill,
        SYS_time,
        SYS_futex,
        SYS_sched_getaffinity,
        SYS_getdents64,
        SYS_fadvise64,
        SYS_set_tid_address,
        SYS_clock_gettime,
        SYS_clock_getres,
        SYS_exit_group,
        SYS_clock_nanosleep,
        SYS_tgkill,
        SYS_openat,
        SYS_mkdirat,
        SYS_fchownat,
        SYS_newfstatat,
        SYS_unlinkat,
        SYS_renameat,
        SYS_readlinkat,
        SYS_fchmodat,
        SYS_faccessat,
        SYS_pselect6,
        SYS_ppoll,
        SYS_set_robust_list,
        SYS_utimensat,
        SYS_fallocate,
        SYS_dup3,
        SYS_pipe2,
        SYS_preadv,
        SYS_pwritev,
        SYS_prlimit64,
        SYS_renameat2,
        SYS_getrandom,
        SYS_faccessat2,
        CALL_SETJMP,
        CALL_LONGJMP,
        TBX_FIRST_IMPORT,
    };
    enum { FIRST_HIGH = 200, ANY = 255, COUNT = sizeof high / sizeof *high };
    uint64_t number = take(input, 1);
    if (number == ANY)
        return take(input, 8);
    return number < FIRST_HIGH ? number : high[(number - FIRST_HIGH) % COUNT];
}

static long call(struct tbx_run *run, struct input *input, uint64_t last_result) {
    struct tbx_host_request registers = {.number = take_number(input)};
    for (int i = 0; i < 6; i++)
        registers.arguments[i] = take_argument(input, last_result);
    long result = tbx_dispatch(run, &registers);
    require(result >= -4095 || registers.number == CALL_LONGJMP, "a result that is no errno");
    return result;
}

/* Where the sandbox's frames end: of the native stack most are in its pages, some outside. */
static void move_stack(struct tbx_run *run, struct input *input) {
    run->guest_rsp = tbx_native_stack_top(run->stack) - 8 * (1 + take(input, 2));
}

static void run_input(struct tbx_run *run, struct input *input) {
    volatile uint64_t last_result = 0;
    jmp_buf end;
    no_gate_end = &end;
    if (setjmp(end) != 0)
        return; /* the program has ended */
    for (int i = 0; i < MOST_CALLS && input->left > 0; i++) {
        switch (take(input, 1) % 8) {
        case 4:
            move_stack(run, input);
            break;
        case 5:
            poke(run, input);
            break;
        case 6:
            poke_path(run, input);
            break;
        case 7:
            poke_words(run, input, last_result);
            break;
        default:
            last_result = (uint64_t)call(run, input, last_result);
            break;
        }
    }
}

/* --- What must hold --- */

UNTRACED static void check_secret(struct tbx_run *run) {
    require(!holds_secret(guest(run), GUEST_SIZE), "the secret is out");
    uint8_t text[SECRET_SIZE + 1];
    char path[64];
    snprintf(path, sizeof path, "%s/secret", scratch);
    int file = open(path, O_RDONLY);
    require(file >= 0 && read(file, text, sizeof text) == SECRET_SIZE &&
                holds_secret(text, SECRET_SIZE),
            "the secret was changed");
    close(file);
}

/* --- Directories --- */

static int remove_entry(const char *path, const struct stat *status, int kind, struct FTW *walk) {
    (void)status, (void)kind;
    if (walk->level > 0)
        remove(path);
    return 0;
}

static void write_file(const char *name, const char *text) {
    int file = open(name, O_CREAT | O_TRUNC | O_WRONLY, 0644);
    require(file >= 0 && write(file, text, strlen(text)) == (ssize_t)strlen(text), "a full disk");
    close(file);
}

static void make_directories(void) {
    make_secret();
    require(mkdtemp(scratch) != NULL && chdir(scratch) == 0, "no directory");
    require(mkdir("shown", 0755) == 0 && mkdir("given", 0755) == 0, "no directory");
    write_file("secret", secret);
    write_file("shown/file", "shown\n");
    write_file("stream", "");
    require(symlink("../secret", "shown/link-out") == 0 && symlink("..", "shown/link-up") == 0,
            "no links");
}

static void remove_directories(void) {
    nftw(scratch, remove_entry, 16, FTW_DEPTH | FTW_PHYS);
    rmdir(scratch);
}

/* Memory of one piece, as copies of templates have it; made once, without running anything. */
static struct tbx_memory origin;
static int origin_file = -1;

static void make_origin(void) {
    tbx_error error = {""};
    require(tbx_memory_init_template(&origin, &image->elf, 1 << 20, HEAP, &origin_file, &error) &&
                tbx_memory_seal(&origin, origin_file, &error),
            error.message);
}

static void make_compact(tbx_sandbox *sandbox) {
    tbx_error error = {""};
    tbx_memory_free(&sandbox->memory);
    require(tbx_memory_copy(&sandbox->memory, &origin, origin_file, &error), error.message);
}

/* The standard streams of the sandbox are a file: those of this process are libFuzzer's. */
static tbx_sandbox *make_sandbox(bool compact) {
    tbx_config *config = tbx_config_new();
    tbx_error error = {""};
    tbx_config_grant(config, TBX_GRANT_STDIO | TBX_GRANT_CLOCK);
    tbx_config_set_heap(config, HEAP, &error);
    tbx_config_add_directory(config, "shown", "/shown", false, &error);
    tbx_config_add_directory(config, "given", "/given", true, &error);
    tbx_config_set_working_directory(config, "/given", &error);
    tbx_sandbox *sandbox = tbx_sandbox_new(image, config, &error);
    tbx_config_free(config);
    require(sandbox != NULL, error.message);
    for (int i = 0; i < 3; i++) {
        int file = open("stream", O_RDWR | O_CLOEXEC);
        dup3(file, sandbox->files->table[i].host, O_CLOEXEC);
        close(file);
    }
    if (compact)
        make_compact(sandbox);
    return sandbox;
}

/* Host calls that block come back: each millisecond a signal interrupts them. */
static void do_nothing(int signal) {
    (void)signal;
}

static void start_interruptions(void) {
    const struct itimerspec often = {.it_value = {.tv_nsec = 1000000},
                                     .it_interval = {.tv_nsec = 1000000}};
    struct sigevent event = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGUSR1};
    struct sigaction action = {.sa_handler = do_nothing, .sa_flags = SA_ONSTACK};
    timer_t timer;
    sigaction(SIGUSR1, &action, NULL);
    require(timer_create(CLOCK_MONOTONIC, &event, &timer) == 0 &&
                timer_settime(timer, 0, &often, NULL) == 0,
            "no timer");
}

int LLVMFuzzerInitialize(int *argc, char ***argv) {
    (void)argc, (void)argv;
    static struct small_image bytes;
    const struct rlimit small = {.rlim_cur = 1 << 20, .rlim_max = 1 << 20};
    small_image_make(&bytes);
    image = load_unverified(&bytes);
    make_origin();
    make_directories();
    atexit(remove_directories);
    signal(SIGXFSZ, SIG_IGN);
    signal(SIGPIPE, SIG_IGN);
    setrlimit(RLIMIT_FSIZE, &small);
    start_interruptions();
    return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct input input = {.data = data, .left = size};
    tbx_outcome outcome;
    tbx_error error = {""};
    bool compact = take(&input, 1) % 2 == 1;
    struct tbx_run run = {
        .sandbox = make_sandbox(compact), .outcome = &outcome, .holds_signals = true};
    require(tbx_run_take_stack(&run, &error), error.message);
    run.guest_rsp = tbx_native_stack_top(run.stack) - 8;
    run_input(&run, &input);
    check_books(&run.sandbox->memory);
    check_mappings(&run.sandbox->memory);
    check_secret(&run);
    tbx_jump_table_clear(&run.stack->jumps);
    tbx_native_stack_give(&tbx_thread.stacks, run.stack);
    tbx_sandbox_free(run.sandbox);
    nftw("given", remove_entry, 16, FTW_DEPTH | FTW_PHYS);
    return 0;
}
