/* A small test frame: each test prints one line, `ok NAME` or `not ok NAME: FILE:LINE: what`. */
#ifndef CHECK_H
#define CHECK_H

#include <stdbool.h>
#include <stddef.h>

/* Whether a sanitizer is built in, which takes stack and mappings of its own. */
#if defined __SANITIZE_ADDRESS__ || defined __SANITIZE_THREAD__
enum { IS_SANITIZED = 1 };
#elif defined __has_feature
enum { IS_SANITIZED = __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) };
#else
enum { IS_SANITIZED = 0 };
#endif

struct check_test {
    const char *name;
    void (*run)(void);
};

/* The test that is the function of this name. */
#define TEST(name) {#name, name}

/* Runs the tests, or those whose names are given; 0 when all passed. */
int check_main(const struct check_test *tests, size_t count, int argc, char **argv);

/* The same for tests that start the emulated backend, with a process for each: it is chosen once a
 * process. On a machine that lacks what it needs they are skipped, and told so. */
int check_main_emulated(const struct check_test *tests, size_t count, int argc, char **argv);

/* Both note the first failure of the running test and let it go on. */
void check_true(bool condition, const char *text, const char *file, int line);
void check_equal(long long actual, long long expected, const char *text, const char *file,
                 int line);
void check_contains(const char *actual, const char *part, const char *file, int line);

#define CHECK(condition) check_true((condition), #condition, __FILE__, __LINE__)
#define CHECK_EQUAL(actual, expected)                                                              \
    check_equal((long long)(actual), (long long)(expected), #actual, __FILE__, __LINE__)
#define CHECK_CONTAINS(actual, part) check_contains((actual), (part), __FILE__, __LINE__)

#endif
