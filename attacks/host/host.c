/*
 * Runs attacks: `attack-host SERVICE IMAGE NAME…` prints a line of JSON for each.
 *
 * Every attack gets a process of its own, in which a host with a secret serves three sandboxes in
 * neighbouring windows, the attacker in the middle. Afterwards the secrets must be where they were
 * and nowhere else, and the neighbours must work. Built with -DCONTROL and linked with the attacks
 * themselves, it calls them unconfined instead: then it must see the escape.
 */
#include "sandbox.h"
#include "secrets.h"
#include "stage.h"
#include "thread.h"

#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

enum { HOST_DESCRIPTOR = 60 };

const char host_name[] = "attack-host";

struct stage {
    tbx_image *service, *attack;
    tbx_sandbox *below, *attacker, *above;
    struct secret host_secret, below_secret, above_secret;
    struct folders folders;
};

/* --- The stage --- */

static tbx_image *open_image(const char *path) {
    tbx_error error = {""};
    /* The controls of images that no verifier takes. */
    const tbx_image_policy anything = {.trust = TBX_TRUST_UNVERIFIED};
    bool unverified = getenv("ATTACK_UNVERIFIED") != NULL;
    tbx_image *image = tbx_image_open_with(path, unverified ? &anything : NULL, &error);
    require(image != NULL, error.message);
    return image;
}

static tbx_sandbox *make_sandbox(tbx_image *image, bool attacker) {
    tbx_error error = {""};
    tbx_config *config = tbx_config_new();
    tbx_config_grant(config, TBX_GRANT_STDIO | TBX_GRANT_CLOCK);
    tbx_config_set_cpu_time(config, (uint64_t)SECONDS * NANOSECONDS);
    tbx_config_set_timeout(config, (uint64_t)WAITING * NANOSECONDS);
    if (attacker)
        require(tbx_config_add_directory(config, "granted", "/granted", true, &error) &&
                    tbx_config_add_directory(config, "shown", "/shown", false, &error) &&
                    tbx_config_set_working_directory(config, "/granted", &error),
                error.message);
    tbx_sandbox *sandbox = tbx_sandbox_new(image, config, &error);
    tbx_config_free(config);
    require(sandbox != NULL, error.message);
    return sandbox;
}

static void redirect(int descriptor, const char *path, int flags) {
    int file = open(path, flags | O_CREAT | O_CLOEXEC, 0600);
    require(file >= 0 && dup2(file, descriptor) == descriptor, path);
    close(file);
}

/* The code windows of both images first, so that the data windows stand side by side. */
static void make_windows(struct stage *stage) {
    tbx_sandbox *first = make_sandbox(stage->service, false);
    tbx_sandbox *second = make_sandbox(stage->attack, false);
    redirect(1, "served", O_WRONLY | O_APPEND);
    stage->below = make_sandbox(stage->service, false);
    redirect(1, "out", O_WRONLY | O_APPEND);
    redirect(2, "errors", O_WRONLY | O_APPEND);
    stage->attacker = make_sandbox(stage->attack, true);
    redirect(1, "served", O_WRONLY | O_APPEND);
    stage->above = make_sandbox(stage->service, false);
    tbx_sandbox_free(first);
    tbx_sandbox_free(second);
    require(tbx_sandbox_key(stage->below) + 1 == tbx_sandbox_key(stage->attacker) &&
                tbx_sandbox_key(stage->attacker) + 1 == tbx_sandbox_key(stage->above),
            "the windows are no neighbours");
}

static unsigned char *window_page(const tbx_sandbox *sandbox) {
    return (unsigned char *)tbx_sandbox_window_base(sandbox) + SECRET_OFFSET;
}

static void set_up(struct stage *stage) {
    int secret_file = folders_make(&stage->folders);
    require(dup2(secret_file, HOST_DESCRIPTOR) == HOST_DESCRIPTOR, "a descriptor");
    redirect(0, "input", O_RDONLY);
    make_windows(stage);
    secret_plant(&stage->host_secret, "host", secret_host_page());
    secret_plant(&stage->below_secret, "window below", window_page(stage->below));
    secret_plant(&stage->above_secret, "window above", window_page(stage->above));
}

/* --- The attack --- */

#ifdef CONTROL
extern const unsigned char __executable_start[], etext[];
extern int attack_main(int argc, char **argv);

