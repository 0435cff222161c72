/*
 * A host of hostile libraries: `library-host SERVICE IMAGE NAME…` prints a line of JSON for each
 * attack, as attack-host does for programs.
 *
 * Each attack gets a process of its own with two copies of one template, side by side: the attacker
 * and a neighbour with a secret. What the attack's own host does is in its file (../library.h).
 */
#include "../library.h"

#include "secrets.h"

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

enum { SECONDS = 2, WAITING = 10, PATIENCE = 30, FOR_EVER = 120, NANOSECONDS = 1000000000 };
enum { MOST_EXPORTS = 64, MOST_SECRETS = 4, HEAP = 4 << 20 };

const struct attack *attacks;

static void require(bool condition, const char *what) {
    if (condition)
        return;
    fprintf(stderr, "library-host: %s\n", what);
    exit(2);
}

static struct secret secrets[MOST_SECRETS];
static unsigned secret_count;
static int shown;
static char end[64] = "nothing was called";

void show(const void *bytes, size_t size) {
    require(write(shown, bytes, size) == (ssize_t)size, "no place to write");
}

void plant(const char *name, unsigned char *page) {
    require(secret_count < MOST_SECRETS && page != NULL, "no place for a secret");
    secret_plant(&secrets[secret_count++], name, page);
}

uintptr_t host_secret(void) {
    return (uintptr_t)secrets[0].page;
}

uintptr_t neighbour_secret(void) {
    return (uintptr_t)secrets[1].page;
}

uint64_t (*host_act)(struct box *box, uint64_t a, uint64_t b);
static bool returned;

bool has_returned(void) {
    return returned;
}

struct box {
    tbx_sandbox *sandbox;
};
static struct box boxes[2];

struct box *attacker(void) {
    return &boxes[0];
}

struct box *neighbour(void) {
    return &boxes[1];
}

tbx_sandbox *sandbox_of(struct box *box) {
    return box->sandbox;
}

#ifdef CONTROL

/* --- Without a sandbox: functions of this process, and its memory. --- */

enum { IS_CONTROL = 1 };
typedef long function(long, long, long);
static struct {
    const char *name;
    function *function;
} exports[MOST_EXPORTS];
static unsigned export_count;

void register_export(const char *name, function *function);
long native_import(const char *name, long a, long b);

void register_export(const char *name, function *function) {
    exports[export_count].name = name;
    exports[export_count++].function = function;
}

long native_import(const char *name, long a, long b) {
    if (strcmp(name, "host_act") == 0)
        return host_act == NULL ? 0 : (long)host_act(attacker(), (uint64_t)a, (uint64_t)b);
    show((const void *)a, (size_t)b);
    return 0;
}

bool ask(struct box *box, const char *name, uint64_t a, uint64_t b, uint64_t c, uint64_t *result) {
    (void)box;
    unsigned i = 0;
    while (i < export_count && strcmp(exports[i].name, name) != 0)
        i++;
    require(i < export_count, name);
    *result = (uint64_t)exports[i].function((long)a, (long)b, (long)c);
    return true;
}

uint64_t call(struct box *box, const char *name, uint64_t a, uint64_t b, uint64_t c) {
    uint64_t result;
    returned = ask(box, name, a, b, c, &result);
    return result;
}

unsigned char *memory(struct box *box, uint64_t pointer, size_t length) {
    (void)box, (void)length;
    return (unsigned char *)pointer;
}

bool copy_out(struct box *box, void *to, uint64_t pointer, size_t length) {
    memcpy(to, memory(box, pointer, length), length);
    return true;
}

bool copy_string_out(struct box *box, char *to, size_t size, uint64_t pointer) {
    (void)size;
    strcpy(to, (const char *)memory(box, pointer, 0));
    return true;
}

uint64_t allocate(struct box *box, size_t size) {
    (void)box;
    return (uint64_t)calloc(1, size);
}

void reset(struct box *box) {
    (void)box;
}

void destroy(struct box *box) {
    (void)box;
}

void make(struct box *box) {
    (void)box;
}

