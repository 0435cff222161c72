#include "check.h"

#include "tmebox.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static char failure[512];

void check_true(bool condition, const char *text, const char *file, int line) {
    if (!condition && failure[0] == '\0')
        snprintf(failure, sizeof failure, "%s:%d: not so: %s", file, line, text);
}

void check_equal(long long actual, long long expected, const char *text, const char *file,
                 int line) {
    if (actual != expected && failure[0] == '\0')
        snprintf(failure, sizeof failure, "%s:%d: %s is %lld, not %lld", file, line, text, actual,
                 expected);
}

void check_contains(const char *actual, const char *part, const char *file, int line) {
    if (strstr(actual, part) == NULL && failure[0] == '\0')
        snprintf(failure, sizeof failure, "%s:%d: \"%s\" does not contain \"%s\"", file, line,
                 actual, part);
}

static bool is_wanted(const char *name, int argc, char **argv) {
    bool wanted = argc <= 1;
    for (int i = 1; i < argc; i++)
        wanted |= strcmp(argv[i], name) == 0;
    return wanted;
}

/* The backend that TBX_TEST_BACKEND names; `one-key`: hardware with one KeyID for all. False, and
 * told, when the machine has none such: no test is run then. */
static bool start_backend(void) {
    static const struct {
        const char *name;
        tbx_backend backend;
        tbx_backend_options options;
    } kinds[] = {{.name = "emulated", .backend = TBX_BACKEND_EMULATED},
                 {.name = "one-key", .backend = TBX_BACKEND_EMULATED, .options = {.key_ids = 1}},
                 {.name = "device", .backend = TBX_BACKEND_DEVICE}};
    const char *name = getenv("TBX_TEST_BACKEND");
    tbx_error error = {"unknown backend"};
    if (name == NULL)
        return true;
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (strcmp(name, kinds[i].name) == 0 &&
            tbx_backend_start(kinds[i].backend, &kinds[i].options, &error))
            return true;
    printf("skipped all: %s\n", error.message);
    return false;
}

static int run_test(const struct check_test *test) {
    failure[0] = '\0';
    test->run();
    bool failed = failure[0] != '\0';
    printf("%s %s%s%s\n", failed ? "not ok" : "ok", test->name, failed ? ": " : "", failure);
    fflush(stdout);
    return failed;
}

/* Whether a process here can start the emulated backend; if not, tells why. */
static bool has_emulated_backend(void) {
    tbx_error error = {""};
    int status = 0;
    fflush(stdout);
    pid_t child = fork();
    if (child == 0) {
        bool has = tbx_backend_start(TBX_BACKEND_EMULATED, NULL, &error);
        if (!has)
            printf("skipped all: %s\n", error.message);
        exit(has ? 0 : 1);
    }
    return child > 0 && waitpid(child, &status, 0) == child && status == 0;
}

int check_main_emulated(const struct check_test *tests, size_t count, int argc, char **argv) {
    int failed = 0;
    if (!has_emulated_backend())
        return 0;
    for (size_t i = 0; i < count; i++) {
        int status = 0;
        if (!is_wanted(tests[i].name, argc, argv))
            continue;
        pid_t child = fork();
        if (child == 0)
            exit(run_test(&tests[i]));
        if (child < 0 || waitpid(child, &status, 0) != child || WIFSIGNALED(status))
            printf("not ok %s: ended by signal %d\n", tests[i].name, WTERMSIG(status));
        fflush(stdout);
        failed += status != 0;
    }
    return failed == 0 ? 0 : 1;
}

int check_main(const struct check_test *tests, size_t count, int argc, char **argv) {
    int failed = 0;
    if (!start_backend())
        return 0;
    for (size_t i = 0; i < count; i++) {
        if (is_wanted(tests[i].name, argc, argv))
            failed += run_test(&tests[i]);
    }
    return failed == 0 ? 0 : 1;
}