static uintptr_t find_code(const struct stage *stage, const unsigned char *code, size_t size) {
    (void)stage;
    return (uintptr_t)memmem(__executable_start, (size_t)(etext - __executable_start), code, size);
}
#else
/* An offset in the attacker's code window, as its own pointers to code are. */
static uintptr_t find_code(const struct stage *stage, const unsigned char *code, size_t size) {
    const struct tbx_segment *segment = &stage->attack->elf.code;
    const unsigned char *start = stage->attack->code.base + segment->offset;
    const unsigned char *found = memmem(start, segment->memory_size, code, size);
    return found == NULL ? 0 : (uintptr_t)(found - stage->attack->code.base);
}
#endif

#ifdef CONTROL
/* What an attack did counts, even if it crashed after it. */
static sigjmp_buf crashed;

static void on_crash(int signal) {
    siglongjmp(crashed, signal);
}

static void on_crashes(void (*handler)(int)) {
    static const int signals[] = {SIGSEGV, SIGBUS,  SIGILL,  SIGFPE, SIGTRAP,
                                  SIGABRT, SIGALRM, SIGPROF, SIGSYS};
    const struct itimerval processor = {.it_value = {.tv_sec = SECONDS}};
    static unsigned char room[64 << 10];
    const stack_t stack = {.ss_sp = room, .ss_size = sizeof room};
    struct sigaction action = {.sa_handler = handler, .sa_flags = SA_ONSTACK};
    sigaltstack(&stack, NULL);
    for (size_t i = 0; i < sizeof signals / sizeof *signals; i++)
        sigaction(signals[i], &action, NULL);
    setitimer(ITIMER_PROF, &processor, NULL);
    alarm(WAITING);
}
#endif

/* The end of the stack that the next run of the sandbox on this thread gets. */
static uintptr_t native_stack_end(const tbx_sandbox *sandbox) {
    struct tbx_run run = {.sandbox = (tbx_sandbox *)sandbox};
    tbx_error error = {""};
    require(tbx_run_take_stack(&run, &error), error.message);
    tbx_native_stack_give(&tbx_thread.stacks, run.stack);
    return run.stack->end;
}

enum { ARGUMENTS = 14, WORD = 32 };

static void name_targets(const struct stage *stage, const char *name, char words[ARGUMENTS][WORD]) {
    /* Put together at run time, so that the harness's own code does not hold them. */
    volatile unsigned char first = 0x48, second = 0x0f;
    const unsigned char load[] = {first, 0x8b, 0x07, 0xc3},
                        call[] = {0x6a, 0x01, 0x58, second, 0x05, 0xc3};
#ifdef CONTROL
    uintptr_t base = tbx_sandbox_window_base(stage->attacker);
#else
    uintptr_t base = 0;
#endif
    const uintptr_t numbers[] = {
        (uintptr_t)stage->host_secret.page,
        (uintptr_t)stage->below_secret.page,
        (uintptr_t)stage->above_secret.page,
        base,
        tbx_sandbox_window_base(stage->attacker),
        tbx_sandbox_code_window_base(stage->attacker),
        native_stack_end(stage->attacker),
        (uintptr_t)__builtin_frame_address(0),
        (uintptr_t)tbx_gate,
        find_code(stage, load, sizeof load),
        find_code(stage, call, sizeof call),
        HOST_DESCRIPTOR,
    };
    snprintf(words[0], WORD, "attack");
    snprintf(words[1], WORD, "%s", name);
    for (int i = 2; i < ARGUMENTS; i++)
        snprintf(words[i], WORD, "%lx", numbers[i - 2]);
}