static void load(const char *path) {
    (void)path;
}

static bool serves(struct box *box) {
    (void)box;
    return true;
}

#else

/* --- In sandboxes --- */

enum { IS_CONTROL = 0 };
static tbx_template *template;

static struct box *box_of(const tbx_sandbox *sandbox) {
    return boxes[1].sandbox == sandbox ? &boxes[1] : &boxes[0];
}

static uint64_t do_leak(tbx_sandbox *sandbox, const uint64_t arguments[6], void *context) {
    static unsigned char bytes[1 << 20];
    (void)context;
    size_t size = arguments[1] < sizeof bytes ? arguments[1] : sizeof bytes;
    if (tbx_sandbox_copy_out(sandbox, bytes, arguments[0], size))
        show(bytes, size);
    return 0;
}

static uint64_t do_act(tbx_sandbox *sandbox, const uint64_t arguments[6], void *context) {
    (void)context;
    return host_act == NULL ? 0 : host_act(box_of(sandbox), arguments[0], arguments[1]);
}

static void tell_end(const tbx_outcome *outcome) {
    static const char *const names[] = {[TBX_EXITED] = "exit",
                                        [TBX_TIMED_OUT] = "timeout",
                                        [TBX_NOT_STARTED] = "refused",
                                        [TBX_RETURNED] = "held",
                                        [TBX_BUSY] = "busy"};
    snprintf(end, sizeof end, "%s",
             outcome->kind == TBX_FAULTED ? tbx_fault_kind_name(outcome->fault.kind)
                                          : names[outcome->kind]);
}

static tbx_outcome run(struct box *box, const char *name, const tbx_arguments *arguments,
                       uint64_t *returns) {
    tbx_function function = tbx_template_function(template, name);
    tbx_result result = {0};
    tbx_outcome outcome;
    require(function != 0, name);
    tbx_sandbox_call(box->sandbox, function, arguments, &result, &outcome);
    *returns = result.integer;
    return outcome;
}

bool ask(struct box *box, const char *name, uint64_t a, uint64_t b, uint64_t c, uint64_t *result) {
    const tbx_arguments arguments = {.integers = {a, b, c}};
    return run(box, name, &arguments, result).kind == TBX_RETURNED;
}

uint64_t call(struct box *box, const char *name, uint64_t a, uint64_t b, uint64_t c) {
    const tbx_arguments arguments = {.integers = {a, b, c}};
    uint64_t result;
    tbx_outcome outcome = run(box, name, &arguments, &result);
    returned = outcome.kind == TBX_RETURNED;
    tell_end(&outcome);
    return result;
}

unsigned char *memory(struct box *box, uint64_t pointer, size_t length) {
    return tbx_sandbox_pointer(box->sandbox, pointer, length);
}

bool copy_out(struct box *box, void *to, uint64_t pointer, size_t length) {
    return tbx_sandbox_copy_out(box->sandbox, to, pointer, length);
}

bool copy_string_out(struct box *box, char *to, size_t size, uint64_t pointer) {
    return tbx_sandbox_copy_string_out(box->sandbox, to, size, pointer);
}

uint64_t allocate(struct box *box, size_t size) {
    tbx_outcome outcome;
    return tbx_sandbox_allocate(box->sandbox, size, &outcome);
}

void reset(struct box *box) {
    tbx_error error = {""};
    require(tbx_sandbox_reset(box->sandbox, &error), error.message);
}

void destroy(struct box *box) {
    tbx_sandbox_free(box->sandbox);
    box->sandbox = NULL;
}

void make(struct box *box) {
    tbx_error error = {""};
    box->sandbox = tbx_template_copy(template, &error);
    require(box->sandbox != NULL, error.message);
}

