#include "check.h"

#include <stdio.h>
#include <string.h>

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

int check_main(const struct check_test *tests, size_t count, int argc, char **argv) {
    int failed = 0;
    for (size_t i = 0; i < count; i++) {
        if (!is_wanted(tests[i].name, argc, argv))
            continue;
        failure[0] = '\0';
        tests[i].run();
        failed += failure[0] != '\0';
        printf("%s %s%s%s\n", failure[0] == '\0' ? "ok" : "not ok", tests[i].name,
               failure[0] == '\0' ? "" : ": ", failure);
        fflush(stdout);
    }
    return failed == 0 ? 0 : 1;
}