/* Writes how the run ended to `end`. */
static void attack(const struct stage *stage, const char *name, char *end, size_t size) {
    char words[ARGUMENTS][WORD], *arguments[ARGUMENTS + 1] = {NULL};
    name_targets(stage, name, words);
    for (int i = 0; i < ARGUMENTS; i++)
        arguments[i] = words[i];
#ifdef CONTROL
    redirect(1, "out", O_WRONLY | O_APPEND);
    int folder = open(".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    require(folder >= 0 && chdir("granted") == 0, "the granted folder");
    on_crashes(on_crash);
    if (sigsetjmp(crashed, 1) == 0)
        attack_main(ARGUMENTS, arguments);
    on_crashes(SIG_DFL);
    setitimer(ITIMER_PROF, &(struct itimerval){0}, NULL);
    alarm(FOR_EVER);
    require(fchdir(folder) == 0, "the folder of the run");
    snprintf(end, size, "control");
#else
    tbx_outcome outcome;
    tbx_sandbox_run(stage->attacker, ARGUMENTS, (const char *const *)arguments, &outcome);
    if (outcome.kind == TBX_EXITED)
        snprintf(end, size, outcome.status == 0 ? "held" : "exit %d", outcome.status);
    else if (outcome.kind == TBX_FAULTED)
        snprintf(end, size, "%s", tbx_fault_kind_name(outcome.fault.kind));
    else
        snprintf(end, size, "%s", outcome.kind == TBX_TIMED_OUT ? "timeout" : "not started");
#endif
}

/* --- What came of it --- */

/* What the attacker reached, as words for people; each at most once. */
struct findings {
    char text[256];
};

static void find(struct findings *findings, const char *name, const char *what) {
    size_t length = strlen(findings->text);
    snprintf(findings->text + length, sizeof findings->text - length, "%s%s %s",
             length == 0 ? "" : ", ", name, what);
}

static void look_at(const struct stage *stage, const struct secret *secret,
                    struct findings *findings) {
    if (secret_changed(secret))
        find(findings, secret->name, "changed");
    if (folders_hold(&stage->folders, secret->copy))
        find(findings, secret->name, "read");
}

static void look_at_all(const struct stage *stage, struct findings *findings) {
    look_at(stage, &stage->host_secret, findings);
    look_at(stage, &stage->below_secret, findings);
    look_at(stage, &stage->above_secret, findings);
    if (folders_hold(&stage->folders, stage->folders.file_secret))
        find(findings, "file", "read");
    if (folders_changed(&stage->folders))
        find(findings, "file", "changed");
}

/* The host's floating-point control, direction flag and signal mask are as at its start. */
static bool machine_is_clean(void) {
    unsigned mxcsr;
    unsigned short control;
    unsigned long flags;
    sigset_t mask;
    __asm__ volatile("stmxcsr %0" : "=m"(mxcsr));
    __asm__ volatile("fnstcw %0" : "=m"(control));
    __asm__ volatile("pushfq; popq %0" : "=r"(flags));
    sigprocmask(SIG_SETMASK, NULL, &mask);
    return (mxcsr & 0xFFC0) == 0x1F80 && control == 0x037F && (flags & (1 << 10 | 1 << 18)) == 0 &&
           sigismember(&mask, SIGSEGV) == 0 && sigismember(&mask, SIGPIPE) == 0;
}

static bool serves(tbx_sandbox *sandbox, uint64_t sum) {
    char place[WORD], line[WORD];
    tbx_outcome outcome;
    snprintf(place, sizeof place, "%x", SECRET_OFFSET);
    snprintf(line, sizeof line, "2 %016llx\n", (unsigned long long)sum);
    const char *const arguments[] = {"service", place};
    tbx_sandbox_run(sandbox, 2, arguments, &outcome);
    return outcome.kind == TBX_EXITED && outcome.status == 7 &&
           file_contains("served", line, strlen(line));
}

/* The neighbours, and a sandbox made after the attack. */
static bool host_serves(const struct stage *stage) {
    struct secret late;
    redirect(1, "served", O_WRONLY | O_APPEND);
    tbx_sandbox *fresh = make_sandbox(stage->service, false);
    secret_plant(&late, "late", window_page(fresh));
    bool all = serves(stage->below, secret_sum(&stage->below_secret)) &&
               serves(stage->above, secret_sum(&stage->above_secret)) &&
               serves(fresh, secret_sum(&late));
    tbx_sandbox_free(fresh);
    return all;
}

static void stage_attack(const char *service, const char *image, const char *name) {
    static struct stage stage;
    struct findings findings = {""};
    char end[64];
    stage.service = open_image(service);
    stage.attack = open_image(image);
    set_up(&stage);
    attack(&stage, name, end, sizeof end);
    look_at_all(&stage, &findings);
    bool serving = IS_CONTROL || (machine_is_clean() && host_serves(&stage));
    tell(&(struct sighting){.name = name,
                            .end = end,
                            .armed = file_contains("out", "armed\n", 6),
                            .serving = serving,
                            .escape = findings.text});
}

static void tell_death(const char *name, int status) {
    char end[64];
    if (WIFSIGNALED(status))
        snprintf(end, sizeof end, "signal %d", WTERMSIG(status));
    else
        snprintf(end, sizeof end, "host exit %d", WEXITSTATUS(status));
    tell(&(struct sighting){.name = name, .end = end, .escape = "the host died"});
}

int main(int argc, char **argv) {
    static const struct host host = {.stage = stage_attack, .tell_death = tell_death};
    return stage_attacks(&host, argc, argv);
}