static void load(const char *path) {
    tbx_error error = {""};
    tbx_config *config = tbx_config_new();
    tbx_image *image = tbx_image_open(path, &error);
    require(image != NULL, error.message);
    tbx_config_set_cpu_time(config, (uint64_t)SECONDS * NANOSECONDS);
    tbx_config_set_timeout(config, (uint64_t)WAITING * NANOSECONDS);
    require(tbx_config_set_heap(config, HEAP, &error) &&
                tbx_config_add_function(config, "host_leak", do_leak, NULL, &error) &&
                tbx_config_add_function(config, "host_act", do_act, NULL, &error),
            error.message);
    template = tbx_template_new(image, config, &error);
    require(template != NULL, error.message);
    tbx_config_free(config);
    tbx_image_release(image);
    make(attacker());
    make(neighbour());
}

/* A call with a plain result; every library here has it. */
static bool serves(struct box *box) {
    uint64_t result;
    host_act = NULL;
    return ask(box, "twice", 21, 0, 0, &result) && result == 42;
}

#endif

/* --- The stage --- */

static void set_up(const char *image) {
    static struct folders folders;
    int secret_file = folders_make(&folders);
    require(secret_file >= 0, "folders");
    close(secret_file);
    shown = open("out", O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    require(shown >= 0, "a file");
    load(image);
    plant("host", secret_host_page());
    uint64_t place = allocate(neighbour(), SECRET_SIZE + PAGE);
    plant("neighbour", memory(neighbour(), place, PAGE));
}

/* Secrets of an attack's own may be gone; those two may not. */
static void look(char *escape, size_t size) {
    static const struct folders none;
    for (unsigned i = 0; i < secret_count; i++) {
        const struct secret *secret = &secrets[i];
        bool changed = i < 2 && secret_changed(secret);
        bool read = folders_hold(&none, secret->copy);
        if ((changed || read) && escape[0] == '\0')
            snprintf(escape, size, "%s %s", secret->name, changed ? "changed" : "read");
    }
}

static bool host_serves(void) {
    struct box fresh = {NULL};
    if (IS_CONTROL)
        return true;
    make(&fresh);
    bool serving = serves(neighbour()) && serves(&fresh);
    destroy(&fresh);
    return serving;
}

static void stage_attack(FILE *results, const char *image, const struct attack *attack) {
    char escape[128] = "";
    set_up(image);
    attack->run();
    look(escape, sizeof escape);
    bool serving = host_serves();
    fprintf(results,
            "{\"name\": \"%s\", \"end\": \"%s\", \"armed\": %s, \"serving\": %s, "
            "\"escape\": \"%s\"}\n",
            attack->title, end, file_contains("out", "armed\n", 6) ? "true" : "false",
            serving ? "true" : "false", escape);
    fflush(results);
}

/* What a host of a control does not survive counts as reached: its library had the process. */
static void tell_death(FILE *results, const char *name) {
    fprintf(results,
            "{\"name\": \"%s\", \"end\": \"host died\", \"armed\": %s, \"serving\": false, "
            "\"escape\": \"the host died\"}\n",
            name, IS_CONTROL ? "true" : "false");
    fflush(results);
}

static void stage_in_process(FILE *results, const char *image, const char *name) {
    int status;
    const struct rlimit patience = {.rlim_cur = PATIENCE, .rlim_max = PATIENCE};
    const struct attack *attack = find_attack(name);
    require(attack != NULL, name);
    fflush(NULL);
    pid_t child = fork();
    require(child >= 0, "no process");
    if (child == 0) {
        setrlimit(RLIMIT_CPU, &patience);
        alarm(IS_CONTROL ? WAITING : FOR_EVER);
        stage_attack(results, image, attack);
        _exit(0);
    }
    require(waitpid(child, &status, 0) == child, "no process to wait for");
    if (status != 0)
        tell_death(results, name);
}

/* In the current directory, where each run makes a folder. */
int main(int argc, char **argv) {
    if (argc < 4) {
        fprintf(stderr, "usage: library-host SERVICE IMAGE NAME...\n");
        return 2;
    }
    FILE *results = fdopen(fcntl(1, F_DUPFD_CLOEXEC, 100), "w");
    require(results != NULL, "no place for results");
    for (int i = 3; i < argc; i++)
        stage_in_process(results, argv[2], argv[i]);
    return 0;
}
